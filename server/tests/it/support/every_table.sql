-- A row in every table that the stage's people have not filled, so that each is tested. Written as the superuser:
-- what the rows say does not matter, whose they are does.
WITH
    place AS (SELECT municipality_id, office_id FROM office WHERE slug = 'sodra'),
    someone AS (SELECT municipality_id, person_id FROM demo_persona WHERE persona = 'anna'),
    worker AS (SELECT staff_id FROM demo_persona WHERE persona = 'karin'),
    booked AS (SELECT visit_id FROM visit LIMIT 1),
    bucket AS (INSERT INTO limit_bucket SELECT municipality_id, decode(repeat('ef', 32), 'hex'), now() FROM place),
    resume AS (INSERT INTO account_resume SELECT municipality_id, decode(repeat('ab', 32), 'hex'), person_id, now() FROM someone),
    contact AS (INSERT INTO account_contact SELECT municipality_id, person_id, 'none', NULL, NULL, 'sv' FROM someone),
    answer_time AS (INSERT INTO application_answer_time SELECT municipality_id, '2000-01-01', 1 FROM place),
    practice AS (
        INSERT INTO norm_practice
        SELECT municipality_id, gen_random_uuid(), 1, '2000-01-01', '{}', '2000-01-01', 'x', staff_id, now() FROM place, worker
    ),
    need AS (
        INSERT INTO document_need
            (municipality_id, paper, need_id, asked_first, asked_renewal, checked_on, source, saved_by, saved_at)
        SELECT municipality_id, 'hyresavi', gen_random_uuid(), true, true, '2000-01-01', 'x', staff_id, now() FROM place, worker
    ),
    series AS (INSERT INTO casework_series SELECT municipality_id, 2000, 1 FROM place),
    opened AS (
        INSERT INTO casework_case (municipality_id, case_id, number, office_id, opened_at)
        SELECT municipality_id, gen_random_uuid(), '2000-00001', office_id, now() FROM place RETURNING case_id
    ),
    party AS (INSERT INTO casework_party SELECT municipality_id, case_id, person_id, 'applicant' FROM someone, opened),
    note AS (
        INSERT INTO casework_note SELECT municipality_id, gen_random_uuid(), case_id, staff_id, 'x', now() FROM place, opened, worker
    ),
    application AS (
        INSERT INTO application
            (municipality_id, application_id, case_id, person_id, kind, month, door, content, arrived_at)
        SELECT municipality_id, gen_random_uuid(), case_id, person_id, 'first', '2000-01-01', 'portal', '{}', now()
        FROM someone, opened RETURNING application_id
    ),
    calculation AS (
        INSERT INTO casework_calculation
        SELECT municipality_id, application_id, 1, '{}', '[]', staff_id, now() FROM place, application, worker
    ),
    object AS (
        INSERT INTO storage_object SELECT municipality_id, gen_random_uuid(), 'committed', now() FROM place RETURNING object_id
    ),
    document AS (
        INSERT INTO document
            (municipality_id, document_id, person_id, object_id, name, media_type, size, sha256, format, uploaded_at)
        SELECT municipality_id, gen_random_uuid(), person_id, object_id, 'x', 'image/png', 1, decode(repeat('cd', 32), 'hex'), 1, now()
        FROM someone, object
    ),
    ticket AS (
        INSERT INTO reception_ticket
            (municipality_id, ticket_id, office_id, day, number, visit_id, status, registered_by, registered_at)
        SELECT municipality_id, gen_random_uuid(), office_id, '2000-01-01', 100, visit_id, 'waiting', staff_id, now()
        FROM place, booked, worker
    ),
    message AS (
        INSERT INTO message SELECT municipality_id, gen_random_uuid(), person_id, 'decision', gen_random_uuid(), now(), NULL
        FROM someone RETURNING message_id
    ),
    told AS (
        INSERT INTO message_told SELECT municipality_id, gen_random_uuid(), person_id, 'decision', gen_random_uuid(), 'letter', staff_id, now()
        FROM someone, worker
    ),
    notice AS (INSERT INTO message_notice (municipality_id, message_id, status) SELECT municipality_id, message_id, 'not_wanted' FROM place, message),
    decision AS (
        INSERT INTO decision
            (municipality_id, decision_id, case_id, application_id, status, version, content, drafted_by, saved_at)
        SELECT municipality_id, gen_random_uuid(), case_id, application_id, 'draft', 1, '{}', staff_id, now()
        FROM place, opened, application, worker RETURNING decision_id
    ),
    receipt AS (
        INSERT INTO decision_receipt SELECT municipality_id, decision_id, person_id, now(), '2000-01-01' FROM someone, decision
    )
INSERT INTO decision_law_confirmation SELECT municipality_id, '12:3', '2000-01-01', staff_id, now() FROM place, worker;
