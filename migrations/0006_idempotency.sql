-- What each state-changing command answered, kept seven days: sending it again gives the same answer and does nothing.
CREATE TABLE idempotency (
    municipality_id uuid NOT NULL,
    actor_kind      text NOT NULL,
    actor_id        uuid NOT NULL,
    operation       text NOT NULL,
    key             text NOT NULL CHECK (length(key) BETWEEN 1 AND 128),
    command_hash    bytea NOT NULL CHECK (octet_length(command_hash) = 32),
    -- Null only inside the transaction that carries the command out.
    outcome         jsonb,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (municipality_id, actor_kind, actor_id, operation, key)
);

SELECT porten_guard('idempotency');
GRANT SELECT, INSERT, DELETE, UPDATE (outcome) ON idempotency TO porten_app;
