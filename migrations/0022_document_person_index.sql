-- "My papers", and those of an application.
CREATE INDEX document_person ON document (municipality_id, person_id, application_id);
