-- Municipalities own all data: municipality_id is the first column of every key. Row level security is the second
-- lock behind the queries' own predicate: porten_app sees one municipality at a time, the one set for the transaction
-- by db.begin(&actor). An absent, empty or foreign setting sees nothing.
--
-- The two tables here hold no personal data and are read before the municipality is known (which one does this Host
-- mean?), so they are readable without the setting and writable by the owner only.

CREATE TABLE municipality (
    municipality_id uuid PRIMARY KEY,
    name            text NOT NULL,
    time_zone       text NOT NULL,
    phone           text NOT NULL,
    phone_opens     time NOT NULL,
    phone_closes    time NOT NULL,
    urgent_phone    text NOT NULL,
    email           text NOT NULL
);

-- The directory: one host name means one municipality in the whole installation, so the host is the key.
CREATE TABLE municipality_host (
    host            text PRIMARY KEY CHECK (host = lower(host)),
    municipality_id uuid NOT NULL REFERENCES municipality
);

GRANT SELECT ON municipality, municipality_host TO porten_app;

-- The municipality of the running transaction; null when none is set. A malformed setting is an error, never a match.
CREATE FUNCTION porten_municipality() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('porten.municipality', true), '')::uuid $$;

-- Gives a table its second lock. Every table with personal data calls it.
CREATE FUNCTION porten_guard(guarded regclass) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', guarded);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', guarded);
    EXECUTE format(
        'CREATE POLICY municipality ON %s USING (municipality_id = porten_municipality())'
        ' WITH CHECK (municipality_id = porten_municipality())',
        guarded);
END
$$;
REVOKE EXECUTE ON FUNCTION porten_guard(regclass) FROM PUBLIC;
