-- That somebody of the staff has told a person of what no e-mail told her of: by whom, how, when. Never changed. It is not
-- the receipt of a decision (decision_receipt), and no time to appeal begins with it.
CREATE TABLE message_told (
    municipality_id uuid NOT NULL,
    told_id         uuid NOT NULL,
    -- Who she was known as then: somebody joined later (person.joined_into) keeps her rows.
    person_id       uuid NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('application_received', 'decision')),
    -- The application or decision.
    about           uuid NOT NULL,
    how             text NOT NULL CHECK (how IN ('called', 'letter', 'in_person', 'otherwise')),
    told_by         uuid NOT NULL,
    told_at         timestamptz NOT NULL,
    PRIMARY KEY (municipality_id, told_id),
    -- Once each way: said by two at the same moment it is said once.
    CONSTRAINT message_told_once UNIQUE (municipality_id, about, kind, person_id, how),
    FOREIGN KEY (municipality_id, person_id) REFERENCES person,
    FOREIGN KEY (municipality_id, told_by) REFERENCES staff
);

SELECT porten_guard('message_told');
GRANT SELECT, INSERT ON message_told TO porten_app;
