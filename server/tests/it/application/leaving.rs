//! "Save and leave": what was typed is kept, valid or not; a guest is out on that telephone and comes back by her code.

use super::{CHECK, STEPS, count, guest, leads};
use crate::{
    pages::{LANGUAGES, sound, speaking, word, words},
    support::{Answer, Browser, Stage},
};
use jiff::SignedDuration;

const LEAVE: &str = "/ansok/ga-ut";
const SAVED: &str = "/ansok/sparat";

/// Presses "save and leave" on a step with these answers.
async fn leave(browser: &mut Browser, step: &str, answers: &[(&str, &str)]) -> Answer {
    let page = browser.get(step).await;
    assert_eq!(page.status, 200, "{step}");
    let version = page.hidden("version");
    let there = page.page();
    let button = there.all("button").find(|button| button.get("formaction") == Some(LEAVE)).expect("the button");
    assert!(button.get("formnovalidate").is_some(), "whatever has been typed");
    assert_eq!((button.get("name"), button.get("value")), (Some("steg"), Some(step)));
    let mut fields = vec![("version", version.as_str()), ("steg", step)];
    fields.extend(answers);
    browser.post(LEAVE, &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_leaves_nothing_behind_and_finds_everything_again() {
    let stage = Stage::new().await;
    let said = words("sv", "application");
    let (mut tomas, code) = guest(&stage).await;
    let before = tomas.clone();
    let gone = leave(&mut tomas, "/ansok/kostnader", &[("cost.0.kind", ""), ("cost.0.amount", "åtta tusen")]).await;
    assert_eq!((gone.status, gone.header("cache-control")), (200, "no-store"), "{}", gone.text);
    let page = sound(&gone, "sv");
    // Thirty days without being touched: the 22nd of December is the last whole one.
    assert!(page.with_class("lead").next().expect("a lead").text.contains("22 december"), "{}", gone.text);
    for key in ["leave.not_sent", "leave.code", "leave.out"] {
        assert!(gone.text.contains(word(&said, key)), "{key}");
    }
    assert!(page.all("form").all(|form| form.get("action") != Some("/logga-ut")), "she is out already");
    assert!(!gone.text.contains("åtta tusen"));
    assert!(!tomas.cookies.contains_key("porten_guest"));
    assert!(gone.header("clear-site-data").contains("cache"));
    // The session is over, not only its cookie.
    for mut browser in [tomas.clone(), before] {
        leads(&browser.get("/ansok/kostnader").await, "/ansok");
        leads(&browser.post(LEAVE, &[("steg", "/ansok/kostnader")]).await, "/ansok");
        leads(&browser.get(SAVED).await, "/ansok");
    }
    leads(&tomas.get(LEAVE).await, "/ansok");
    let mut back = stage.browser();
    leads(&back.post("/ansok/kod", &[("code", &code)]).await, "/ansok");
    assert!(back.get("/ansok/kostnader").await.text.contains("åtta tusen"), "valid or not");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_lost_the_code_gets_another_for_ten_minutes() {
    let stage = Stage::new().await;
    let (mut tomas, old) = guest(&stage).await;
    let gone = leave(&mut tomas, "/ansok/behov", &[("month", "2026-11"), ("need", "Hyran.")]).await;
    let note = gone.hidden("biljett");
    stage.clock.pass(SignedDuration::from_mins(9));
    let shown = tomas.post("/ansok/ny-kod", &[("biljett", &note)]).await;
    let new = sound(&shown, "sv").with_class("resume-code").next().expect("a code").text.trim().to_owned();
    assert!(!tomas.cookies.contains_key("porten_guest"), "a code, and no session");
    assert_eq!(stage.browser().post("/ansok/kod", &[("code", &old)]).await.status, 422);
    let mut back = stage.browser();
    leads(&back.post("/ansok/kod", &[("code", &new)]).await, "/ansok");
    assert!(back.get("/ansok/behov").await.text.contains("Hyran."));
    let written = "SELECT count(*) FROM audit WHERE action = 'account.renew_code' AND actor_kind = 'guest'";
    assert_eq!(stage.number(written).await, 1);
    stage.clock.pass(SignedDuration::from_mins(2));
    for late in [note.as_str(), "", "bm90IG91cnM"] {
        leads(&stage.browser().post("/ansok/ny-kod", &[("biljett", late)]).await, "/ansok");
    }
    // What carries figures opens nobody's application.
    let mut figures = stage.browser();
    figures.post("/ansok/fran-raknaren", &super::FIGURES).await;
    let sealed = figures.cookies["porten_carry"].clone();
    leads(&stage.browser().post("/ansok/ny-kod", &[("biljett", &sealed)]).await, "/ansok");
    assert_eq!(stage.number(written).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn signed_in_one_signs_in_again() {
    let stage = Stage::new().await;
    for (language, _) in LANGUAGES {
        let mut anna = speaking(stage.signed_in("anna").await, language).await;
        leads(&leave(&mut anna, "/ansok/inkomster", &[("income.0.amount", "x")]).await, SAVED);
        let page = sound(&anna.get(SAVED).await, language);
        assert!(page.inside(page.only("main")).any(|inner| inner.get("action") == Some("/logga-ut")));
        assert!(anna.get("/ansok/inkomster").await.text.contains("value=\"x\""));
        // The pages that ask nothing have the button too.
        for path in ["/ansok/papper", CHECK] {
            let page = anna.get(path).await.page();
            assert!(page.all("form").any(|form| form.get("action") == Some(LEAVE)), "{path}");
        }
        leads(&anna.post(LEAVE, &[]).await, SAVED);
        let (mut nobody, _) = guest(&stage).await;
        nobody = speaking(nobody, language).await;
        sound(&leave(&mut nobody, STEPS[0], &[("way", "x")]).await, language);
    }
    // Two windows: what the other has saved is not undone, and nothing of this one is lost.
    let mut anna = stage.signed_in("anna").await;
    let old = anna.get("/ansok/behov").await.hidden("version");
    leads(&leave(&mut anna, "/ansok/behov", &[("month", "2026-11"), ("need", "Det första.")]).await, SAVED);
    let fields = [("version", old.as_str()), ("steg", "/ansok/behov"), ("month", "2026-11"), ("need", "Det andra.")];
    let late = anna.post(LEAVE, &fields).await;
    assert_eq!(late.status, 409);
    assert!(late.text.contains("Det första.") && late.text.contains("Det andra."));
    let refused = leave(&mut anna, "/ansok/behov", &[("month", "2026-11"), ("need", "a\u{0}b")]).await;
    assert_eq!(refused.status, 422, "what cannot be saved at all is said");
    assert_eq!(count(&stage, "application WHERE arrived_at >= '2026-11-23T08:00:00Z'").await, 0, "nothing was sent");
}
