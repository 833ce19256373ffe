-- Finds what was begun and never finished, for the job that removes it.
CREATE INDEX storage_object_staged ON storage_object (municipality_id, begun_at) WHERE state = 'staged';
