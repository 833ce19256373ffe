-- How often somebody may do what a machine could do without end: one row for each action and caller who used it lately.
--
-- A bucket that leaks: each call pushes `full_at`, the moment at which the bucket is full again, further ahead, and one
-- that would push it too far is refused. So a row is one time, taking is one statement, and a full bucket is no row.
CREATE TABLE limit_bucket (
    municipality_id uuid NOT NULL,
    -- SHA-256 of the action and of whom it counts for. An address is in it as a keyed hash only; the key is not in the
    -- database.
    bucket          bytea NOT NULL CHECK (octet_length(bucket) = 32),
    full_at         timestamptz NOT NULL,
    PRIMARY KEY (municipality_id, bucket)
);

SELECT porten_guard('limit_bucket');
GRANT SELECT, INSERT, DELETE, UPDATE (full_at) ON limit_bucket TO porten_app;
