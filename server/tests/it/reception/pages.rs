//! The desk's pages as staff use them, and the screen as everybody sees it.

use super::queue::{press, register};
use crate::{
    pages::{LANGUAGES, faults, sound, speaking, word, words},
    support::{Answer, Browser, Stage, html::Page, look::text},
};
use jiff::SignedDuration;
use serde_json::json;

const BOARD: &str = "/personal/reception";

/// Sends the register form as the page shows it.
async fn type_in(desk: &mut Browser, who: &str) -> Answer {
    let page = desk.get(BOARD).await;
    let key = page.hidden("idempotency_key");
    desk.post(BOARD, &[("idempotency_key", &key), ("who", who)]).await
}

/// Presses a button of a form that carries its key.
async fn send(desk: &mut Browser, page: &Answer, action: &str, more: &[(&str, &str)]) -> Answer {
    let page = page.page();
    let form = page.form(action);
    let sent = page.controls(form);
    let fields: Vec<(&str, &str)> =
        sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(more.iter().copied()).collect();
    desk.post(action, &fields).await
}

async fn shown(desk: &mut Browser, answer: &Answer) -> Answer {
    assert_eq!(answer.status, 303, "{}", answer.text);
    desk.get(answer.header("location")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_in_by_keyboard() {
    let stage = Stage::new().await;
    stage.arrange("UPDATE person SET personal_number = '191212121212' WHERE display_name = 'Maria'").await;
    for (language, _) in LANGUAGES {
        let mut rut = speaking(stage.signed_in("rut").await, language).await;
        let board = rut.get(BOARD).await;
        let page = sound(&board, language);
        let focused: Vec<_> = page.elements.iter().filter(|element| element.get("autofocus").is_some()).collect();
        assert_eq!(focused.len(), 1, "{language}");
        assert_eq!(focused[0].get("name"), Some("who"), "the field has the focus");
        let names: Vec<String> = page.controls(page.form(BOARD)).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["idempotency_key", "who"], "one field, and no reason");

        // Enter alone: a number. It is seen across the desk, and the field waits for the next.
        let answer = type_in(&mut rut, "").await;
        let page = sound(&shown(&mut rut, &answer).await, language);
        let large = page.with_class("desk-given").next().expect("the number").text.clone();
        assert!(large.contains("10"), "{large}");
        assert!(page.by_id("f-who").get("autofocus").is_some());
        // A personal number means one person.
        for typed in ["19121212-1212", "121212+1212", "191212121212"] {
            let answer = type_in(&mut rut, typed).await;
            assert!(shown(&mut rut, &answer).await.text.contains("Maria"), "{typed}");
        }
    }
    assert_eq!(stage.number("SELECT count(*) FROM reception_ticket WHERE person_id IS NULL").await, 3);
    assert_eq!(stage.number("SELECT count(*) FROM reception_ticket WHERE person_id IS NOT NULL").await, 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_chosen_or_new_or_just_a_number() {
    let stage = Stage::new().await;
    stage.arrange("UPDATE person SET personal_number = '19800101T0A0' WHERE display_name = 'Anna'").await;
    let mut rut = stage.signed_in("rut").await;
    for (language, _) in LANGUAGES {
        let mut rut = speaking(rut.clone(), language).await;
        let choice = type_in(&mut rut, "ann").await;
        let page = sound(&choice, language);
        let ways: Vec<_> =
            page.all("button").filter_map(|button| Some((button.get("name")?, button.get("value")?))).collect();
        let anna = stage.who("anna").await.to_string();
        assert_eq!(ways, [("person_id", anna.as_str()), ("name", "ann"), ("just", "number")], "{language}");
        assert!(page.all("button").any(|button| button.get("autofocus").is_some() && button.text.contains("1980")));
        assert!(!choice.text.contains("0101"), "the year of birth is enough");
    }
    let choice = type_in(&mut rut, "ann").await;
    let anna = stage.who("anna").await.to_string();
    let answer = send(&mut rut, &choice, BOARD, &[("person_id", &anna)]).await;
    assert!(shown(&mut rut, &answer).await.text.contains("Anna"));
    let answer = send(&mut rut, &choice, BOARD, &[("person_id", &anna)]).await;
    assert_eq!(answer.status, 303, "the same press again is the same act");

    let choice = type_in(&mut rut, "Sara Ny <b>").await;
    assert_eq!(choice.status, 200);
    let answer = send(&mut rut, &choice, BOARD, &[("name", "Sara Ny <b>")]).await;
    let page = shown(&mut rut, &answer).await;
    assert!(page.text.contains("Sara Ny &lt;b") && !page.text.contains("Ny <b>"));
    let choice = type_in(&mut rut, "Sara").await;
    assert!(
        !choice.page().all("button").any(|button| button.get("name") == Some("person_id")),
        "claimed: found by nobody"
    );
    let answer = send(&mut rut, &choice, BOARD, &[("just", "number")]).await;
    assert_eq!(answer.status, 303);
    let counts = "SELECT count(*) FILTER (WHERE person_id IS NULL) * 100 + count(*) FROM reception_ticket";
    assert_eq!(stage.number(counts).await, 103);
    let claimed = "SELECT count(*) FROM person WHERE identity = 'claimed' AND display_name = 'Sara Ny <b>'";
    assert_eq!(stage.number(claimed).await, 1);

    // A number that cannot be read is asked for again, typed text kept.
    for (language, _) in LANGUAGES {
        let mut rut = speaking(rut.clone(), language).await;
        let answer = type_in(&mut rut, "121212-12").await;
        assert_eq!(answer.status, 422);
        let page = sound(&answer, language);
        assert_eq!(faults(&page).len(), 1);
        assert_eq!(page.by_id("f-who").get("value"), Some("121212-12"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn call_done_and_the_question_after_it() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    let mut joel = stage.signed_in("joel").await;
    // A booked visitor by one button.
    let board = rut.get(BOARD).await;
    let page = board.page();
    let visits: Vec<_> = page
        .all("input")
        .filter(|input| input.get("name") == Some("visit_id"))
        .filter_map(|input| input.get("value").map(str::to_owned))
        .collect();
    assert_eq!(visits.len(), 4, "a button a row");
    let answer = rut.post(BOARD, &[("idempotency_key", "v"), ("visit_id", &visits[0])]).await;
    assert!(
        shown(&mut rut, &answer).await.page().with_class("desk-given").next().expect("a number").text.contains("214")
    );
    type_in(&mut rut, "").await;

    // Both boards are open; the first call wins, the second is told in plain words.
    let (first, second) = (rut.get(BOARD).await, joel.get(BOARD).await);
    let ticket = stage.id("SELECT ticket_id FROM reception_ticket WHERE number = 214").await;
    let call = format!("{BOARD}/{ticket}/kalla");
    assert_eq!(send(&mut rut, &first, &call, &[]).await.status, 303);
    let late = send(&mut joel, &second, &call, &[]).await;
    assert_eq!(late.status, 409);
    let page = sound(&late, "sv");
    let summary = page.with_class("error-summary").next().expect("a summary").text.clone();
    assert!(summary.contains("En kollega hann före"), "{summary}");
    // Sent again from the same page: the answer is the same.
    assert_eq!(send(&mut joel, &second, &call, &[]).await.status, 409);

    let board = rut.get(BOARD).await;
    let answer = send(&mut rut, &board, &format!("{BOARD}/{ticket}/klar"), &[]).await;
    let asked = shown(&mut rut, &answer).await;
    assert!(asked.text.contains("Vill personen ansöka?"));
    let apply = format!("{BOARD}/ansokan?biljett={ticket}");
    let page = asked.page();
    assert!(
        page.all("a").filter(|link| link.get("href") == Some(&apply)).count() >= 2,
        "now, and for every finished one later"
    );
    assert_eq!(rut.get(&apply).await.status, 200);
    assert!(page.all("a").any(|link| link.get("href") == Some("/personal/reception/ansokan")), "and at any time");

    // One is left; then nobody waits.
    let board = joel.get(BOARD).await;
    assert_eq!(send(&mut joel, &board, &format!("{BOARD}/kalla"), &[]).await.status, 303);
    let board = joel.get(BOARD).await;
    let nobody = send(&mut joel, &board, &format!("{BOARD}/kalla"), &[]).await;
    assert_eq!(nobody.status, 409);
    assert!(sound(&nobody, "sv").with_class("error-summary").next().expect("a summary").text.contains("Ingen väntar"));
    for path in ["/personal/reception/kalla", call.as_str()] {
        let back = rut.get(path).await;
        assert_eq!((back.status, back.header("location")), (303, BOARD), "the way back after signing in again");
    }
}

/// What holds for a screen on a wall: a heading, and nothing that could be pressed.
fn bare(answer: &Answer, language: &str) -> Page {
    assert_eq!(answer.status, 200);
    let page = answer.page();
    assert_eq!(page.only("html").get("lang"), Some(language));
    assert!(page.only("h1").text.contains(['S', 'N']), "the office: {}", page.only("h1").text);
    for name in ["a", "button", "form", "nav", "header", "footer", "input"] {
        assert_eq!(page.all(name).count(), 0, "{language}: {name}");
    }
    assert!(!answer.text.contains("{{"), "{language}");
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_refreshes_itself_without_scripts_and_says_what_has_changed() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    for (language, _) in LANGUAGES {
        let mut rut = speaking(rut.clone(), language).await;
        let page = sound(&rut.get(BOARD).await, language);
        let refresh = page.all("meta").find(|meta| meta.get("http-equiv") == Some("refresh")).expect("a refresh");
        assert_eq!(refresh.get("content"), Some("30;url=/personal/reception?av-sig-sjalv"));
        assert!(page.all("noscript").any(|inside| page.inside(inside).any(|inner| inner.name == "meta")));
        assert_eq!(page.by_id("ko-sagt").get("aria-live"), Some("polite"));
        assert!(page.by_id("ko").get("data-said").is_some_and(|said| said.contains('0')), "{language}");
    }
    register(&mut rut, "a", json!({})).await;
    let said = rut.get(BOARD).await.page().by_id("ko").get("data-said").map(str::to_owned);
    assert_eq!(said.as_deref(), Some("Kön har ändrats. Kallade: 0. Väntar: 1."));
    // Whoever needs longer stops it.
    let still = rut.get("/personal/reception?stilla").await;
    assert!(sound(&still, "sv").all("meta").all(|meta| meta.get("http-equiv").is_none()));
    // What could not be done stays until it has been read.
    let refused = type_in(&mut rut, "121212-12").await;
    assert_eq!(refused.status, 422);
    assert!(refused.page().all("meta").all(|meta| meta.get("http-equiv").is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screen_shows_numbers_and_nothing_else() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    register(&mut rut, "a", json!({ "name": "Sara Hemlig" })).await;
    stage.clock.pass(SignedDuration::from_secs(1));
    register(&mut rut, "b", json!({ "person_id": stage.who("maria").await })).await;
    stage.clock.pass(SignedDuration::from_secs(1));
    let waiting = text(&register(&mut rut, "c", json!({})).await, "ticket_id");
    for (language, _) in LANGUAGES {
        let empty = speaking(stage.browser(), language).await.get("/skarm/norra").await;
        let page = bare(&empty, language);
        assert_eq!(page.with_class("board-number").count(), 0);
        let said = words(language, "reception");
        // Nothing tells people that it is their turn when nobody's number is called.
        assert!(!empty.text.contains(word(&said, "screen.heading")), "{language}");
        assert!(empty.text.contains(word(&said, "screen.none")), "{language}");
    }
    for key in ["1", "2"] {
        press(&mut rut, "call-next", key).await;
    }
    // Whoever turned the screen on is not named on it either.
    for mut browser in [stage.browser(), rut.clone(), stage.signed_in("maria").await] {
        let answer = browser.get("/skarm/sodra").await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
        let page = bare(&answer, "sv");
        assert!(page.all("h2").any(|heading| heading.text == "Nu är det din tur"));
        let numbers: Vec<&str> = page.with_class("board-number").map(|number| number.text.as_str()).collect();
        assert_eq!(numbers.len(), 2, "{numbers:?}");
        assert!(numbers.contains(&"100") && numbers.contains(&"101"));
        for hidden in ["Sara", "Hemlig", "Maria", "Rut", "102", &waiting] {
            assert!(!answer.text.contains(hidden), "{hidden}");
        }
        // Without scripts it is fetched anew every five seconds.
        let refresh = page.all("meta").find(|meta| meta.get("http-equiv") == Some("refresh")).expect("a refresh");
        assert_eq!(refresh.get("content"), Some("5"));
    }
    press(
        &mut rut,
        &format!("{}/done", stage.id("SELECT ticket_id FROM reception_ticket WHERE number = 100").await),
        "d",
    )
    .await;
    let after = stage.browser().get("/skarm/sodra").await.page();
    assert_eq!(after.with_class("board-number").count(), 1);
    assert_eq!(stage.browser().get("/skarm/finns-inte").await.status, 404);
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE actor_kind = 'anonymous'").await, 0);
}
