//! Security rows 66-69: who did or read what is written in the same transaction as the thing itself, cannot be changed
//! afterwards, and has one canonical form.

use crate::support::{
    Stage, database,
    look::{book, booked, booking, code},
};
use domain::account::SessionRef;
use jiff::{SignedDuration, Timestamp};
use server::db::audit::{self, Entry};
use sqlx::{Connection, FromRow};
use std::collections::BTreeSet;
use uuid::Uuid;

/// An audit row as it lies in the table.
#[derive(Debug, Clone, PartialEq, FromRow)]
struct Stored {
    municipality_id: Uuid,
    audit_id: Uuid,
    at: jiff_sqlx::Timestamp,
    actor_kind: String,
    actor_id: Option<Uuid>,
    session_ref: Option<i64>,
    action: String,
    object_kind: String,
    object_ids: Vec<Uuid>,
    reason: String,
    detail: String,
}

fn kept(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

impl Stored {
    fn entry(&self) -> Entry {
        Entry {
            municipality: self.municipality_id,
            id: self.audit_id,
            at: self.at.to_jiff(),
            actor_kind: kept(&self.actor_kind),
            actor_id: self.actor_id,
            session: self.session_ref.map(SessionRef),
            action: kept(&self.action),
            object_kind: kept(&self.object_kind),
            object_ids: self.object_ids.clone(),
            reason: kept(&self.reason),
            detail: self.detail.clone(),
        }
    }
}

/// All rows in the order they were written.
async fn rows(stage: &Stage) -> Vec<Stored> {
    let mut root = stage.root().await;
    sqlx::query_as("SELECT * FROM audit ORDER BY ctid").fetch_all(&mut root).await.expect("the log")
}

async fn rows_of(stage: &Stage, action: &str) -> Vec<Stored> {
    rows(stage).await.into_iter().filter(|row| row.action == action).collect()
}

/// No audit row can be written from now on.
const MUTE: &str = "REVOKE INSERT ON audit FROM porten_app";
const SPEAK: &str = "GRANT INSERT ON audit TO porten_app";

#[tokio::test(flavor = "multi_thread")]
async fn asvs_66_every_act_leaves_one_row_that_says_who_did_what() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let slot = stage.slot("2026-11-24").await;
    let visit: Uuid = booked(&mut anna, "k", &slot).await.parse().expect("an id");
    assert_eq!(anna.delete(&format!("/api/v1/visits/{visit}")).await.status, 204);
    assert_eq!(anna.delete(&format!("/api/v1/visits/{visit}")).await.status, 204, "again changes nothing");
    let mut karin = stage.signed_in("karin").await;
    let person = stage.who("anna").await;
    let mut for_anna = booking(&slot);
    for_anna["person_id"] = person.to_string().into();
    assert_eq!(karin.command("/api/v1/visits", "s", &for_anna).await.status, 201);

    assert_eq!(anna.post("/logga-ut", &[]).await.status, 303);

    let all = rows(&stage).await;
    let actions: Vec<&str> = all.iter().map(|row| row.action.as_str()).collect();
    let (signed_in, signed_out) = ("account.sign_in", "account.sign_out");
    assert_eq!(actions, [signed_in, "visit.book", "visit.cancel", signed_in, "visit.book", signed_out]);
    assert_eq!((all[5].actor_id, all[5].session_ref), (Some(person), all[0].session_ref));
    let slot: Uuid = slot.parse().expect("an id");
    let (sign_in, book, cancel, by_staff) = (&all[0], &all[1], &all[2], &all[4]);
    assert_eq!((sign_in.object_ids.as_slice(), sign_in.object_kind.as_str()), (&[person][..], "applicant"));
    assert_eq!((book.actor_kind.as_str(), book.actor_id), ("applicant", Some(person)));
    assert_eq!((book.object_ids.as_slice(), book.reason.as_str()), (&[visit, slot, person][..], "own"));
    assert_eq!(book.session_ref, sign_in.session_ref, "the same session");
    assert!(book.session_ref.is_some());
    assert_eq!((cancel.object_ids.as_slice(), cancel.actor_id), (&[visit, person][..], Some(person)));
    assert_eq!((by_staff.actor_kind.as_str(), by_staff.reason.as_str()), ("staff", "for_person"));
    assert_eq!(by_staff.actor_id, Some(stage.who("karin").await));
    assert_eq!(by_staff.object_ids[2], person);
    assert!(all.iter().all(|row| row.at.to_jiff() == "2026-11-23T08:00:00Z".parse::<Timestamp>().expect("a time")));
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_66_no_row_no_act() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let mut rut = stage.signed_in("rut").await;
    let mut karin = stage.signed_in("karin").await;
    let slot = stage.slot("2026-11-24").await;
    let sizes = "SELECT (SELECT count(*) FROM visit) * 1000000 + (SELECT count(*) FROM visit_seat) * 10000
                 + (SELECT count(*) FROM idempotency) * 100 + (SELECT count(*) FROM session)";
    let before = stage.number(sizes).await;

    stage.arrange(MUTE).await;
    let refused = book(&mut anna, "k", &slot).await;
    assert_eq!((refused.status, code(&refused)), (500, "internal".to_owned()));
    assert_eq!(stage.number(sizes).await, before, "nothing is booked, no key is used up");
    let list = rut.get("/api/v1/desk/today").await;
    assert_eq!(list.status, 500);
    assert!(!list.text.contains("visitors"), "no audit row, no list: {}", list.text);
    let page = rut.get("/personal/reception").await;
    assert_eq!(page.status, 500);
    assert!(!page.text.contains("214"), "the numbers of the day are not shown");
    let path = format!("/api/v1/visits?person_id={}", stage.who("anna").await);
    assert_eq!(karin.get(&path).await.status, 500);
    let mut maria = stage.browser();
    assert_eq!(maria.post("/demo/login", &[("persona", "maria")]).await.status, 500);
    assert_eq!(stage.number(sizes).await, before, "nobody is signed in");

    stage.arrange(SPEAK).await;
    let visit = booked(&mut anna, "k", &slot).await;
    stage.arrange(MUTE).await;
    assert_eq!(anna.delete(&format!("/api/v1/visits/{visit}")).await.status, 500);
    let seats = format!("SELECT count(*) FROM visit_seat WHERE visit_id = '{visit}'");
    assert_eq!(stage.number(&seats).await, 1, "the seat is still hers");
    stage.arrange(SPEAK).await;
    assert_eq!(anna.delete(&format!("/api/v1/visits/{visit}")).await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_67_the_log_is_append_only_for_everybody() {
    let stage = Stage::new().await;
    stage.signed_in("anna").await;
    let before = rows(&stage).await;
    assert!(!before.is_empty());
    for options in [&stage.app, &stage.owner] {
        let role = options.get_username();
        for sql in ["UPDATE audit SET reason = 'x'", "UPDATE audit SET at = at", "DELETE FROM audit", "TRUNCATE audit"]
        {
            let mut connection = database::connect(options).await;
            let mut tx = connection.begin().await.expect("a transaction");
            sqlx::query("SELECT set_config('porten.municipality', $1, true)")
                .bind(stage.municipality.0.to_string())
                .execute(&mut *tx)
                .await
                .expect("a setting");
            let error = sqlx::query(sql).execute(&mut *tx).await.expect_err(sql);
            let code = error.as_database_error().and_then(|error| error.code().map(std::borrow::Cow::into_owned));
            assert_eq!(code.as_deref(), Some("42501"), "{role} {sql}: {error}");
        }
    }
    assert_eq!(rows(&stage).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_67_a_row_read_back_has_the_same_canonical_form() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    rut.get("/personal/reception").await;
    let mut tx = stage.db.begin(&stage.system()).await.expect("a transaction");
    let mut written = Vec::new();
    let odd = serde_json::json!({ "z": 1, "a": [1.5, null, "å \"\\\n"], "nested": { "b": 1, "a": 2 } });
    for (at, detail) in [
        (stage.world.now(), odd.clone()),
        ("2026-03-29T01:00:00.000001Z".parse().expect("a time"), serde_json::json!({})),
        // More digits than PostgreSQL keeps.
        ("2026-03-29T01:00:00.123456789Z".parse().expect("a time"), odd),
        ("1969-12-31T23:59:59.999999Z".parse().expect("a time"), serde_json::json!("  spaces  ")),
    ] {
        let mut entry = Entry::new(&stage.system(), stage.world.id(), at, "test.write", "test")
            .objects([stage.world.id(), Uuid::nil(), Uuid::max()])
            .because("test")
            .detail(&detail);
        entry.session = Some(SessionRef(i64::MIN));
        audit::write(&mut tx, &entry).await.expect("a row");
        written.push(entry);
    }
    let plain = Entry::new(&stage.system(), stage.world.id(), stage.world.now(), "test.write", "test");
    audit::write(&mut tx, &plain).await.expect("a row");
    written.push(plain);
    tx.commit().await.expect("committed");

    let stored = rows_of(&stage, "test.write").await;
    assert_eq!(stored.len(), written.len());
    for entry in &written {
        let row = stored.iter().find(|row| row.audit_id == entry.id).expect("its row");
        assert_eq!(row.entry().canonical(), entry.canonical(), "{entry:?}");
    }
    let forms: BTreeSet<Vec<u8>> = rows(&stage).await.iter().map(|row| row.entry().canonical()).collect();
    assert_eq!(forms.len(), rows(&stage).await.len(), "no two rows have one form");

    // What the form covers is what the table has.
    let mut root = stage.root().await;
    let columns: Vec<String> = sqlx::query_scalar(
        "SELECT attname::text FROM pg_attribute WHERE attrelid = 'audit'::regclass AND attnum > 0 AND NOT attisdropped
         ORDER BY attnum",
    )
    .fetch_all(&mut root)
    .await
    .expect("columns");
    let covered =
        "municipality_id audit_id at actor_kind actor_id session_ref action object_kind object_ids reason detail";
    assert_eq!(columns.join(" "), covered, "a new column belongs into Entry::canonical");
}

fn sample() -> Entry {
    Entry {
        municipality: Uuid::from_u128(1),
        id: Uuid::from_u128(2),
        at: Timestamp::UNIX_EPOCH,
        actor_kind: "staff",
        actor_id: Some(Uuid::from_u128(3)),
        session: Some(SessionRef(4)),
        action: "ab",
        object_kind: "cd",
        object_ids: vec![Uuid::from_u128(5)],
        reason: "ef",
        detail: "gh".to_owned(),
    }
}

#[test]
fn asvs_67_no_two_entries_share_a_canonical_form() {
    let base = sample();
    let others = [
        Entry { municipality: Uuid::from_u128(9), ..base.clone() },
        Entry { id: Uuid::from_u128(9), ..base.clone() },
        Entry { at: Timestamp::UNIX_EPOCH + SignedDuration::from_micros(1), ..base.clone() },
        Entry { actor_kind: "system", ..base.clone() },
        Entry { actor_id: Some(Uuid::from_u128(9)), ..base.clone() },
        Entry { actor_id: None, ..base.clone() },
        Entry { actor_id: Some(Uuid::nil()), ..base.clone() },
        Entry { session: Some(SessionRef(9)), ..base.clone() },
        Entry { session: None, ..base.clone() },
        Entry { session: Some(SessionRef(0)), ..base.clone() },
        // A byte moved between neighbours.
        Entry { action: "a", object_kind: "bcd", ..base.clone() },
        Entry { action: "abc", object_kind: "d", ..base.clone() },
        Entry { action: "", object_kind: "abcd", ..base.clone() },
        Entry { actor_kind: "staf", action: "fab", ..base.clone() },
        Entry { reason: "e", detail: "fgh".to_owned(), ..base.clone() },
        Entry { reason: "efg", detail: "h".to_owned(), ..base.clone() },
        Entry { reason: "", detail: "efgh".to_owned(), ..base.clone() },
        // Ids moved between neighbours.
        Entry { object_ids: vec![], ..base.clone() },
        Entry { object_ids: vec![Uuid::from_u128(5), Uuid::from_u128(5)], ..base.clone() },
        Entry { object_ids: vec![Uuid::from_u128(5), Uuid::from_u128(6)], ..base.clone() },
        Entry { object_ids: vec![Uuid::from_u128(6), Uuid::from_u128(5)], ..base.clone() },
        Entry { object_kind: "c", object_ids: vec![Uuid::from_u128(0x64 << 120)], ..base.clone() },
        // The same text as a length and as itself.
        Entry { reason: "\0\0\0\0\0\0\0\u{2}ef", ..base.clone() },
        base.clone(),
    ];
    let forms: BTreeSet<Vec<u8>> = others.iter().map(Entry::canonical).collect();
    assert_eq!(forms.len(), others.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_a_list_is_one_row_and_an_unchanged_refresh_is_none() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    let mut anna = stage.signed_in("anna").await;
    let count = async || rows_of(&stage, "reception.day").await.len();

    assert_eq!(rut.get("/personal/reception").await.status, 200);
    let first = rows_of(&stage, "reception.day").await;
    assert_eq!(first.len(), 1);
    let visitors = rut.get("/api/v1/desk/today").await.json();
    let shown: Vec<Uuid> = visitors["visitors"]
        .as_array()
        .expect("visitors")
        .iter()
        .map(|visitor| visitor["visit_id"].as_str().expect("an id").parse().expect("an id"))
        .collect();
    assert_eq!(shown.len(), 4);
    assert_eq!(first[0].object_ids, shown);
    assert_eq!((first[0].object_kind.as_str(), first[0].reason.as_str()), ("visit", "desk_day"));
    let office = stage.id("SELECT office_id FROM office WHERE slug = 'sodra'").await;
    let filter: serde_json::Value = serde_json::from_str(&first[0].detail).expect("JSON");
    assert_eq!(filter, serde_json::json!({ "office": office, "day": "2026-11-23" }));

    assert_eq!(count().await, 1, "by page or by REST: the same list");
    stage.clock.pass(SignedDuration::new(9 * 60 + 59, 0));
    rut.get("/personal/reception").await;
    assert_eq!(count().await, 1);
    stage.clock.pass(SignedDuration::from_secs(1));
    rut.get("/personal/reception").await;
    assert_eq!(count().await, 2, "ten minutes later it is a new reading");

    let mut again = stage.signed_in("rut").await;
    again.get("/personal/reception").await;
    assert_eq!(count().await, 3, "another session");
    stage.signed_in("joel").await.get("/personal/reception").await;
    assert_eq!(count().await, 4, "somebody else");

    let today = stage.slots("sodra", "2026-11-23", "2026-11-23").await;
    let visit = booked(&mut anna, "k", today.last().expect("a slot")["slot_id"].as_str().expect("an id")).await;
    rut.get("/personal/reception").await;
    assert_eq!(count().await, 5, "a visitor more");
    rut.get("/personal/reception").await;
    assert_eq!(count().await, 5);
    let last = rows_of(&stage, "reception.day").await.pop().expect("a row");
    assert!(last.object_ids.contains(&visit.parse().expect("an id")));
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_reading_a_persons_visits_is_recorded_and_her_own_reading_is_not() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let visit = booked(&mut anna, "k", &stage.slot("2026-11-24").await).await;
    anna.get("/api/v1/visits").await;
    assert!(rows_of(&stage, "visit.list").await.is_empty());
    let (person, nobody) = (stage.who("anna").await, stage.world.id());
    let mut karin = stage.signed_in("karin").await;
    assert_eq!(karin.get(&format!("/api/v1/visits?person_id={person}")).await.status, 200);
    assert_eq!(karin.get(&format!("/api/v1/visits?person_id={nobody}")).await.status, 404);
    let read = rows_of(&stage, "visit.list").await;
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].object_ids, [visit.parse::<Uuid>().expect("an id")]);
    assert_eq!(read[0].detail, format!("{{\"person\":\"{person}\"}}"));
    assert_eq!(read[0].actor_id, Some(stage.who("karin").await));
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_70_no_personal_data_is_in_the_log() {
    let stage = Stage::new().await;
    stage.arrange("UPDATE person SET display_name = 'Kanariefågel ' || display_name").await;
    let mut anna = stage.signed_in("anna").await;
    let mut command = booking(&stage.slot("2026-11-24").await);
    command["needs"] = "Kanariefågel i rummet".into();
    command["language"] = "tlh-kanarie".into();
    command["interpreter"] = true.into();
    let answer = anna.command("/api/v1/visits", "kanariefågel".replace('å', "a").as_str(), &command).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let visit = answer.json()["visit_id"].as_str().expect("an id").to_owned();
    let mut rut = stage.signed_in("rut").await;
    rut.get("/personal/reception").await;
    let mut karin = stage.signed_in("karin").await;
    karin.get(&format!("/api/v1/visits?person_id={}", stage.who("anna").await)).await;
    anna.delete(&format!("/api/v1/visits/{visit}")).await;
    assert_eq!(stage.number("SELECT count(*) FROM audit x WHERE x::text ILIKE '%kanarie%'").await, 0);
    for name in ["Anna", "Rut"] {
        let found = format!("SELECT count(*) FROM audit x WHERE strpos(x::text, '{name}') > 0");
        assert_eq!(stage.number(&found).await, 0, "{name}");
    }
    assert!(stage.number("SELECT count(*) FROM audit").await >= 6);
}
