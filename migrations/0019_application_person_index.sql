-- "My applications."
CREATE INDEX application_person ON application (municipality_id, person_id, arrived_at DESC);
