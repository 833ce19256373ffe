-- The number series goes on: after 999 it counts on with four digits, and a number stays one person's for the whole day.
-- Wrapping to numbers that have been served would be shorter, but a paper from the morning would then be called in the
-- afternoon. Widening a check loses nothing: every row there is keeps to the new one.
ALTER TABLE reception_number
    DROP CONSTRAINT reception_number_number_check,
    ADD CONSTRAINT reception_number_number_check CHECK (number >= 100);
ALTER TABLE reception_ticket
    DROP CONSTRAINT reception_ticket_number_check,
    ADD CONSTRAINT reception_ticket_number_check CHECK (number >= 100);
-- A booking keeps a number of the same series.
ALTER TABLE visit
    DROP CONSTRAINT visit_number_check,
    ADD CONSTRAINT visit_number_check CHECK (number >= 100);
