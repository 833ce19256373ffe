//! Staff say that they have told somebody: she is no longer to be told, and nothing else has changed.

use super::{
    LIST, audited,
    guest::{self, Guest, confirm, known, publish, save},
    reach::{listed, says, wants, ways},
    send, stage,
};
use crate::{
    pages::{LANGUAGES, sound, speaking, word, words},
    support::{
        Browser, Stage,
        look::{code, text},
    },
};
use futures::future::join_all;
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

const ROWS: &str = "SELECT count(*) FROM message_told";

/// Maria, who wants a letter; her case, and the decision in it that she has not opened.
async fn unopened(stage: &Stage) -> (Uuid, Uuid, Uuid) {
    let maria = stage.who("maria").await;
    let case = stage.id(&format!("SELECT case_id FROM casework_party WHERE person_id = '{maria}'")).await;
    let decision = stage
        .id(&format!(
            "SELECT decision_id FROM decision WHERE case_id = '{case}' AND status = 'published'
               AND decision_id NOT IN (SELECT decision_id FROM decision_receipt)"
        ))
        .await;
    wants(stage, maria, "letter").await;
    (maria, case, decision)
}

fn said(person: Uuid, about: Uuid, how: &str) -> Value {
    json!({ "person_id": person, "kind": "decision", "about": about, "how": how })
}

