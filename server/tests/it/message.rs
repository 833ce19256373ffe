//! Messages: a person reads her own, nobody else knows that there are any, and looking changes nothing.

use crate::{
    pages::{LANGUAGES, sound, speaking, word, words},
    support::{Stage, look::code},
};
use axum::{body::Body, http::Method};
use domain::{
    id::{MessageId, PersonId},
    message::MessageKind,
};
use jiff::SignedDuration;
use server::message;
use uuid::Uuid;

const LIST: &str = "/mina-sidor/meddelanden";

/// Tells somebody something; (the message, what it is about).
async fn post(stage: &Stage, persona: &str, kind: MessageKind) -> (MessageId, Uuid) {
    let person = PersonId(stage.who(persona).await);
    let about = stage.world.id();
    let mut tx = stage.db.begin(&stage.system()).await.expect("a transaction");
    let posted = message::post(&mut tx, &stage.system(), &stage.world, person, kind, about).await.expect("posted");
    tx.commit().await.expect("committed");
    (posted, about)
}

async fn unread(stage: &Stage) -> i64 {
    stage.number("SELECT count(*) FROM message WHERE read_at IS NULL").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_exists_exactly_when_its_change_does() {
    let stage = Stage::new().await;
    let anna = PersonId(stage.who("anna").await);
    let mut tx = stage.db.begin(&stage.system()).await.expect("a transaction");
    message::post(&mut tx, &stage.system(), &stage.world, anna, MessageKind::Decision, stage.world.id())
        .await
        .expect("posted");
    tx.rollback().await.expect("rolled back");
    assert_eq!(stage.number("SELECT count(*) FROM message").await, 0);
    assert_eq!(stage.number("SELECT count(*) FROM message_notice").await, 0);
    post(&stage, "anna", MessageKind::Decision).await;
    assert_eq!(
        stage.number("SELECT count(*) FROM message JOIN message_notice USING (municipality_id, message_id)").await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn my_messages_newest_first_whole_in_three_languages() {
    let stage = Stage::new().await;
    let (received, application) = post(&stage, "anna", MessageKind::ApplicationReceived).await;
    stage.clock.pass(SignedDuration::from_mins(20));
    let (decided, decision) = post(&stage, "anna", MessageKind::Decision).await;
    for (language, _) in LANGUAGES {
        let mut anna = speaking(stage.signed_in("anna").await, language).await;
        let texts = words(language, "message");
        let answer = anna.get(LIST).await;
        let page = sound(&answer, language);
        assert_eq!(page.only("title").text, word(&texts, "title"), "neutral");
        let headings: Vec<&str> = page.all("h2").map(|heading| heading.text.as_str()).collect();
        assert_eq!(headings[..2], [word(&texts, "decision.title"), word(&texts, "received.title")]);
        let links: Vec<&str> = page.all("a").filter_map(|link| link.get("href")).collect();
        for there in [
            format!("/mina-sidor/beslut/{decision}"),
            format!("/mina-sidor/ansokan/{application}"),
            format!("{LIST}/{received}"),
        ] {
            assert!(links.contains(&there.as_str()), "{there}: {links:?}");
        }
        assert_eq!(page.with_class("tag").filter(|tag| tag.text == word(&texts, "unread")).count(), 2);
        for message in [received, decided] {
            let answer = anna.get(&format!("{LIST}/{message}")).await;
            assert_eq!(answer.status, 200);
            sound(&answer, language);
        }
        let start = anna.get("/mina-sidor").await;
        let count = word(&texts, "my_pages_unread").replace("{{ count }}", "2");
        assert!(sound(&start, language).with_class("choice").any(|choice| choice.text.contains(&count)), "{count}");
    }
    assert_eq!(unread(&stage).await, 2, "looking marks nothing as read");

    let list = stage.signed_in("anna").await.get("/api/v1/messages").await.json();
    let items = list["items"].as_array().expect("items");
    assert_eq!(items.len(), 2);
    assert_eq!(items[0]["message_id"], decided.to_string());
    assert_eq!(items[0]["kind"], "decision");
    assert_eq!(items[1]["about"], application.to_string());
    assert_eq!(
        (&items[1]["sent_at"], &items[1]["read_at"]),
        (&"2026-11-23T08:00:00Z".into(), &serde_json::Value::Null)
    );
    let first = stage.signed_in("anna").await.get("/api/v1/messages?limit=1").await.json();
    assert_eq!(first["next"], decided.to_string());
    let second = stage.signed_in("anna").await.get(&format!("/api/v1/messages?limit=1&after={decided}")).await.json();
    assert_eq!(
        (&second["items"][0]["message_id"], &second["next"]),
        (&received.to_string().into(), &serde_json::Value::Null)
    );
    assert_eq!(unread(&stage).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_marked_as_read_by_a_button_once() {
    let stage = Stage::new().await;
    let (received, _) = post(&stage, "anna", MessageKind::ApplicationReceived).await;
    let mut anna = stage.signed_in("anna").await;
    let path = format!("{LIST}/{received}");
    let page = anna.get(&path).await.page();
    let texts = words("sv", "message");
    assert!(page.only("main").text.contains("måndag 23 november klockan 09.00"));
    let form = page.form(&path);
    assert!(page.inside(form).any(|inner| inner.name == "button" && inner.text == word(&texts, "mark")));
    for _ in 0..2 {
        let answer = anna.post(&path, &[]).await;
        assert_eq!((answer.status, answer.header("location")), (303, LIST));
        stage.clock.pass(SignedDuration::from_mins(5));
    }
    assert_eq!(unread(&stage).await, 0);
    let first = "SELECT count(*) FROM message WHERE read_at = '2026-11-23T08:00:00Z'";
    assert_eq!(stage.number(first).await, 1, "the first time stays");
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE action = 'message.read'").await, 1);
    let page = anna.get(&path).await.page();
    assert_eq!(page.all("form").filter(|form| form.get("action") == Some(&path)).count(), 0);
    assert!(page.only("main").text.contains("Läst måndag 23 november 09.00"));
}

#[tokio::test(flavor = "multi_thread")]
async fn by_rest_a_receipt_is_marked_and_a_decisions_message_is_absent() {
    let stage = Stage::new().await;
    let (received, _) = post(&stage, "anna", MessageKind::ApplicationReceived).await;
    let (decided, _) = post(&stage, "anna", MessageKind::Decision).await;
    let mut anna = stage.signed_in("anna").await;
    let mut maria = stage.signed_in("maria").await;
    let path = |message: MessageId| format!("/api/v1/messages/{message}/read");
    for (browser, message) in [(&mut anna, decided), (&mut maria, received)] {
        assert_eq!(browser.send(Method::PUT, &path(message), &[], Body::empty()).await.status, 404);
    }
    assert_eq!(unread(&stage).await, 2);
    for _ in 0..2 {
        assert_eq!(anna.send(Method::PUT, &path(received), &[], Body::empty()).await.status, 204);
    }
    assert_eq!(unread(&stage).await, 1);
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE action = 'message.read'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decisions_message_is_read_by_opening_the_decision_only() {
    let stage = Stage::new().await;
    let (decided, decision) = post(&stage, "anna", MessageKind::Decision).await;
    let mut anna = stage.signed_in("anna").await;
    let path = format!("{LIST}/{decided}");
    let page = anna.get(&path).await.page();
    assert_eq!(page.all("form").filter(|form| form.get("action") == Some(&path)).count(), 0, "no button");
    assert_eq!(anna.post(&path, &[]).await.status, 404);
    assert_eq!(unread(&stage).await, 1);

    // What the decision's room does when it is opened; another's or another kind's is not touched.
    let (person, stranger) = (PersonId(stage.who("anna").await), PersonId(stage.who("maria").await));
    let now = stage.world.now();
    for (whose, kind, left) in [
        (stranger, MessageKind::Decision, 1),
        (person, MessageKind::ApplicationReceived, 1),
        (person, MessageKind::Decision, 0),
        (person, MessageKind::Decision, 0),
    ] {
        let mut tx = stage.db.begin(&stage.system()).await.expect("a transaction");
        message::mark_read(&mut tx, &stage.system(), whose, kind, decision, now).await.expect("marked");
        tx.commit().await.expect("committed");
        assert_eq!(unread(&stage).await, left);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_messages_are_as_absent() {
    let stage = Stage::new().await;
    let (received, _) = post(&stage, "anna", MessageKind::ApplicationReceived).await;
    let mut maria = stage.signed_in("maria").await;
    let bare = |answer: crate::support::Answer| {
        let reference = answer.header("x-reference").to_owned();
        (answer.status, answer.text.replace(&reference, ""))
    };
    let absent = stage.world.id();
    for path in [format!("{LIST}/{received}"), format!("{LIST}/{absent}"), format!("{LIST}/nonsense")] {
        assert_eq!(bare(maria.get(&path).await).0, 404, "{path}");
        assert_eq!(bare(maria.post(&path, &[]).await).0, 404, "{path}");
    }
    assert!(maria.get(LIST).await.text.contains(word(&words("sv", "message"), "none")));
    assert_eq!(maria.get("/api/v1/messages").await.json()["items"], serde_json::json!([]));
    assert_eq!(code(&maria.get(&format!("/api/v1/messages?after={received}")).await), "invalid");

    for persona in ["rut", "joel", "karin", "nils"] {
        let mut staff = stage.signed_in(persona).await;
        assert_eq!(code(&staff.get("/api/v1/messages").await), "not_found", "{persona}");
        assert_eq!(staff.get(&format!("{LIST}/{received}")).await.status, 303, "{persona}: no applicant");
    }
    let mut nobody = stage.browser();
    assert_eq!(code(&nobody.get("/api/v1/messages").await), "sign_in_required");
    for path in [LIST.to_owned(), format!("{LIST}/{received}"), format!("{LIST}/{absent}")] {
        let answer = nobody.get(&path).await;
        assert_eq!(answer.status, 303, "{path}");
        assert!(answer.header("location").starts_with("/logga-in?till="), "{path}");
        let answer = nobody.post(&path, &[]).await;
        assert!(matches!(answer.status, 303 | 405), "{path}: {}", answer.status);
    }
    assert_eq!(unread(&stage).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_municipality_sees_none_of_them() {
    let stage = Stage::new().await;
    let (received, about) = post(&stage, "anna", MessageKind::ApplicationReceived).await;
    let other = domain::Actor::system(domain::id::MunicipalityId(stage.world.id()));
    let anna = PersonId(stage.who("anna").await);
    let mut tx = stage.db.begin(&other).await.expect("a transaction");
    let now = stage.world.now();
    message::mark_read(&mut tx, &other, anna, MessageKind::ApplicationReceived, about, now).await.expect("nothing");
    tx.commit().await.expect("committed");
    assert_eq!(unread(&stage).await, 1);
    // A job of another municipality finds nothing and says so.
    let job = message::jobs::SendNotice { municipality: other.municipality.0, message: received.0 };
    let ran = server::jobs::Job::run(job, &stage.job_context()).await;
    assert_eq!(ran, Err(server::jobs::Trouble::Fail("not_found")));
}
