//! The answer of `/rakna`: every line says why, nothing says no, it can be heard and printed.

use crate::{
    norm_api::example,
    pages::{LANGUAGES, sound, speaking, word, words},
    support::{Answer, Browser, Stage, html::Page},
};
use domain::norm::{CostKind, DecidedBy, FirstStep, IncomeKind, NoticeCode, Situation, Why};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// No sentence may read as a refusal. In every language, as parts of words, in small letters.
const REFUSING: [&str; 22] = [
    "avslag",
    "du får inte",
    "inte berättigad",
    "inte rätt till bistånd",
    "ingen rätt",
    "nekas",
    "kan inte ansöka",
    "får inte ansöka",
    "refus",
    "rejected",
    "denied",
    "not entitled",
    "not eligible",
    "no right to",
    "cannot apply",
    "may not apply",
    "رفض",
    "لا يحق لك",
    "ليس لك الحق",
    "لا يمكنك تقديم",
    "لا يمكنك الحصول",
    "غير مؤهل",
];

pub fn says_no(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    REFUSING.into_iter().find(|no| text.contains(no))
}

/// The page without the form below the answer, whose choices are words of their own.
fn answer_of(answer: &Answer, language: &str) -> (Page, String) {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let page = sound(answer, language);
    let main = page.only("main").text.clone();
    let form = page.by_id("rakna").text.clone();
    let told = main.replace(&form, "");
    assert_ne!(told, main);
    (page, told)
}

async fn calculated(browser: &mut Browser, fields: &[(&str, &str)], language: &str) -> (Page, String) {
    let fields: Vec<(&str, &str)> = [("month", "2026-11")].into_iter().chain(fields.iter().copied()).collect();
    answer_of(&browser.post("/rakna", &fields).await, language)
}

/// A text with the placeholders filled in.
fn filled(text: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{{ {name} }}}}"), value))
}

/// An amount as it is said in that language.
fn said(language: &str, amount: &str) -> String {
    match language {
        "sv" => format!("{}\u{a0}kronor", amount.replace(',', "\u{a0}")),
        "en" => format!("{amount}\u{a0}kronor"),
        _ => format!("{amount}\u{a0}كرونة"),
    }
}

#[test]
fn every_code_has_words_in_every_language_and_none_says_no() {
    for (language, _) in LANGUAGES {
        let norm = words(language, "norm");
        let all = |table: &str, codes: Vec<&'static str>| {
            let table = norm[table].as_object().expect("a table").clone();
            for code in codes {
                assert!(
                    table.get(code).and_then(Value::as_str).is_some_and(|text| text.len() > 2),
                    "{language} {code}"
                );
            }
        };
        all("why", Why::ALL.iter().map(|code| code.as_str()).collect());
        all("first", FirstStep::ALL.iter().map(|code| code.as_str()).collect());
        all("first_text", FirstStep::ALL.iter().map(|code| code.as_str()).collect());
        all("decides", DecidedBy::ALL.iter().map(|code| code.as_str()).collect());
        all("notice", NoticeCode::ALL.iter().map(|code| code.as_str()).collect());
        // Somebody says of herself that her partner has no right; that is hers to say.
        let mut ours = norm.clone();
        ours.as_object_mut().expect("texts").remove("partner_no_right");
        let mut texts = Vec::new();
        leaves(&ours, &mut texts);
        for text in texts {
            assert_eq!(says_no(&text), None, "{language}: {text}");
        }
    }
    assert_eq!(says_no("Du kan ansöka"), None);
    assert!(says_no("Ditt avslag").is_some() && says_no("You are NOT ENTITLED").is_some());
}

