-- People and staff, and their sessions.

CREATE TABLE office (
    municipality_id uuid NOT NULL REFERENCES municipality,
    office_id       uuid NOT NULL,
    slug            text NOT NULL CHECK (slug ~ '^[a-z][a-z0-9-]{0,39}$'),
    name            text NOT NULL,
    street          text NOT NULL,
    phone           text NOT NULL,
    PRIMARY KEY (municipality_id, office_id),
    CONSTRAINT office_slug_unique UNIQUE (municipality_id, slug)
);

CREATE TABLE person (
    municipality_id uuid NOT NULL,
    person_id       uuid NOT NULL,
    display_name    text NOT NULL,
    PRIMARY KEY (municipality_id, person_id)
);

CREATE TABLE staff (
    municipality_id uuid NOT NULL,
    staff_id        uuid NOT NULL,
    office_id       uuid NOT NULL,
    display_name    text NOT NULL,
    roles           text[] NOT NULL CHECK (roles <@ ARRAY['desk', 'on_call', 'intake', 'caseworker']),
    active          boolean NOT NULL DEFAULT true,
    PRIMARY KEY (municipality_id, staff_id),
    FOREIGN KEY (municipality_id, office_id) REFERENCES office
);

-- Only the SHA-256 of the session id is kept: who reads this table cannot sign in with it.
CREATE TABLE session (
    municipality_id uuid NOT NULL,
    token_hash      bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    kind            text NOT NULL CHECK (kind IN ('applicant', 'staff')),
    person_id       uuid,
    staff_id        uuid,
    created_at      timestamptz NOT NULL,
    seen_at         timestamptz NOT NULL,
    PRIMARY KEY (municipality_id, token_hash),
    FOREIGN KEY (municipality_id, person_id) REFERENCES person,
    FOREIGN KEY (municipality_id, staff_id) REFERENCES staff,
    CHECK ((kind = 'applicant') = (person_id IS NOT NULL)),
    CHECK ((kind = 'staff') = (staff_id IS NOT NULL))
);

-- The demo's people by name. Empty outside the demo.
CREATE TABLE demo_persona (
    municipality_id uuid NOT NULL,
    persona         text NOT NULL,
    position        integer NOT NULL,
    person_id       uuid,
    staff_id        uuid,
    PRIMARY KEY (municipality_id, persona),
    FOREIGN KEY (municipality_id, person_id) REFERENCES person,
    FOREIGN KEY (municipality_id, staff_id) REFERENCES staff,
    CHECK (num_nonnulls(person_id, staff_id) = 1)
);

SELECT porten_guard('office'), porten_guard('person'), porten_guard('staff'), porten_guard('session'),
       porten_guard('demo_persona');

GRANT SELECT ON office, staff, demo_persona TO porten_app;
GRANT SELECT, INSERT ON person TO porten_app;
GRANT SELECT, INSERT, DELETE, UPDATE (seen_at) ON session TO porten_app;
