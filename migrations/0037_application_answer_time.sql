-- Within how many working days a municipality promises to be heard from after an application (vi hör av oss senast). No
-- law gives a day for a first answer, so none is shipped: without a row in force the receipt names no day. Dated: what was
-- promised on the day an application arrived stays promised. Written by the owner.
CREATE TABLE application_answer_time (
    municipality_id uuid NOT NULL REFERENCES municipality,
    -- Local day from which it holds, until the next row.
    from_day        date NOT NULL,
    -- Null: from then on no day is promised.
    working_days    integer CHECK (working_days BETWEEN 1 AND 90),
    PRIMARY KEY (municipality_id, from_day)
);

SELECT porten_guard('application_answer_time');
GRANT SELECT ON application_answer_time TO porten_app;
