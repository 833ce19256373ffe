//! The intake list in parts, without losing anybody between two of them; and those whom a message did not reach.

use super::{LIST, applied, audited, somebody, stage};
use crate::{
    pages::{LANGUAGES, sound, speaking, word, words},
    support::{Answer, Browser, Stage, look::text},
};
use serde_json::{Value, json};
use server::message;
use std::collections::BTreeSet;

/// Applications at Södra, the first the oldest.
async fn many(stage: &Stage, count: u32) {
    stage
        .arrange(&format!(
            "CREATE TEMPORARY TABLE new AS
                 SELECT number, gen_random_uuid() AS case_id, gen_random_uuid() AS person_id, gen_random_uuid() AS application_id
                 FROM generate_series(1, {count}) number;
             INSERT INTO person (municipality_id, person_id, display_name) SELECT '{m}', person_id, 'X' FROM new;
             INSERT INTO casework_case (municipality_id, case_id, number, office_id, opened_at)
                 SELECT '{m}', case_id, '2026-' || 50000 + number, office_id, now() FROM new, office WHERE slug = 'sodra';
             INSERT INTO casework_party SELECT '{m}', case_id, person_id, 'applicant' FROM new;
             INSERT INTO application (municipality_id, application_id, case_id, person_id, kind, month, door, content, arrived_at)
                 SELECT '{m}', application_id, case_id, person_id, 'first', '2026-11-01', 'portal', '{{}}',
                        timestamptz '2026-11-01T08:00:00Z' + number / 2 * interval '1 minute' FROM new",
            m = stage.municipality
        ))
        .await;
}

/// The case numbers on a page of the list.
fn rows(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let page = answer.page();
    let links = page.all("a").filter(|link| link.text.starts_with("2026-5"));
    links.map(|link| link.text.clone()).collect()
}

