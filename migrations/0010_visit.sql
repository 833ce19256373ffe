-- Visits: weekly openings become slots (a job), slots have seats, a booked visit holds one seat.

CREATE TABLE visit_opening (
    municipality_id uuid NOT NULL,
    opening_id      uuid NOT NULL,
    office_id       uuid NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('first_visit')),
    -- ISO weekdays, 1 = Monday.
    weekdays        smallint[] NOT NULL CHECK (weekdays <@ ARRAY[1, 2, 3, 4, 5, 6, 7]::smallint[]),
    -- Local wall-clock time.
    starts          time NOT NULL,
    minutes         integer NOT NULL CHECK (minutes BETWEEN 5 AND 480),
    seats           integer NOT NULL CHECK (seats BETWEEN 1 AND 100),
    PRIMARY KEY (municipality_id, opening_id),
    FOREIGN KEY (municipality_id, office_id) REFERENCES office
);

CREATE TABLE visit_slot (
    municipality_id uuid NOT NULL,
    slot_id         uuid NOT NULL,
    office_id       uuid NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('first_visit')),
    starts_at       timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL CHECK (ends_at > starts_at),
    seats           integer NOT NULL CHECK (seats BETWEEN 1 AND 100),
    PRIMARY KEY (municipality_id, slot_id),
    FOREIGN KEY (municipality_id, office_id) REFERENCES office,
    -- Running the slot job twice makes nothing twice.
    CONSTRAINT visit_slot_once UNIQUE (municipality_id, office_id, kind, starts_at)
);

CREATE TABLE visit (
    municipality_id uuid NOT NULL,
    visit_id        uuid NOT NULL,
    slot_id         uuid NOT NULL,
    person_id       uuid NOT NULL,
    office_id       uuid NOT NULL,
    -- Local day at the office, for the number.
    day             date NOT NULL,
    -- What the visitor says at the desk instead of a name.
    number          integer NOT NULL CHECK (number BETWEEN 100 AND 999),
    status          text NOT NULL CHECK (status IN ('booked', 'cancelled')),
    language        text,
    interpreter     boolean NOT NULL,
    needs           text CHECK (length(needs) <= 500),
    booked_at       timestamptz NOT NULL,
    cancelled_at    timestamptz,
    PRIMARY KEY (municipality_id, visit_id),
    FOREIGN KEY (municipality_id, slot_id) REFERENCES visit_slot,
    FOREIGN KEY (municipality_id, person_id) REFERENCES person,
    FOREIGN KEY (municipality_id, office_id) REFERENCES office,
    CONSTRAINT visit_number_once UNIQUE (municipality_id, office_id, day, number),
    CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL))
);

-- A seat is a row. Taking it is INSERT … ON CONFLICT DO NOTHING: two people can never hold one seat.
CREATE TABLE visit_seat (
    municipality_id uuid NOT NULL,
    slot_id         uuid NOT NULL,
    seat            integer NOT NULL CHECK (seat BETWEEN 1 AND 100),
    visit_id        uuid NOT NULL,
    PRIMARY KEY (municipality_id, slot_id, seat),
    CONSTRAINT visit_seat_visit_once UNIQUE (municipality_id, visit_id),
    FOREIGN KEY (municipality_id, slot_id) REFERENCES visit_slot,
    FOREIGN KEY (municipality_id, visit_id) REFERENCES visit
);

SELECT porten_guard('visit_opening'), porten_guard('visit_slot'), porten_guard('visit'), porten_guard('visit_seat');

GRANT SELECT ON visit_opening TO porten_app;
GRANT SELECT, INSERT ON visit_slot TO porten_app;
GRANT SELECT, INSERT, UPDATE (status, cancelled_at) ON visit TO porten_app;
GRANT SELECT, INSERT, DELETE ON visit_seat TO porten_app;
