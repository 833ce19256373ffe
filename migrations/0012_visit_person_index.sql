-- "My visits."
CREATE INDEX visit_person ON visit (municipality_id, person_id, booked_at DESC);
