//! REST of the norm: the contract's example, every fault at once with its place, and nothing kept.

use crate::{
    cross_site::fingerprint,
    failure::problem,
    support::{Answer, Browser, Stage},
};
use axum::{body::Body, http::Method};
use serde_json::{Value, json};

/// The example of the contract.
pub fn example() -> Value {
    json!({
        "month": "2026-11",
        "household": {
            "adults": 1,
            "children": [{ "age": 4, "lunch_away": true }, { "age": 9, "days": 15 }],
            "shared_with": 0
        },
        "costs": [{ "kind": "rent", "amount": 8200 }, { "kind": "electricity", "amount": 400 }],
        "incomes": [
            { "kind": "wage", "amount": 9000, "person": "adult1", "months_with_support": 0 },
            { "kind": "child_benefit", "amount": 2650 }
        ],
        "previous_surplus": 0,
        "situation": []
    })
}

/// The example with one place changed.
fn with(pointer: &str, value: Value) -> Value {
    let mut request = example();
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    match request.pointer_mut(parent).expect("a place") {
        Value::Object(object) => drop(object.insert(name.to_owned(), value)),
        Value::Array(array) => array[name.parse::<usize>().expect("an index")] = value,
        other => panic!("{other}"),
    }
    request
}

async fn estimate(browser: &mut Browser, request: &Value) -> Answer {
    browser.json("/api/v1/estimates", request).await
}

/// (pointer, code) of each fault, sorted.
fn faults(answer: &Answer, code: &str) -> Vec<(String, String)> {
    let problem = problem(answer, 422, code);
    let text = |fault: &Value, name: &str| fault[name].as_str().expect("a text").to_owned();
    let mut faults: Vec<_> = problem["errors"]
        .as_array()
        .expect("an array")
        .iter()
        .map(|fault| {
            assert_eq!(fault.as_object().expect("an object").len(), 2, "{fault}");
            (text(fault, "pointer"), text(fault, "code"))
        })
        .collect();
    faults.sort();
    faults
}

