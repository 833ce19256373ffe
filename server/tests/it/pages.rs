//! Every page in every language: whole, accessible in its bones, and a form that comes back with all that was typed.

use crate::support::{
    Answer, Browser, Stage, database,
    html::{Element, Page},
};
use serde_json::Value;
use std::collections::BTreeSet;

/// The languages with their direction.
pub const LANGUAGES: [(&str, &str); 3] = [("sv", "ltr"), ("en", "ltr"), ("ar", "rtl")];
/// Pages open to all.
pub const PUBLIC: [&str; 8] = [
    "/",
    "/rakna",
    "/dokument-du-behover",
    "/kontakt",
    "/akut",
    "/tillganglighet",
    "/personuppgifter",
    "/logga-in?till=%2Fmina-sidor",
];
/// Pages of an applicant that need nothing but a session.
pub const APPLICANT: [&str; 5] = [
    "/mina-sidor",
    "/mina-sidor/besok",
    "/mina-sidor/besok/boka?kontor=sodra",
    "/mina-sidor/besok/boka/uppgifter",
    "/mina-sidor/meddelanden",
];
/// Pages of the desk.
pub const STAFF: [&str; 4] =
    ["/personal", "/personal/reception", "/personal/reception/ansokan", "/personal/reception/identitet"];
/// The only page with an island.
const ISLAND: &str = "/rakna";

/// A text of `locales/`.
pub fn words(language: &str, room: &str) -> Value {
    let path = format!("{}/../locales/{language}/{room}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("a locale")).expect("JSON")
}

pub fn word<'w>(words: &'w Value, key: &str) -> &'w str {
    words.pointer(&format!("/{}", key.replace('.', "/"))).and_then(Value::as_str).unwrap_or_else(|| panic!("no {key}"))
}

/// A browser that has chosen a language.
pub async fn speaking(mut browser: Browser, language: &str) -> Browser {
    browser.get(&format!("/?lang={language}")).await;
    browser
}

/// What holds for every page, error pages too.
pub fn sound(answer: &Answer, language: &str) -> Page {
    let page = answer.page();
    let about = format!("{} {language}: {}", answer.status, page.only("title").text);
    let direction = LANGUAGES.iter().find(|(code, _)| *code == language).expect("a language").1;
    assert_eq!(page.only("html").get("lang"), Some(language), "{about}");
    assert_eq!(page.only("html").get("dir"), Some(direction), "{about}");
    assert_eq!(page.all("h1").count(), 1, "{about}");
    assert!(!page.only("h1").text.trim().is_empty(), "{about}");
    assert!(!page.only("title").text.trim().is_empty(), "{about}");

    let first = page.all("a").next().expect("links");
    assert_eq!((first.get("href"), page.only("main").get("id")), (Some("#main"), Some("main")), "{about}");
    let menu: Vec<&Element> = page.all("a").filter(|link| link.get("hreflang").is_some()).collect();
    let codes: Vec<_> = menu.iter().filter_map(|link| link.get("hreflang")).collect();
    assert_eq!(codes, ["sv", "en", "ar"], "{about}");
    for link in menu {
        let code = link.get("hreflang").expect("a code");
        let href = link.get("href").expect("an address");
        assert!(href.starts_with('/') && href.contains(&format!("?lang={code}")), "{about}: {href}");
        assert_eq!(link.get("aria-current").is_some(), code == language, "{about}");
    }
    let leave = page.form("/lamna");
    assert_eq!(leave.get("method"), Some("post"), "{about}");
    assert!(page.inside(leave).any(|inner| inner.name == "button" && !inner.text.trim().is_empty()), "{about}");

    assert!(!answer.text.contains("{{") && !answer.text.contains("common."), "{about}: a missing text");
    for name in ["h1", "h2", "h3", "p", "a", "button", "label", "legend", "caption", "li", "dt", "dd", "title"] {
        // A live region waits for its words.
        for element in page.all(name).filter(|element| element.get("aria-live").is_none()) {
            // The live region must be there, empty, before it speaks.
            let silent = element.get("aria-live").is_some();
            assert!(silent || !element.text.trim().is_empty(), "{about}: an empty {name}: {element:?}");
        }
    }
    assert_eq!(page.all("style").count(), 0, "{about}");
    for element in &page.elements {
        for (key, value) in element.attributes() {
            assert!(key != "style" && !key.starts_with("on"), "{about}: {key} in {element:?}");
            assert!(!value.trim_start().to_ascii_lowercase().starts_with("javascript:"), "{about}: {element:?}");
        }
    }
    for script in page.all("script") {
        assert!(script.text.is_empty() && script.get("src").is_some(), "{about}: {script:?}");
    }
    let mut seen = BTreeSet::new();
    for id in page.elements.iter().filter_map(|element| element.get("id")) {
        assert!(seen.insert(id), "{about}: the id {id} twice");
    }
    for element in &page.elements {
        for key in ["for", "aria-describedby", "aria-labelledby"] {
            for id in element.get(key).unwrap_or_default().split_whitespace() {
                assert!(seen.contains(id), "{about}: {key} leads to {id}, which is not there");
            }
        }
        if let Some(id) = element.get("href").and_then(|href| href.strip_prefix('#')) {
            assert!(seen.contains(id), "{about}: a link to #{id}, which is not there");
        }
    }
    page
}

