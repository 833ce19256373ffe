-- "My case."
CREATE INDEX casework_party_person ON casework_party (municipality_id, person_id);
