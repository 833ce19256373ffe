//! A decision of which no e-mail tells: staff are to ring, to write, or to say it at the desk, until she has received it.

use super::{
    LIST,
    guest::{self, Guest, confirm, publish, save},
    stage,
};
use crate::{
    pages::{LANGUAGES, sound, speaking, word, words},
    support::{Answer, Browser, Stage, look::text},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The applications about which somebody is to be told something.
pub async fn listed(karin: &mut Browser) -> Vec<Value> {
    let list = karin.get("/api/v1/cases?filter=unreached").await;
    assert_eq!(list.status, 200, "{}", list.text);
    list.json()["items"].as_array().expect("items").clone()
}

/// How the parties of the case are to be told.
pub async fn ways(karin: &mut Browser, case: Uuid) -> Vec<String> {
    let case = karin.get(&format!("/api/v1/cases/{case}")).await;
    assert_eq!(case.status, 200, "{}", case.text);
    case.json()["unreached"].as_array().expect("a list").iter().map(|one| text(one, "reach")).collect()
}

/// Whether the page says this, whatever name and month stand in it.
pub fn says(page: &Answer, sentence: &str) -> bool {
    let pieces = sentence.split("{{").map(|piece| piece.split_once("}}").map_or(piece, |(_, rest)| rest));
    let mut rest = page.text.as_str();
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    true
}

pub async fn wants(stage: &Stage, person: Uuid, way: &str) {
    stage
        .arrange(&format!(
            "INSERT INTO account_contact (municipality_id, person_id, way, email, phone, language)
             VALUES ('{}', '{person}', '{way}', 'maria@post.example', '070-1740605', 'sv')
             ON CONFLICT (municipality_id, person_id) DO UPDATE SET way = excluded.way",
            stage.municipality
        ))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_a_call_or_a_letter_is_to_be_told_of_her_decision_until_she_has_opened_it() {
    let stage = stage().await;
    let maria = stage.who("maria").await;
    let case = stage.id(&format!("SELECT case_id FROM casework_party WHERE person_id = '{maria}'")).await;
    let unopened = stage
        .id(&format!(
            "SELECT decision_id FROM decision WHERE case_id = '{case}' AND status = 'published'
               AND decision_id NOT IN (SELECT decision_id FROM decision_receipt)"
        ))
        .await;
    let mut karin = stage.signed_in("karin").await;
    let address = format!("{LIST}/{case}");
    stage.arrange("DELETE FROM account_contact").await;
    assert_eq!(listed(&mut karin).await, Vec::<Value>::new(), "she has not said how, and may yet sign in by herself");
    for (way, reach) in [("phone", "ring"), ("letter", "letter")] {
        wants(&stage, maria, way).await;
        let found = listed(&mut karin).await;
        assert_eq!(found.len(), 1, "{way}");
        assert_eq!((&found[0]["case_id"], &found[0]["unreached"]), (&json!(case), &json!(true)));
        let view = karin.get(&format!("/api/v1/cases/{case}")).await.json();
        let one = &view["unreached"][0];
        assert_eq!(
            (&one["kind"], &one["about"], &one["reach"], &one["name"], &view["unreached"][1]),
            (&json!("decision"), &json!(unopened), &json!(reach), &json!("Maria"), &Value::Null)
        );
        assert_eq!(view["parties"][0]["way"], way);
        for (language, _) in LANGUAGES {
            let mut karin = speaking(karin.clone(), language).await;
            let texts = words(language, "casework");
            let page = karin.get(&address).await;
            sound(&page, language);
            assert!(says(&page, word(&texts, &format!("unreached.{reach}"))), "{language} {reach}");
            let list = karin.get(&format!("{LIST}?visa=inte-nadda")).await;
            sound(&list, language);
            assert!(list.text.contains(word(&texts, "intake.not_reached")), "{language}");
        }
    }
    assert_eq!(listed(&mut stage.signed_in("nils").await).await, Vec::<Value>::new(), "another office");
    // A receipt she saw when she sent: nobody rings about that.
    let receipts = "SELECT count(*) FROM message WHERE kind = 'application_received' AND read_at IS NULL";
    stage.arrange("UPDATE message SET read_at = NULL WHERE kind = 'application_received'").await;
    assert!(stage.number(receipts).await > 0);
    assert_eq!(ways(&mut karin, case).await, ["letter"]);

    // Who wants to be left alone is, and the case says so.
    wants(&stage, maria, "none").await;
    assert_eq!((listed(&mut karin).await.len(), ways(&mut karin, case).await.len()), (0, 0));
    for (language, _) in LANGUAGES {
        let page = speaking(karin.clone(), language).await.get(&address).await;
        sound(&page, language);
        let texts = words(language, "casework");
        assert!(says(&page, word(&texts, "told.herself")), "{language}");
        assert!(!page.text.contains(word(&texts, "unreached.title")), "{language}");
    }

    wants(&stage, maria, "letter").await;
    assert_eq!(listed(&mut karin).await.len(), 1);
    let mut herself = stage.signed_in("maria").await;
    let opened = herself.command(&format!("/api/v1/decisions/{unopened}/open"), "k", &json!({})).await;
    assert_eq!(opened.status, 200, "{}", opened.text);
    assert_eq!((listed(&mut karin).await.len(), ways(&mut karin, case).await.len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_publishing_the_page_says_who_knows_of_it_and_who_is_still_to_be_told() {
    let stage = guest::stage().await;
    let (mut rut, mut karin) = (stage.signed_in("rut").await, stage.signed_in("karin").await);
    let maja = Guest::new(&stage, &mut rut, "Maja Gäst").await;
    maja.taken_by(&mut karin).await;
    assert_eq!(save(&mut karin, &maja).await.status, 200);
    assert_eq!(publish(&mut karin, &maja).await.status, 200);
    let page = format!("/personal/mottagning/{}/beslut/{}?publicerat", maja.case, maja.application);
    let said = async |karin: &Browser, sentence: &str, published: &str| {
        for (language, _) in LANGUAGES {
            let page = speaking(karin.clone(), language).await.get(&page).await;
            sound(&page, language);
            assert!(says(&page, word(&words(language, "casework"), sentence)), "{language} {sentence}");
            assert!(page.text.contains(word(&words(language, "decision"), published)), "{language} {published}");
        }
    };
    // Nobody knows who she is, so no e-mail went to the address she wrote.
    said(&karin, "told.at_desk", "staff.published_claimed").await;
    assert_eq!((listed(&mut karin).await.len(), ways(&mut karin, maja.case).await), (1, vec!["at_desk".to_owned()]));
    for (way, reach) in [("phone", "ring"), ("letter", "letter")] {
        wants(&stage, maja.person, way).await;
        said(&karin, &format!("told.{reach}"), "staff.published_claimed").await;
        assert_eq!(ways(&mut karin, maja.case).await, [reach]);
    }
    wants(&stage, maja.person, "none").await;
    said(&karin, "told.herself", "staff.published_claimed").await;
    assert_eq!(listed(&mut karin).await.len(), 0);

    // Confirmed, her message is written, and the e-mail about it goes.
    wants(&stage, maja.person, "email").await;
    assert_eq!(listed(&mut karin).await.len(), 1);
    assert_eq!(confirm(&mut rut, &maja.number).await.status, 204);
    said(&karin, "told.email", "staff.published").await;
    assert_eq!(listed(&mut karin).await.len(), 0);
    stage.arrange("UPDATE message_notice SET status = 'failed'").await;
    said(&karin, "told.otherwise", "staff.published").await;
    assert_eq!(ways(&mut karin, maja.case).await.last().map(String::as_str), Some("otherwise"));
}

/// Who has not said how she may be reached mostly signs in: staff tell her when some days have gone.
#[tokio::test(flavor = "multi_thread")]
async fn who_has_not_said_how_is_to_be_told_when_she_has_opened_nothing_for_three_days() {
    let stage = stage().await;
    let maria = stage.who("maria").await;
    let case = stage.id(&format!("SELECT case_id FROM casework_party WHERE person_id = '{maria}'")).await;
    stage.arrange("DELETE FROM account_contact").await;
    // The sample's decision is a day old.
    let mut karin = stage.signed_in("karin").await;
    for (pass, expected) in [(0, 0), (47, 0), (1, 1)] {
        stage.clock.pass(SignedDuration::from_hours(pass));
        karin = stage.signed_in("karin").await;
        assert_eq!(listed(&mut karin).await.len(), expected, "{pass} hours later");
        assert_eq!(ways(&mut karin, case).await, vec!["unsaid".to_owned(); expected], "{pass} hours later");
    }
    for (language, _) in LANGUAGES {
        let page = speaking(karin.clone(), language).await.get(&format!("{LIST}/{case}")).await;
        sound(&page, language);
        assert!(says(&page, word(&words(language, "casework"), "unreached.unsaid")), "{language}");
    }
    // She has said e-mail since, and none went about this: nobody says that she has not said how.
    wants(&stage, maria, "email").await;
    assert_eq!(ways(&mut karin, case).await, ["otherwise"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn before_publishing_the_page_says_how_each_will_come_to_know() {
    let stage = guest::stage().await;
    let (mut rut, mut karin) = (stage.signed_in("rut").await, stage.signed_in("karin").await);
    let (person, case) = guest::known(&stage, &mut rut).await;
    let application = stage.id(&format!("SELECT application_id FROM application WHERE case_id = '{case}'")).await;
    let known = Guest { number: "known".to_owned(), person, case, application };
    let claimed = Guest::new(&stage, &mut rut, "Maja Gäst").await;
    let ways = ["email", "phone", "letter", "none", ""];
    let of_known = ["told.email", "ahead.ring", "ahead.letter", "told.herself", "ahead.unsaid"];
    let of_claimed = ["ahead.at_desk", "ahead.ring", "ahead.letter", "told.herself", "ahead.at_desk"];
    for (guest, sentences) in [(known, of_known), (claimed, of_claimed)] {
        guest.taken_by(&mut karin).await;
        assert_eq!(save(&mut karin, &guest).await.status, 200);
        let page = format!("/personal/mottagning/{}/beslut/{}/granska", guest.case, guest.application);
        for (way, expected) in ways.into_iter().zip(sentences) {
            if way.is_empty() {
                stage.arrange("DELETE FROM account_contact").await;
            } else {
                wants(&stage, guest.person, way).await;
            }
            for (language, _) in LANGUAGES {
                let page = speaking(karin.clone(), language).await.get(&page).await;
                sound(&page, language);
                let texts = words(language, "casework");
                let all: BTreeSet<&str> = of_known.into_iter().chain(of_claimed).collect();
                let said: Vec<&str> = all.into_iter().filter(|key| says(&page, word(&texts, key))).collect();
                assert_eq!(said, [expected], "{language} {way}");
            }
        }
        let draft = karin.get(&guest.decision()).await.json();
        assert_eq!(draft["ahead"][0]["person_id"], json!(guest.person));
        assert_eq!(draft["unread"], json!([]));
    }
}
