-- Persons without e-ID: a guest session belongs to a person whose identity is only claimed, and opens nothing but what
-- that person fills in and sends. A resume code opens it again.

ALTER TABLE person
    ADD COLUMN identity        text NOT NULL DEFAULT 'confirmed' CHECK (identity IN ('confirmed', 'claimed')),
    -- Twelve characters, yyyymmddnnnn; samordningsnummer alike. Absent for those without.
    ADD COLUMN personal_number text CHECK (personal_number ~ '^[0-9]{8}[0-9A-Z]{4}$');
-- A guest names herself after the fact; staff confirm.
GRANT UPDATE (display_name, identity, personal_number) ON person TO porten_app;
-- One who never sent anything is forgotten with her code.
GRANT DELETE ON person TO porten_app;

ALTER TABLE session DROP CONSTRAINT session_kind_check, DROP CONSTRAINT session_check;
ALTER TABLE session
    ADD CONSTRAINT session_kind_check CHECK (kind IN ('applicant', 'guest', 'staff')),
    ADD CONSTRAINT session_person_check CHECK ((kind IN ('applicant', 'guest')) = (person_id IS NOT NULL));

ALTER TABLE audit DROP CONSTRAINT audit_actor_kind_check;
ALTER TABLE audit ADD CONSTRAINT audit_actor_kind_check
    CHECK (actor_kind IN ('anonymous', 'applicant', 'guest', 'staff', 'system'));

-- Only the SHA-256 of the resume code is kept.
CREATE TABLE account_resume (
    municipality_id uuid NOT NULL,
    code_hash       bytea NOT NULL CHECK (octet_length(code_hash) = 32),
    person_id       uuid NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (municipality_id, code_hash),
    CONSTRAINT account_resume_person_once UNIQUE (municipality_id, person_id),
    FOREIGN KEY (municipality_id, person_id) REFERENCES person
);

-- How a person wants to be reached: never more than what she wrote.
CREATE TABLE account_contact (
    municipality_id uuid NOT NULL,
    person_id       uuid NOT NULL,
    -- The safe way: nothing is ever sent another way.
    way             text NOT NULL CHECK (way IN ('email', 'phone', 'letter', 'none')),
    email           text,
    phone           text,
    -- Language of notices.
    language        text NOT NULL CHECK (language IN ('sv', 'en', 'ar')),
    PRIMARY KEY (municipality_id, person_id),
    FOREIGN KEY (municipality_id, person_id) REFERENCES person,
    CHECK (way <> 'email' OR email IS NOT NULL)
);

SELECT porten_guard('account_resume'), porten_guard('account_contact');
GRANT SELECT, INSERT, DELETE ON account_resume TO porten_app;
GRANT SELECT, INSERT, UPDATE ON account_contact TO porten_app;
