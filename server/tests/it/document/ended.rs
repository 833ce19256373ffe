//! What is on its way when a session ends does not go on under the old name.

use super::{API, DRAFT, FORM, apply_as, begun, guest_as, halting, rows, stored};
use crate::support::{Answer, Browser, Stage, look::code};
use axum::http::Method;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection};
use tokio::{sync::watch, task::JoinHandle};

/// A paper that has begun and waits in the middle.
async fn sending(stage: &Stage, browser: &Browser, path: &'static str) -> (watch::Sender<bool>, JoinHandle<Answer>) {
    let (tell, told) = watch::channel(false);
    let mut browser = browser.clone();
    let sending = tokio::spawn(async move {
        let headers = [("content-type", FORM), ("idempotency-key", "key")];
        browser.send(Method::POST, path, &headers, halting("key", b"%PDF-1.7", told)).await
    });
    begun(stage, 1).await;
    (tell, sending)
}

async fn finish((tell, sending): (watch::Sender<bool>, JoinHandle<Answer>)) -> Answer {
    tell.send(true).expect("it waits");
    sending.await.expect("sent")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_began_before_she_signed_out_comes_to_nothing() {
    let stage = Stage::new().await;
    for (path, status) in [(API, 401), (DRAFT, 303)] {
        let anna = stage.signed_in("anna").await;
        // Another window of hers goes on.
        let other = stage.signed_in("anna").await;
        let upload = sending(&stage, &anna, path).await;
        assert_eq!(anna.clone().post("/logga-ut", &[]).await.status, 303);
        let answer = finish(upload).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        match status {
            401 => assert_eq!(code(&answer), "sign_in_required"),
            _ => assert!(answer.header("location").starts_with("/logga-in"), "{:?}", answer.headers),
        }
        assert_eq!((rows(&stage).await, stored(&stage).len()), ((0, 0), 0), "nor are its bytes left");
        let answer = finish(sending(&stage, &other, API).await).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        stage.arrange("DELETE FROM document; DELETE FROM storage_object; DELETE FROM idempotency").await;
        for path in stored(&stage) {
            std::fs::remove_file(path).expect("removed");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_of_somebody_the_desk_has_joined_with_a_known_person_comes_to_nothing() {
    let stage = Stage::new().await;
    let (claimed, known) = (stage.world.id(), stage.world.id());
    stage
        .arrange(&format!(
            "INSERT INTO person (municipality_id, person_id, display_name, identity, personal_number)
             VALUES ('{}', '{known}', 'Maja Känd', 'confirmed', '191212121212')",
            stage.municipality
        ))
        .await;
    let guest = guest_as(&stage, claimed).await;
    apply_as(&stage, claimed, "sodra").await;
    let upload = sending(&stage, &guest, DRAFT).await;

    let mut rut = stage.signed_in("rut").await;
    let page = rut.post("/personal/reception/identitet", &[("case_number", "2026-00001")]).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let key = page.hidden("idempotency_key");
    let fields = [
        ("step", "confirm"),
        ("idempotency_key", key.as_str()),
        ("case_number", "2026-00001"),
        ("personal_number", "19121212-1212"),
    ];
    let joined = rut.post("/personal/reception/identitet", &fields).await;
    assert_eq!(joined.status, 303, "{}", joined.text);
    assert_eq!(stage.number(&format!("SELECT count(*) FROM application WHERE person_id = '{known}'")).await, 1);

    let answer = finish(upload).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    assert!(answer.header("location").starts_with("/logga-in"), "{:?}", answer.headers);
    assert_eq!((rows(&stage).await, stored(&stage).len()), ((0, 0), 0), "nobody gets a paper by it");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_on_its_way_when_the_session_ends_is_not_sent() {
    let stage = Stage::new().await;
    let anna = stage.signed_in("anna").await;
    let person = stage.who("anna").await;
    let command = json!({
        "office": "sodra", "way": "none", "language": "sv", "adults": "1", "month": "2026-11", "need": "Hyran.",
        "account": "none", "costs": [{ "kind": "rent", "amount": "8200" }],
    });
    // As when the desk joins her, which locks the person and then ends her sessions.
    let mut root = stage.root().await;
    let mut tx = root.begin().await.expect("a transaction");
    let lock = format!("SELECT person_id FROM person WHERE person_id = '{person}' FOR UPDATE");
    sqlx::query(AssertSqlSafe(lock)).execute(&mut *tx).await.expect("locked");
    let sending = tokio::spawn({
        let (mut anna, command) = (anna.clone(), command.clone());
        async move { anna.command("/api/v1/applications", "key", &command).await }
    });
    let waiting = "SELECT count(*) FROM pg_stat_activity
                   WHERE datname = current_database() AND usename = 'porten_app' AND wait_event_type = 'Lock'";
    let began = std::time::Instant::now();
    while stage.number(waiting).await == 0 {
        assert!(began.elapsed() < std::time::Duration::from_secs(30) && !sending.is_finished(), "it does not wait");
    }
    let end = format!("DELETE FROM session WHERE person_id = '{person}'");
    sqlx::query(AssertSqlSafe(end)).execute(&mut *tx).await.expect("ended");
    tx.commit().await.expect("committed");
    let answer = sending.await.expect("sent");
    assert_eq!((answer.status, code(&answer).as_str()), (401, "sign_in_required"), "{}", answer.text);
    assert_eq!(stage.number("SELECT count(*) FROM application").await, 0);
    // Signed in again, the same command with the same key is sent.
    let mut anna = stage.signed_in("anna").await;
    assert_eq!(anna.command("/api/v1/applications", "key", &command).await.status, 201);
}
