-- The intake list, oldest first; and the applications of a case.
CREATE INDEX application_case ON application (municipality_id, case_id, arrived_at);
