-- Applications (ansökningar) as they arrived: what was sent is never changed.
CREATE TABLE application (
    municipality_id uuid NOT NULL,
    application_id  uuid NOT NULL,
    case_id         uuid NOT NULL,
    person_id       uuid NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('first', 'renewal', 'supplementary')),
    -- The month support is asked for, as its first day.
    month           date NOT NULL CHECK (extract(day FROM month) = 1),
    -- Through which door: signed in, without e-ID, with staff at the desk.
    door            text NOT NULL CHECK (door IN ('portal', 'guest', 'desk')),
    -- Who took it, at the desk.
    staff_id        uuid,
    -- The answers, as sent (domain::application::ApplicationForm).
    content         jsonb NOT NULL,
    arrived_at      timestamptz NOT NULL,
    PRIMARY KEY (municipality_id, application_id),
    FOREIGN KEY (municipality_id, case_id) REFERENCES casework_case,
    FOREIGN KEY (municipality_id, person_id) REFERENCES person,
    FOREIGN KEY (municipality_id, staff_id) REFERENCES staff,
    CHECK ((door = 'desk') = (staff_id IS NOT NULL))
);

-- The caseworker's own figures beside the applicant's: one per application, a new version each save.
CREATE TABLE casework_calculation (
    municipality_id uuid NOT NULL,
    application_id  uuid NOT NULL,
    version         bigint NOT NULL,
    -- domain::norm::EstimateRequest
    request         jsonb NOT NULL,
    -- Why lines differ from the applicant's: { line: reason } (domain::casework::calculation).
    deviations      jsonb NOT NULL,
    saved_by        uuid NOT NULL,
    saved_at        timestamptz NOT NULL,
    PRIMARY KEY (municipality_id, application_id),
    FOREIGN KEY (municipality_id, application_id) REFERENCES application,
    FOREIGN KEY (municipality_id, saved_by) REFERENCES staff
);

SELECT porten_guard('application'), porten_guard('casework_calculation');
-- Moving to another case is what joining a confirmed identity does.
GRANT SELECT, INSERT, UPDATE (case_id, person_id) ON application TO porten_app;
GRANT SELECT, INSERT, UPDATE ON casework_calculation TO porten_app;