#[tokio::test(flavor = "multi_thread")]
async fn the_norm_of_a_year_is_told_where_it_is_known() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let answer = browser.get("/api/v1/norms/2026").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let norm = answer.json();
    assert_eq!(norm["year"], 2026, "{norm}");
    for (year, known) in [("2025", true), ("2014", true), ("2020", false), ("2027", false), ("2013", false)] {
        let answer = browser.get(&format!("/api/v1/norms/{year}")).await;
        if known {
            assert_eq!(answer.status, 200, "{year}");
        } else {
            problem(&answer, 404, "norm_not_known");
        }
    }
    for year in ["abc", "2026.0", "99999999999999999999", "-2026", "2026%20", "2026%00", "%FF"] {
        let answer = browser.get(&format!("/api/v1/norms/{year}")).await;
        assert!(matches!(answer.status, 404 | 400), "{year}: {}", answer.text);
        let code = if answer.status == 404 { "norm_not_known" } else { "malformed" };
        problem(&answer, answer.status, code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contracts_example_is_calculated_and_its_lines_sum_up() {
    let stage = Stage::new().await;
    let before = fingerprint(&stage).await;
    let mut browser = stage.browser();
    let answer = estimate(&mut browser, &example()).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.header("cache-control"), "no-store");
    let answer = answer.json();
    let whole = |name: &str| answer[name].as_i64().unwrap_or_else(|| panic!("{name} is whole kronor: {answer}"));
    assert_eq!(answer["preliminary"], true);
    for group in ["norm", "cost", "income"] {
        let lines = answer["lines"].as_array().expect("lines").iter().filter(|line| line["group"] == group);
        let sum: i64 = lines.map(|line| line["amount"].as_i64().expect("whole kronor")).sum();
        let total = whole(match group {
            "norm" => "norm_total",
            "cost" => "costs_total",
            _ => "incomes_total",
        });
        assert_eq!(sum, total, "{group}");
    }
    assert_eq!(whole("costs_total"), 8600);
    assert_eq!(whole("incomes_total"), 11650);
    let balance = whole("incomes_total") - whole("norm_total") - whole("costs_total");
    assert_eq!(whole("balance"), balance);
    assert_eq!((whole("support"), whole("surplus")), ((-balance).max(0), balance.max(0)));
    for line in answer["lines"].as_array().expect("lines") {
        let status = line["status"].as_str().expect("a status");
        assert!(["counted", "partly", "not_counted", "decided_individually"].contains(&status), "{line}");
        assert!(line["code"].is_string() && line["amount"].as_i64().is_some_and(|amount| amount >= 0), "{line}");
    }
    let codes: Vec<_> = answer["notices"].as_array().expect("notices").iter().map(|notice| &notice["code"]).collect();
    for code in ["preliminary", "right_to_apply", "emergency_tested"] {
        assert!(codes.iter().any(|found| *found == code), "{codes:?} has {code}");
    }
    // The form gives the same figure.
    let fields = [
        ("month", "2026-11"),
        ("adults", "1"),
        ("child_rows", "2"),
        ("child.0.age", "4"),
        ("child.0.lunch_away", "true"),
        ("child.1.age", "9"),
        ("child.1.days", "15"),
        ("cost.rent", "8200"),
        ("cost.electricity", "400"),
        ("income.wage", "9000"),
        ("income.child_benefit", "2650"),
    ];
    let page = browser.post("/rakna", &fields).await.page();
    let figure = page.with_class("answer-amount").next().expect("a figure").text.clone();
    let digits: String = figure.chars().filter(char::is_ascii_digit).collect();
    assert_eq!(digits, whole("support").to_string(), "{figure}");
    // No key, no session, nothing kept.
    assert_eq!(fingerprint(&stage).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_faults_are_told_at_once_with_their_place() {
    let stage = Stage::new().await;
    let before = fingerprint(&stage).await;
    let mut browser = stage.browser();
    let request = json!({
        "month": "november",
        "household": { "adults": 3, "children": [{ "age": "nio" }, { "age": 21, "lunch_away": "yes" }], "shared_with": -1, "pets": 2 },
        "costs": [{ "kind": "rent", "amount": "8200" }, { "kind": "yacht", "amount": 1.5 }, { "kind": "rent" }],
        "incomes": [{ "kind": "wage", "amount": -1, "person": "adult1" }, { "kind": "wage", "amount": 1_000_001 }],
        "previous_surplus": null,
        "situation": ["student", "rich"],
        "a/b~c": 1
    });
    let found = faults(&estimate(&mut browser, &request).await, "invalid");
    let wanted = [
        ("/a~1b~0c", "unknown_field"),
        ("/costs/0/amount", "not_an_amount"),
        ("/costs/1/amount", "not_an_amount"),
        ("/costs/1/kind", "unknown_choice"),
        ("/costs/2/amount", "required"),
        ("/household/adults", "out_of_range"),
        ("/household/children/0/age", "not_a_number"),
        ("/household/children/1/age", "out_of_range"),
        ("/household/children/1/lunch_away", "malformed"),
        ("/household/pets", "unknown_field"),
        ("/household/shared_with", "out_of_range"),
        ("/incomes/0/amount", "out_of_range"),
        ("/incomes/1/amount", "out_of_range"),
        ("/month", "not_a_month"),
        ("/situation/1", "unknown_choice"),
    ];
    let wanted: Vec<_> = wanted.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect();
    assert_eq!(found, wanted);
    assert_eq!(fingerprint(&stage).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn single_faults_stand_in_their_place() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let many = |count: usize, entry: Value| Value::Array(vec![entry; count]);
    let rent = json!({ "kind": "rent", "amount": 1 });
    for (pointer, value, code) in [
        ("/month", json!("2026-11-01"), "not_a_month"),
        ("/month", json!(202_611), "not_a_month"),
        ("/month", Value::Null, "required"),
        ("/household", json!([]), "malformed"),
        ("/household", Value::Null, "required"),
        ("/household/adults", json!(0), "out_of_range"),
        ("/household/adults", json!(true), "not_a_number"),
        ("/household/partner", json!("no_right"), "does_not_fit"),
        ("/household/children", many(21, json!({ "age": 4 })), "too_many"),
        ("/household/children/0/age", json!(4.5), "not_a_number"),
        ("/household/children/1/days", json!(31), "out_of_range"),
        ("/household/children/1/days", json!(0), "out_of_range"),
        ("/household/shared_with", json!(21), "out_of_range"),
        ("/costs", many(51, rent.clone()), "too_many"),
        ("/costs", json!({}), "malformed"),
        ("/costs/0/amount", json!(1_000_001), "out_of_range"),
        ("/costs/0/amount", json!("8200"), "not_an_amount"),
        ("/costs/0/amount", json!(8200.0), "not_an_amount"),
        ("/costs/0/amount", json!(18_446_744_073_709_551_615_u64), "out_of_range"),
        ("/costs/0/amount", json!([8200]), "not_an_amount"),
        ("/costs/0/law", json!("x"), "unknown_field"),
        ("/incomes", many(51, json!({ "kind": "wage", "amount": 1 })), "too_many"),
        ("/incomes/0/person", json!("adult2"), "does_not_fit"),
        ("/incomes/0/person", json!("child3"), "does_not_fit"),
        ("/incomes/0/months_with_support", json!(-1), "out_of_range"),
        ("/previous_surplus", json!(-1), "out_of_range"),
        ("/situation", many(51, json!("student")), "too_many"),
        ("/situation", json!("student"), "malformed"),
        ("/municipality_id", json!("x"), "unknown_field"),
        ("/status", json!("granted"), "unknown_field"),
    ] {
        let found = faults(&estimate(&mut browser, &with(pointer, value.clone())).await, "invalid");
        assert_eq!(found, [(pointer.to_owned(), code.to_owned())], "{value}");
    }
    // At the limit it is fine.
    for (pointer, value) in [
        ("/costs", many(50, rent)),
        ("/costs/0/amount", json!(1_000_000)),
        ("/costs/0/amount", json!(0)),
        ("/household/children", many(20, json!({ "age": 4 }))),
        ("/household/shared_with", json!(20)),
        ("/household/children/1/days", json!(30)),
        ("/situation", many(50, json!("student"))),
    ] {
        let answer = estimate(&mut browser, &with(pointer, value.clone())).await;
        assert_eq!(answer.status, 200, "{pointer}: {value}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_without_a_verified_norm_is_never_guessed() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    for month in ["2027-01", "2020-06", "2013-12", "9999-12"] {
        let answer = estimate(&mut browser, &with("/month", json!(month))).await;
        assert_eq!(faults(&answer, "norm_not_known"), [("/month".to_owned(), "norm_not_known".to_owned())], "{month}");
    }
    // Other faults are told beside it.
    let mut request = with("/month", json!("2027-01"));
    request["costs"][0]["amount"] = json!("x");
    let found = faults(&estimate(&mut browser, &request).await, "norm_not_known");
    let pointers: Vec<_> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/costs/0/amount", "/month"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_name_has_one_value() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let rest = "\"household\": {\"adults\": 1}";
    for body in [
        format!("{{\"month\": \"2026-11\", \"month\": \"2025-11\", {rest}}}"),
        "{\"month\": \"2026-11\", \"household\": {\"adults\": 1, \"adults\": 2}}".to_owned(),
        format!(
            "{{\"month\": \"2026-11\", {rest}, \"costs\": [{{\"kind\": \"rent\", \"amount\": 1, \"amount\": 2}}]}}"
        ),
    ] {
        let kind = [("content-type", "application/json")];
        let answer = browser.send(Method::POST, "/api/v1/estimates", &kind, Body::from(body.clone())).await;
        assert!(matches!(answer.status, 400 | 422), "{body}: {}", answer.text);
    }
}

/// A body as text: what no JSON value can be.
async fn raw(browser: &mut Browser, body: String) -> Answer {
    let kind = [("content-type", "application/json")];
    browser.send(Method::POST, "/api/v1/estimates", &kind, Body::from(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_told_all_at_once() {
    let stage = Stage::new().await;
    let request = json!({
        "month": "2026-13",
        "household": { "adults": 1, "children": vec![json!({ "age": 150 }); 40] },
        "costs": [{ "kind": "rent", "amount": -1 }, { "kind": "castle", "amount": 1 }],
        "incomes": [{ "kind": "wage", "amount": 9_000_000_000_000_000_000_i64 }, { "kind": "luck", "amount": 1 }],
        "previous_surplus": -1
    });
    let found = faults(&estimate(&mut stage.browser(), &request).await, "invalid");
    let ages = (0..20).map(|child| (format!("/household/children/{child}/age"), "out_of_range".to_owned()));
    let others = [
        ("/costs/0/amount", "out_of_range"),
        ("/costs/1/kind", "unknown_choice"),
        ("/household/children", "too_many"),
        ("/incomes/0/amount", "out_of_range"),
        ("/incomes/1/kind", "unknown_choice"),
        ("/month", "not_a_month"),
        ("/previous_surplus", "out_of_range"),
    ];
    let others = others.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    let mut wanted: Vec<_> = ages.chain(others).collect();
    wanted.sort();
    assert_eq!(found, wanted);
}

/// A body of up to 64 kB, made to cost much: answered or refused, never at length.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_made_to_cost_much_costs_little() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    // Deep: refused as no JSON of ours, wherever it stands.
    for body in [
        "[".repeat(60_000),
        format!("{}1{}", "{\"household\":".repeat(4_000), "}".repeat(4_000)),
        format!("{{\"unknown\": {}{}}}", "{\"a\":".repeat(10_000), "}".repeat(10_000)),
    ] {
        problem(&raw(&mut browser, body).await, 400, "malformed");
    }
    // Deep where nothing deep belongs: not looked into.
    let body = format!("{{\"month\": {}{}, \"household\": {{\"adults\": 1}}}}", "[".repeat(30_000), "]".repeat(30_000));
    assert_eq!(faults(&raw(&mut browser, body).await, "invalid"), [("/month".to_owned(), "not_a_month".to_owned())]);
    let answer = raw(&mut browser, format!("{}{}", "[".repeat(30_000), "]".repeat(30_000))).await;
    assert_eq!(faults(&answer, "invalid"), [(String::new(), "malformed".to_owned())]);
    // Deep enough to be read: one fault of one field.
    let nested = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    let body = format!("{{\"month\": \"2026-11\", \"household\": {{\"adults\": {nested}}}}}");
    let found = faults(&raw(&mut browser, body).await, "invalid");
    assert_eq!(found, [("/household/adults".to_owned(), "not_a_number".to_owned())]);
    // Long: beyond the most allowed nothing is read.
    for (list, entry) in
        [("costs", "{}"), ("incomes", "{}"), ("costs", "1"), ("situation", "\"x\""), ("incomes", "null")]
    {
        let entries = vec![entry; 60_000 / (entry.len() + 1)].join(",");
        let body = format!("{{\"month\": \"2026-11\", \"household\": {{\"adults\": 1}}, \"{list}\": [{entries}]}}");
        let answer = raw(&mut browser, body).await;
        let found = faults(&answer, "invalid");
        assert!(found.contains(&(format!("/{list}"), "too_many".to_owned())), "{found:?}");
        assert!(found.len() <= 101 && answer.text.len() < 10_000, "{list}: {} faults", found.len());
    }
    // Wide: so many unknown names are repeated, and no more of each than one can read.
    let names: Vec<String> = (0..10_000).map(|number| format!("\"{number}\":0")).collect();
    let body = format!("{{\"month\": \"2026-11\", {}}}", names.join(",")).chars().take(60_000).collect::<String>();
    let body = format!("{}:0}}", body.rsplit_once(':').expect("a name").0);
    let found = faults(&raw(&mut browser, body).await, "invalid");
    assert_eq!(found.len(), 21, "twenty of them, and the household that is not there");
    let body = format!("{{\"month\": \"2026-11\", \"household\": {{\"adults\": 1}}, \"{}\": 0}}", "x".repeat(60_000));
    let answer = raw(&mut browser, body).await;
    assert_eq!(faults(&answer, "invalid").len(), 1);
    assert!(answer.text.len() < 1_000, "{}", answer.text.len());
    // Numbers beyond all measure are numbers.
    for amount in ["1e400", "-1e400", &"9".repeat(400), "0.1e-400"] {
        let body = format!(
            "{{\"month\": \"2026-11\", \"household\": {{\"adults\": 1}}, \"costs\": [{{\"kind\": \"rent\", \"amount\": {amount}}}]}}"
        );
        let answer = raw(&mut browser, body).await;
        assert!(matches!(answer.status, 400 | 422), "{amount}: {}", answer.text);
    }
    // Nor does the one name that is said twice go by its last value.
    let twice =
        raw(&mut browser, "{\"month\": \"2026-11\", \"household\": {\"adults\": 1}, \"x\": 1, \"x\": 2}".to_owned())
            .await;
    assert_eq!(faults(&twice, "invalid"), vec![("/x".to_owned(), "unknown_field".to_owned()); 2]);
    // After all that it calculates as before.
    assert_eq!(estimate(&mut browser, &example()).await.status, 200);
}
