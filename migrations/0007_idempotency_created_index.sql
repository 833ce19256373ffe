-- Finds answers older than seven days, for the job that removes them.
CREATE INDEX idempotency_created ON idempotency (municipality_id, created_at);
