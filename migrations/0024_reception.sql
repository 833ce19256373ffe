-- The desk: tickets (könummer). One number series an office and day for all errands, booked visits included; no reason,
-- no case, and a person only where she wanted to say who she is.
CREATE TABLE reception_ticket (
    municipality_id uuid NOT NULL,
    ticket_id       uuid NOT NULL,
    office_id       uuid NOT NULL,
    day             date NOT NULL,
    number          integer NOT NULL CHECK (number BETWEEN 100 AND 999),
    person_id       uuid,
    -- A booked visitor who has come.
    visit_id        uuid,
    status          text NOT NULL CHECK (status IN ('waiting', 'called', 'done')),
    registered_by   uuid NOT NULL,
    registered_at   timestamptz NOT NULL,
    called_by       uuid,
    called_at       timestamptz,
    done_at         timestamptz,
    version         bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (municipality_id, ticket_id),
    CONSTRAINT reception_ticket_number_once UNIQUE (municipality_id, office_id, day, number),
    FOREIGN KEY (municipality_id, office_id) REFERENCES office,
    FOREIGN KEY (municipality_id, person_id) REFERENCES person,
    FOREIGN KEY (municipality_id, visit_id) REFERENCES visit,
    FOREIGN KEY (municipality_id, registered_by) REFERENCES staff,
    FOREIGN KEY (municipality_id, called_by) REFERENCES staff
);

SELECT porten_guard('reception_ticket');
GRANT SELECT, INSERT, UPDATE (status, called_by, called_at, done_at, version) ON reception_ticket TO porten_app;
