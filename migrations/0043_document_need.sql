-- Which of the papers that are needed a document is (domain/documents.toml); null: another paper, or sent before this was asked.
ALTER TABLE document ADD COLUMN paper text CHECK (length(paper) BETWEEN 1 AND 40);

-- How a municipality asks for a paper, where it has said so. Without a row the built-in reading holds (domain/documents.toml),
-- which nobody there has confirmed. Insert-only: the newest row of a paper holds, and what held before can be read.
-- No personal data of applicants. Nothing here makes a missing paper stop an application.
CREATE TABLE document_need (
    municipality_id uuid NOT NULL,
    paper           text NOT NULL CHECK (length(paper) BETWEEN 1 AND 40),
    need_id         uuid NOT NULL,
    asked_first     boolean NOT NULL,
    asked_renewal   boolean NOT NULL,
    -- How many months back; null: the latest one.
    months_first    smallint CHECK (months_first BETWEEN 1 AND 24),
    months_renewal  smallint CHECK (months_renewal BETWEEN 1 AND 24),
    -- What the municipality adds in its own words. Swedish stands in for a language that is missing.
    extra_sv        text CHECK (length(extra_sv) BETWEEN 1 AND 500),
    extra_en        text CHECK (length(extra_en) BETWEEN 1 AND 500),
    extra_ar        text CHECK (length(extra_ar) BETWEEN 1 AND 500),
    -- The day somebody made sure of it, and where it says so.
    checked_on      date NOT NULL,
    source          text NOT NULL CHECK (length(source) BETWEEN 1 AND 500),
    saved_by        uuid NOT NULL,
    saved_at        timestamptz NOT NULL,
    PRIMARY KEY (municipality_id, paper, need_id),
    FOREIGN KEY (municipality_id, saved_by) REFERENCES staff,
    CHECK (extra_sv IS NOT NULL OR (extra_en IS NULL AND extra_ar IS NULL))
);

SELECT porten_guard('document_need');
GRANT SELECT, INSERT ON document_need TO porten_app;
