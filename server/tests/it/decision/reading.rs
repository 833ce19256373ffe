//! Reading: before opening, good and bad news look alike; opening is a receipt of one's own; the paper is whole.

use super::{case, decided, granted, joined, page, partly, refused, stage_alone};
use crate::{
    pages::{LANGUAGES, sound, speaking, word, words},
    support::{Answer, Browser},
};
use futures::future::join_all;
use jiff::SignedDuration;
use serde_json::json;
use std::collections::BTreeSet;

/// Opens it by the page's own form.
pub async fn opened(browser: &mut Browser, decision: &str) -> Answer {
    let before = browser.get(&page(decision)).await;
    let key = before.hidden("idempotency_key");
    let answer = browser.post(&format!("{}/oppna", page(decision)), &[("idempotency_key", &key)]).await;
    assert_eq!((answer.status, answer.header("location")), (303, page(decision).as_str()), "{}", answer.text);
    browser.get(&page(decision)).await
}

/// The text with every id in it made the same.
fn nameless(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let is_id = |at: usize| {
        letters.get(at..at + 36).is_some_and(|part| {
            part.iter().enumerate().all(|(place, letter)| match place {
                8 | 13 | 18 | 23 => *letter == '-',
                _ => letter.is_ascii_hexdigit(),
            })
        })
    };
    let (mut out, mut at) = (String::new(), 0);
    while at < letters.len() {
        if is_id(at) {
            out.push_str("ID");
            at += 36;
        } else {
            out.push(letters[at]);
            at += 1;
        }
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn before_opening_good_and_bad_news_are_the_same_page() {
    let stage = stage_alone().await;
    let mut karin = stage.signed_in("karin").await;
    let mut pages = Vec::new();
    let mut answers = Vec::new();
    for (number, content) in [(1, granted()), (2, refused()), (3, partly())] {
        let case = case(&stage, number).await;
        let decision = decided(&mut karin, &case, &content).await;
        let mut anna = stage.signed_in("anna").await;
        let answer = anna.get(&page(&decision)).await;
        assert_eq!(answer.status, 200);
        let said = sound(&answer, "sv");
        assert_eq!(said.only("title").text, "Beslut");
        let lead = "Du har ett beslut att läsa. När du öppnar det räknas det som att du har fått det. \
                    Du kan alltid få hjälp att förstå det.";
        assert!(answer.text.contains(lead));
        for secret in ["november", "8\u{a0}200", "8200", "11\u{a0}920", "kronor", "12 kap", "verklaga", "Karin"] {
            assert!(!answer.text.contains(secret), "{secret} in {}", answer.text);
        }
        let headers: BTreeSet<(String, usize)> =
            answer.headers.iter().map(|(name, value)| (name.to_string(), value.len())).collect();
        pages.push((nameless(&answer.text), headers, answer.bytes.len()));
        let api = anna.get(&format!("/api/v1/decisions/{decision}")).await;
        assert_eq!(api.json(), json!({ "decision_id": decision, "opened": false }));
        answers.push(nameless(&api.text));
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(pages[0], pages[2]);
    assert_eq!(answers[0], answers[1]);
    let mut anna = stage.signed_in("anna").await;
    let list = anna.get("/mina-sidor/beslut").await;
    sound(&list, "sv");
    for secret in ["november", "kronor", "8200"] {
        assert!(!list.text.contains(secret), "{secret}");
    }
    for item in anna.get("/api/v1/decisions").await.json()["items"].as_array().expect("items") {
        assert_eq!(item.as_object().expect("an object").len(), 2, "{item}");
        assert_eq!(item["opened"], false);
    }
    assert_eq!(stage.number("SELECT count(*) FROM decision_receipt").await, 0, "looking is not receiving");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_partners_have_each_a_receipt_and_a_last_day_of_her_own() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    joined(&stage, &case, "maria").await;
    let mut karin = stage.signed_in("karin").await;
    let decision = decided(&mut karin, &case, &partly()).await;
    assert_eq!(stage.number("SELECT count(*) FROM message WHERE kind = 'decision'").await, 2);
    let path = format!("/api/v1/decisions/{decision}");

    // Monday 23 November: Monday 14 December.
    let mut anna = stage.signed_in("anna").await;
    let first = opened(&mut anna, &decision).await;
    assert!(first.text.contains("måndag 14 december"), "{}", first.text);
    assert_eq!(anna.get(&path).await.json()["decision"]["receipt"]["last_day"], "2026-12-14");
    let mut maria = stage.signed_in("maria").await;
    assert_eq!(maria.get(&path).await.json()["opened"], false, "one partner's opening is not the other's");
    assert_eq!(stage.number("SELECT count(*) FROM message WHERE read_at IS NOT NULL").await, 1);

    // Half past midnight in Stockholm on 3 December: Christmas Eve, a Thursday, then the holidays and the weekend.
    stage.clock.set("2026-12-02T23:30:00Z");
    let mut maria = stage.signed_in("maria").await;
    let second = maria.command(&format!("{path}/open"), "mine", &json!({})).await;
    assert_eq!(second.status, 200, "{}", second.text);
    assert_eq!(second.json()["decision"]["receipt"]["last_day"], "2026-12-28");

    // Opening again, another day and in other ways, changes nothing.
    stage.clock.set("2026-12-10T08:00:00Z");
    for (name, last) in [("anna", "2026-12-14"), ("maria", "2026-12-28")] {
        let mut person = stage.signed_in(name).await;
        for key in ["again", "once-more"] {
            let answer = person.command(&format!("{path}/open"), key, &json!({})).await;
            assert_eq!(answer.json()["decision"]["receipt"]["last_day"], last, "{name}");
        }
        let answer = person.post(&format!("{}/oppna", page(&decision)), &[("idempotency_key", "page")]).await;
        assert_eq!(answer.status, 303);
    }
    assert_eq!(stage.number("SELECT count(*) FROM decision_receipt").await, 2);
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE action = 'decision.open'").await, 2);
    assert_eq!(stage.number("SELECT count(*) FROM message WHERE read_at IS NOT NULL").await, 2);

    // Too late for anna: said, and never blocked.
    stage.clock.set("2026-12-15T08:00:00Z");
    let late = words("sv", "decision");
    let mut anna = stage.signed_in("anna").await;
    assert!(anna.get(&page(&decision)).await.text.contains(word(&late, "appeal.late")));
    let mut maria = stage.signed_in("maria").await;
    assert!(!maria.get(&page(&decision)).await.text.contains(word(&late, "appeal.late")));
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_openings_at_once_are_one_receipt() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let decision = decided(&mut karin, &case, &granted()).await;
    let anna = stage.signed_in("anna").await;
    let sends = (0..10).map(|number| {
        let (mut browser, path) = (anna.clone(), format!("/api/v1/decisions/{decision}/open"));
        tokio::spawn(async move { browser.command(&path, &format!("k{number}"), &json!({})).await })
    });
    for answer in join_all(sends).await {
        assert_eq!(answer.expect("an answer").status, 200);
    }
    assert_eq!(stage.number("SELECT count(*) FROM decision_receipt").await, 1);
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE action = 'decision.open'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_paper_is_whole_in_three_languages() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut content = partly();
    content["lines"][2]["sections"] = json!(["12:2"]);
    content["reasons"] = "Vi har räknat med din lön.".into();
    let mut karin = stage.signed_in("karin").await;
    let decision = decided(&mut karin, &case, &content).await;
    for (language, _) in LANGUAGES {
        let mut anna = speaking(stage.signed_in("anna").await, language).await;
        sound(&anna.get("/mina-sidor/beslut").await, language);
        // Opened once; after that it is simply there.
        let answer =
            if language == "sv" { opened(&mut anna, &decision).await } else { anna.get(&page(&decision)).await };
        let page = sound(&answer, language);
        let texts = words(language, "decision");
        assert_eq!(page.only("title").text, word(&texts, "title"), "neutral");
        let headings: Vec<&str> = page.all("h2").map(|heading| heading.text.as_str()).collect();
        for key in ["lines.title", "reasons.title", "calculation.title", "made.title", "appeal.title", "now.title"] {
            assert!(headings.contains(&word(&texts, key)), "{language}: {key} in {headings:?}");
        }
        for said in [
            "Vi har räknat med din lön.",
            "Du har själv pengar till det här.",
            "Karin",
            "Södra",
            "12 kap. 1 § socialtjänstlagen (2025:400)",
            "12 kap. 2 § socialtjänstlagen (2025:400)",
        ] {
            assert!(page.only("main").text.contains(said), "{language}: {said}");
        }
        assert!(page.only("main").text.contains(word(&texts, "appeal.review_title")), "{language}");
        assert!(page.all("time").any(|time| time.get("datetime") == Some("2026-12-14")), "{language}");
    }
    let mut anna = stage.signed_in("anna").await;
    let answer = anna.get(&page(&decision)).await;
    let read = answer.page();
    assert_eq!(read.only("h1").text, "Du får 5\u{a0}970 kronor för november, men inte allt du sökte");
    let main = &read.only("main").text;
    for said in [
        "Pengarna kommer den 27 november.",
        "Du får 3\u{a0}750 av de 8\u{a0}200 kronor som du sökte.",
        "Ditt överklagande ska ha kommit till oss senast måndag 14 december.",
        "3\u{a0}940",
        "1\u{a0}280",
    ] {
        assert!(main.contains(said), "{said}: {main}");
    }
    // The same by REST.
    let json = anna.get(&format!("/api/v1/decisions/{decision}")).await.json();
    let paper = &json["decision"];
    assert_eq!((&paper["outcome"], &paper["amount"]), (&json!("partly"), &json!(5970)));
    assert_eq!(paper["content"]["lines"][1]["appeal_route"], "administrative_court");
    assert_eq!(paper["content"]["lines"][2]["appeal_route"], "legality_review");
    assert_eq!(paper["calculation"]["support"], 11_920);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_names_a_last_day_only_where_a_line_goes_to_court() {
    let stage = stage_alone().await;
    let mut karin = stage.signed_in("karin").await;
    let mut by_review = refused();
    for line in by_review["lines"].as_array_mut().expect("lines") {
        line["sections"] = json!(["12:2"]);
    }
    for (number, content, court) in [(1, by_review, false), (2, partly(), true)] {
        stage.clock.pass(SignedDuration::from_mins(1));
        let case = case(&stage, number).await;
        let decision = decided(&mut karin, &case, &content).await;
        let mut anna = stage.signed_in("anna").await;
        opened(&mut anna, &decision).await;
        for (language, _) in LANGUAGES {
            let mut anna = speaking(anna.clone(), language).await;
            let answer = anna.get("/mina-sidor/beslut").await;
            let page = sound(&answer, language);
            let texts = words(language, "decision");
            let end = word(&texts, "list.received_review").rsplit("}}").next().expect("an end");
            // Newest first.
            let item = page.with_class("decisions").next().expect("a list");
            let said = &page.inside(item).find(|inner| inner.name == "p").expect("a line").text;
            assert_eq!(said.contains(end), !court, "{language}: {said}");
            assert_eq!(language == "sv" && said.contains("14 december"), language == "sv" && court, "{said}");
        }
        let item = anna.get("/api/v1/decisions").await.json()["items"][0].clone();
        let route = if court { "administrative_court" } else { "legality_review" };
        assert_eq!((&item["decision_id"], &item["appeal_routes"]), (&json!(decision), &json!([route])));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_granted_decision_has_no_now_and_a_refused_one_always_has() {
    let stage = stage_alone().await;
    let mut karin = stage.signed_in("karin").await;
    for (number, content, refusal) in [(1, granted(), false), (2, refused(), true)] {
        let case = case(&stage, number).await;
        let decision = decided(&mut karin, &case, &content).await;
        let mut anna = stage.signed_in("anna").await;
        let answer = opened(&mut anna, &decision).await;
        assert_eq!(answer.page().ids().contains("nu"), refusal);
        assert!(answer.page().ids().contains("overklaga"), "how to appeal stands beside every decision");
        for way in ["/kontakt", "/ansok", "/akut"] {
            let offered =
                answer.page().all("a").any(|link| link.get("href") == Some(way) && link.get("class") == Some("choice"));
            assert_eq!(offered, refusal, "{way}");
        }
    }
}
