//! Applying: what was typed is kept, what was sent is sent once, and nobody sees anybody else's.

mod carried;
mod leaving;
mod letter;
mod papers;
mod receipt;

use crate::{
    pages::{LANGUAGES, faults, sound, speaking, word, words},
    support::{
        Answer, Browser, Stage,
        look::{code, text},
    },
};
use futures::future::join_all;
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::jobs::{Job, tidy::Tidy};

const STEPS: [&str; 7] = [
    "/ansok/kontakt",
    "/ansok/hushall",
    "/ansok/situation",
    "/ansok/inkomster",
    "/ansok/kostnader",
    "/ansok/behov",
    "/ansok/konto",
];
const CHECK: &str = "/ansok/kontrollera";
/// Invalid on purpose: there is no day 99.
const NUMBER: &str = "19850199-0000";

/// Opens a step and sends its form with these answers.
async fn step(browser: &mut Browser, path: &str, answers: &[(&str, &str)]) -> Answer {
    let page = browser.get(path).await;
    assert_eq!(page.status, 200, "{path}: {}", page.header("location"));
    let version = page.hidden("version");
    let mut fields = vec![("version", version.as_str())];
    fields.extend(answers);
    browser.post(path, &fields).await
}

fn leads(answer: &Answer, to: &str) {
    assert_eq!((answer.status, answer.header("location")), (303, to), "{}", answer.text);
}

const CONTACT: [(&str, &str); 6] = [
    ("name", "Tomas Test"),
    ("personal_number", NUMBER),
    ("office", "sodra"),
    ("way", "email"),
    ("email", "tomas@exempel.example"),
    ("language", "sv"),
];
const HOUSEHOLD: [(&str, &str); 4] =
    [("adults", "1"), ("child.0.age", "4"), ("child.0.lunch_away", "true"), ("shared_with", "")];

async fn fill_from(browser: &mut Browser, from: usize) {
    let answers: [&[(&str, &str)]; 7] = [
        &CONTACT,
        &HOUSEHOLD,
        &[("situation", "no_home")],
        &[("income.0.kind", "wage"), ("income.0.amount", "9 000"), ("income.0.person", "adult1")],
        &[("cost.0.kind", "rent"), ("cost.0.amount", "8200")],
        &[("month", "2026-11"), ("need", "Pengarna räcker inte till hyran.")],
        &[("account", "none"), ("rent_to_landlord", "true")],
    ];
    for place in from..STEPS.len() {
        let next = STEPS.get(place + 1).copied().unwrap_or("/ansok/papper");
        leads(&step(browser, STEPS[place], answers[place]).await, next);
    }
}

async fn fill(browser: &mut Browser) {
    fill_from(browser, 0).await;
}

/// Sends the form as the check shows it and gives the address of the receipt.
async fn send(browser: &mut Browser) -> String {
    let page = browser.get(CHECK).await;
    assert_eq!(page.status, 200);
    let (key, version) = (page.hidden("idempotency_key"), page.hidden("version"));
    let answer = browser.post(CHECK, &[("idempotency_key", &key), ("version", &version)]).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.header("location").to_owned()
}

