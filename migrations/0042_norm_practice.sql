-- What no law gives and a municipality settles for itself when it calculates: reasonable ceilings, how days and surpluses
-- count. Nothing is shipped. Each row holds from its month until the next that begins; of one month the highest version
-- holds. Rows are only added: old months keep theirs, and what was once settled can always be read.
CREATE TABLE norm_practice (
    municipality_id uuid NOT NULL REFERENCES municipality,
    practice_id     uuid NOT NULL,
    -- Counts the municipality's saves from 1: two who save over the same version do not both get through.
    version         bigint NOT NULL CHECK (version > 0),
    -- The first day of the first month it holds for.
    valid_from      date NOT NULL CHECK (extract(day FROM valid_from) = 1),
    content         jsonb NOT NULL,
    -- When somebody last looked whether it is what the municipality has settled, and where that stands.
    checked_on      date NOT NULL,
    source          text NOT NULL CHECK (length(source) BETWEEN 1 AND 500),
    saved_by        uuid NOT NULL,
    saved_at        timestamptz NOT NULL,
    PRIMARY KEY (municipality_id, practice_id),
    CONSTRAINT norm_practice_version UNIQUE (municipality_id, version),
    FOREIGN KEY (municipality_id, saved_by) REFERENCES staff
);

SELECT porten_guard('norm_practice');
GRANT SELECT, INSERT ON norm_practice TO porten_app;

-- The practice a verified calculation was made with: it keeps the figures of its day. Null: nothing was settled then.
ALTER TABLE casework_calculation ADD COLUMN practice jsonb;
