-- Cases (ärenden): one number, one office, the parties, one caseworker at a time.

-- The number series: one row a year, taken by UPDATE in the transaction that opens the case.
CREATE TABLE casework_series (
    municipality_id uuid NOT NULL REFERENCES municipality,
    year            integer NOT NULL,
    last            integer NOT NULL,
    PRIMARY KEY (municipality_id, year)
);

CREATE TABLE casework_case (
    municipality_id uuid NOT NULL,
    case_id         uuid NOT NULL,
    -- 2026-01432
    number          text NOT NULL CHECK (number ~ '^[0-9]{4}-[0-9]{5,}$'),
    office_id       uuid NOT NULL,
    -- Who works on it; nobody yet when null.
    handler_id      uuid,
    status          text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
    version         bigint NOT NULL DEFAULT 1,
    opened_at       timestamptz NOT NULL,
    PRIMARY KEY (municipality_id, case_id),
    CONSTRAINT casework_case_number_once UNIQUE (municipality_id, number),
    FOREIGN KEY (municipality_id, office_id) REFERENCES office,
    FOREIGN KEY (municipality_id, handler_id) REFERENCES staff
);

CREATE TABLE casework_party (
    municipality_id uuid NOT NULL,
    case_id         uuid NOT NULL,
    person_id       uuid NOT NULL,
    role            text NOT NULL CHECK (role IN ('applicant', 'partner')),
    PRIMARY KEY (municipality_id, case_id, person_id),
    FOREIGN KEY (municipality_id, case_id) REFERENCES casework_case,
    FOREIGN KEY (municipality_id, person_id) REFERENCES person
);

-- What staff write down; append-only.
CREATE TABLE casework_note (
    municipality_id uuid NOT NULL,
    note_id         uuid NOT NULL,
    case_id         uuid NOT NULL,
    staff_id        uuid NOT NULL,
    text            text NOT NULL CHECK (length(text) BETWEEN 1 AND 10000),
    written_at      timestamptz NOT NULL,
    PRIMARY KEY (municipality_id, note_id),
    FOREIGN KEY (municipality_id, case_id) REFERENCES casework_case,
    FOREIGN KEY (municipality_id, staff_id) REFERENCES staff
);

SELECT porten_guard('casework_series'), porten_guard('casework_case'), porten_guard('casework_party'),
       porten_guard('casework_note');
GRANT SELECT, INSERT, UPDATE ON casework_series TO porten_app;
GRANT SELECT, INSERT, UPDATE (handler_id, status, version) ON casework_case TO porten_app;
GRANT SELECT, INSERT, DELETE ON casework_party TO porten_app;
GRANT SELECT, INSERT ON casework_note TO porten_app;