/// A guest and her code.
async fn guest(stage: &Stage) -> (Browser, String) {
    let mut browser = stage.browser();
    let answer = browser.post("/ansok/utan-inloggning", &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let page = answer.page();
    let shown = page.with_class("resume-code").next().expect("a code").text.trim().to_owned();
    (browser, shown)
}

/// Somebody else, who has sent nothing yet.
async fn somebody_else(stage: &Stage) -> Browser {
    server::demo::seed_persons(&stage.owner, &stage.world, 1).await.expect("a person");
    stage.signed_in("seed-0001").await
}

/// A whole form, by REST.
fn form(month: &str) -> Value {
    json!({
        "office": "sodra", "way": "none", "language": "sv", "adults": "1", "month": month,
        "need": "Hyran.", "account": "none",
        "costs": [{ "kind": "rent", "amount": "8200" }],
    })
}

/// What is Anna's: the demo's people have sent something too.
const HERS: &str = "WHERE person_id = (SELECT person_id FROM demo_persona WHERE persona = 'anna')";

async fn hers(stage: &Stage, table: &str) -> i64 {
    count(stage, &format!("{table} {HERS}")).await
}

async fn count(stage: &Stage, table: &str) -> i64 {
    stage.number(&format!("SELECT count(*) FROM {table}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_way_signed_in() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    leads(&anna.get("/ansok").await, "/ansok/kontakt");
    let first = anna.get("/ansok/kontakt").await;
    assert!(first.page().all("input").all(|input| input.get("name") != Some("name")), "we know what she is called");
    fill(&mut anna).await;
    let check = anna.get(CHECK).await;
    for said in ["Pengarna räcker inte till hyran.", "8\u{a0}200\u{a0}kr", "Södra"] {
        assert!(check.text.contains(said), "{said}");
    }
    stage.clock.set("2026-11-23T08:12:00Z");
    let receipt = send(&mut anna).await;
    let page = anna.get(&receipt).await;
    assert_eq!(page.status, 200);
    let lead = page.page().with_class("lead").next().expect("a lead").text.clone();
    let mut root = stage.root().await;
    let number: String = sqlx::query_scalar("SELECT number FROM casework_case ORDER BY opened_at DESC LIMIT 1")
        .fetch_one(&mut root)
        .await
        .expect("a number");
    assert!(lead.contains("i dag klockan 09.12") && lead.contains(&number), "{lead}");
    assert!(page.text.contains("8\u{a0}200\u{a0}kr"), "a copy of the answers");

    let arrived = format!("application {HERS} AND kind = 'first' AND door = 'portal' AND month = '2026-11-01'");
    assert_eq!(count(&stage, &arrived).await, 1);
    assert_eq!(count(&stage, "draft").await, 0, "what was sent is no draft");
    assert_eq!(hers(&stage, "message").await, 1);
    let written = "audit WHERE action = 'application.submit' AND actor_kind = 'applicant' AND reason = 'own'
                   AND at = '2026-11-23T08:12:00Z'";
    assert_eq!(count(&stage, written).await, 1);
    let contact = "SELECT count(*) FROM account_contact WHERE way = 'email' AND email = 'tomas@exempel.example'";
    assert_eq!(stage.number(contact).await, 1);
    let named = "SELECT count(*) FROM person WHERE display_name = 'Anna' AND personal_number IS NULL";
    assert_eq!(stage.number(named).await, 1, "a form changes no confirmed name");

    let list = anna.get("/mina-sidor/ansokan").await;
    let id = receipt.rsplit('/').next().expect("an id");
    assert!(list.text.contains(&format!("/mina-sidor/ansokan/{id}")), "{}", list.text);
    let copy = anna.get(&format!("/mina-sidor/ansokan/{id}")).await;
    assert!(copy.status == 200 && copy.text.contains("Pengarna räcker inte till hyran."));
    stage.clock.pass(SignedDuration::from_hours(24));
    let mut anna = stage.signed_in("anna").await;
    assert!(anna.get(&receipt).await.text.contains("måndag 23 november klockan 09.12"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_way_without_e_id_with_a_code() {
    let stage = Stage::new().await;
    let before = count(&stage, "person").await;
    let (mut first, shown) = guest(&stage).await;
    assert_eq!(shown.len(), 14, "{shown}");
    let refused = step(&mut first, STEPS[0], &[("office", "sodra"), ("way", "none")]).await;
    assert_eq!(refused.status, 422);
    assert_eq!(faults(&refused.page()).len(), 1, "only the name is missing");
    leads(&step(&mut first, STEPS[0], &CONTACT).await, STEPS[1]);
    leads(&step(&mut first, STEPS[1], &HOUSEHOLD).await, STEPS[2]);

    // Another phone.
    let mut second = stage.browser();
    let wrong = second.post("/ansok/kod", &[("code", "AAAA-AAAA-AAAA")]).await;
    assert_eq!(wrong.status, 422);
    assert_eq!(faults(&wrong.page()).len(), 1);
    assert!(wrong.text.contains("AAAA-AAAA-AAAA"), "what was typed is still there");
    let typed = shown.to_lowercase().replace('-', " ");
    leads(&second.post("/ansok/kod", &[("code", &typed)]).await, "/ansok");
    leads(&second.get("/ansok").await, "/ansok/kontakt");
    assert!(second.get(STEPS[0]).await.text.contains("Tomas Test"));
    fill_from(&mut second, 2).await;
    let receipt = send(&mut second).await;
    let page = second.get(&receipt).await;
    let said = words("sv", "application");
    assert!(page.text.contains(word(&said, "receipt.who_title")));

    assert_eq!(count(&stage, "person").await, before + 1);
    let claimed = "SELECT count(*) FROM person WHERE identity = 'claimed' AND display_name = 'Tomas Test'
                   AND personal_number = '198501990000'";
    assert_eq!(stage.number(claimed).await, 1);
    let sent = "SELECT count(*) FROM application JOIN person USING (municipality_id, person_id)
                WHERE door = 'guest' AND display_name = 'Tomas Test'";
    assert_eq!(stage.number(sent).await, 1);
    let kept = "SELECT count(*) FROM audit WHERE actor_kind = 'guest' AND action = 'application.submit'";
    assert_eq!(stage.number(kept).await, 1);

    // A guest sees what she wrote and nothing else of the service.
    for path in ["/mina-sidor", "/mina-sidor/ansokan", "/mina-sidor/besok", "/personal"] {
        let answer = second.get(path).await;
        assert!(answer.status == 303 && answer.header("location").starts_with("/logga-in"), "{path}");
    }
    let id = receipt.rsplit('/').next().expect("an id");
    assert_eq!(second.get(&format!("/mina-sidor/ansokan/{id}")).await.status, 303);
    assert_eq!(second.get("/api/v1/applications").await.status, 401);
    assert_eq!(second.get("/api/v1/visits").await.status, 401);

    // Two guests are two people, and one does not see the other's receipt.
    let (mut other, _) = guest(&stage).await;
    assert_eq!(other.get(&receipt).await.status, 404);
    leads(&stage.browser().get(&receipt).await, "/ansok");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_ends_when_it_is_replaced_or_somebody_knows_who_she_is() {
    let stage = Stage::new().await;
    let (mut tomas, old) = guest(&stage).await;
    let answer = tomas.post("/ansok/ny-kod", &[]).await;
    let new = answer.page().with_class("resume-code").next().expect("a code").text.trim().to_owned();
    assert_ne!(old, new);
    assert_eq!(stage.browser().post("/ansok/kod", &[("code", &old)]).await.status, 422);
    leads(&stage.browser().post("/ansok/kod", &[("code", &new)]).await, "/ansok");
    for path in ["/ansok/kod", "/ansok/ny-kod", "/ansok/utan-inloggning", "/ansok/fran-raknaren"] {
        leads(&stage.browser().get(path).await, "/ansok");
    }
    leads(&stage.browser().post("/ansok/ny-kod", &[]).await, "/ansok");
    stage.arrange("UPDATE person SET identity = 'confirmed' WHERE identity = 'claimed'").await;
    leads(&tomas.get("/ansok/kontakt").await, "/ansok");
    assert_eq!(stage.browser().post("/ansok/kod", &[("code", &new)]).await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_kept_and_asked_for_again() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let answers = [
        ("cost.0.kind", "rent"),
        ("cost.0.amount", "åtta tusen"),
        ("cost.1.kind", ""),
        ("cost.1.amount", ""),
        ("cost.2.kind", ""),
        ("cost.2.amount", "400"),
    ];
    let refused = step(&mut anna, "/ansok/kostnader", &answers).await;
    assert_eq!(refused.status, 422);
    let ids: Vec<String> = faults(&refused.page()).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["f-cost.0.amount", "f-cost.1.kind"], "empty rows are gone");
    for page in [refused.text, anna.get("/ansok/kostnader").await.text] {
        assert!(page.contains("åtta tusen") && page.contains("value=\"400\""), "{page}");
    }
    let refused = step(&mut anna, "/ansok/behov", &[("month", "2026-11"), ("need", "a\u{0}b")]).await;
    assert_eq!(refused.status, 422, "what cannot even be saved is said too");
    // The check says what is left, and sending is asked for again, not refused for ever.
    let check = anna.get(CHECK).await;
    let left: Vec<String> = check.page().all("a").filter_map(|link| link.get("href").map(str::to_owned)).collect();
    for href in ["/ansok/kostnader#f-cost.0.amount", "/ansok/kontakt#f-office", "/ansok/behov#f-need"] {
        assert!(left.iter().any(|one| one == href), "{href}: {left:?}");
    }
    let (key, version) = (check.hidden("idempotency_key"), check.hidden("version"));
    let refused = anna.post(CHECK, &[("idempotency_key", &key), ("version", &version)]).await;
    assert_eq!(refused.status, 422);
    assert_eq!(hers(&stage, "application").await, 0);
    fill(&mut anna).await;
    send(&mut anna).await;
    assert_eq!(hers(&stage, "application").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_added_without_scripts() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let answers = [("income.0.kind", "wage"), ("income.0.amount", "x"), ("action", "add")];
    let answer = step(&mut anna, "/ansok/inkomster", &answers).await;
    leads(&answer, "/ansok/inkomster#f-income.1.kind");
    let page = anna.get("/ansok/inkomster").await.page();
    assert_eq!(page.by_id("f-income.0.amount").get("value"), Some("x"));
    assert_eq!(page.by_id("f-income.1.amount").get("value"), Some(""));
    leads(&step(&mut anna, "/ansok/hushall", &[("action", "add")]).await, "/ansok/hushall#f-child.1.age");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_windows_never_undo_each_other_unseen() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    fill(&mut anna).await;
    let (here, there) = (anna.get("/ansok/behov").await, anna.get("/ansok/behov").await);
    let sent = |page: &Answer, need: &'static str| {
        [
            ("version".to_owned(), page.hidden("version")),
            ("month".into(), "2026-11".into()),
            ("need".into(), need.into()),
        ]
    };
    let mut post = async |fields: [(String, String); 3]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        anna.post("/ansok/behov", &fields).await
    };
    leads(&post(sent(&here, "Det första.")).await, "/ansok/konto");
    let late = post(sent(&there, "Det andra.")).await;
    assert_eq!(late.status, 409);
    assert!(late.text.contains("Det första.") && late.text.contains("Det andra."), "both are shown");
    // Sending it again is meant.
    leads(&post(sent(&late, "Det andra.")).await, "/ansok/konto");
    // What was read is what is sent.
    let old = anna.get(CHECK).await;
    leads(&step(&mut anna, "/ansok/behov", &[("month", "2026-11"), ("need", "Det tredje.")]).await, "/ansok/konto");
    let fields = [("idempotency_key", old.hidden("idempotency_key")), ("version", old.hidden("version"))];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let refused = anna.post(CHECK, &fields).await;
    assert_eq!(refused.status, 409);
    assert!(refused.text.contains("Det tredje."));
    assert_eq!(hers(&stage, "application").await, 0);
    send(&mut anna).await;
    // A window left open after it was sent.
    let forgotten = anna
        .post("/ansok/behov", &[("version", &late.hidden("version")), ("month", "2026-11"), ("need", "För sent.")])
        .await;
    assert_eq!(forgotten.status, 409);
    assert!(forgotten.text.contains("För sent."));
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_twice_sends_once() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    fill(&mut anna).await;
    let page = anna.get(CHECK).await;
    let (key, version) = (page.hidden("idempotency_key"), page.hidden("version"));
    let sends = (0..4).map(|_| {
        let (mut browser, key, version) = (anna.clone(), key.clone(), version.clone());
        tokio::spawn(async move { browser.post(CHECK, &[("idempotency_key", &key), ("version", &version)]).await })
    });
    let places: Vec<String> = join_all(sends)
        .await
        .into_iter()
        .map(|answer| {
            let answer = answer.expect("sent");
            assert_eq!(answer.status, 303, "{}", answer.text);
            answer.header("location").to_owned()
        })
        .collect();
    assert!(places.iter().all(|place| *place == places[0]), "{places:?}");
    // Another window, another key, the same draft.
    let other = anna.post(CHECK, &[("idempotency_key", "other"), ("version", &version)]).await;
    leads(&other, &places[0]);
    assert_eq!(hers(&stage, "application").await, 1);
    assert_eq!(hers(&stage, "casework_party").await, 1);
    assert_eq!(hers(&stage, "message").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_of_one_person_make_one_case() {
    let stage = Stage::new().await;
    let anna = stage.signed_in("anna").await;
    let sends = (0..4).map(|place| {
        let mut browser = anna.clone();
        tokio::spawn(
            async move { browser.command("/api/v1/applications", &format!("k{place}"), &form("2026-11")).await },
        )
    });
    let answers: Vec<Answer> = join_all(sends).await.into_iter().map(|answer| answer.expect("sent")).collect();
    assert!(answers.iter().all(|answer| answer.status == 201), "{answers:?}");
    let mut kinds: Vec<String> = answers.iter().map(|answer| text(&answer.json(), "kind")).collect();
    kinds.sort();
    assert_eq!(kinds, ["first", "supplementary", "supplementary", "supplementary"]);
    assert_eq!((hers(&stage, "casework_party").await, hers(&stage, "application").await), (1, 4));
    stage.db.close().await;
    let sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(stage.number(sql).await, 0, "deadlocks");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_in_the_month_is_joined_and_a_later_month_is_a_renewal() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let mut numbers = Vec::new();
    for (key, month, kind) in
        [("a", "2026-11", "first"), ("b", "2026-11", "supplementary"), ("c", "2026-12", "renewal")]
    {
        let sent = anna.command("/api/v1/applications", key, &form(month)).await;
        assert_eq!(sent.status, 201, "{}", sent.text);
        assert_eq!(text(&sent.json(), "kind"), kind);
        numbers.push(text(&sent.json(), "number"));
        stage.clock.pass(SignedDuration::from_mins(1));
    }
    assert!(numbers.iter().all(|number| *number == numbers[0]), "{numbers:?}");
    let list = anna.get("/api/v1/applications?limit=2").await.json();
    assert_eq!(list["items"].as_array().expect("items").len(), 2);
    let rest = anna.get(&format!("/api/v1/applications?after={}", text(&list, "next"))).await.json();
    assert_eq!((rest["items"].as_array().expect("items").len(), &rest["next"]), (1, &Value::Null));
    let joined = text(&list["items"][1], "application_id");
    let page = anna.get(&format!("/ansok/kvitto/{joined}")).await;
    assert!(page.text.contains("Du har redan ansökt för november 2026."), "{}", page.text);
    // Others have other cases.
    let mut seed = somebody_else(&stage).await;
    let sent = seed.command("/api/v1/applications", "a", &form("2026-11")).await.json();
    assert_eq!(sent["kind"], "first");
    assert_ne!(text(&sent, "number"), numbers[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rest_names_every_fault_and_keeps_to_ones_own() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let mut bad = form("2026-11");
    bad["office"] = "nowhere".into();
    bad["adults"] = "3".into();
    bad["costs"][0]["amount"] = "x".into();
    let refused = anna.command("/api/v1/applications", "a", &bad).await;
    assert_eq!((refused.status, code(&refused).as_str()), (422, "invalid"));
    let errors = refused.json()["errors"].as_array().expect("errors").clone();
    let pointers: Vec<String> = errors.iter().map(|error| text(error, "pointer")).collect();
    assert_eq!(pointers, ["/adults", "/costs/0/amount", "/office"]);
    let sent = anna.command("/api/v1/applications", "a", &form("2026-11")).await;
    assert_eq!(sent.status, 201, "a refused key is free: {}", sent.text);
    assert_eq!(anna.command("/api/v1/applications", "a", &form("2026-11")).await.json(), sent.json());
    assert_eq!(code(&anna.command("/api/v1/applications", "a", &form("2026-12")).await), "idempotency_key_reused");

    let id = text(&sent.json(), "application_id");
    assert_eq!(anna.get(&format!("/api/v1/applications/{id}")).await.json(), sent.json());
    let mut others = vec![stage.signed_in("maria").await];
    for persona in ["rut", "karin", "nils"] {
        others.push(stage.signed_in(persona).await);
    }
    for other in &mut others {
        let bare = |answer: &Answer| {
            let mut body = answer.json();
            body["reference"] = "".into();
            (answer.status, body)
        };
        let foreign = other.get(&format!("/api/v1/applications/{id}")).await;
        let absent = other.get(&format!("/api/v1/applications/{}", stage.world.id())).await;
        assert_eq!(foreign.status, 404);
        assert_eq!(bare(&foreign), bare(&absent));
    }
    let mut maria = stage.signed_in("maria").await;
    for path in [format!("/ansok/kvitto/{id}"), format!("/mina-sidor/ansokan/{id}"), "/ansok/kvitto/x".to_owned()] {
        assert_eq!(maria.get(&path).await.status, 404, "{path}");
    }
    assert_eq!(stage.browser().get("/api/v1/applications").await.status, 401);
    assert_eq!(stage.browser().command("/api/v1/applications", "a", &form("2026-11")).await.status, 401);
}

const FIGURES: [(&str, &str); 7] = [
    ("month", "2026-11"),
    ("adults", "1"),
    ("child.0.age", "9"),
    ("cost.rent", "8 200"),
    ("cost.dental", "tusen"),
    ("income.wage", "9000"),
    ("stimulus", "yes"),
];

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_an_estimate_come_along_when_asked_for_and_not_before() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let result = browser.post("/rakna", &FIGURES[..4]).await;
    assert_eq!(result.status, 200);
    assert!(!browser.cookies.contains_key("porten_carry"), "only the button sets it");
    let page = result.page();
    let fields = page.controls(page.form("/ansok/fran-raknaren"));
    assert!(fields.contains(&("cost.rent".to_owned(), "8 200".to_owned())), "{fields:?}");

    let before = (count(&stage, "person").await, count(&stage, "audit").await);
    let carried = browser.post("/ansok/fran-raknaren", &FIGURES).await;
    leads(&carried, "/ansok");
    let line = carried.header("set-cookie").to_owned();
    assert!(line.contains("HttpOnly") && line.contains("Max-Age=1800") && line.contains("SameSite=Lax"), "{line}");
    assert!(!line.contains("8200") && !line.contains("tusen"));
    let start = browser.get("/ansok").await;
    assert!(start.text.contains(word(&words("sv", "application"), "start.carried")));
    assert_eq!((count(&stage, "person").await, count(&stage, "audit").await), before, "nothing is stored");
    assert_eq!(count(&stage, "draft").await, 0);

    // Signed in.
    let mut anna = browser.clone();
    anna.post("/demo/login", &[("persona", "anna"), ("till", "/ansok")]).await;
    let arrived = anna.get("/ansok").await;
    leads(&arrived, "/ansok/kontakt");
    assert!(!anna.cookies.contains_key("porten_carry"), "gone with the arrival");
    let costs = anna.get("/ansok/kostnader").await.page();
    assert_eq!(costs.by_id("f-cost.0.amount").get("value"), Some("8200"));
    assert_eq!(costs.by_id("f-cost.1.amount").get("value"), Some("tusen"));
    assert_eq!(anna.get("/ansok/hushall").await.page().by_id("f-child.0.age").get("value"), Some("9"));
    assert!(anna.get("/ansok/inkomster").await.page().by_id("f-stimulus--2").get("checked").is_some());
    // Again, over what is there now: she is asked first.
    leads(&anna.post("/ansok/fran-raknaren", &[("adults", "2"), ("month", "2026-12")]).await, "/ansok");
    leads(&anna.post("/ansok/ta-med", &[]).await, "/ansok/kontakt");
    assert!(!anna.cookies.contains_key("porten_carry"));
    assert!(anna.get("/ansok/hushall").await.page().by_id("f-adults--2").get("checked").is_some());

    // Without e-ID.
    let mut guest = browser.clone();
    assert_eq!(guest.post("/ansok/utan-inloggning", &[]).await.status, 200);
    leads(&guest.get("/ansok").await, "/ansok/kontakt");
    assert!(!guest.cookies.contains_key("porten_carry"));
    assert_eq!(guest.get("/ansok/kostnader").await.page().by_id("f-cost.0.amount").get("value"), Some("8200"));

    // Too late, and not ours.
    let mut late = browser.clone();
    stage.clock.pass(SignedDuration::from_mins(31));
    late.post("/demo/login", &[("persona", "maria")]).await;
    leads(&late.get("/ansok").await, "/ansok/kontakt");
    assert!(!late.cookies.contains_key("porten_carry"));
    let drafts =
        "SELECT count(*) FROM draft WHERE person_id = (SELECT person_id FROM demo_persona WHERE persona = 'maria')";
    assert_eq!(stage.number(drafts).await, 0);
    late.cookies.insert("porten_carry".into(), "bm90IG91cnM".into());
    leads(&late.get("/ansok").await, "/ansok/kontakt");
    assert!(!late.cookies.contains_key("porten_carry"));
    // More than a cookie holds.
    let mut much = stage.browser();
    let long = "9".repeat(4000);
    leads(&much.post("/ansok/fran-raknaren", &[("adults", "1"), ("cost.rent", &long)]).await, "/ansok?for-mycket");
    assert!(!much.cookies.contains_key("porten_carry"));
    let said = much.get("/ansok?for-mycket").await;
    assert!(said.status == 200 && said.text.contains(word(&words("sv", "application"), "start.too_much")));
    // Whoever leaves leaves nothing behind.
    assert!(browser.cookies.contains_key("porten_carry"));
    browser.post("/lamna", &[]).await;
    assert!(!browser.cookies.contains_key("porten_carry"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_sent_anything_is_forgotten_with_the_code() {
    let stage = Stage::new().await;
    let before = count(&stage, "person").await;
    let (mut gone, shown) = guest(&stage).await;
    leads(&step(&mut gone, STEPS[0], &CONTACT).await, STEPS[1]);
    let (mut stays, _) = guest(&stage).await;
    fill(&mut stays).await;
    send(&mut stays).await;
    stage.clock.pass(SignedDuration::from_hours(29 * 24));
    Tidy {}.run(&stage.job_context()).await.expect("tidied");
    assert_eq!((count(&stage, "account_resume").await, count(&stage, "person").await), (2, before + 2));
    stage.clock.pass(SignedDuration::from_hours(2 * 24));
    Tidy {}.run(&stage.job_context()).await.expect("tidied");
    assert_eq!((count(&stage, "account_resume").await, count(&stage, "draft").await), (0, 0));
    assert_eq!(count(&stage, "person").await, before + 1, "who has applied stays");
    assert_eq!(stage.browser().post("/ansok/kod", &[("code", &shown)]).await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn its_pages_are_whole_in_three_languages() {
    let stage = Stage::new().await;
    for (language, _) in LANGUAGES {
        let mut nobody = speaking(stage.browser(), language).await;
        let start = nobody.get("/ansok").await;
        assert_eq!(start.status, 200);
        sound(&start, language);
        assert_eq!(start.header("cache-control"), "no-store");
        for path in STEPS.into_iter().chain([CHECK, "/ansok/papper"]) {
            leads(&nobody.get(path).await, "/ansok");
            if path != "/ansok/papper" {
                leads(&nobody.post(path, &[]).await, "/ansok");
            }
        }
        let code = nobody.post("/ansok/utan-inloggning", &[]).await;
        sound(&code, language);
        for (mut browser, guest) in [(nobody, true), (speaking(stage.signed_in("anna").await, language).await, false)] {
            for path in STEPS.into_iter().chain(["/ansok/papper", CHECK]) {
                let page = browser.get(path).await;
                assert_eq!(page.status, 200, "{path}");
                sound(&page, language);
                assert_eq!(page.header("cache-control"), "no-store");
            }
            for path in ["/ansok/kontakt", "/ansok/hushall", "/ansok/behov", "/ansok/konto"] {
                let refused = step(&mut browser, path, &[("way", "x"), ("month", "x")]).await;
                assert_eq!(refused.status, 422, "{path}");
                faults(&sound(&refused, language));
            }
            fill(&mut browser).await;
            sound(&browser.get(CHECK).await, language);
            let receipt = send(&mut browser).await;
            sound(&browser.get(&receipt).await, language);
            if !guest {
                let id = receipt.rsplit('/').next().expect("an id");
                sound(&browser.get("/mina-sidor/ansokan").await, language);
                sound(&browser.get(&format!("/mina-sidor/ansokan/{id}")).await, language);
            }
        }
    }
}
