-- Whether an application waits for its decision: what the intake list is made of. The database keeps it, so that no way
-- of publishing can forget it.
ALTER TABLE application ADD COLUMN waiting boolean NOT NULL DEFAULT true;

-- What was decided before: the owner, too, is bound by row level security, and this looks at every municipality.
ALTER TABLE application NO FORCE ROW LEVEL SECURITY;
ALTER TABLE decision NO FORCE ROW LEVEL SECURITY;
UPDATE application SET waiting = false FROM decision
WHERE decision.municipality_id = application.municipality_id AND decision.application_id = application.application_id
  AND decision.status = 'published';
ALTER TABLE application FORCE ROW LEVEL SECURITY;
ALTER TABLE decision FORCE ROW LEVEL SECURITY;

CREATE FUNCTION application_decided() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE application SET waiting = false
    WHERE municipality_id = NEW.municipality_id AND application_id = NEW.application_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER decision_ends_waiting AFTER INSERT OR UPDATE OF status ON decision
    FOR EACH ROW WHEN (NEW.status = 'published') EXECUTE FUNCTION application_decided();
GRANT UPDATE (waiting) ON application TO porten_app;

-- Joining a confirmed identity moves what was noted with the application; what a note says still never changes.
GRANT UPDATE (case_id) ON casework_note TO porten_app;
