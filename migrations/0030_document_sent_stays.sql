-- What was sent belongs to the case and stays: a paper can be taken back until its application is sent, and not
-- afterwards, whatever statement asks and whoever asks. Weeding papers after their time (gallring) comes with its own rule.
CREATE FUNCTION document_sent_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'a paper that was sent stays' USING ERRCODE = 'insufficient_privilege'; END $$;

CREATE TRIGGER document_sent_no_delete BEFORE DELETE ON document
    FOR EACH ROW WHEN (OLD.application_id IS NOT NULL)
    EXECUTE FUNCTION document_sent_stays();
-- Nor is it made unsent first, or moved to another application.
CREATE TRIGGER document_sent_no_move BEFORE UPDATE OF application_id ON document
    FOR EACH ROW WHEN (OLD.application_id IS NOT NULL AND NEW.application_id IS DISTINCT FROM OLD.application_id)
    EXECUTE FUNCTION document_sent_stays();

-- Bytes that a paper has are never an orphan's: the reaper removes bytes before it removes their row. Asked when the
-- statement is done, so that one statement may remove the paper and let go of its object.
CREATE FUNCTION storage_object_stays_with_its_document() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (SELECT FROM document
               WHERE document.municipality_id = NEW.municipality_id AND document.object_id = NEW.object_id) THEN
        RAISE EXCEPTION 'a paper has these bytes' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER storage_object_no_orphan_of_a_document AFTER UPDATE OF state ON storage_object
    FOR EACH ROW WHEN (OLD.state = 'committed' AND NEW.state = 'staged')
    EXECUTE FUNCTION storage_object_stays_with_its_document();
