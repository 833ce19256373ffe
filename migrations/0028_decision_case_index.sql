-- The decisions of a case.
CREATE INDEX decision_case ON decision (municipality_id, case_id);
