-- A number is unique among the booked visits of an office and day. Cancelled ones give theirs back: otherwise booking and
-- cancelling nine hundred times would leave no number, and so no visit that day, for anybody else.
ALTER TABLE visit DROP CONSTRAINT visit_number_once;
CREATE UNIQUE INDEX visit_number_once ON visit (municipality_id, office_id, day, number) WHERE status = 'booked';
