//! Security row 55: a municipality's rows are out of reach of every other, twice: by the queries' own predicate and by
//! row level security for `porten_app` and for the owner alike. The tables come from the catalogue, so a new one is
//! covered by itself (or fails here until it is guarded and the stage fills it).

use crate::support::{
    Stage, database,
    look::{booked, code},
};
use server::account::Directory;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, postgres::PgConnectOptions};
use uuid::Uuid;

/// Tables with `municipality_id` and without row level security, with the reason.
const OPEN: [(&str, &str); 2] = [
    ("municipality", "no personal data; read before the municipality is known; only the owner writes"),
    ("municipality_host", "the directory that says which municipality a Host means; only the owner writes"),
];
/// Tables without `municipality_id`, with the reason.
const COMMON: [(&str, &str); 1] = [("_sqlx_migrations", "which migrations have run")];
/// Indexes that do not begin with `municipality_id`, with the reason.
const OTHER_KEYS: [(&str, &str); 1] =
    [("municipality_host_pkey", "a host name means one municipality in the whole installation")];

const MALFORMED: [&str; 3] = ["not-a-uuid", "' OR true --", "00000000-0000-0000-0000-00000000000g"];

/// All tables with `municipality_id` that are not [`OPEN`].
async fn guarded(root: &mut PgConnection) -> Vec<String> {
    let all: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
           AND a.attname = 'municipality_id' AND NOT a.attisdropped ORDER BY 1",
    )
    .fetch_all(root)
    .await
    .expect("tables");
    let guarded: Vec<String> = all.into_iter().filter(|name| OPEN.iter().all(|(open, _)| open != name)).collect();
    assert!(guarded.len() >= 11, "{guarded:?}");
    guarded
}

/// A stage where every guarded table has rows of two municipalities, and the second one's id.
async fn two() -> (Stage, Uuid) {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    booked(&mut anna, "isolation", &stage.slot("2026-11-24").await).await;
    let slot = stage.slot("2026-11-25").await;
    assert_eq!(anna.post("/mina-sidor/besok/boka", &[("slot_id", &slot), ("version", "0")]).await.status, 303);
    let other = neighbour(&stage).await;
    (stage, other)
}

/// Makes a second municipality: a copy of every row under another `municipality_id`. That this goes without a clash shows
/// that every key begins with it.
async fn neighbour(stage: &Stage) -> Uuid {
    stage.arrange(include_str!("support/every_table.sql")).await;
    let other = stage.world.id();
    let mut root = stage.root().await;
    let tables = guarded(&mut root).await;
    // The order of the tables is nobody's business here.
    sqlx::raw_sql("SET session_replication_role = replica").execute(&mut root).await.expect("replica");
    for table in std::iter::once("municipality").chain(tables.iter().map(String::as_str)) {
        let name = if table == "municipality" { ", 'name', 'Grannstad'" } else { "" };
        let copied = sqlx::query(AssertSqlSafe(format!(
            "INSERT INTO {table}
             SELECT (jsonb_populate_record(NULL::{table}, to_jsonb(x) || jsonb_build_object('municipality_id', $1{name}))).*
             FROM {table} x WHERE municipality_id = $2"
        )))
        .bind(other)
        .bind(stage.municipality.0)
        .execute(&mut root)
        .await
        .unwrap_or_else(|error| panic!("{table}: {error}"));
        assert!(copied.rows_affected() > 0, "{table} has no row: let the stage fill it, so that it is tested");
    }
    sqlx::query("INSERT INTO municipality_host (host, municipality_id) VALUES ('grannstad.example', $1)")
        .bind(other)
        .execute(&mut root)
        .await
        .expect("a host");
    other
}

/// Begins a transaction with the setting as given, runs one statement, and undoes it.
async fn under(options: &PgConnectOptions, setting: Option<&str>, sql: &str) -> Result<(u64, Option<i64>), String> {
    let mut connection = database::connect(options).await;
    let mut tx = connection.begin().await.expect("a transaction");
    if let Some(setting) = setting {
        sqlx::query("SELECT set_config('porten.municipality', $1, true)")
            .bind(setting)
            .execute(&mut *tx)
            .await
            .expect("a setting");
    }
    let explain = |error: sqlx::Error| match error {
        sqlx::Error::Database(error) => format!("{} {}", error.code().unwrap_or_default(), error.message()),
        other => panic!("{other}"),
    };
    let outcome = if sql.starts_with("SELECT") {
        let row = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_one(&mut *tx).await.map_err(explain)?;
        (0, Some(row.get::<i64, _>(0)))
    } else {
        (sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut *tx).await.map_err(explain)?.rows_affected(), None)
    };
    tx.rollback().await.expect("undone");
    connection.close().await.expect("closed");
    Ok(outcome)
}

