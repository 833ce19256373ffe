-- "My messages."
CREATE INDEX message_person ON message (municipality_id, person_id, sent_at DESC);
