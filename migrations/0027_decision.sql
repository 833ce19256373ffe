-- Decisions (beslut). A draft changes by versions; a published one never.
CREATE TABLE decision (
    municipality_id uuid NOT NULL,
    decision_id     uuid NOT NULL,
    case_id         uuid NOT NULL,
    application_id  uuid NOT NULL,
    status          text NOT NULL CHECK (status IN ('draft', 'published')),
    version         bigint NOT NULL,
    -- domain::decision::DecisionContent: needs, amounts, reasons, sections, period, payment day.
    content         jsonb NOT NULL,
    -- The calculation it rests on, as it was (domain::decision::Calculation); null while a draft.
    calculation     jsonb,
    drafted_by      uuid NOT NULL,
    saved_at        timestamptz NOT NULL,
    decided_by      uuid,
    decided_at      timestamptz,
    PRIMARY KEY (municipality_id, decision_id),
    CONSTRAINT decision_application_once UNIQUE (municipality_id, application_id),
    FOREIGN KEY (municipality_id, case_id) REFERENCES casework_case,
    FOREIGN KEY (municipality_id, application_id) REFERENCES application,
    FOREIGN KEY (municipality_id, drafted_by) REFERENCES staff,
    FOREIGN KEY (municipality_id, decided_by) REFERENCES staff,
    CHECK ((status = 'published') = (decided_at IS NOT NULL AND decided_by IS NOT NULL AND calculation IS NOT NULL))
);

CREATE FUNCTION decision_published_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.status = 'published' THEN
        RAISE EXCEPTION 'a published decision does not change' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER decision_no_change BEFORE UPDATE OR DELETE ON decision
    FOR EACH ROW EXECUTE FUNCTION decision_published_stays();

-- When each party received it (fick del av): starts that party's time to appeal, once.
CREATE TABLE decision_receipt (
    municipality_id uuid NOT NULL,
    decision_id     uuid NOT NULL,
    person_id       uuid NOT NULL,
    received_at     timestamptz NOT NULL,
    -- The last day to appeal, as it was told.
    last_day        date NOT NULL,
    PRIMARY KEY (municipality_id, decision_id, person_id),
    FOREIGN KEY (municipality_id, decision_id) REFERENCES decision,
    FOREIGN KEY (municipality_id, person_id) REFERENCES person
);

-- Law sections an administrator has confirmed, of those whose row in domain/law says verified = false.
CREATE TABLE decision_law_confirmation (
    municipality_id uuid NOT NULL,
    section         text NOT NULL,
    valid_from      date NOT NULL,
    confirmed_by    uuid NOT NULL,
    confirmed_at    timestamptz NOT NULL,
    PRIMARY KEY (municipality_id, section, valid_from),
    FOREIGN KEY (municipality_id, confirmed_by) REFERENCES staff
);

SELECT porten_guard('decision'), porten_guard('decision_receipt'), porten_guard('decision_law_confirmation');
GRANT SELECT, INSERT, UPDATE (status, version, content, calculation, saved_at, drafted_by, decided_by, decided_at)
    ON decision TO porten_app;
GRANT SELECT, INSERT ON decision_receipt TO porten_app;
GRANT SELECT ON decision_law_confirmation TO porten_app;