async fn may(stage: &Stage, table: &str, right: &str) -> bool {
    let mut root = stage.root().await;
    sqlx::query_scalar("SELECT has_table_privilege('porten_app', $1, $2)")
        .bind(table)
        .bind(right)
        .fetch_one(&mut root)
        .await
        .expect("a right")
}

/// A column the role may update, if there is one.
async fn changeable(stage: &Stage, role: &str, table: &str) -> Option<String> {
    let mut root = stage.root().await;
    sqlx::query_scalar(
        "SELECT attname::text FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
           AND attname <> 'municipality_id' AND has_column_privilege($2, attrelid, attnum, 'UPDATE')
         ORDER BY attnum DESC LIMIT 1",
    )
    .bind(table)
    .bind(role)
    .fetch_optional(&mut root)
    .await
    .expect("columns")
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_55_nothing_foreign_is_read() {
    let (stage, other) = two().await;
    let (ours, other) = (stage.municipality.0, other.to_string());
    for table in guarded(&mut stage.root().await).await {
        let expected = stage.number(&format!("SELECT count(*) FROM {table} WHERE municipality_id = '{other}'")).await;
        for options in [&stage.app, &stage.owner] {
            let role = options.get_username();
            let all = format!("SELECT count(*) FROM {table}");
            for setting in [None, Some("")] {
                assert_eq!(under(options, setting, &all).await, Ok((0, Some(0))), "{role} {table} {setting:?}");
            }
            for setting in MALFORMED {
                let refused =
                    under(options, Some(setting), &all).await.expect_err(&format!("{role} {table} {setting}"));
                assert!(refused.starts_with("22P02"), "{role} {table} {setting}: {refused}");
            }
            assert_eq!(under(options, Some(&other), &all).await, Ok((0, Some(expected))), "{role} {table}");
            let foreign = format!("{all} WHERE municipality_id = '{ours}'");
            assert_eq!(under(options, Some(&other), &foreign).await, Ok((0, Some(0))), "{role} {table}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_55_nothing_foreign_is_written() {
    let (stage, other) = two().await;
    let (ours, other) = (stage.municipality.0, other.to_string());
    let mut inserted = 0;
    for table in guarded(&mut stage.root().await).await {
        let mut root = stage.root().await;
        let row: String = sqlx::query_scalar(AssertSqlSafe(format!(
            "SELECT to_jsonb(x)::text FROM {table} x WHERE municipality_id = '{ours}' LIMIT 1"
        )))
        .fetch_one(&mut root)
        .await
        .expect("a row");
        let insert =
            format!("INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, $row${row}$row$::jsonb)).*");
        for options in [&stage.app, &stage.owner] {
            let role = options.get_username();
            let allowed = role == "porten_owner" || may(&stage, &table, "INSERT").await;
            inserted += usize::from(allowed);
            for setting in [None, Some(""), Some(other.as_str())] {
                let refused = under(options, setting, &insert).await.expect_err(&format!("{role} {table} {setting:?}"));
                let why = if allowed { "42501 new row violates row-level security" } else { "42501 permission denied" };
                assert!(refused.starts_with(why), "{role} {table} {setting:?}: {refused}");
            }
            assert!(under(options, Some(MALFORMED[0]), &insert).await.is_err(), "{role} {table}");
        }
    }
    assert!(inserted > 15, "rights were found: {inserted}");
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_55_nothing_foreign_is_changed_or_removed() {
    let (stage, other) = two().await;
    let (ours, other) = (stage.municipality.0, other.to_string());
    let mut tried = 0;
    for table in guarded(&mut stage.root().await).await {
        let rows = |whose: &str| format!("SELECT count(*) FROM {table} WHERE municipality_id = '{whose}'");
        let theirs = u64::try_from(stage.number(&rows(&other)).await).expect("a count");
        for options in [&stage.app, &stage.owner] {
            let role = options.get_username();
            let mut changes = Vec::new();
            if let Some(column) = changeable(&stage, role, &table).await {
                changes.push(format!("UPDATE {table} SET {column} = {column}"));
                // The log's own trigger would refuse it.
                if table != "audit" {
                    let done = under(options, Some(&other), &changes[0]).await;
                    assert_eq!(done, Ok((theirs, None)), "{role} {table}: one's own rows can be changed");
                }
            }
            if role == "porten_owner" || may(&stage, &table, "DELETE").await {
                changes.push(format!("DELETE FROM {table}"));
            }
            for change in changes {
                tried += 1;
                for setting in [None, Some("")] {
                    assert_eq!(under(options, setting, &change).await, Ok((0, None)), "{role} {setting:?} {change}");
                }
                let refused = under(options, Some(MALFORMED[0]), &change).await.expect_err(&change);
                assert!(refused.starts_with("22P02"), "{role} {change}: {refused}");
                let foreign = format!("{change} WHERE municipality_id = '{ours}'");
                assert_eq!(under(options, Some(&other), &foreign).await, Ok((0, None)), "{role} {foreign}");
            }
        }
        // Nor can a row be given away.
        let give = format!("UPDATE {table} SET municipality_id = '{ours}'");
        for options in [&stage.app, &stage.owner] {
            let refused = under(options, Some(&other), &give).await.expect_err(&give);
            assert!(refused.starts_with("42501"), "{give}: {refused}");
        }
    }
    assert!(tried > 25, "rights were found: {tried}");
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_55_the_application_role_can_do_nothing_but_its_work() {
    let stage = Stage::new().await;
    let mut root = stage.root().await;
    for role in ["porten_app", "porten_owner"] {
        let mighty: bool = sqlx::query_scalar(
            "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication FROM pg_roles WHERE rolname = $1",
        )
        .bind(role)
        .fetch_one(&mut root)
        .await
        .expect("the role");
        assert!(!mighty, "{role}");
    }
    let app = "'porten_app'::regrole";
    for (what, sql) in [
        ("creates databases", format!("SELECT count(*) FROM pg_roles WHERE oid = {app} AND rolcreatedb")),
        ("is a member of nothing", format!("SELECT count(*) FROM pg_auth_members WHERE member = {app}")),
        ("owns nothing", format!("SELECT count(*) FROM pg_class WHERE relowner = {app}")),
        ("owns no function", format!("SELECT count(*) FROM pg_proc WHERE proowner = {app}")),
        ("owns no schema", format!("SELECT count(*) FROM pg_namespace WHERE nspowner = {app}")),
        (
            "cannot truncate, or hang triggers or keys on anything",
            "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace IN ('public'::regnamespace, 'graphile_worker'::regnamespace)
             AND (has_table_privilege('porten_app', oid, 'TRUNCATE') OR has_table_privilege('porten_app', oid, 'TRIGGER')
                  OR has_table_privilege('porten_app', oid, 'REFERENCES'))".to_owned(),
        ),
        ("nobody's rights are lent", "SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef".to_owned()),
        ("no view reads as its owner", "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm', 'f')".to_owned()),
    ] {
        assert_eq!(stage.number(&sql).await, 0, "{what}");
    }
    for sql in [
        "CREATE TABLE mine (x integer)",
        "CREATE TABLE graphile_worker.mine (x integer)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION public.porten_guess() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE person NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY municipality ON person",
        "CREATE POLICY open ON person USING (true)",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
        "ALTER ROLE porten_app BYPASSRLS",
        "SET ROLE porten_owner",
        "SET SESSION AUTHORIZATION porten_owner",
        "SET session_replication_role = replica",
        "SELECT 1 FROM porten_guard('person')",
        "DELETE FROM municipality",
        "UPDATE municipality_host SET host = 'x.example'",
        "INSERT INTO municipality_host SELECT 'x.example', municipality_id FROM municipality",
        "TRUNCATE visit_seat",
    ] {
        let refused = under(&stage.app, Some(&stage.municipality.0.to_string()), sql).await.expect_err(sql);
        assert!(refused.starts_with("42501"), "{sql}: {refused}");
    }
    // row_security = off is no way round: it makes the query fail, never show more.
    let mut app = database::connect(&stage.app).await;
    sqlx::raw_sql("SET row_security = off").execute(&mut app).await.expect("anybody may set it");
    assert!(sqlx::query("SELECT FROM person").execute(&mut app).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_55_every_table_is_guarded() {
    let stage = Stage::new().await;
    let mut root = stage.root().await;
    for table in guarded(&mut root).await {
        let (enabled, forced): (bool, bool) =
            sqlx::query_as("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = $1::regclass")
                .bind(&table)
                .fetch_one(&mut root)
                .await
                .expect("a table");
        assert!(enabled && forced, "{table}: enabled {enabled}, forced {forced}");
        let policies: Vec<String> = sqlx::query_scalar(
            "SELECT concat_ws(' ', permissive, cmd, roles, 'using', qual, 'check', with_check) FROM pg_policies
             WHERE schemaname = 'public' AND tablename = $1",
        )
        .bind(&table)
        .fetch_all(&mut root)
        .await
        .expect("policies");
        let own = "(municipality_id = porten_municipality())";
        let only = format!("PERMISSIVE ALL {{public}} using {own} check {own}");
        assert_eq!(policies, [only], "{table}");
    }
    // Whatever has no municipality_id is known by name.
    let rest: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'f', 'm', 'v')
           AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'municipality_id')",
    )
    .fetch_all(&mut root)
    .await
    .expect("tables");
    assert_eq!(rest, COMMON.map(|(name, _)| name));
    for (table, reason) in OPEN.iter().chain(&COMMON) {
        let readable = OPEN.iter().any(|(open, _)| open == table);
        for (right, expected) in [("SELECT", readable), ("INSERT", false), ("UPDATE", false), ("DELETE", false)] {
            assert_eq!(may(&stage, table, right).await, expected, "{table} ({reason}): {right}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_55_municipality_id_comes_first_in_every_key() {
    let stage = Stage::new().await;
    let mut root = stage.root().await;
    // Primary keys and unique constraints are indexes too.
    let indexes: Vec<(String, String)> = sqlx::query_as(
        "SELECT index.relname::text, coalesce(first.attname::text, '(expression)')
         FROM pg_index i JOIN pg_class index ON index.oid = i.indexrelid
         JOIN pg_class owner ON owner.oid = i.indrelid
         LEFT JOIN pg_attribute first ON first.attrelid = i.indrelid AND first.attnum = i.indkey[0]
         WHERE owner.relnamespace = 'public'::regnamespace AND owner.relname <> ALL ($1)
           AND coalesce(first.attname::text, '') <> 'municipality_id' ORDER BY 1",
    )
    .bind(COMMON.map(|(name, _)| name).as_slice())
    .fetch_all(&mut root)
    .await
    .expect("indexes");
    let others: Vec<&str> = indexes.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(others, OTHER_KEYS.map(|(name, _)| name), "{indexes:?}");
    let foreign: Vec<String> = sqlx::query_scalar(
        "SELECT c.conrelid::regclass || ' ' || c.conname FROM pg_constraint c
         JOIN pg_attribute here ON here.attrelid = c.conrelid AND here.attnum = c.conkey[1]
         JOIN pg_attribute there ON there.attrelid = c.confrelid AND there.attnum = c.confkey[1]
         WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
           AND (here.attname <> 'municipality_id' OR there.attname <> 'municipality_id')",
    )
    .fetch_all(&mut root)
    .await
    .expect("keys");
    assert_eq!(foreign, Vec::<String>::new());
    let keyless = stage
        .number(
            "SELECT count(*) FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
             AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)",
        )
        .await;
    assert_eq!(keyless, 0, "every table has a primary key");
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_55_a_session_lives_in_its_own_municipality_only() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let visit = booked(&mut anna, "one", &stage.slot("2026-11-24").await).await;
    assert_eq!(stage.browser().get("/").await.status, 200);
    let mut lost = stage.browser().at("elsewhere.example");
    assert_eq!(lost.get("/").await.status, 200, "with one municipality every host means it");

    booked(&mut anna, "two", &stage.slot("2026-11-25").await).await;
    let slot = stage.slot("2026-11-26").await;
    anna.post("/mina-sidor/besok/boka", &[("slot_id", &slot), ("version", "0")]).await;
    let other = neighbour(&stage).await;
    stage.arrange(&format!("DELETE FROM session WHERE municipality_id = '{other}'")).await;
    stage.http.directory.replace(Directory::read(&stage.db).await.expect("the directory"));

    assert_eq!(lost.get("/").await.status, 404, "now an unknown host means none");
    assert_eq!(lost.get("/api/v1/offices").await.status, 404);
    assert_eq!(lost.post("/demo/login", &[("persona", "anna")]).await.status, 404);

    assert_eq!(anna.get("/api/v1/visits").await.status, 200);
    let mut stranger = anna.clone().at("Grannstad.example:443");
    assert_eq!(code(&stranger.get("/api/v1/visits").await), "sign_in_required", "our cookie is none there");
    assert_eq!(stranger.get("/mina-sidor/besok").await.status, 303);
    assert_eq!(stranger.delete(&format!("/api/v1/visits/{visit}")).await.status, 401);

    // A copy of anna there, with the very same ids: she changes her own municipality only.
    let mut twin = stage.browser().at("grannstad.example");
    assert_eq!(twin.post("/demo/login", &[("persona", "anna")]).await.status, 303);
    assert_eq!(twin.delete(&format!("/api/v1/visits/{visit}")).await.status, 204);
    let booked = |whose: Uuid| {
        format!("SELECT count(*) FROM visit_seat WHERE visit_id = '{visit}' AND municipality_id = '{whose}'")
    };
    assert_eq!(stage.number(&booked(stage.municipality.0)).await, 1, "ours is still booked");
    assert_eq!(stage.number(&booked(other)).await, 0);
    let mut twin_here = twin.clone().at("127.0.0.1:3000");
    assert_eq!(twin_here.get("/api/v1/visits").await.status, 401);

    // Kept pages are not mixed up either.
    let mut here = stage.browser();
    let mut there = stage.browser().at("grannstad.example");
    for _ in 0..2 {
        let (ours, theirs) = (here.get("/kontakt").await.text, there.get("/kontakt").await.text);
        assert!(ours.contains("Exempelstad") && !ours.contains("Grannstad"));
        assert!(theirs.contains("Grannstad") && !theirs.contains("Exempelstad"));
    }
}
