//! What if (`/rakna/jamfor`): two estimates beside each other on a page and through REST, the figures carried along and
//! kept nowhere.

use crate::{
    cross_site::fingerprint,
    failure::problem,
    norm_api::example,
    pages::{LANGUAGES, faults, sound, speaking, word, words},
    support::{Answer, Stage, html::Page},
};
use serde_json::{Value, json};

/// The figures of a household of three, as `/rakna` sends them along.
const FIGURES: [(&str, &str); 10] = [
    ("month", "2026-11"),
    ("adults", "1"),
    ("child_rows", "2"),
    ("child.0.age", "6"),
    ("child.0.lunch_away", "true"),
    ("child.1.age", "9"),
    ("cost.rent", "8 200"),
    ("income.child_benefit", "2650"),
    ("stimulus", "yes"),
    ("situation", "student"),
];
const PATH: &str = "/rakna/jamfor";

fn with(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    FIGURES.iter().chain(more).copied().collect()
}

/// The figures lie in both forms of the page: back to the estimate, and to change again.
fn carried(page: &Page) {
    for action in ["/rakna", PATH] {
        let sent = page.controls(page.form(action));
        for (name, value) in FIGURES {
            let kept = sent.iter().filter(|(key, kept)| key == name && kept == value).count();
            assert_eq!(kept, 1, "{action}: {name}={value}: {sent:?}");
        }
    }
    assert!(page.controls(page.form("/rakna")).iter().all(|(name, _)| !name.starts_with("change.")));
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_answer_to_the_changes_and_back() {
    let stage = Stage::new().await;
    let before = fingerprint(&stage).await;
    for (language, _) in LANGUAGES {
        let norm = words(language, "norm");
        let mut browser = speaking(stage.browser(), language).await;
        let answer = sound(&browser.post("/rakna", &FIGURES).await, language);
        let button = answer.all("button").find(|button| button.get("formaction") == Some(PATH)).expect("the way there");
        assert_eq!(button.text.trim(), word(&norm, "compare.link"), "{language}");
        let sent = answer.controls(answer.form("/ansok/fran-raknaren"));
        let sent: Vec<_> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();

        let asked = browser.post(PATH, &sent).await;
        assert_eq!((asked.status, asked.header("cache-control")), (200, "no-store"));
        let page = sound(&asked, language);
        carried(&page);
        assert_eq!(page.only("h1").text, word(&norm, "compare.title"), "{language}");
        assert_eq!(page.with_class("error-summary").count(), 0, "nobody is scolded for coming");
        assert_eq!(page.all("script").count(), 0, "no scripts");
        let main = &page.only("main").text;
        assert!(main.contains(word(&norm, "always")), "{language}");
        // As answered before.
        assert!(page.by_id("f-change.work.adult1.stimulus--2").get("checked").is_some(), "{language}");
        // What one can change: own work, two children, a new one, a partner, the rent, the months with a norm.
        assert_eq!(page.all("details").count(), 6, "{language}");
        let months = page.inside(page.by_id("f-change.month")).filter_map(|option| option.get("value")).count();
        assert_eq!(months, 12, "this month is no other");

        let back = page.controls(page.form("/rakna"));
        let back: Vec<_> = back.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let again = sound(&browser.post("/rakna", &back).await, language);
        assert_eq!(again.only("h1").text, answer.only("h1").text, "{language}");
        assert_eq!(again.controls(again.form("/rakna")), answer.controls(answer.form("/rakna")), "{language}");
    }
    assert_eq!(fingerprint(&stage).await, before, "nothing is stored");
}

/// Figures of a row: before, after, difference.
fn row(page: &Page, label: &str) -> Vec<String> {
    let table = page.with_class("money--compare").next().expect("what differs");
    let row = page.inside(table).find(|inner| {
        inner.name == "tr"
            && page.inside(inner).any(|cell| cell.get("scope") == Some("row") && cell.text.trim().starts_with(label))
    });
    let row = row.unwrap_or_else(|| panic!("no row {label}: {}", table.text));
    let cells = page.inside(row).filter(|cell| cell.name == "td");
    cells.map(|cell| cell.text.chars().filter(|letter| !letter.is_whitespace() && *letter != ',').collect()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn both_estimates_stand_beside_each_other_and_work_is_seen_to_pay() {
    let stage = Stage::new().await;
    let before = fingerprint(&stage).await;
    let changes = with(&[
        ("change.work.adult1.hours", "20"),
        ("change.work.adult1.hourly", "120"),
        ("change.work.adult1.stimulus", "yes"),
        ("change.child.1.age", "7"),
        ("action", "compare"),
    ]);
    for (language, _) in LANGUAGES {
        let norm = words(language, "norm");
        let mut browser = speaking(stage.browser(), language).await;
        let answer = browser.post(PATH, &changes).await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
        let page = sound(&answer, language);
        carried(&page);
        // Support: 7 800 counted less 1 100 more norm. To live on: the quarter of the wage and the norm of the child.
        assert_eq!(row(&page, word(&norm, "sum.missing")), ["17820", "11120", "−6700"], "{language}");
        assert_eq!(row(&page, word(&norm, "compare.to_live_on"))[2], "+3700", "{language}");
        assert_eq!(row(&page, word(&norm, "income.wage")), ["0", "7800", "+7800"], "{language}");
        assert_eq!(page.all("table").count(), 3, "what differs, and both estimates");
        for table in page.all("table") {
            assert!(page.inside(table).any(|inner| inner.name == "caption"));
            assert!(page.inside(table).filter(|inner| inner.get("scope") == Some("col")).count() >= 2);
        }
        let said: String =
            page.only("main").text.chars().filter(|letter| *letter != '\u{a0}' && *letter != ',').collect();
        assert!(page.only("h1").text.contains('3') && said.contains("3700") && said.contains("6700"), "{language}");
        for key in
            ["compare.preliminary", "right", "compare.reason.stimulus", "compare.reason.child_age", "compare.others"]
        {
            assert!(page.only("main").text.contains(word(&norm, key)), "{language}: {key}");
        }
        // Marked in words.
        for key in ["compare.mark.new", "compare.mark.changes", "compare.mark.changed"] {
            let mark = word(&norm, key);
            assert!(
                page.with_class("tag").any(|tag| tag.text.split(" · ").any(|one| one == mark)),
                "{language}: {key}"
            );
        }
        // To change again: what was typed is there.
        assert_eq!(page.by_id("f-change.work.adult1.hours").get("value"), Some("20"));
        assert_eq!(page.all("script").count(), 0);
    }
    assert_eq!(fingerprint(&stage).await, before, "nothing is stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_headline_says_what_there_is_to_live_on_and_what_is_needed() {
    let stage = Stage::new().await;
    let work = |amount| vec![("change.work.adult1.amount", amount), ("change.work.adult1.stimulus", "no")];
    let wage = |amount| vec![("income.wage", amount), ("stimulus", "no")];
    let support = |norm: &Value, key: &str, amount: &str| {
        word(norm, &format!("compare.headline.{key}")).replace("{{ support }}", amount).replace("{{ money }}", amount)
    };
    for (figures, changes, key, amount) in [
        (vec![], work("1000"), "same_less", "1000"),
        (wage("1000"), work("0"), "same_more", "1000"),
        (wage("90000"), work("90500"), "more_none", "500"),
        (wage("90000"), work("89500"), "less_none", "500"),
        (wage("90000"), work("90000"), "same_same", ""),
        (vec![], vec![("change.rent", "8300")], "same_more", "100"),
        (vec![], vec![("change.child.1.age", "5")], "same_same", ""),
        (vec![], vec![("change.partner", "applies")], "people_more", "3400"),
        (vec![], vec![("change.child.2.out", "true")], "people_less", "4200"),
        (wage("90000"), vec![("change.child.2.out", "true")], "people_none", ""),
    ] {
        for (language, _) in LANGUAGES {
            let norm = words(language, "norm");
            let mut browser = speaking(stage.browser(), language).await;
            let mut fields: Vec<(&str, &str)> = vec![("action", "compare")];
            fields.extend(FIGURES.iter().filter(|(name, _)| !figures.iter().any(|(own, _)| own == name)));
            fields.extend(figures.iter().chain(&changes));
            let answer = browser.post(PATH, &fields).await;
            assert_eq!(answer.status, 200, "{language} {key}");
            let said = |text: &str| text.chars().filter(|letter| !matches!(letter, '\u{a0}' | ',')).collect::<String>();
            let unit = word(&words(language, "common"), "kronor").to_owned();
            let wanted = support(&norm, key, &format!("{amount}{unit}"));
            assert_eq!(
                said(&sound(&answer, language).only("h1").text),
                said(&wanted),
                "{language} {figures:?} {changes:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_others_live_there_only_the_support_is_compared() {
    let stage = Stage::new().await;
    let norm = words("sv", "norm");
    let mut browser = stage.browser();
    for more in [
        &[("change.partner", "applies"), ("change.partner.amount", "9000"), ("change.partner.income", "pension")][..],
        &[("change.child.2.out", "true")],
        &[("change.new.age", "0"), ("change.new.days", "15")],
    ] {
        let mut fields = with(more);
        fields.push(("action", "compare"));
        let page = sound(&browser.post(PATH, &fields).await, "sv");
        let text = &page.only("main").text;
        assert!(!text.contains(word(&norm, "compare.to_live_on")), "{more:?}");
        assert!(
            text.contains(word(&norm, "compare.mark.new")) || text.contains(word(&norm, "compare.mark.goes")),
            "{more:?}"
        );
        assert!(page.only("h1").text.contains("stöd"), "{more:?}: {}", page.only("h1").text);
    }
    // Children keep their names: the second stays the second when the first has moved.
    let gone = with(&[("change.child.1.out", "true"), ("action", "compare")]);
    let page = sound(&browser.post(PATH, &gone).await, "sv");
    assert_eq!(row(&page, "Barn 1")[1], "0");
    // A couple is asked about the partner's work and about moving apart.
    let couple = with(&[("income.wage2", "5000")]).into_iter();
    let couple: Vec<_> = couple.map(|pair| if pair.0 == "adults" { ("adults", "2") } else { pair }).collect();
    let page = sound(&browser.post(PATH, &couple).await, "sv");
    assert!(page.ids().contains("f-change.apart") && !page.ids().contains("f-change.partner"));
    let mut apart = couple.clone();
    apart.extend([("change.apart", "true"), ("action", "compare")]);
    let page = sound(&browser.post(PATH, &apart).await, "sv");
    assert!(page.only("main").text.contains(word(&norm, "compare.reason.apart")));
    let mut works = couple;
    works.extend([("change.work.adult2.amount", "0"), ("action", "compare")]);
    let page = sound(&browser.post(PATH, &works).await, "sv");
    assert!(page.only("main").text.contains(word(&norm, "compare.reason.no_wage")));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_changes_come_back_beside_their_fields() {
    let stage = Stage::new().await;
    for (language, _) in LANGUAGES {
        let mut browser = speaking(stage.browser(), language).await;
        let fields = with(&[
            ("change.work.adult1.hours", "tjugo"),
            ("change.work.adult1.amount", "\"><script>alert(1)</script>"),
            ("change.child.1.age", "21"),
            ("change.child.2.age", "10"),
            ("change.new.days", "32"),
            ("change.partner", "no"),
            ("change.partner.amount", "9 000"),
            ("change.rent", "-1"),
            ("change.month", "2026-13"),
            ("action", "compare"),
        ]);
        let answer = browser.post(PATH, &fields).await;
        assert_eq!((answer.status, answer.header("cache-control")), (422, "no-store"));
        assert!(!answer.text.contains("<script>alert"), "typed text is text");
        let page = sound(&answer, language);
        carried(&page);
        let mut found: Vec<_> = faults(&page).into_iter().map(|(field, _)| field).collect();
        found.sort();
        let mut wanted = [
            "work.adult1.hours",
            "work.adult1.hourly",
            "work.adult1.amount",
            "child.1.age",
            "new.age",
            "new.days",
            "partner",
            "rent",
            "month",
        ]
        .map(|field| format!("f-change.{field}"));
        wanted.sort();
        assert_eq!(found, wanted, "{language}");
        // Behind a question that is open.
        assert!(page.all("details").filter(|group| group.get("open").is_some()).count() >= 5, "{language}");
        assert_eq!(page.by_id("f-change.child.2.age").get("value"), Some("10"));

        let nothing = browser.post(PATH, &with(&[("change.partner", "no"), ("action", "compare")])).await;
        assert_eq!(nothing.status, 422);
        let page = sound(&nothing, language);
        let said = word(&words(language, "norm"), "compare.nothing_chosen").to_owned();
        assert!(page.with_class("error-summary").next().expect("a summary").text.contains(&said), "{language}");
    }
    // Each contradiction by itself.
    let mut browser = stage.browser();
    for (changes, field) in [
        (&[("change.child.1.age", "7"), ("change.child.1.out", "true")][..], "change.child.1.out"),
        (&[("change.month", "2027-01")], "change.month"),
        (&[("change.new.age", "3"), ("change.new.days", "31")], "change.new.days"),
        (&[("change.partner", "friend")], "change.partner"),
    ] {
        let mut fields = with(changes);
        fields.push(("action", "compare"));
        let answer = browser.post(PATH, &fields).await;
        assert_eq!(answer.status, 422, "{field}");
        let found: Vec<_> = faults(&sound(&answer, "sv")).into_iter().map(|(field, _)| field).collect();
        assert_eq!(found, [format!("f-{field}")]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_figures_there_is_nothing_to_compare_with() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let leads = |answer: &Answer| assert_eq!((answer.status, answer.header("location")), (303, "/rakna"));
    leads(&browser.get(PATH).await);
    leads(&browser.get(&format!("{PATH}?cost.rent=8200")).await);
    leads(&browser.post(PATH, &[]).await);
    leads(&browser.post(PATH, &[("change.rent", "1"), ("action", "compare")]).await);
    // Figures that cannot be calculated are corrected where they are typed.
    let wrong = browser.post(PATH, &[("month", "2026-11"), ("adults", "1"), ("cost.rent", "x")]).await;
    assert_eq!(wrong.status, 422);
    let page = sound(&wrong, "sv");
    assert_eq!(faults(&page)[0].0, "f-cost.rent");
    assert!(page.controls(page.form("/rakna")).contains(&("cost.rent".to_owned(), "x".to_owned())));
    // At another site's wish nothing is even read.
    let foreign = [("sec-fetch-site", "cross-site"), ("content-type", "application/x-www-form-urlencoded")];
    let answer = browser.send(axum::http::Method::POST, PATH, &foreign, "adults=1".into()).await;
    assert_eq!(answer.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn rest_compares_too() {
    let stage = Stage::new().await;
    let before = fingerprint(&stage).await;
    let mut browser = stage.browser();
    let path = "/api/v1/estimates/compare";
    let changes = json!([{ "kind": "child_age", "child": 2, "age": 10 }, { "kind": "rent", "amount": 9000 }]);
    let answer = browser.json(path, &json!({ "estimate": example(), "changes": changes })).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    let found = answer.json();
    let mut other = example();
    other["costs"][0]["amount"] = json!(9000);
    other["household"]["children"][1]["age"] = json!(10);
    for (side, request) in [("before", example()), ("after", other)] {
        let mut alone = browser.json("/api/v1/estimates", &request).await.json();
        // What else to apply for is no part of the figures.
        alone.as_object_mut().expect("an object").remove("first");
        assert_eq!(found[side], alone);
    }
    assert_eq!(found["sums"]["costs"], json!({ "before": 8600, "after": 9400, "change": 800 }));
    let differences = found["differences"].as_array().expect("differences");
    assert_eq!(differences.len(), 1, "ten years is the class of nine: {found}");
    assert_eq!((&differences[0]["group"], &differences[0]["change"]), (&json!("cost"), &json!(800)));
    assert_eq!(differences[0]["after"]["why"], "cost_named");

    let mut wrong = example();
    wrong["month"] = json!("2026-13");
    let answer = browser.json(path, &json!({ "estimate": wrong, "changes": [{ "kind": "rent" }, 1], "x": 1 })).await;
    let told = problem(&answer, 422, "invalid");
    let mut places: Vec<_> = told["errors"].as_array().expect("errors").iter().map(|fault| &fault["pointer"]).collect();
    places.sort_by_key(ToString::to_string);
    assert_eq!(
        places,
        ["/changes/0/amount", "/changes/1", "/estimate/month", "/x"]
            .map(|place| json!(place))
            .iter()
            .collect::<Vec<&Value>>()
    );
    let late = json!({ "estimate": example(), "changes": [{ "kind": "month", "month": "2027-01" }] });
    assert_eq!(
        problem(&browser.json(path, &late).await, 422, "norm_not_known")["errors"][0]["pointer"],
        "/changes/0/month"
    );
    assert_eq!(fingerprint(&stage).await, before, "nothing is stored");
}
