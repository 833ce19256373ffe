-- Finds sessions that nobody has used for a while, for the job that removes them.
CREATE INDEX session_seen ON session (municipality_id, seen_at);
