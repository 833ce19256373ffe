-- Unsent papers: how many bytes a municipality has of them, and which nobody has touched for long.
CREATE INDEX document_unsent ON document (municipality_id, person_id) INCLUDE (size, uploaded_at) WHERE application_id IS NULL;