/// The summary of a refused form: every line leads to a control, and the same sentence stands beside that control.
pub fn faults(page: &Page) -> Vec<(String, String)> {
    let summary = page.with_class("error-summary").next().expect("an error summary");
    assert!(summary.get("autofocus").is_some() && summary.get("tabindex") == Some("-1"), "the summary takes the focus");
    let ids = page.ids();
    let lines: Vec<_> = page.inside(summary).filter(|inner| inner.name == "a").collect();
    assert!(!lines.is_empty(), "the summary has lines");
    lines
        .into_iter()
        .map(|line| {
            let id = line.get("href").and_then(|href| href.strip_prefix('#')).expect("an own address");
            assert!(ids.contains(id), "#{id} is there");
            let beside = page.by_id(&format!("{id}--error"));
            assert!(beside.text.contains(&line.text) || line.text.contains(&beside.text), "{id}: {line:?} {beside:?}");
            let control = page.by_id(id);
            let described = page.elements.iter().any(|element| {
                element.get("aria-describedby").is_some_and(|ids| ids.contains(&format!("{id}--error")))
            });
            assert!(described, "{control:?} is described by its message");
            (id.to_owned(), line.text.clone())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_public_page_is_whole_in_three_languages() {
    let stage = Stage::new().await;
    let mut titles = BTreeSet::new();
    for (language, _) in LANGUAGES {
        let mut browser = speaking(stage.browser(), language).await;
        for path in PUBLIC {
            let answer = browser.get(path).await;
            assert_eq!(answer.status, 200, "{path}");
            let page = sound(&answer, language);
            assert!(titles.insert(page.only("title").text.clone()), "{path} in {language}: the title is its own");
            let strip = page.with_class("urgent-link").next();
            assert_eq!(strip.and_then(|link| link.get("href")), (path != "/akut").then_some("/akut"), "{path}");
            assert_eq!(page.all("script").count(), usize::from(path == ISLAND), "{path}: scripts");
            let preloads = page.all("link").filter(|link| link.get("rel") == Some("preload")).count();
            assert_eq!(preloads, usize::from(path == ISLAND), "{path}: preloads");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signed_in_pages_are_whole_neutral_and_never_kept() {
    let stage = Stage::new().await;
    for (language, _) in LANGUAGES {
        for (persona, paths) in [("anna", APPLICANT.as_slice()), ("rut", STAFF.as_slice())] {
            let mut browser = speaking(stage.signed_in(persona).await, language).await;
            let brand = browser.get("/").await.page().with_class("brand").next().expect("a brand").text.clone();
            for path in paths {
                let answer = browser.get(path).await;
                assert_eq!(answer.status, 200, "{path}");
                assert_eq!(answer.header("cache-control"), "no-store", "{path}");
                let page = sound(&answer, language);
                let title = page.only("title").text.to_lowercase();
                for telling in [&brand, "bistånd", "försörjning", "assistance", "social", "socialtjänst", "مساعدة"]
                {
                    assert!(!title.contains(&telling.to_lowercase()), "{path}: {title} tells {telling}");
                }
                assert_eq!(page.with_class("urgent-link").count(), usize::from(persona == "anna"), "{path}");
                // The board keeps itself true by a small script.
                assert_eq!(page.all("script").count(), usize::from(*path == "/personal/reception"), "{path}");
                assert!(page.all("form").any(|form| form.get("action") == Some("/logga-ut")), "{path}: sign out");
                if persona == "anna" {
                    assert!(path == &"/mina-sidor" || !answer.text.contains("Anna"), "{path}: no name on every page");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_is_chosen_by_address_and_the_address_stays_clean() {
    let stage = Stage::new().await;
    for (asked, leads_to, code) in [
        ("/rakna?lang=ar", "/rakna", Some("ar")),
        ("/?lang=en", "/", Some("en")),
        ("/logga-in?till=%2Fmina-sidor&lang=en", "/logga-in?till=%2Fmina-sidor", Some("en")),
        (
            "/mina-sidor/besok/boka?kontor=norra&lang=ar&fran=2026-12-01",
            "/mina-sidor/besok/boka?kontor=norra&fran=2026-12-01",
            Some("ar"),
        ),
        ("/finns-inte?lang=en", "/finns-inte", Some("en")),
        ("/rakna?lang=xx", "/rakna", None),
        ("/rakna?lang=", "/rakna", None),
        ("/rakna?lang=sv%3B%20Domain%3Dx", "/rakna", None),
        ("//elsewhere.example?lang=en", "/", Some("en")),
    ] {
        let answer = stage.browser().get(asked).await;
        assert_eq!((answer.status, answer.header("location")), (303, leads_to), "{asked}");
        let cookie = answer.header("set-cookie");
        match code {
            Some(code) => assert!(cookie.starts_with(&format!("porten_lang={code};")), "{asked}: {cookie}"),
            None => assert_eq!(cookie, "", "{asked}"),
        }
    }
    // Every link of the menu shows the same page in its language.
    let mut browser = stage.signed_in("anna").await;
    let path = "/mina-sidor/besok/boka?kontor=norra&fran=2026-12-01";
    for (language, _) in LANGUAGES {
        let page = browser.get(path).await.page();
        let link = page.all("a").find(|link| link.get("hreflang") == Some(language)).expect("a link");
        let chosen = browser.get(link.get("href").expect("an address")).await;
        assert_eq!(chosen.header("location"), path);
        sound(&browser.get(path).await, language);
    }
    // A broken cookie is Swedish.
    let mut browser = stage.browser();
    browser.cookies.insert("porten_lang".to_owned(), "klingon".to_owned());
    sound(&browser.get("/").await, "sv");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_start_page_asks_with_at_most_six_choices() {
    let stage = Stage::new().await;
    let page = stage.browser().get("/").await.page();
    let main = page.only("main");
    let leads: BTreeSet<_> =
        page.inside(main).filter(|inner| inner.name == "li").map(|item| item.text.clone()).collect();
    assert!((3..=6).contains(&leads.len()), "{leads:?}");
    for path in ["/rakna", "/kontakt", "/mina-sidor"] {
        assert!(page.inside(main).any(|inner| inner.get("href") == Some(path)), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn telephone_numbers_stand_where_help_is_asked_for() {
    let stage = Stage::new().await;
    for (language, _) in LANGUAGES {
        let mut browser = speaking(stage.browser(), language).await;
        for path in ["/kontakt", "/akut"] {
            let page = browser.get(path).await.page();
            for number in ["08-465 004 00", "08-465 004 99", "08-465 004 10", "08-465 004 20", "08-465 004 30"] {
                let digits: String = number.chars().filter(char::is_ascii_digit).collect();
                let link = page.all("a").find(|link| link.get("href") == Some(&format!("tel:{digits}")));
                assert_eq!(link.map(|link| link.text.as_str()), Some(number), "{path} in {language}");
            }
        }
        assert!(browser.get("/akut").await.text.contains("112"), "{language}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_estimate_always_says_preliminary_the_right_to_apply_and_where_help_is_now() {
    let stage = Stage::new().await;
    let missing = [("month", "2026-11"), ("adults", "1"), ("cost.rent", "8200")];
    let more = [("month", "2026-11"), ("adults", "1"), ("income.wage", "90000")];
    let single = stage
        .browser()
        .json("/api/v1/estimates", &serde_json::json!({ "month": "2026-11", "household": { "adults": 1 } }))
        .await;
    let norm = single.json()["norm_total"].to_string();
    let even = [("month", "2026-11"), ("adults", "1"), ("income.wage", norm.as_str())];
    for (language, _) in LANGUAGES {
        let (norm, common) = (words(language, "norm"), words(language, "common"));
        let mut browser = speaking(stage.browser(), language).await;
        let shown = browser.get("/rakna").await;
        assert!(shown.page().only("main").text.contains(word(&norm, "always")), "{language}");
        assert!(shown.page().only("main").text.contains(word(&common, "urgent.title")), "{language}");
        for fields in [&missing[..], &more[..], &even[..]] {
            let answer = browser.post("/rakna", fields).await;
            assert_eq!(answer.status, 200, "{fields:?}");
            assert_eq!(answer.header("cache-control"), "no-store");
            let page = sound(&answer, language);
            let said = &page.only("main").text;
            for key in ["higher_or_lower", "right", "urgent"] {
                assert!(said.contains(word(&norm, key)), "{language} {fields:?}: {key}");
            }
            let headline = &page.only("h1").text;
            let wanted = match fields[fields.len() - 1] {
                ("cost.rent", _) => word(&norm, "shortfall").split("{{").next().expect("a beginning"),
                ("income.wage", "90000") => word(&norm, "no_shortfall"),
                _ => word(&norm, "even"),
            };
            assert!(headline.contains(wanted.trim()), "{language}: {headline} has {wanted}");
            assert!(page.inside(page.only("main")).any(|inner| inner.get("href") == Some("/akut")));
            // The law stands beside the lines.
            assert!(said.contains("SoL") || said.contains("SoF") || said.contains('§'), "{language}");
            // A refused form says it too.
        }
        let refused = browser.post("/rakna", &[("month", "2026-11"), ("cost.rent", "x")]).await;
        assert!(refused.page().only("main").text.contains(word(&norm, "always")), "{language}");
    }
}

/// Everything one can type, with something unusual in each place.
fn typed() -> Vec<(&'static str, &'static str)> {
    vec![
        ("month", "2026-10"),
        ("adults", "2"),
        ("partner", "no_right"),
        ("child_rows", "2"),
        ("child.0.age", " 4 "),
        ("child.0.lunch_away", "true"),
        ("child.0.days", "femton"),
        ("child.1.age", "9"),
        ("shared_with", "två"),
        ("cost.rent", "8 200 kr"),
        ("cost.electricity", "\"><script>alert(1)</script>"),
        ("cost.dental", "1.5"),
        ("income.wage", "9 000"),
        ("stimulus", "yes"),
        ("stimulus2", "yes"),
        ("income.other", "'; DROP TABLE visit; --"),
        ("child.1.pupil_year", "&amp;"),
        ("previous_surplus", "{{7*7}}"),
        ("situation", "student"),
        ("situation", "no_home"),
    ]
}

fn kept(page: &Page, fields: &[(&str, &str)]) {
    let sent = page.controls(page.form("/rakna"));
    for (name, value) in fields {
        if *name != "child_rows" {
            assert!(sent.iter().any(|(key, kept)| key == name && kept == value), "{name}={value} is kept: {sent:?}");
        }
    }
    // Radios and months send one value each: nothing was added beside what was chosen.
    for name in ["month", "adults", "partner", "stimulus", "stimulus2"] {
        assert_eq!(sent.iter().filter(|(key, _)| key == name).count(), 1, "{name}");
    }
    assert_eq!(sent.iter().filter(|(key, _)| key == "situation").count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn adding_a_child_keeps_everything_typed() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let mut fields = typed();
    fields.push(("action", "add_child"));
    let answer = browser.post("/rakna", &fields).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    assert!(!answer.text.contains("<script>alert"), "typed text is text");
    let answer = Answer { text: answer.text.replace("{{7*7}}", ""), ..answer };
    let page = sound(&answer, "sv");
    assert_eq!(page.with_class("error-summary").count(), 0, "nobody is scolded for adding a child");
    let fields: Vec<_> = typed()
        .into_iter()
        .map(|(name, value)| if name == "previous_surplus" { (name, "") } else { (name, value) })
        .collect();
    kept(&page, &fields);
    let rows = page
        .ids()
        .into_iter()
        .filter(|id| id.strip_prefix("f-child.").is_some_and(|rest| rest.contains(".age")))
        .count();
    assert_eq!(rows, 3);
    assert_eq!(answer.hidden("child_rows"), "3");
    // The row that was added can be sent.
    let mut sent = page.controls(page.form("/rakna"));
    sent.retain(|(name, _)| {
        !name.contains("days")
            && name != "shared_with"
            && !name.contains("cost")
            && name != "child.1.pupil_year"
            && name != "income.other"
    });
    sent.push(("child.2.age".to_owned(), "12".to_owned()));
    let first = sent.iter().position(|(name, value)| name == "child.2.age" && value.is_empty()).expect("the new row");
    sent.remove(first);
    let pairs: Vec<_> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(browser.post("/rakna", &pairs).await.status, 200);
    // Enter presses the first button: it must be the one that calculates.
    let first = page.inside(page.form("/rakna")).find(|inner| inner.name == "button").expect("a button");
    assert_eq!((first.get("type"), first.get("name")), (Some("submit"), None));
    // There is an end to it.
    let full = browser.post("/rakna", &[("child_rows", "20"), ("action", "add_child")]).await;
    assert_eq!((full.status, full.hidden("child_rows").as_str()), (200, "20"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_faulty_estimate_comes_back_with_every_fault_and_all_that_was_typed() {
    let stage = Stage::new().await;
    for (language, _) in LANGUAGES {
        let mut browser = speaking(stage.browser(), language).await;
        let answer = browser.post("/rakna", &typed()).await;
        assert_eq!((answer.status, answer.header("cache-control")), (422, "no-store"));
        assert!(!answer.text.contains("<script>alert"), "typed text is text");
        let page = Page::read(&answer.text);
        kept(&page, &typed());
        let faults = faults(&page);
        let fields: BTreeSet<_> = faults.iter().map(|(field, _)| field.as_str()).collect();
        let wanted = [
            "f-child.0.days",
            "f-shared_with",
            "f-cost.electricity",
            "f-cost.dental",
            "f-income.other",
            "f-previous_surplus",
        ];
        assert_eq!(fields, BTreeSet::from(wanted), "{language}");
        let common = words(language, "common");
        for (field, message) in &faults {
            let known = ["field.not_an_amount", "field.not_a_number", "field.out_of_range"];
            assert!(known.iter().any(|key| message.contains(word(&common, key))), "{language} {field}: {message}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_in_every_field_lead_to_it() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    for (name, value, others) in [
        ("month", "", &[][..]),
        ("month", "november", &[]),
        ("month", "2026-13", &[]),
        ("adults", "3", &[]),
        ("adults", "en", &[]),
        ("partner", "kanske", &[("adults", "2")]),
        ("child.0.age", "21", &[]),
        ("child.0.age", "-1", &[]),
        ("child.0.age", "nio", &[]),
        ("child.1.days", "32", &[("child_rows", "2"), ("child.1.age", "4")]),
        ("child.0.age", "", &[("child.0.days", "3")]),
        ("shared_with", "21", &[]),
        ("cost.rent", "1000001", &[]),
        ("cost.rent", "-1", &[]),
        ("cost.rent", "99999999999999999999999", &[]),
        ("income.wage2", "tusen", &[("adults", "2")]),
        ("child.0.pupil_wage", "x", &[("child.0.age", "17")]),
        ("child.0.pupil_year", "x", &[("child.0.age", "17"), ("child.0.pupil_wage", "100")]),
        // A wage is not lost with the age it belongs to.
        ("child.0.age", "", &[("child.0.pupil_wage", "100")]),
        ("situation", "rik", &[]),
    ] {
        let mut fields = vec![("month", "2026-11"), ("adults", "1")];
        fields.retain(|(field, _)| *field != name && !others.iter().any(|(other, _)| other == field));
        fields.extend(others);
        fields.push((name, value));
        let answer = browser.post("/rakna", &fields).await;
        assert_eq!(answer.status, 422, "{name}={value}");
        let page = sound(&answer, "sv");
        let faults = faults(&page);
        assert_eq!(
            faults.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>(),
            [format!("f-{name}")],
            "{value}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_without_a_norm_is_said_as_such() {
    let stage = Stage::new().await;
    stage.clock.set("2026-12-15T09:00:00Z");
    for (language, _) in LANGUAGES {
        let mut browser = speaking(stage.browser(), language).await;
        let answer = browser.post("/rakna", &[("month", "2027-01"), ("adults", "1"), ("cost.rent", "8200")]).await;
        assert_eq!(answer.status, 422);
        let page = sound(&answer, language);
        assert_eq!(faults(&page)[0].0, "f-month");
        let norm = words(language, "norm");
        let said = word(&norm, "not_known.text").replace("{{ year }}", "2027");
        assert!(page.only("main").text.contains(&said), "{language}");
        let kept = page.controls(page.form("/rakna"));
        assert!(kept.contains(&("month".to_owned(), "2027-01".to_owned())), "{language}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_months_on_offer_turn_with_the_local_year() {
    let stage = Stage::new().await;
    for (now, months, present) in [
        ("2026-12-15T09:00:00Z", ["2026-10", "2026-11", "2026-12", "2027-01", "2027-02"], "2026-12"),
        // Half past eleven in the evening of New Year's Eve in Stockholm, and an hour later.
        ("2026-12-31T22:30:00Z", ["2026-10", "2026-11", "2026-12", "2027-01", "2027-02"], "2026-12"),
        ("2026-12-31T23:30:00Z", ["2026-11", "2026-12", "2027-01", "2027-02", "2027-03"], "2027-01"),
        ("2026-01-01T10:00:00Z", ["2025-11", "2025-12", "2026-01", "2026-02", "2026-03"], "2026-01"),
    ] {
        stage.clock.set(now);
        let mut browser = stage.browser();
        let page = sound(&browser.get("/rakna").await, "sv");
        let select = page.by_id("f-month");
        let offered: Vec<_> = page.inside(select).filter_map(|option| option.get("value")).collect();
        assert_eq!(offered, months, "{now}");
        let sent = page.controls(page.form("/rakna"));
        assert!(sent.contains(&("month".to_owned(), present.to_owned())), "{now}: {sent:?}");
        // Each known month can be calculated, each unknown one is refused with a text.
        for month in months {
            let answer = browser.post("/rakna", &[("month", month), ("adults", "1")]).await;
            assert_eq!(answer.status, if month < "2027" { 200 } else { 422 }, "{month}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn booking_forms_come_back_with_what_is_wrong() {
    let stage = Stage::new().await;
    for (language, _) in LANGUAGES {
        let mut anna = speaking(stage.signed_in("anna").await, language).await;
        let version = anna.get("/mina-sidor/besok/boka?kontor=sodra").await.hidden("version");
        let fields = [("version", version.as_str()), ("kontor", "norra"), ("fran", "2026-12-01")];
        let answer = anna.post("/mina-sidor/besok/boka", &fields).await;
        assert_eq!(answer.status, 422, "{language}");
        let page = sound(&answer, language);
        assert_eq!(faults(&page)[0].0, "f-slot_id");
        assert_eq!((answer.hidden("kontor").as_str(), answer.hidden("fran").as_str()), ("norra", "2026-12-01"));

        let version = anna.get("/mina-sidor/besok/boka/uppgifter").await.hidden("version");
        let long = "</textarea><script>alert(1)</script>&amp;\r\nå ".repeat(40);
        let fields =
            [("version", version.as_str()), ("interpreter", "yes"), ("language", "xx"), ("needs", long.as_str())];
        let answer = anna.post("/mina-sidor/besok/boka/uppgifter", &fields).await;
        assert_eq!(answer.status, 422, "{language}");
        let page = sound(&answer, language);
        assert_eq!(page.all("script").count(), 0);
        let found: Vec<_> = faults(&page).into_iter().map(|(field, _)| field).collect();
        assert_eq!(found, ["f-language", "f-needs"], "{language}");
        let kept = page.controls(page.form("/mina-sidor/besok/boka/uppgifter"));
        assert!(kept.contains(&("interpreter".to_owned(), "yes".to_owned())));
        assert!(kept.contains(&("needs".to_owned(), long.clone())), "{language}: {kept:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_free_time_the_summary_still_leads_somewhere() {
    let stage = Stage::new().await;
    let mut owner = database::connect(&stage.owner).await;
    let municipality = stage.municipality.0.to_string();
    sqlx::query("SELECT set_config('porten.municipality', $1, false)")
        .bind(municipality)
        .execute(&mut owner)
        .await
        .unwrap();
    for table in ["visit_seat", "visit", "visit_slot"] {
        sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM {table}"))).execute(&mut owner).await.unwrap();
    }
    let mut anna = stage.signed_in("anna").await;
    let answer = anna.post("/mina-sidor/besok/boka", &[("version", "0")]).await;
    assert_eq!(answer.status, 422);
    assert_eq!(faults(&sound(&answer, "sv"))[0].0, "f-slot_id");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quick_exit_leads_to_a_page_that_says_nothing() {
    let stage = Stage::new().await;
    for (language, direction) in LANGUAGES {
        let mut anna = speaking(stage.signed_in("anna").await, language).await;
        let session = anna.cookies["porten"].clone();
        let left = anna.post("/lamna", &[]).await;
        assert_eq!((left.status, left.header("location")), (303, "/ny-flik"));
        assert!(left.header("clear-site-data").contains("\"cache\""));
        assert!(!anna.cookies.contains_key("porten"));
        let answer = anna.get("/ny-flik").await;
        let page = answer.page();
        assert_eq!(answer.status, 200);
        assert_eq!((page.only("html").get("lang"), page.only("html").get("dir")), (Some(language), Some(direction)));
        assert_eq!(page.only("body").text, "");
        assert_eq!(page.all("a").count() + page.all("script").count(), 0);
        // The old cookie opens nothing.
        anna.cookies.insert("porten".to_owned(), session);
        assert_eq!(anna.get("/mina-sidor").await.status, 303);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_that_no_database_can_hold_is_refused() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    for (path, fields) in [
        ("/mina-sidor/besok/boka/uppgifter", [("version", "0"), ("needs", "a\0b")]),
        ("/mina-sidor/besok/boka", [("version", "0"), ("slot_id", "a\0b")]),
        ("/demo/login", [("till", ""), ("persona", "anna\0")]),
        ("/rakna", [("month", "2026-11\0"), ("cost.rent", "1\0")]),
    ] {
        let answer = anna.post(path, &fields).await;
        assert!((400..=422).contains(&answer.status), "{path}: {}", answer.status);
        sound(&answer, "sv");
    }
}
