//! Confirming and joining an identity while others work on the case: nothing that is written in the same moment is left
//! behind, and the person is told once of what was decided before anybody knew who she was.

use super::{
    audited,
    guest::{Gate, Guest, NUMBER, confirm, crossing, known, publish, save, stage},
    put,
};
use crate::{
    pages::{LANGUAGES, sound, speaking, word, words},
    support::{
        Answer, Browser, Stage,
        look::{code, text},
    },
};
use jiff::SignedDuration;
use serde_json::json;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

async fn no_deadlock(stage: &Stage) {
    let sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(stage.number(sql).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_draft_begun_in_the_same_moment_is_not_left_in_a_closed_case() {
    let stage = stage().await;
    let (mut rut, mut karin) = (stage.signed_in("rut").await, stage.signed_in("karin").await);
    let (person, _) = known(&stage, &mut rut).await;
    let guest = Guest::new(&stage, &mut rut, "Maja Gäst").await;
    guest.taken_by(&mut karin).await;
    let gate = Gate::at(&stage, "decision", "INSERT", "true").await;
    let (number, case, application) = (guest.number.clone(), guest.case, guest.application);
    let saving = async move { save(&mut karin, &guest).await };
    let (saved, confirmed) = crossing(gate, saving, async move { confirm(&mut rut, &number).await }).await;
    assert_eq!((saved.status, confirmed.status), (200, 204), "{} {}", saved.text, confirmed.text);
    let whole = format!(
        "SELECT count(*) FROM decision JOIN application USING (municipality_id, application_id, case_id)
         JOIN casework_case USING (municipality_id, case_id) JOIN casework_party party USING (municipality_id, case_id)
         WHERE application_id = '{application}' AND case_id = '{case}' AND casework_case.status = 'open'
           AND application.person_id = '{person}' AND party.person_id = '{person}'"
    );
    assert_eq!(stage.number(&whole).await, 1, "the draft, its application and its case are together, and hers");
    no_deadlock(&stage).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_written_into_a_case_that_is_being_closed() {
    for what in ["decision", "note", "figures", "take"] {
        let stage = stage().await;
        let (mut rut, mut karin) = (stage.signed_in("rut").await, stage.signed_in("karin").await);
        let (_, into) = known(&stage, &mut rut).await;
        let guest = Guest::new(&stage, &mut rut, "Maja Gäst").await;
        let case = format!("/api/v1/cases/{}", guest.case);
        let before = karin.command(&format!("{case}/notes"), "before", &json!({ "text": "Hon ringde." })).await;
        assert_eq!(before.status, 201);
        if what != "take" {
            guest.taken_by(&mut karin).await;
        }
        let figures = format!("{case}/calculations/{}", guest.application);
        let request = karin.get(&figures).await.json()["stated"]["request"].clone();
        // Held when the case has been closed and the transaction has not ended.
        let gate = Gate::at(&stage, "casework_case", "UPDATE OF status", "true").await;
        let number = guest.number.clone();
        let writing = async move {
            match what {
                "decision" => save(&mut karin, &guest).await,
                "note" => karin.command(&format!("{case}/notes"), "late", &json!({ "text": "För sent." })).await,
                "take" => karin.command(&format!("{case}/take"), "late", &json!({})).await,
                _ => put(&mut karin, &figures, &json!({ "version": 0, "request": request, "deviations": {} })).await,
            }
        };
        let (confirmed, late) = crossing(gate, async move { confirm(&mut rut, &number).await }, writing).await;
        assert_eq!(confirmed.status, 204, "{what}: {}", confirmed.text);
        let expected = if matches!(what, "note" | "take") { (409, "case_closed") } else { (404, "not_found") };
        assert_eq!((late.status, code(&late).as_str()), expected, "{what}: {}", late.text);
        assert_eq!(stage.number("SELECT count(*) FROM decision").await, 0, "{what}");
        assert_eq!(stage.number("SELECT count(*) FROM casework_calculation").await, 0, "{what}");
        let notes = format!("SELECT count(*) * 10 + count(*) FILTER (WHERE case_id = '{into}') FROM casework_note");
        assert_eq!(stage.number(&notes).await, 11, "{what}: what was noted goes along");
        no_deadlock(&stage).await;
    }
}

/// Messages about decisions to a person, and among them those that an e-mail is to tell of.
async fn told(stage: &Stage, person: Uuid) -> (i64, i64) {
    let count = |more: &str| {
        format!(
            "SELECT count(*) FROM message JOIN message_notice notice USING (municipality_id, message_id)
             WHERE kind = 'decision' AND person_id = '{person}' {more}"
        )
    };
    (stage.number(&count("")).await, stage.number(&count("AND notice.status = 'waiting'")).await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn published_while_she_is_being_confirmed_she_is_told_exactly_once() {
    for publishing_first in [true, false] {
        let stage = stage().await;
        let (mut rut, mut karin) = (stage.signed_in("rut").await, stage.signed_in("karin").await);
        let guest = Guest::new(&stage, &mut rut, "Maja Ny").await;
        guest.taken_by(&mut karin).await;
        assert_eq!(save(&mut karin, &guest).await.status, 200);
        let (number, person) = (guest.number.clone(), guest.person);
        let publishing = async move { publish(&mut karin, &guest).await };
        let confirming = async move { confirm(&mut rut, &number).await };
        // Held when everything has been read and nothing committed.
        let action = if publishing_first { "decision.publish" } else { "casework.confirm_identity" };
        let gate = Gate::at(&stage, "audit", "INSERT", &format!("NEW.action = '{action}'")).await;
        let (published, confirmed) = if publishing_first {
            crossing(gate, publishing, confirming).await
        } else {
            let (confirmed, published) = crossing(gate, confirming, publishing).await;
            (published, confirmed)
        };
        assert_eq!((published.status, confirmed.status), (200, 204), "{} {}", published.text, confirmed.text);
        assert_eq!(told(&stage, person).await, (1, 1), "publishing first: {publishing_first}");
        no_deadlock(&stage).await;
    }
}

/// Whoever publishes holds the case and then writes to the person; whoever joins holds the person and then the case.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn publishing_to_who_is_being_joined_waits_for_nobody() {
    let stage = stage().await;
    let (mut rut, mut karin) = (stage.signed_in("rut").await, stage.signed_in("karin").await);
    let (person, case) = known(&stage, &mut rut).await;
    let application = stage.id(&format!("SELECT application_id FROM application WHERE case_id = '{case}'")).await;
    let hers = Guest { number: "known".to_owned(), person, case, application };
    hers.taken_by(&mut karin).await;
    assert_eq!(save(&mut karin, &hers).await.status, 200);
    let guest = Guest::new(&stage, &mut rut, "Maja Gäst").await;
    stage
        .arrange(&format!(
            "INSERT INTO account_contact SELECT municipality_id, '{person}', 'email', 'maja@example.org', NULL, 'sv'
             FROM municipality"
        ))
        .await;
    let gate = Gate::at(&stage, "decision", "UPDATE OF status", "true").await;
    let publishing = async move { publish(&mut karin, &hers).await };
    let (published, confirmed) =
        crossing(gate, publishing, async move { confirm(&mut rut, &guest.number).await }).await;
    assert_eq!((published.status, confirmed.status), (200, 204), "{} {}", published.text, confirmed.text);
    assert_eq!(told(&stage, person).await, (1, 1));
    no_deadlock(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_confirmed_is_told_nothing_and_shown_nothing_of_her_decision() {
    let stage = stage().await;
    let (mut rut, mut karin) = (stage.signed_in("rut").await, stage.signed_in("karin").await);
    let guest = Guest::new(&stage, &mut rut, "Maja Gäst").await;
    guest.taken_by(&mut karin).await;
    assert_eq!(save(&mut karin, &guest).await.status, 200);
    let page = format!("/personal/mottagning/{}/beslut/{}", guest.case, guest.application);
    for (language, _) in LANGUAGES {
        let mut karin = speaking(karin.clone(), language).await;
        let preview = karin.get(&format!("{page}/granska")).await;
        sound(&preview, language);
        let texts = words(language, "decision");
        assert!(preview.text.contains(word(&texts, "preview.claimed")), "{language}");
        assert!(!preview.text.contains(word(&texts, "preview.publish_text")), "{language}: not everybody is told");
    }
    assert_eq!(karin.get(&guest.decision()).await.json()["identity_claimed"], true);
    let published = publish(&mut karin, &guest).await;
    assert_eq!(published.status, 200, "{}", published.text);
    let decision = text(&published.json(), "decision_id");
    let read = karin.get(&format!("{page}?publicerat")).await;
    assert_eq!(read.status, 200);

    // Nothing at all goes to an address nobody has proved, not even about the receipt.
    assert_eq!(told(&stage, guest.person).await, (0, 0));
    assert_eq!(stage.number("SELECT count(*) FROM message_notice WHERE status = 'waiting'").await, 0);
    // And should she get in as that person, nothing of any case is there.
    stage
        .arrange(&format!(
            "INSERT INTO demo_persona (municipality_id, persona, position, person_id) VALUES ('{}', 'claimed', 99, '{}')",
            stage.municipality, guest.person
        ))
        .await;
    let mut claimed = stage.signed_in("claimed").await;
    let path = format!("/api/v1/decisions/{decision}");
    for path in ["/api/v1/decisions", &path] {
        assert!([401, 404].contains(&claimed.get(path).await.status), "{path}");
    }
    let opened = claimed.command(&format!("{path}/open"), "k", &json!({})).await;
    assert!([401, 404].contains(&opened.status), "{}", opened.text);
    assert_eq!(stage.number("SELECT count(*) FROM decision_receipt").await, 0);

    // Confirmed as herself she is told, once and the way she chose, and reads it.
    assert_eq!(confirm(&mut rut, &guest.number).await.status, 204);
    assert_eq!(told(&stage, guest.person).await, (1, 1));
    let mut claimed = stage.signed_in("claimed").await;
    let opened = claimed.command(&format!("{path}/open"), "mine", &json!({})).await;
    assert_eq!((opened.status, &opened.json()["opened"]), (200, &json!(true)), "{}", opened.text);
    let hers = format!("SELECT count(*) FROM decision_receipt WHERE person_id = '{}'", guest.person);
    assert_eq!(stage.number(&hers).await, 1);
    assert_eq!(karin.get(&guest.decision()).await.json()["identity_claimed"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_known_is_told_once_of_what_was_decided_on_the_case_that_is_hers_now() {
    let stage = stage().await;
    let (mut rut, mut karin) = (stage.signed_in("rut").await, stage.signed_in("karin").await);
    let (person, own) = known(&stage, &mut rut).await;
    // Her own case is the older of the two.
    stage.clock.pass(SignedDuration::from_mins(1));
    let guest = Guest::new(&stage, &mut rut, "Maja Gäst").await;
    guest.taken_by(&mut karin).await;
    assert_eq!(save(&mut karin, &guest).await.status, 200);
    let published = publish(&mut karin, &guest).await;
    assert_eq!(published.status, 200, "{}", published.text);
    assert_eq!(told(&stage, person).await, (0, 0));
    assert_eq!(confirm(&mut rut, &guest.number).await.status, 204);
    assert_eq!(told(&stage, person).await, (1, 1));
    assert_eq!(told(&stage, guest.person).await, (0, 0));
    // Both cases are hers: a decision keeps its case together.
    let cases = format!(
        "SELECT count(*) FROM casework_party JOIN casework_case USING (municipality_id, case_id) WHERE person_id = '{person}' AND status = 'open'"
    );
    assert_eq!(stage.number(&cases).await, 2);
    // A third application without a confirmed identity joins her oldest case, and nothing is told twice.
    let another = Guest::new(&stage, &mut rut, "Maja Igen").await;
    assert_eq!(confirm(&mut rut, &another.number).await.status, 204);
    assert_eq!(told(&stage, person).await, (1, 1));
    let joined = format!("SELECT count(*) FROM application WHERE case_id = '{own}' AND person_id = '{person}'");
    assert_eq!(stage.number(&joined).await, 2);
    // The receipt is hers, in the case that came to her.
    let decision = text(&published.json(), "decision_id");
    let mut maja = stage.signed_in("maja").await;
    let path = format!("/api/v1/decisions/{decision}");
    assert_eq!(maja.get(&path).await.json(), json!({ "decision_id": decision, "opened": false }));
    assert_eq!(maja.command(&format!("{path}/open"), "mine", &json!({})).await.status, 200);
    let receipt = format!("SELECT count(*) FROM decision_receipt WHERE person_id = '{person}'");
    assert_eq!(stage.number(&receipt).await, 1);
    // The page of the closed case says so and offers nothing to do there.
    let closed = karin.get(&format!("/personal/mottagning/{}", another.case)).await;
    assert!(closed.text.contains(word(&words("sv", "common"), "conflict.case_closed")));
    assert!(!closed.text.contains(&format!("{}/ta\"", another.case)));
}

/// The desk by REST: the same as by the page, and no more told.
#[tokio::test(flavor = "multi_thread")]
async fn the_desk_finds_and_confirms_by_rest_and_every_look_is_written_down() {
    let stage = stage().await;
    let mut rut = stage.signed_in("rut").await;
    let (_, known_case) = known(&stage, &mut rut).await;
    let known_number: String = {
        let mut root = stage.root().await;
        let sql = format!("SELECT number FROM casework_case WHERE case_id = '{known_case}'");
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut root).await.expect("a number")
    };
    let guest = Guest::new(&stage, &mut rut, "Maja Gäst").await;
    let find = async |browser: &mut Browser, number: &str| {
        browser.json("/api/v1/desk/identity/find", &json!({ "case_number": number })).await
    };
    let found = find(&mut rut, &guest.number).await;
    assert_eq!(found.status, 200, "{}", found.text);
    let claim = found.json();
    assert_eq!((text(&claim, "number"), text(&claim, "name")), (guest.number.clone(), "Maja Gäst".to_owned()));
    assert_eq!(claim.as_object().map(serde_json::Map::len), Some(3), "{claim}");
    let nameless = |answer: &Answer| {
        let mut body = answer.json();
        body["reference"] = "".into();
        (answer.status, body)
    };
    let absent = nameless(&find(&mut rut, "2026-99999").await);
    assert_eq!(absent.0, 404);
    assert_eq!(nameless(&find(&mut rut, &known_number).await), absent, "a confirmed person's case");
    assert_eq!(nameless(&find(&mut rut, "x").await), absent);
    let mut karin = stage.signed_in("karin").await;
    assert_eq!(nameless(&find(&mut karin, &guest.number).await), absent, "not at the desk");
    assert_eq!(find(&mut stage.browser(), &guest.number).await.status, 401);
    assert_eq!(audited(&stage, "reception.identity").await, 4, "each look at the desk, also those that find nothing");

    let path = "/api/v1/desk/identity/confirm";
    let command = json!({ "case_number": guest.number, "personal_number": NUMBER });
    assert_eq!(rut.json(path, &command).await.status, 400, "no key");
    let wrong = rut.command(path, "a", &json!({ "case_number": "2026-99999", "personal_number": NUMBER })).await;
    assert_eq!(nameless(&wrong), absent);
    assert_eq!(audited(&stage, "reception.identity").await, 5, "a wrong number here is a look too");
    let digit = json!({ "case_number": guest.number, "personal_number": "19850199-0000" });
    let doubted = rut.command(path, "b", &digit).await;
    assert_eq!((doubted.status, doubted.json()["errors"][0]["pointer"].clone()), (422, json!("/personal_number")));
    let done = rut.command(path, "c", &command).await;
    assert_eq!((done.status, done.text.as_str()), (204, ""), "nothing of what was known of her");
    assert_eq!(rut.command(path, "c", &command).await.status, 204, "the same key, the same answer");
    assert_eq!(nameless(&find(&mut rut, &guest.number).await), absent, "confirmed already");
    assert_eq!(audited(&stage, "casework.confirm_identity").await, 1);
    let numbers = format!("SELECT count(*) FROM audit WHERE detail LIKE '%{}%' OR detail LIKE '%99999%'", guest.number);
    assert_eq!(stage.number(&numbers).await, 0, "no number is kept");
}
