//! Drafts: what was typed is kept as typed, and two windows never undo each other unseen.

use crate::support::Stage;
use domain::{Actor, Conflict, Fault, id::PersonId};
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::{
    db::draft,
    error::Error,
    jobs::{Job, tidy::Tidy},
};

const DETAILS: &str = "/mina-sidor/besok/boka/uppgifter";

async fn saved(stage: &Stage, persona: &str) -> (i64, Value) {
    let mut root = stage.root().await;
    sqlx::query_as(
        "SELECT version, content FROM draft JOIN demo_persona USING (municipality_id, person_id) WHERE persona = $1",
    )
    .bind(persona)
    .fetch_one(&mut root)
    .await
    .expect("a draft")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_is_kept_valid_or_not() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let long = "långt ".repeat(100);
    let fields = [("version", "0"), ("interpreter", "yes"), ("language", "tlh"), ("needs", long.as_str())];
    let answer = anna.post(DETAILS, &fields).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains(long.trim_end()), "the page still shows it");
    let (version, content) = saved(&stage, "anna").await;
    assert_eq!((&content["needs"], &content["language"]), (&json!(long), &json!("tlh")));
    assert_eq!(answer.hidden("version"), version.to_string(), "the next try starts from what was saved");
    // Another day, another session, another window: still there.
    let again = stage.signed_in("anna").await.get(DETAILS).await;
    assert!(again.text.contains(long.trim_end()));
    assert_eq!(stage.number("SELECT count(*) FROM draft").await, 1, "only hers");
    assert!(!stage.signed_in("maria").await.get(DETAILS).await.text.contains("långt"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_windows_never_undo_each_other_unseen() {
    let stage = Stage::new().await;
    let mut one = stage.signed_in("anna").await;
    let mut two = one.clone();
    let (first, second) = (one.get(DETAILS).await.hidden("version"), two.get(DETAILS).await.hidden("version"));
    let of_one = [("version", first.as_str()), ("interpreter", "no"), ("needs", "från det första fönstret")];
    let of_two = [("version", second.as_str()), ("interpreter", "no"), ("needs", "från det andra fönstret")];
    assert_eq!(one.post(DETAILS, &of_one).await.status, 303);
    let refused = two.post(DETAILS, &of_two).await;
    assert_eq!(refused.status, 409);
    assert_eq!(saved(&stage, "anna").await.1["needs"], json!("från det första fönstret"));
    // A double click sends the same twice: that is no conflict.
    assert_eq!(one.post(DETAILS, &of_one).await.status, 303);
    assert!(refused.text.contains("från det andra fönstret"), "what was typed is still on the page");
    // Having read what it says she may send it again.
    let again = refused.hidden("version");
    let of_two = [("version", again.as_str()), ("interpreter", "no"), ("needs", "från det andra fönstret")];
    assert_eq!(two.post(DETAILS, &of_two).await.status, 303);
    assert_eq!(saved(&stage, "anna").await.1["needs"], json!("från det andra fönstret"));
}

#[tokio::test(flavor = "multi_thread")]
async fn choosing_a_time_in_an_old_window_is_refused_too() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let (slot, other) = (stage.slot("2026-11-24").await, stage.slot("2026-11-25").await);
    let choose = "/mina-sidor/besok/boka";
    assert_eq!(anna.post(choose, &[("slot_id", &slot), ("version", "0")]).await.status, 303);
    let (first, _) = saved(&stage, "anna").await;
    let refused = anna.post(choose, &[("slot_id", &other), ("version", "0"), ("fran", "2026-11-24")]).await;
    assert_eq!((refused.status, refused.hidden("version")), (409, first.to_string()));
    for version in ["-1", "1", "2", "9223372036854775807"] {
        assert_eq!(anna.post(choose, &[("slot_id", &other), ("version", version)]).await.status, 409, "{version}");
    }
    assert_eq!(saved(&stage, "anna").await.1["slot_id"], json!(slot));
    let version = first.to_string();
    assert_eq!(anna.post(choose, &[("slot_id", &other), ("version", &version)]).await.status, 303);
    let (second, content) = saved(&stage, "anna").await;
    assert_eq!((second, &content["slot_id"]), (first + 1, &json!(other)));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_is_saved() {
    let stage = Stage::new().await;
    let person = PersonId(stage.who("anna").await);
    let actor = Actor::system(stage.municipality);
    let mut version = 0;
    for round in 0..5 {
        let saves = (0..8).map(|number| {
            let (db, actor, now) = (stage.db.clone(), actor.clone(), stage.world.now());
            tokio::spawn(async move {
                let mut tx = db.begin(&actor).await?;
                let saved = draft::save(
                    &mut tx,
                    &actor,
                    person,
                    "test",
                    version,
                    &json!({ "by": number, "round": round }),
                    now,
                )
                .await;
                if saved.is_ok() {
                    tx.commit().await?;
                }
                saved.map(|version| (number, version))
            })
        });
        let ends: Vec<Result<(i32, i64), Error>> =
            futures::future::join_all(saves).await.into_iter().map(|end| end.expect("no panic")).collect();
        let won: Vec<&(i32, i64)> = ends.iter().filter_map(|end| end.as_ref().ok()).collect();
        assert_eq!(won.len(), 1, "{ends:?}");
        assert!(won[0].1 > version);
        let conflict = |end: &&Result<(i32, i64), Error>| {
            matches!(end, Err(Error::Fault(Fault::Conflict(Conflict::VersionConflict))))
        };
        assert_eq!(ends.iter().filter(conflict).count(), 7, "{ends:?}");
        assert_eq!(saved(&stage, "anna").await, (won[0].1, json!({ "by": won[0].0, "round": round })));
        version = won[0].1;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_letter_breaks_a_draft() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let version = async || stage.number("SELECT coalesce(max(version), 0) FROM draft").await.to_string();
    for needs in ["\u{1}\u{7f}", "\u{202e}vänd", "\u{fffd}\u{10ffff}", "<script>\"'&", "\\u0000", "rad\r\nrad"] {
        let before = version().await;
        let fields = [("version", before.as_str()), ("interpreter", "no"), ("needs", needs)];
        let answer = anna.post(DETAILS, &fields).await;
        assert!([303, 422].contains(&answer.status), "{needs:?}: {} {}", answer.status, answer.text);
        assert_eq!(saved(&stage, "anna").await.1["needs"], json!(needs), "as typed");
        assert!(!anna.get(DETAILS).await.text.contains("<script>\"'&"));
    }
    // NUL is the one letter PostgreSQL cannot keep, and nobody types it: refused, the draft as it was.
    let before = saved(&stage, "anna").await;
    for (path, field) in [(DETAILS, "needs"), ("/mina-sidor/besok/boka", "slot_id")] {
        let answer = anna.post(path, &[("version", version().await.as_str()), (field, "a\0b")]).await;
        assert_eq!(answer.status, 422, "{path}: {}", answer.text);
    }
    assert_eq!(saved(&stage, "anna").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_goes_with_its_booking_and_after_thirty_days() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let slot = stage.slot("2026-11-24").await;
    anna.post("/mina-sidor/besok/boka", &[("slot_id", &slot), ("version", "0")]).await;
    assert_eq!(stage.number("SELECT count(*) FROM draft").await, 1);
    let version = anna.get("/mina-sidor/besok/boka/bekrafta").await.hidden("version");
    let sent = [("idempotency_key", "k"), ("slot_id", slot.as_str()), ("version", version.as_str())];
    let booked = anna.post("/mina-sidor/besok/boka/bekrafta", &sent).await;
    assert_eq!(booked.status, 303, "{}", booked.text);
    assert_eq!(stage.number("SELECT count(*) FROM draft").await, 0);

    anna.post("/mina-sidor/besok/boka", &[("slot_id", &slot), ("version", "0")]).await;
    for (hours, left) in [(30 * 24 - 1, 1), (1, 1), (1, 0)] {
        stage.clock.pass(SignedDuration::from_hours(hours));
        Tidy {}.run(&stage.job_context()).await.expect("tidied");
        assert_eq!(stage.number("SELECT count(*) FROM draft").await, left, "{hours}");
    }
}