/// What stands on the case about who was told.
async fn told(karin: &mut Browser, case: Uuid) -> Vec<Value> {
    let case = karin.get(&format!("/api/v1/cases/{case}")).await;
    case.json()["told"].as_array().expect("a list").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_staff_have_told_is_no_longer_to_be_told_and_has_not_received_anything_by_it() {
    let stage = stage().await;
    let (maria, case, decision) = unopened(&stage).await;
    let (page, path) = (format!("{LIST}/{case}"), format!("{LIST}/{case}/meddelat"));
    let receipts = "SELECT count(*) FROM decision_receipt";
    let unread = format!("SELECT count(*) FROM message WHERE about = '{decision}' AND read_at IS NULL");
    let before = stage.number(receipts).await;
    let mut karin = stage.signed_in("karin").await;
    for (language, _) in LANGUAGES {
        let shown = speaking(karin.clone(), language).await.get(&page).await;
        let (html, texts) = (sound(&shown, language), words(language, "casework"));
        let buttons: Vec<&str> = html
            .all("button")
            .filter_map(|button| (button.get("name") == Some("how")).then_some(button.text.as_str()))
            .collect();
        let expected = ["letter", "in_person", "otherwise"].map(|key| word(&texts, &format!("tell.{key}")).to_owned());
        assert_eq!(buttons.len(), 3, "{buttons:?}");
        assert!(buttons.iter().zip(&expected).all(|(button, text)| button.starts_with(text)), "{language} {buttons:?}");
        assert!(says(&shown, word(&texts, "tell.note")), "{language}: it is no receipt");
    }

    let (here, there) = (karin.get(&page).await, karin.get(&page).await);
    for shown in [&here, &here, &there] {
        let done = send(&mut karin, shown, &path, &[("how", "letter")]).await;
        assert_eq!((done.status, done.header("location")), (303, page.as_str()), "{}", done.text);
    }
    assert_eq!(
        (stage.number(ROWS).await, audited(&stage, "casework.told").await),
        (1, 1),
        "pressed twice, and in another window"
    );
    let other = send(&mut karin, &here, &path, &[("how", "called")]).await;
    assert_eq!(other.status, 422, "the key was used");
    assert_eq!((listed(&mut karin).await.len(), ways(&mut karin, case).await.len()), (0, 0));
    let list = karin.get(&format!("{LIST}?visa=inte-nadda")).await;
    assert!(list.text.contains(word(&words("sv", "casework"), "intake.unreached_none")));
    let kept = told(&mut karin, case).await;
    let one = json!({ "person_id": maria, "kind": "decision", "about": decision, "how": "letter", "by": "Karin",
                      "told_at": kept[0]["told_at"] });
    assert_eq!(kept, [one]);
    for (language, _) in LANGUAGES {
        let shown = speaking(karin.clone(), language).await.get(&page).await;
        sound(&shown, language);
        let texts = words(language, "casework");
        assert!(
            says(&shown, word(&texts, "tell.was_letter")) && says(&shown, word(&texts, "tell.decision_unread")),
            "{language}"
        );
        assert!(!shown.text.contains(word(&texts, "unreached.title")), "{language}");
    }
    let shown = karin.get(&page).await;
    assert!(shown.text.contains(" 2026 av \u{2066}Karin\u{2069}."), "{}", shown.text);
    assert_eq!(
        (stage.number(receipts).await, stage.number(&unread).await),
        (before, 1),
        "she has received nothing by it"
    );

    // Said in another way later, that is kept too, each way once.
    let command = format!("/api/v1/cases/{case}/told");
    for key in ["a", "a", "b"] {
        let answer = karin.command(&command, key, &said(maria, decision, "called")).await;
        assert_eq!((answer.status, text(&answer.json(), "how")), (200, "called".to_owned()), "{}", answer.text);
    }
    assert_eq!((told(&mut karin, case).await.len(), audited(&stage, "casework.told").await), (2, 2));
    let again = karin.command(&command, "a", &said(maria, decision, "letter")).await;
    assert_eq!(code(&again), "idempotency_key_reused");
    for change in ["UPDATE message_told SET how = 'called'", "DELETE FROM message_told"] {
        let mut tx = stage.db.begin(&stage.system()).await.expect("a transaction");
        let outcome = sqlx::query(sqlx::AssertSqlSafe(change.to_owned())).execute(&mut *tx).await;
        let error = outcome.expect_err(change).into_database_error();
        assert_eq!(error.and_then(|error| error.code().map(std::borrow::Cow::into_owned)).as_deref(), Some("42501"));
    }

    // Her time begins the day she opens it, and then nobody asks any more how she was told.
    stage.clock.pass(SignedDuration::from_hours(24));
    let mut herself = stage.signed_in("maria").await;
    let opened = herself.command(&format!("/api/v1/decisions/{decision}/open"), "k", &json!({})).await;
    assert_eq!(opened.status, 200, "{}", opened.text);
    let from_that_day = format!(
        "SELECT count(*) FROM decision_receipt
         WHERE decision_id = '{decision}' AND received_at > (SELECT max(told_at) FROM message_told) + interval '23 hours'"
    );
    assert_eq!(stage.number(&from_that_day).await, 1);
    let mut karin = stage.signed_in("karin").await;
    assert_eq!(told(&mut karin, case).await, Vec::<Value>::new());
    assert!(!says(&karin.get(&page).await, word(&words("sv", "casework"), "tell.was_letter")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_who_say_it_at_once_have_said_it_once() {
    let stage = stage().await;
    let (maria, case, decision) = unopened(&stage).await;
    let karin = stage.signed_in("karin").await;
    let sends = (0..6).map(|place| {
        let mut karin = karin.clone();
        tokio::spawn(async move {
            let key = format!("key {}", place / 2).replace(' ', "-");
            karin.command(&format!("/api/v1/cases/{case}/told"), &key, &said(maria, decision, "letter")).await
        })
    });
    let answers = join_all(sends).await.into_iter().map(|answer| answer.expect("sent"));
    let answers: BTreeSet<(u16, String)> = answers.map(|answer| (answer.status, answer.text)).collect();
    assert!(answers.len() == 1 && answers.iter().all(|(status, _)| *status == 200), "{answers:?}");
    assert_eq!((stage.number(ROWS).await, audited(&stage, "casework.told").await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_works_at_the_office_says_it_and_only_of_who_and_what_is_in_the_case() {
    let stage = stage().await;
    let (maria, case, decision) = unopened(&stage).await;
    let path = format!("/api/v1/cases/{case}/told");
    let right = said(maria, decision, "letter");
    for (who, status) in [("nils", 404), ("rut", 404), ("maria", 404), ("anna", 404)] {
        let answer = stage.signed_in(who).await.command(&path, "k", &right).await;
        assert_eq!(answer.status, status, "{who}: {}", answer.text);
    }
    assert_eq!(stage.browser().command(&path, "k", &right).await.status, 401);
    let mut karin = stage.signed_in("karin").await;
    assert_eq!(karin.json(&path, &right).await.status, 400, "no key");
    let norra = "FROM application JOIN casework_case USING (municipality_id, case_id)
                 JOIN office USING (municipality_id, office_id) WHERE slug = 'norra'";
    let stranger = stage.id(&format!("SELECT application.person_id {norra}")).await;
    let theirs = stage.id(&format!("SELECT application_id {norra}")).await;
    let receipt =
        |about: Uuid| json!({ "person_id": maria, "kind": "application_received", "about": about, "how": "letter" });
    let nothing = stage.world.id();
    for (wrong, pointer) in [
        (said(nothing, decision, "letter"), "/person_id"),
        (said(stranger, decision, "letter"), "/person_id"),
        (said(maria, nothing, "letter"), "/about"),
        (receipt(decision), "/about"),
        (receipt(theirs), "/about"),
    ] {
        let key = stage.world.id().to_string();
        let answer = karin.command(&path, &key, &wrong).await;
        assert_eq!((answer.status, &answer.json()["errors"][0]["pointer"]), (422, &json!(pointer)), "{wrong}");
    }
    let unknown = karin.command(&path, "u", &said(maria, decision, "pigeon")).await;
    assert!([400, 422].contains(&unknown.status), "{}", unknown.text);
    // The page comes back, with whom there is to tell.
    let blank = karin.post(&format!("{LIST}/{case}/meddelat"), &[("idempotency_key", "k")]).await;
    assert_eq!(blank.status, 422);
    assert!(blank.text.contains(word(&words("sv", "casework"), "unreached.title")));
    assert_eq!((stage.number(ROWS).await, audited(&stage, "casework.told").await), (0, 0));

    // Of an application that has come in, hers.
    let own = stage
        .id(&format!("SELECT application_id FROM application WHERE person_id = '{maria}' ORDER BY arrived_at LIMIT 1"))
        .await;
    stage.arrange("UPDATE message SET read_at = NULL WHERE kind = 'application_received'").await;
    stage.arrange("UPDATE message_notice SET status = 'failed'").await;
    let all = ways(&mut karin, case).await.len();
    assert_eq!(karin.command(&path, "r", &receipt(own)).await.status, 200);
    assert_eq!(ways(&mut karin, case).await.len(), all - 1);
    let page = karin.get(&format!("{LIST}/{case}")).await;
    assert!(says(&page, word(&words("sv", "casework"), "tell.receipt_unread")), "{}", page.text);
}

/// Who was told at the desk before anybody knew who she is has been told, whoever she turns out to be.
#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_was_told_follows_her_when_she_turns_out_to_be_known() {
    let stage = guest::stage().await;
    let (mut rut, mut karin) = (stage.signed_in("rut").await, stage.signed_in("karin").await);
    let (person, _) = known(&stage, &mut rut).await;
    wants(&stage, person, "letter").await;
    let guest = Guest::new(&stage, &mut rut, "Maja Gäst").await;
    guest.taken_by(&mut karin).await;
    assert_eq!(save(&mut karin, &guest).await.status, 200);
    let decision: Uuid = text(&publish(&mut karin, &guest).await.json(), "decision_id").parse().expect("an id");
    assert_eq!(ways(&mut karin, guest.case).await, ["at_desk"]);
    let path = format!("/api/v1/cases/{}/told", guest.case);
    let first = karin.command(&path, "first", &said(guest.person, decision, "in_person")).await;
    assert_eq!(first.status, 200, "{}", first.text);
    assert_eq!(ways(&mut karin, guest.case).await, Vec::<String>::new());

    assert_eq!(confirm(&mut rut, &guest.number).await.status, 204);
    assert_eq!(listed(&mut karin).await, Vec::<Value>::new(), "she has a message now, and has been told of it");
    let mut hers = first.json();
    hers["person_id"] = json!(person);
    assert_eq!(told(&mut karin, guest.case).await, [hers.clone()]);
    // Pressed again on a page from before: the same was said already.
    for named in [guest.person, person] {
        let key = named.to_string();
        let again = karin.command(&path, &key, &said(named, decision, "in_person")).await;
        assert_eq!((again.status, again.json()), (200, hers.clone()), "{}", again.text);
    }
    assert_eq!(stage.number(ROWS).await, 1);
    let called = karin.command(&path, "called", &said(guest.person, decision, "called")).await;
    assert_eq!((called.status, &called.json()["person_id"]), (200, &json!(person)), "{}", called.text);

    let mut maja = stage.signed_in("maja").await;
    assert_eq!(maja.command(&format!("/api/v1/decisions/{decision}/open"), "mine", &json!({})).await.status, 200);
    assert_eq!(told(&mut karin, guest.case).await, Vec::<Value>::new());
}
