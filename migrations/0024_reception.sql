-- The desk: tickets (könummer). One number series an office and day for all errands, booked visits included; no reason,
-- no case, and a person only where she wanted to say who she is.

-- A number in use at an office on a day, by a ticket or by a booked visit: taking one is INSERT … ON CONFLICT DO NOTHING,
-- so two desks, or a desk and a booking, never give the same. Of the numbers 100–999.
CREATE TABLE reception_number (
    municipality_id uuid NOT NULL,
    office_id       uuid NOT NULL,
    day             date NOT NULL,
    number          integer NOT NULL CHECK (number BETWEEN 100 AND 999),
    PRIMARY KEY (municipality_id, office_id, day, number),
    FOREIGN KEY (municipality_id, office_id) REFERENCES office
);

CREATE TABLE reception_ticket (
    municipality_id uuid NOT NULL,
    ticket_id       uuid NOT NULL,
    office_id       uuid NOT NULL,
    day             date NOT NULL,
    number          integer NOT NULL CHECK (number BETWEEN 100 AND 999),
    -- Who said who she is; null for just a number and for a booked visitor, whose visit knows.
    person_id       uuid,
    -- A booked visitor who has come.
    visit_id        uuid,
    status          text NOT NULL CHECK (status IN ('waiting', 'called', 'done')),
    registered_by   uuid NOT NULL,
    registered_at   timestamptz NOT NULL,
    called_by       uuid,
    called_at       timestamptz,
    done_at         timestamptz,
    -- Grows with each change: boards compare it to see that something has changed.
    version         bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (municipality_id, ticket_id),
    CONSTRAINT reception_ticket_number_once UNIQUE (municipality_id, office_id, day, number),
    FOREIGN KEY (municipality_id, office_id) REFERENCES office,
    FOREIGN KEY (municipality_id, person_id) REFERENCES person,
    FOREIGN KEY (municipality_id, visit_id) REFERENCES visit,
    FOREIGN KEY (municipality_id, registered_by) REFERENCES staff,
    FOREIGN KEY (municipality_id, called_by) REFERENCES staff,
    CHECK (num_nonnulls(person_id, visit_id) <= 1),
    CHECK ((status = 'waiting') = (called_at IS NULL)),
    CHECK ((status = 'done') = (done_at IS NOT NULL))
);

SELECT porten_guard('reception_number'), porten_guard('reception_ticket');
GRANT SELECT, INSERT, DELETE ON reception_number TO porten_app;
GRANT SELECT, INSERT, UPDATE (status, called_by, called_at, done_at, version) ON reception_ticket TO porten_app;

-- A booking takes its number in the same series. When it is taken the row is not written, as if the visit's own numbers
-- had met: the booking then tries another.
CREATE FUNCTION reception_number_of_visit() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO reception_number (municipality_id, office_id, day, number)
    VALUES (NEW.municipality_id, NEW.office_id, NEW.day, NEW.number) ON CONFLICT DO NOTHING;
    RETURN CASE WHEN FOUND THEN NEW END;
END
$$;
CREATE TRIGGER visit_takes_number BEFORE INSERT ON visit
    FOR EACH ROW WHEN (NEW.status = 'booked') EXECUTE FUNCTION reception_number_of_visit();

-- A cancelled one gives it back, unless the visitor has come and was given it as her ticket.
CREATE FUNCTION reception_number_back() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM reception_number taken
    WHERE taken.municipality_id = OLD.municipality_id AND taken.office_id = OLD.office_id AND taken.day = OLD.day
      AND taken.number = OLD.number
      AND NOT EXISTS (SELECT FROM reception_ticket ticket
                      WHERE ticket.municipality_id = OLD.municipality_id AND ticket.office_id = OLD.office_id
                        AND ticket.day = OLD.day AND ticket.number = OLD.number);
    RETURN NULL;
END
$$;
CREATE TRIGGER visit_gives_number_back AFTER UPDATE OF status ON visit
    FOR EACH ROW WHEN (OLD.status = 'booked' AND NEW.status = 'cancelled') EXECUTE FUNCTION reception_number_back();
