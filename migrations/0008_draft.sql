-- Forms on the way: what a person typed, valid or not, on the server and nowhere else.
CREATE TABLE draft (
    municipality_id uuid NOT NULL,
    person_id       uuid NOT NULL,
    -- Which form: visit_booking.
    form            text NOT NULL,
    version         bigint NOT NULL,
    content         jsonb NOT NULL,
    saved_at        timestamptz NOT NULL,
    PRIMARY KEY (municipality_id, person_id, form),
    FOREIGN KEY (municipality_id, person_id) REFERENCES person
);

SELECT porten_guard('draft');
GRANT SELECT, INSERT, UPDATE, DELETE ON draft TO porten_app;
