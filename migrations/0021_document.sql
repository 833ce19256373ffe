-- Papers (handlingar). The bytes lie in the object store under a random id; here is what they are.

-- Every object that was begun. One that never became a document is an orphan and is reaped.
CREATE TABLE storage_object (
    municipality_id uuid NOT NULL,
    object_id       uuid NOT NULL,
    state           text NOT NULL CHECK (state IN ('staged', 'committed')),
    begun_at        timestamptz NOT NULL,
    PRIMARY KEY (municipality_id, object_id)
);

CREATE TABLE document (
    municipality_id uuid NOT NULL,
    document_id     uuid NOT NULL,
    person_id       uuid NOT NULL,
    -- Null until the application it belongs to is sent.
    application_id  uuid,
    object_id       uuid NOT NULL,
    -- The name the file had, cleaned; shown, never used as a path.
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    media_type      text NOT NULL CHECK (media_type IN ('image/jpeg', 'image/png', 'application/pdf')),
    -- Bytes.
    size            bigint NOT NULL CHECK (size > 0),
    sha256          bytea NOT NULL CHECK (octet_length(sha256) = 32),
    -- How the object's bytes are written (domain::document).
    format          smallint NOT NULL,
    uploaded_at     timestamptz NOT NULL,
    PRIMARY KEY (municipality_id, document_id),
    CONSTRAINT document_object_once UNIQUE (municipality_id, object_id),
    FOREIGN KEY (municipality_id, object_id) REFERENCES storage_object,
    FOREIGN KEY (municipality_id, person_id) REFERENCES person,
    FOREIGN KEY (municipality_id, application_id) REFERENCES application
);

SELECT porten_guard('storage_object'), porten_guard('document');
GRANT SELECT, INSERT, DELETE, UPDATE (state) ON storage_object TO porten_app;
-- A paper can be taken back until the application is sent.
GRANT SELECT, INSERT, DELETE, UPDATE (application_id, person_id) ON document TO porten_app;