fn leaves(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::Object(table) => table.values().for_each(|value| leaves(value, texts)),
        Value::String(text) => texts.push(text.clone()),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_counts_is_told_in_figures_under_its_line() {
    let stage = Stage::new().await;
    let fields = [
        ("adults", "1"),
        ("child_rows", "1"),
        ("child.0.age", "9"),
        ("child.0.days", "15"),
        ("shared_with", "1"),
        ("income.wage", "8000"),
        ("stimulus", "yes"),
        ("child.0.pupil_wage", "2000"),
        ("income.additional_cost_allowance", "1500"),
        ("income.gift_or_transfer", "300"),
        ("cost.leisure", "500"),
        ("cost.dental", "700"),
        ("cost.rent", "8200"),
    ];
    for (language, _) in LANGUAGES {
        let norm = words(language, "norm");
        let mut browser = speaking(stage.browser(), language).await;
        let (page, told) = calculated(&mut browser, &fields, language).await;
        let under: Vec<&str> = page.with_class("money-why").map(|why| why.text.as_str()).collect();
        let amount = |amount: &str| said(language, amount);
        for (code, values) in [
            ("norm_child_days", vec![("basis", amount("3,820")), ("of", "15".to_owned()), ("out_of", "30".to_owned())]),
            (
                "norm_common_shared",
                vec![("basis", amount("1,790")), ("of", "2".to_owned()), ("out_of", "3".to_owned())],
            ),
            ("income_stimulus", vec![("of", "75".to_owned()), ("out_of", "100".to_owned()), ("rest", amount("2,000"))]),
            ("income_pupil_free", vec![]),
            ("income_other_purpose", vec![]),
            ("income_tested", vec![]),
            ("cost_in_norm", vec![]),
            ("cost_tested", vec![]),
        ] {
            let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let wanted = filled(word(&norm, &format!("why.{code}")), &values);
            assert!(!wanted.contains("{{"), "{wanted}");
            assert!(under.contains(&wanted.as_str()), "{language} {code}: {wanted} in {under:?}");
        }
        // What counts in full stands below, with the rest.
        assert_eq!(under.len(), 8, "{language}: {under:?}");
        let explained = page.with_class("explained").map(|list| list.text.as_str()).collect::<String>();
        for code in ["norm_adult", "cost_named", "income_tested", "income_pupil_free", "income_other_purpose"] {
            assert!(explained.contains(word(&norm, &format!("why.{code}"))), "{language}: {code} in {explained}");
        }
        let kinds = [IncomeKind::Wage, IncomeKind::PupilWage, IncomeKind::GiftOrTransfer];
        for kind in kinds.iter().map(|kind| word(&norm, &format!("income.{kind}"))) {
            assert!(page.all("dt").any(|line| line.text.starts_with(kind)), "{language}: {kind}");
        }
        let rows = page.all("dt").count();
        assert_eq!(page.all("dd").filter(|line| line.text.len() > 10).count(), rows, "each line has its reason");
        assert_eq!(says_no(&told), None, "{language}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cost_and_income_says_why() {
    let stage = Stage::new().await;
    let costs = CostKind::ALL.iter().map(|kind| format!("cost.{kind}"));
    let incomes = IncomeKind::ALL.iter().map(|kind| match kind {
        IncomeKind::PupilWage => "child.0.pupil_wage".to_owned(),
        kind => format!("income.{kind}"),
    });
    let names: Vec<String> = costs.chain(incomes).collect();
    let mut fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1000")).collect();
    fields.extend([("adults", "1"), ("child_rows", "1"), ("child.0.age", "17")]);
    for (language, _) in LANGUAGES {
        let mut browser = speaking(stage.browser(), language).await;
        let (page, told) = calculated(&mut browser, &fields, language).await;
        assert_eq!(page.all("dt").count(), names.len() + 3, "{language}: one for each, and the norm's");
        assert!(page.all("dd").all(|line| !line.text.contains('{')), "{language}");
        assert!(!told.contains('{') && !told.contains('}'), "{language}: {told}");
        assert_eq!(says_no(&told), None, "{language}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_answer_can_be_heard() {
    let stage = Stage::new().await;
    let fields = [
        ("adults", "1"),
        ("cost.rent", "8200"),
        ("income.wage", "3000"),
        ("previous_surplus", "100"),
        ("situation", "no_home"),
    ];
    for (language, _) in LANGUAGES {
        let norm = words(language, "norm");
        let mut browser = speaking(stage.browser(), language).await;
        let (page, _) = calculated(&mut browser, &fields, language).await;
        let heading = page.by_id("i-meningar");
        assert_eq!((heading.name.as_str(), heading.text.as_str()), ("h2", word(&norm, "tell.title")));
        let section = page.all("section").find(|section| section.get("aria-labelledby") == Some("i-meningar"));
        let section = section.expect("the section");
        assert_eq!(page.inside(section).filter(|inner| inner.name == "table").count(), 0);
        let heard: Vec<&str> =
            page.inside(section).filter(|inner| inner.name == "p").map(|inner| inner.text.as_str()).collect();
        assert!(heard.iter().all(|paragraph| paragraph.ends_with(['.', '?'])), "{language}: {heard:?}");
        let heard = heard.join("\n");
        // 3 940 and 1 280 of the norm, and 8 200; 3 000 and 100 against it.
        let missing = said(language, "10,320");
        let amounts = ["3,940", "1,280", "5,220", "8,200", "13,420", "3,000", "100", "3,100"];
        for amount in amounts.map(|amount| said(language, amount)).iter().chain([&missing]) {
            assert!(heard.contains(amount.as_str()), "{language}: {amount} in {heard}");
        }
        assert!(heard.contains(&filled(word(&norm, "shortfall"), &[("amount", &missing)])), "{language}: {heard}");
        for key in ["notice.preliminary", "notice.no_home", "right", "urgent", "why.previous", "first.lead"] {
            assert!(heard.contains(word(&norm, key)), "{language}: {key} in {heard}");
        }
        assert!(!heard.contains('§') && !heard.contains('|'), "{language}");
        // In the headline the same figure.
        assert!(page.only("h1").text.contains(missing.split('\u{a0}').next().expect("figures")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_surplus_says_what_it_means_and_that_one_can_apply() {
    let stage = Stage::new().await;
    for (language, _) in LANGUAGES {
        let norm = words(language, "norm");
        let mut browser = speaking(stage.browser(), language).await;
        for (wage, more) in [("15220", Some("10,000")), ("5220", None)] {
            let (page, told) = calculated(&mut browser, &[("adults", "1"), ("income.wage", wage)], language).await;
            let box_of_answer = &page.with_class("answer").next().expect("an answer").text;
            assert!(
                box_of_answer.contains(word(&norm, "notice.surplus_can_apply_anyway")),
                "{language}: {box_of_answer}"
            );
            let means = word(&norm, "surplus").split("{{").next().expect("a beginning").trim();
            assert_eq!(box_of_answer.contains(means), more.is_some(), "{language}: {box_of_answer}");
            if let Some(more) = more {
                assert!(box_of_answer.contains(&said(language, more)), "{language}: {box_of_answer}");
            }
            for key in ["right", "urgent", "higher_or_lower"] {
                assert!(told.contains(word(&norm, key)), "{language}: {key}");
            }
            assert_eq!(says_no(&told), None, "{language}");
        }
        let (page, _) = calculated(&mut browser, &[("adults", "1")], language).await;
        let anyway = word(&norm, "notice.surplus_can_apply_anyway");
        assert!(!page.only("main").text.contains(anyway), "{language}: something is missing here");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_situation_is_answered_with_something_to_know() {
    let stage = Stage::new().await;
    for (language, _) in LANGUAGES {
        let norm = words(language, "norm");
        let mut browser = speaking(stage.browser(), language).await;
        let mut seen = BTreeSet::new();
        for situation in Situation::ALL {
            let (_, told) = calculated(&mut browser, &[("situation", situation.as_str())], language).await;
            let notice = word(&norm, &format!("notice.{situation}"));
            assert!(told.contains(notice), "{language}: {situation}");
            assert!(told.contains(word(&norm, "right")) && told.contains(word(&norm, "urgent")), "{language}");
            assert_eq!(says_no(&told), None, "{language}: {situation}");
            assert!(seen.insert(notice.to_owned()), "{situation} has its own words");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_to_apply_for_first_is_told_with_who_decides_and_never_a_condition() {
    let stage = Stage::new().await;
    let mut anybody = stage.browser();
    let mut request = example();
    request["costs"][1] = json!({ "kind": "rent_debt", "amount": 400 });
    let answer = anybody.json("/api/v1/estimates", &request).await.json();
    assert_eq!(
        answer["first"],
        json!([
            { "code": "housing_allowance", "decided_by": "social_insurance" },
            { "code": "maintenance", "decided_by": "social_insurance" },
            { "code": "debt_advice", "decided_by": "municipality" },
        ])
    );
    let fields = [
        ("adults", "1"),
        ("child_rows", "1"),
        ("child.0.age", "4"),
        ("cost.rent", "8200"),
        ("cost.rent_debt", "400"),
        ("income.wage", "9000"),
        ("income.child_benefit", "1250"),
    ];
    for (language, _) in LANGUAGES {
        let norm = words(language, "norm");
        let mut browser = speaking(stage.browser(), language).await;
        let (page, _) = calculated(&mut browser, &fields, language).await;
        let list = page.with_class("first-steps").next().expect("what else");
        let steps: Vec<&str> =
            page.inside(list).filter(|inner| inner.name == "li").map(|one| one.text.as_str()).collect();
        for (step, (code, by)) in steps.iter().zip([
            ("housing_allowance", "social_insurance"),
            ("maintenance", "social_insurance"),
            ("debt_advice", "municipality"),
        ]) {
            for key in [format!("first.{code}"), format!("first_text.{code}"), format!("decides.{by}")] {
                assert!(step.contains(word(&norm, &key)), "{language}: {key} in {step}");
            }
        }
        assert_eq!(steps.len(), 3, "{language}: {steps:?}");
        assert!(page.only("main").text.contains(word(&norm, "first.lead")), "{language}");
        // Who lacks nothing is told nothing.
        let all = [("income.wage", "9000")];
        let (page, _) = calculated(&mut browser, &all, language).await;
        assert_eq!(page.with_class("first-steps").count(), 0, "{language}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_prints_with_and_without_scripts() {
    let stage = Stage::new().await;
    for (language, _) in LANGUAGES {
        let norm = words(language, "norm");
        let mut browser = speaking(stage.browser(), language).await;
        let (page, _) = calculated(&mut browser, &[("cost.rent", "8200")], language).await;
        let button = page.elements.iter().find(|element| element.get("data-print").is_some()).expect("a button");
        assert_eq!((button.get("type"), button.get("hidden").is_some()), (Some("button"), true));
        assert_eq!(button.text, word(&norm, "print.button"));
        assert!(page.only("main").text.contains(word(&norm, "print.how")), "{language}");
        // On paper no form and no live panel; the reasons are there.
        let off: Vec<_> = page.with_class("off-paper").collect();
        assert!(off.iter().any(|part| page.inside(part).any(|inner| inner.get("id") == Some("rakna"))), "{language}");
        assert!(off.iter().any(|part| page.inside(part).any(|inner| inner.get("id") == Some("live"))), "{language}");
        let printed = page.with_class("prints").next().expect("what prints");
        assert!(page.inside(printed).any(|inner| inner.get("class") == Some("explained")), "{language}");
        for part in off {
            assert!(page.inside(part).all(|inner| inner.get("class") != Some("explained")), "{language}");
        }
        let form = browser.get("/rakna").await;
        let shown = sound(&form, language);
        assert_eq!(shown.with_class("off-paper").count(), 0, "the empty form can be printed");
        // The same title before and after: it stands in the browser's history.
        assert_eq!(shown.only("title").text, page.only("title").text);
        assert!(!page.only("title").text.chars().any(|letter| letter.is_ascii_digit()), "{language}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_nobody_knows_says_when_and_what_to_do() {
    let stage = Stage::new().await;
    for (language, _) in LANGUAGES {
        let norm = words(language, "norm");
        let mut browser = speaking(stage.browser(), language).await;
        let answer = browser.post("/rakna", &[("month", "2027-01"), ("cost.rent", "8200")]).await;
        assert_eq!(answer.status, 422, "{language}");
        let page = sound(&answer, language);
        let notice = page.with_class("notice--warn").next().expect("a notice");
        assert!(notice.text.contains(&filled(word(&norm, "not_known.text"), &[("year", "2027")])), "{language}");
        // The newest month that is known, by name.
        assert!(notice.text.contains("2026"), "{language}: {}", notice.text);
        let apply = page.inside(notice).find(|inner| inner.name == "a").expect("a link");
        assert_eq!((apply.get("href"), apply.text.as_str()), (Some("/ansok"), word(&norm, "not_known.apply")));
        assert_eq!(page.by_id("f-cost.rent").get("value"), Some("8200"), "what was typed stays");
        assert_eq!(page.with_class("answer").count(), 0, "never a guess");
        assert_eq!(says_no(&page.only("main").text.replace(&page.by_id("rakna").text, "")), None, "{language}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_present_month_says_at_once_that_nobody_knows_it() {
    let stage = Stage::new().await;
    stage.clock.set("2027-01-05T09:00:00Z");
    for (language, _) in LANGUAGES {
        let norm = words(language, "norm");
        let mut browser = speaking(stage.browser(), language).await;
        let page = sound(&browser.get("/rakna").await, language);
        let notice = page.with_class("notice--warn").next().expect("a notice");
        assert!(notice.text.contains(word(&norm, "not_known.title")), "{language}");
        assert!(notice.text.contains(&filled(word(&norm, "not_known.late"), &[("year", "2027")])), "{language}");
        let known = sound(&browser.post("/rakna", &[("month", "2026-12"), ("cost.rent", "x")]).await, language);
        assert!(!known.only("main").text.contains(word(&norm, "not_known.title")), "{language}: another was chosen");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_child_has_a_limit_of_its_own() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let norm = words("sv", "norm");
    let empty = browser.get("/rakna").await.page();
    let names: Vec<String> = empty.controls(empty.form("/rakna")).into_iter().map(|(name, _)| name).collect();
    assert!(names.iter().any(|name| name == "child.0.pupil_wage"), "{names:?}");
    assert!(names.iter().all(|name| name != "income.pupil_wage" && name != "pupil_year"), "once for all: {names:?}");

    let mut fields = vec![("adults", "1"), ("child_rows", "2"), ("child.0.age", "16"), ("child.1.age", "17")];
    let without = calculated(&mut browser, &fields, "sv").await.0.only("h1").text.clone();
    // Together they are above one prisbasbelopp, each by itself is not.
    fields.extend([("child.0.pupil_wage", "40000"), ("child.1.pupil_wage", "40000")]);
    let (page, _) = calculated(&mut browser, &fields, "sv").await;
    assert_eq!(page.only("h1").text, without);
    let free = word(&norm, "why.income_pupil_free");
    assert_eq!(page.with_class("money-why").filter(|why| why.text == free).count(), 2);
    fields.push(("child.1.pupil_year", "60 000"));
    let (page, _) = calculated(&mut browser, &fields, "sv").await;
    assert_ne!(page.only("h1").text, without);
    assert_eq!(page.with_class("money-why").filter(|why| why.text == free).count(), 1, "of the other child");
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_two_years_are_over_the_whole_wage_counts() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    for (wage, question) in [("income.wage", "stimulus"), ("income.wage2", "stimulus2")] {
        let mut said = Vec::new();
        for answer in ["no", "yes", "over"] {
            let fields = [("adults", "2"), (wage, "8000"), (question, answer)];
            said.push(calculated(&mut browser, &fields, "sv").await.0.only("h1").text.clone());
        }
        let [no, yes, over] = said.as_slice() else { panic!("three answers") };
        assert_ne!(no, yes, "{question}");
        assert_eq!(no, over, "{question}");
    }
}
