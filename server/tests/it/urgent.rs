//! Help today: one touch away from every step, and a page that says what to do now.

use crate::{
    norm_pages::says_no,
    pages::{LANGUAGES, sound, word, words},
    support::{Answer, Stage},
};

const STEPS: [&str; 9] = [
    "/ansok/kontakt",
    "/ansok/hushall",
    "/ansok/situation",
    "/ansok/inkomster",
    "/ansok/kostnader",
    "/ansok/behov",
    "/ansok/konto",
    "/ansok/papper",
    "/ansok/kontrollera",
];

/// The red strip is the first thing of the content, and the quick exit is there.
fn one_touch(answer: &Answer, path: &str) {
    assert!(matches!(answer.status, 200 | 422), "{path}: {} {}", answer.status, answer.header("location"));
    let page = answer.page();
    let strip = page.with_class("urgent-link").next().unwrap_or_else(|| panic!("{path}: no strip"));
    assert_eq!(strip.get("href"), Some("/akut"), "{path}");
    assert!(page.all("form").any(|form| form.get("action") == Some("/lamna")), "{path}");
}

#[tokio::test(flavor = "multi_thread")]
async fn help_today_is_one_touch_from_every_step() {
    let stage = Stage::new().await;
    let mut anybody = stage.browser();
    for path in
        ["/", "/rakna", "/dokument-du-behover", "/ansok", "/kontakt", "/logga-in?till=%2Fmina-sidor", "/finns-inte"]
    {
        let answer = anybody.get(path).await;
        if path == "/finns-inte" {
            assert!(answer.page().with_class("urgent-link").next().is_some(), "an error page too");
        } else {
            one_touch(&answer, path);
        }
    }
    one_touch(&anybody.post("/rakna", &[("month", "2026-11")]).await, "the answer");
    one_touch(&anybody.post("/rakna", &[("month", "2026-11"), ("cost.rent", "x")]).await, "the refused form");
    one_touch(&anybody.post("/rakna/jamfor", &[("month", "2026-11"), ("cost.rent", "8200")]).await, "what if");
    let code = anybody.post("/ansok/utan-inloggning", &[]).await;
    one_touch(&code, "the guest's code");
    let mut anna = stage.signed_in("anna").await;
    anna.get("/ansok").await;
    for (who, browser) in [("a guest", &mut anybody), ("anna", &mut anna)] {
        for path in STEPS.into_iter().chain(["/ansok/handlingar"]) {
            one_touch(&browser.get(path).await, &format!("{who} {path}"));
        }
    }
    for path in [
        "/mina-sidor",
        "/mina-sidor/besok",
        "/mina-sidor/besok/boka?kontor=sodra",
        "/mina-sidor/besok/boka/uppgifter",
        "/mina-sidor/handlingar",
        "/mina-sidor/ansokan",
        "/mina-sidor/meddelanden",
        "/mina-sidor/beslut",
    ] {
        one_touch(&anna.get(path).await, path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn akut_says_what_to_do_now_also_without_a_database() {
    let stage = Stage::new().await;
    for closed in [false, true] {
        if closed {
            stage.db.close().await;
        }
        for (language, _) in LANGUAGES {
            let guide = words(language, "guide");
            let mut browser = stage.browser();
            browser.cookies.insert("porten_lang".to_owned(), language.to_owned());
            let page = sound(&browser.get("/akut").await, language);
            let text = &page.only("main").text;
            let place = |what: &str| text.find(what).unwrap_or_else(|| panic!("{language}: {what} in {text}"));
            // Whom to call, what to say, and only then the rest.
            let phones = ["08-465 004 00", "08-465 004 99"].map(place);
            let todo = ["do_call", "do_apply", "do_care"].map(|key| place(word(&guide, &format!("urgent.{key}"))));
            let order: Vec<usize> =
                phones.into_iter().chain(todo).chain([place(word(&guide, "urgent.when_title"))]).collect();
            assert!(order.is_sorted(), "{language}: {order:?}");
            for key in ["urgent.food", "urgent.medicine", "urgent.sleep", "urgent.right"] {
                place(word(&guide, key));
            }
            assert!(page.all("a").any(|link| link.get("href") == Some("tel:0846500400")), "{language}");
            assert_eq!(page.all("ul").filter(|list| page.inside(list).count() == 0).count(), 0, "no empty list");
            assert_eq!(says_no(text), None, "{language}");
        }
    }
}