/// Where the list goes on, or back.
fn way(answer: &Answer, rel: &str) -> Option<String> {
    let page = answer.page();
    let link = page.all("a").find(|link| link.get("rel") == Some(rel))?;
    link.get("href").map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_intake_list_is_of_the_own_office_oldest_first_and_each_read_is_recorded() {
    let stage = stage().await;
    let today = applied(&stage, somebody(&stage).await, "sodra", "2026-11").await;
    let mut karin = stage.signed_in("karin").await;
    let list = karin.get("/api/v1/cases").await;
    assert_eq!(list.status, 200, "{}", list.text);
    let items = list.json()["items"].as_array().expect("items").clone();
    let seen = |name: &str| items.iter().map(|item| item[name].clone()).collect::<Vec<_>>();
    assert_eq!(seen("days"), [6, 1, 0], "what maria has a decision on does not wait");
    assert_eq!(seen("identity_claimed"), [false, true, false]);
    assert_eq!(seen("door"), ["portal", "guest", "portal"]);
    assert_eq!(items[2]["application_id"], today.application_id.to_string());
    assert_eq!(
        (&items[2]["number"], &items[2]["month"], &items[2]["kind"], &items[2]["papers"], &items[2]["handler"]),
        (&json!(today.number), &json!("2026-11"), &json!("first"), &json!(0), &Value::Null)
    );
    assert!(!list.text.contains("Provperson") && !list.text.contains("Ny Person"), "no names on an open screen");
    // Midnight passes in Stockholm: a day older.
    stage.clock.set("2026-11-23T23:00:00Z");
    let mut karin = stage.signed_in("karin").await;
    let items = karin.get("/api/v1/cases").await.json()["items"].clone();
    assert_eq!(items[2]["days"], 1);
    let first = karin.get("/api/v1/cases?limit=2").await.json();
    let next = karin.get(&format!("/api/v1/cases?limit=2&after={}", text(&first, "next"))).await.json();
    assert_eq!((next["items"][0].clone(), next["next"].clone()), (items[2].clone(), Value::Null));
    for query in ["filter=others", "limit=0", "limit=x", "after=x"] {
        assert_eq!(karin.get(&format!("/api/v1/cases?{query}")).await.status, 422, "{query}");
    }

    let before = audited(&stage, "casework.intake").await;
    let page = karin.get(&format!("{LIST}?visa=alla")).await;
    assert_eq!(page.status, 200);
    assert_eq!(audited(&stage, "casework.intake").await, before, "an unchanged refresh writes no row");
    assert!(page.header("cache-control").contains("no-store"));
    let rows: Vec<String> = page.page().all("tr").map(|row| row.text.clone()).collect();
    assert_eq!(rows.len(), 4, "{rows:?}");
    assert!(rows[2].contains("2 dagar") && rows[2].contains("Ska bekräftas"), "{rows:?}");
    assert!(rows[3].contains("1 dag") && rows[3].contains("november 2026") && rows[3].contains("Ingen än"), "{rows:?}");
    let mine = karin.get(&format!("{LIST}?visa=mina")).await;
    assert!(mine.text.contains("Inga ansökningar väntar här"));
    assert_eq!(audited(&stage, "casework.intake").await, before + 1, "another filter is another read");
    assert_eq!(
        stage.number("SELECT count(*) FROM audit WHERE action = 'casework.intake' AND reason <> 'intake'").await,
        0
    );
    // Taken: hers, and no longer nobody's.
    let case = today.case_id;
    assert_eq!(karin.command(&format!("/api/v1/cases/{case}/take"), "k", &json!({})).await.status, 200);
    let count = async |karin: &mut Browser, filter: &str| {
        let list = karin.get(&format!("/api/v1/cases?filter={filter}")).await.json();
        list["items"].as_array().expect("items").len()
    };
    assert_eq!((count(&mut karin, "mine").await, count(&mut karin, "nobody").await), (1, 2));
    assert_eq!(
        stage.signed_in("joel").await.get("/api/v1/cases").await.json()["items"].as_array().map(Vec::len),
        Some(3)
    );
    let norra = stage.signed_in("nils").await.get("/api/v1/cases").await.json();
    assert_eq!(norra["items"].as_array().map(Vec::len), Some(1));
    assert!(stage.signed_in("karin").await.get("/personal").await.text.contains(LIST));
    assert!(!stage.signed_in("rut").await.get("/personal").await.text.contains(LIST));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_read_in_parts_forwards_and_back_and_nobody_falls_between() {
    let stage = Stage::new().await;
    many(&stage, 120).await;
    let all: Vec<String> = (50001..=50120).map(|number| format!("2026-{number}")).collect();
    let mut karin = stage.signed_in("karin").await;
    let first = karin.get(LIST).await;
    assert_eq!(way(&first, "prev"), None);
    let second = karin.get(&way(&first, "next").expect("more")).await;
    let third = karin.get(&way(&second, "next").expect("more")).await;
    assert_eq!(way(&third, "next"), None);
    let pages = [rows(&first), rows(&second), rows(&third)];
    assert_eq!(pages.each_ref().map(Vec::len), [50, 50, 20]);
    // Two arrive in one instant each time: their order is still one.
    assert_eq!(pages.concat().into_iter().collect::<BTreeSet<_>>(), all.iter().cloned().collect());
    assert_eq!(audited(&stage, "casework.intake").await, 3, "each part is a read of its own");
    let back = karin.get(&way(&third, "prev").expect("a way back")).await;
    assert_eq!(rows(&back), pages[1]);
    assert_eq!(rows(&karin.get(&way(&back, "prev").expect("a way back")).await), pages[0]);

    // While the first page is read, ten of it are decided and somebody opens the next: it is the same next page.
    stage
        .arrange(
            "UPDATE application SET waiting = false WHERE application_id IN
                (SELECT application_id FROM application ORDER BY arrived_at, application_id LIMIT 10)",
        )
        .await;
    let next = way(&first, "next").expect("more");
    let after = karin.get(&next).await;
    assert_eq!(rows(&after), pages[1]);
    // The way back has only forty left: the list then begins with its first fifty.
    let begin = karin.get(&way(&after, "prev").expect("a way back")).await;
    assert_eq!((rows(&begin).len(), way(&begin, "prev")), (50, None));
    assert_eq!(rows(&begin)[..40], pages[0][10..]);
    // An address that leads to nothing any more leads to the list.
    for old in [
        format!("{LIST}?visa=alla&efter={}", stage.world.id()),
        way(&third, "prev").expect("a way").replace("alla", "mina"),
    ] {
        let answer = karin.get(&old).await;
        assert_eq!(answer.status, 303, "{old}");
        assert!(answer.header("location").starts_with("/personal/mottagning?visa="));
    }
    for (language, _) in LANGUAGES {
        let mut karin = speaking(karin.clone(), language).await;
        let page = sound(&karin.get(&next).await, language);
        let texts = words(language, "casework");
        let turns = page.all("a").filter(|link| matches!(link.get("rel"), Some("prev" | "next")));
        let said: Vec<&str> = turns.map(|link| link.text.as_str()).collect();
        assert_eq!(said, [word(&texts, "intake.older"), word(&texts, "intake.younger")], "{language}");
    }

    // The same list by REST.
    let mut seen = Vec::new();
    let mut after = Value::Null;
    loop {
        let more = after.as_str().map(|after| format!("&after={after}")).unwrap_or_default();
        let part = karin.get(&format!("/api/v1/cases?limit=37{more}")).await.json();
        seen.extend(part["items"].as_array().expect("items").iter().map(|item| text(item, "number")));
        after = part["next"].clone();
        if after.is_null() {
            break;
        }
    }
    assert_eq!(seen.len(), 110);
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 110);
    assert_eq!(karin.get(&format!("/api/v1/cases?after={}", stage.world.id())).await.status, 422);
}

async fn unreached(karin: &mut Browser) -> Vec<Value> {
    let list = karin.get("/api/v1/cases?filter=unreached").await;
    assert_eq!(list.status, 200, "{}", list.text);
    list.json()["items"].as_array().expect("items").clone()
}

/// Fault 11: what could not be delivered comes to the staff.
#[tokio::test(flavor = "multi_thread")]
async fn whom_a_message_did_not_reach_stands_in_the_list_and_on_the_case_until_she_has_read_it() {
    let stage = stage().await;
    // The sample's people want letters: that is another test.
    stage.arrange("DELETE FROM account_contact").await;
    let person = somebody(&stage).await;
    let sent = applied(&stage, person, "sodra", "2026-11").await;
    let mut karin = stage.signed_in("karin").await;
    assert_eq!(unreached(&mut karin).await, Vec::<Value>::new());
    stage
        .arrange(&format!(
            "UPDATE message_notice SET status = 'failed' FROM message
             WHERE message.message_id = message_notice.message_id AND message.about = '{}'",
            sent.application_id
        ))
        .await;
    let found = unreached(&mut karin).await;
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["application_id"], &found[0]["unreached"]), (&json!(sent.application_id), &json!(true)));
    let marked = |list: Value| {
        let items = list["items"].as_array().expect("items").clone();
        items.iter().filter(|item| item["unreached"] == true).count()
    };
    assert_eq!(marked(karin.get("/api/v1/cases").await.json()), 1, "marked among all that wait");
    let case = karin.get(&format!("/api/v1/cases/{}", sent.case_id)).await.json();
    assert_eq!(
        (&case["unreached"][0]["kind"], &case["unreached"][0]["about"], &case["unreached"][0]["person_id"]),
        (&json!("application_received"), &json!(sent.application_id), &json!(person))
    );
    for (language, _) in LANGUAGES {
        let mut karin = speaking(karin.clone(), language).await;
        let texts = words(language, "casework");
        let page = karin.get(&format!("{LIST}/{}", sent.case_id)).await;
        sound(&page, language);
        for key in ["unreached.title", "unreached.instead"] {
            assert!(page.text.contains(word(&texts, key)), "{language} {key}");
        }
        assert!(!page.text.contains("{{"), "{language}");
        let list = karin.get(&format!("{LIST}?visa=inte-nadda")).await;
        sound(&list, language);
        assert!(list.text.contains(word(&texts, "intake.not_reached")), "{language}");
        assert!(list.text.contains(word(&texts, "intake.unreached_heading")), "{language}");
    }
    assert!(
        karin
            .get(&format!("{LIST}/{}", sent.case_id))
            .await
            .text
            .contains("Ny Person\u{2069} om att ansökan för november 2026")
    );
    // Another office sees nothing of it.
    assert_eq!(unreached(&mut stage.signed_in("nils").await).await, Vec::<Value>::new());

    // Also when it was decided: maria's unopened decision, which no list of what waits has any more.
    let maria = stage.who("maria").await;
    stage
        .arrange(&format!(
            "UPDATE message_notice SET status = 'failed' FROM message
             WHERE message.message_id = message_notice.message_id AND message.kind = 'decision' AND person_id = '{maria}'"
        ))
        .await;
    let found = unreached(&mut karin).await;
    assert_eq!(found.len(), 2, "the decision she has opened is not among them");
    assert_eq!(marked(karin.get("/api/v1/cases").await.json()), 1);
    let case = stage.id(&format!("SELECT case_id FROM casework_party WHERE person_id = '{maria}'")).await;
    let page = karin.get(&format!("{LIST}/{case}")).await;
    assert!(page.text.contains("Maria\u{2069} om att beslutet för november 2026"), "{}", page.text);

    // Who has read it has been reached.
    let mut tx = stage.db.begin(&stage.system()).await.expect("a transaction");
    let kind = domain::message::MessageKind::ApplicationReceived;
    message::mark_read(&mut tx, &stage.system(), person, kind, sent.application_id.0, stage.world.now())
        .await
        .expect("read");
    tx.commit().await.expect("committed");
    assert_eq!(unreached(&mut karin).await.len(), 1);
    assert!(
        !karin
            .get(&format!("{LIST}/{}", sent.case_id))
            .await
            .text
            .contains(word(&words("sv", "casework"), "unreached.title"))
    );
}
