-- Finds drafts nobody has touched for long, for the job that removes them.
CREATE INDEX draft_saved ON draft (municipality_id, saved_at);
