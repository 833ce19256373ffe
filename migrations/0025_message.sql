-- Messages to a person, read signed in; and the notices that say, without saying what, that there is one.
CREATE TABLE message (
    municipality_id uuid NOT NULL,
    message_id      uuid NOT NULL,
    person_id       uuid NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('application_received', 'decision')),
    -- The application or decision it is about.
    about           uuid NOT NULL,
    sent_at         timestamptz NOT NULL,
    read_at         timestamptz,
    PRIMARY KEY (municipality_id, message_id),
    FOREIGN KEY (municipality_id, person_id) REFERENCES person
);

CREATE TABLE message_notice (
    municipality_id uuid NOT NULL,
    message_id      uuid NOT NULL,
    status          text NOT NULL CHECK (status IN ('waiting', 'handed_over', 'failed', 'not_wanted')),
    -- Hand-overs begun.
    attempts        integer NOT NULL DEFAULT 0,
    -- Those among them whose end nobody knows (we ended, or the connection did, before the reply). Never more than two:
    -- at most one duplicate.
    unconfirmed     integer NOT NULL DEFAULT 0,
    -- While somebody is at it: no other hand-over begins before this time.
    claimed_until   timestamptz,
    handed_over_at  timestamptz,
    PRIMARY KEY (municipality_id, message_id),
    FOREIGN KEY (municipality_id, message_id) REFERENCES message
);

SELECT porten_guard('message'), porten_guard('message_notice');
GRANT SELECT, INSERT, UPDATE (read_at) ON message TO porten_app;
GRANT SELECT, INSERT, UPDATE (status, attempts, unconfirmed, claimed_until, handed_over_at) ON message_notice TO porten_app;
