-- Who did or read what, when and why. Append-only: porten_app may insert and read, and a trigger refuses change to
-- everybody, the owner included. Every column is part of the canonical form that the hash chain will seal
-- (server/src/db/audit.rs): times in whole microseconds, the detail as text exactly as written.

CREATE TABLE audit (
    municipality_id uuid NOT NULL,
    audit_id        uuid NOT NULL,
    at              timestamptz NOT NULL,
    actor_kind      text NOT NULL CHECK (actor_kind IN ('anonymous', 'applicant', 'staff', 'system')),
    actor_id        uuid,
    session_ref     bigint,
    action          text NOT NULL,
    object_kind     text NOT NULL,
    object_ids      uuid[] NOT NULL,
    -- Why: a code of the use case; free reasons (break-glass) come with the rooms that ask for them.
    reason          text NOT NULL,
    -- What was looked for or changed, as canonical JSON; never free text of the person.
    detail          text NOT NULL,
    PRIMARY KEY (municipality_id, audit_id)
);

SELECT porten_guard('audit');
GRANT SELECT, INSERT ON audit TO porten_app;

CREATE FUNCTION audit_is_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege'; END $$;

CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
