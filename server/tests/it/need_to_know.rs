//! Row 57: who need not know cannot know. Every route that names a thing is tried with every id there is: whom a thing is
//! none of gets the answer for what does not exist, byte for byte apart from the reference.

use crate::support::{
    Answer, Browser, Setting, Stage,
    scene::{Scene, Thing, send_paper},
};
use axum::{body::Body, http::Method};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Row};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};
use uuid::Uuid;

/// Everybody who tries. `tomas` has applied without e-ID; `tomas-confirmed` is the same browser after the desk has confirmed
/// who he is, `tomas-signed-in` another one that he has signed in with.
const PEOPLE: [&str; 11] =
    ["nobody", "anna", "maria", "tomas", "tomas-confirmed", "tomas-signed-in", "rut", "joel", "karin", "nils", "admin"];

/// Who finds what: can read it, or do something with it. Nobody else, and nothing else.
const FINDS: [(&str, &str); 19] = [
    // Whom one books for, has come to the desk, or is. Who receives people meets everybody; a caseworker, who is party to a
    // case at the office.
    ("person: maria", "maria rut joel karin"),
    ("person: tomas", "tomas-signed-in rut joel karin"),
    ("person: at Norra", "rut joel karin nils"),
    // The office's caseworkers; never the desk, and never the person.
    ("case: maria", "joel karin"),
    ("case: tomas", "joel karin"),
    ("case: at Norra", "nils"),
    ("application: maria", "maria joel karin"),
    ("application: tomas", "tomas tomas-signed-in joel karin"),
    ("application: at Norra", "nils"),
    // By its own id only for the parties; caseworkers have it in the case.
    ("decision: maria has opened", "maria"),
    ("decision: maria has not opened", "maria"),
    ("decision: a draft", ""),
    ("message: maria's receipt", "maria"),
    ("message: of maria's decision", "maria"),
    ("document: maria has not sent", "maria"),
    ("document: tomas has sent", "tomas tomas-signed-in joel karin"),
    ("visit: anna at Södra", "anna rut joel karin"),
    ("visit: maria at Norra", "maria nils"),
    ("visit: somebody today at Södra", "rut joel karin"),
];
/// The same for what lies on a desk.
const AT_THE_DESK: [(&str, &str); 2] = [("ticket: at Södra", "rut joel"), ("ticket: at Norra", "")];

/// Pages and forms that name things; what REST has is read from its description.
const PAGES: [&str; 23] = [
    "/ansok/kvitto/{application}",
    "/ansok/handlingar/{document}/fil",
    "/ansok/handlingar/{document}/ta-bort",
    "/mina-sidor/ansokan/{application}",
    "/mina-sidor/handlingar/{application}",
    "/mina-sidor/handlingar/{document}/fil",
    "/mina-sidor/meddelanden/{message}",
    "/mina-sidor/beslut/{decision}",
    "/mina-sidor/beslut/{decision}/oppna",
    "/mina-sidor/besok/{visit}/avboka",
    "/personal/handling/{document}/fil",
    "/personal/mottagning/{case}",
    "/personal/mottagning/{case}/ta",
    "/personal/mottagning/{case}/lamna",
    "/personal/mottagning/{case}/anteckningar",
    "/personal/mottagning/{case}/meddelat",
    "/personal/mottagning/{case}/berakning/{application}",
    "/personal/mottagning/{case}/beslut/{application}",
    "/personal/mottagning/{case}/beslut/{application}/granska",
    "/personal/reception/{ticket}/kalla",
    "/personal/reception/{ticket}/klar",
    "/skarm/{office}",
    "/api/{*rest}",
];
/// Not things: what is open to all.
const OPEN: [&str; 2] = ["/skarm/{office}", "/api/{*rest}"];
/// Answer alike for all ids, whoever asks: the way back to the page with the form.
const WAYS_BACK: [&str; 3] = [
    "GET /mina-sidor/beslut/<decision>/oppna",
    "GET /personal/reception/<ticket>/kalla",
    "GET /personal/reception/<ticket>/klar",
];

/// What is sent with a request.
#[derive(Debug, Clone)]
enum Sent {
    Nothing,
    Json(String),
    Form,
    Paper,
}

/// One way to name things: the gaps for ids, in the address or in what is sent, are written `<kind>`.
#[derive(Debug, Clone)]
struct Way {
    method: Method,
    address: String,
    sent: Sent,
}

impl Way {
    fn name(&self) -> String {
        let body = if let Sent::Json(body) = &self.sent { body.as_str() } else { "" };
        let named = body.split('"').find(|part| part.starts_with('<')).unwrap_or_default();
        format!("{} {}{named}", self.method, self.address)
    }

    /// The kinds of its gaps, in their order.
    fn gaps(&self) -> Vec<String> {
        let name = self.name();
        name.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(kind, _)| kind.to_owned()).collect()
    }

    /// With these ids in the gaps.
    fn filled(&self, ids: &[Uuid]) -> Self {
        let fill = |text: &str| {
            self.gaps()
                .iter()
                .zip(ids)
                .fold(text.to_owned(), |text, (kind, id)| text.replacen(&format!("<{kind}>"), &id.to_string(), 1))
        };
        let sent = if let Sent::Json(body) = &self.sent { Sent::Json(fill(body)) } else { self.sent.clone() };
        Self { method: self.method.clone(), address: fill(&self.address), sent }
    }
}

/// What REST commands need so that they would do something.
fn command(address: &str) -> String {
    let body = match address.rsplit('/').next().unwrap_or_default() {
        "notes" => json!({ "text": "x" }),
        // Nobody's: whose case it is learns that, anybody else no more than that there is no case.
        "told" => {
            json!({ "person_id": Uuid::nil(), "kind": "decision", "about": Uuid::nil(), "how": "called" })
        }
        "publish" => json!({ "version": 1 }),
        "application" => json!({ "month": "2026-11" }),
        "<application>" if address.contains("/calculations/") => {
            json!({ "version": 0, "request": { "month": "2026-11", "household": { "adults": 1 } }, "deviations": {} })
        }
        "<application>" => json!({ "version": 0, "content": { "period": "2026-11", "lines": [] } }),
        _ => json!({}),
    };
    body.to_string()
}

/// Every way there is. `slot`: a time one may book.
fn ways(slot: &str) -> Vec<Way> {
    let way = |method, address: &str, sent| Way { method, address: address.to_owned(), sent };
    let mut found = Vec::new();
    // Before any of the things is taken away.
    let booking = json!({ "slot_id": slot, "kind": "first_visit", "person_id": "<person>" });
    found.push(way(Method::GET, "/api/v1/visits?person_id=<person>", Sent::Nothing));
    found.push(way(Method::POST, "/api/v1/visits", Sent::Json(booking.to_string())));
    for named in ["person", "visit"] {
        let walk_in = json!({ format!("{named}_id"): format!("<{named}>") });
        found.push(way(Method::POST, "/api/v1/walk-ins", Sent::Json(walk_in.to_string())));
    }
    for page in PAGES.iter().filter(|page| !OPEN.contains(page)) {
        let address = page.replace('{', "<").replace('}', ">");
        let sent = if address == "/mina-sidor/handlingar/<application>" { Sent::Paper } else { Sent::Form };
        found.push(way(Method::GET, &address, Sent::Nothing));
        found.push(way(Method::POST, &address, sent));
    }
    let document: Value = serde_json::from_str(&server::http::api::document()).expect("JSON");
    for (path, item) in document["paths"].as_object().expect("paths") {
        // What is open to all names no person.
        if !path.contains("_id}") {
            continue;
        }
        let address = path.replace("_id}", ">").replace('{', "<");
        for method in item.as_object().expect("methods").keys() {
            let method: Method = method.to_uppercase().parse().expect("a method");
            let reads = method == Method::GET || method == Method::DELETE;
            let sent = if reads { Sent::Nothing } else { Sent::Json(command(&address)) };
            found.push(way(method, &address, sent));
        }
    }
    found
}

/// What an answer tells, without its reference and the ids that were asked for.
type Said = (u16, String, String);

async fn attempt(stage: &Stage, browser: &mut Browser, way: &Way, ids: &[Uuid]) -> Said {
    let key = stage.world.id();
    let (filled, sent_key) = (way.filled(ids), key.to_string());
    loop {
        let path = filled.address.as_str();
        let answer = match &filled.sent {
            Sent::Nothing => browser.send(way.method.clone(), path, &[], Body::empty()).await,
            Sent::Json(body) => {
                let headers = [("content-type", "application/json"), ("idempotency-key", sent_key.as_str())];
                browser.send(way.method.clone(), path, &headers, Body::from(body.clone())).await
            }
            Sent::Form => browser.post(path, &[("idempotency_key", &sent_key), ("version", "1"), ("text", "x")]).await,
            Sent::Paper => send_paper(browser, path, &sent_key).await,
        };
        assert!(answer.status < 500, "{} {ids:?}: {}", way.name(), answer.text);
        if answer.status != 429 {
            return told(&answer, &[ids, &[key]].concat());
        }
        // So many tries are a machine's.
        stage.arrange("DELETE FROM limit_bucket").await;
    }
}

fn told(answer: &Answer, ids: &[Uuid]) -> Said {
    let unnamed = |text: &str| ids.iter().fold(text.to_owned(), |text, id| text.replace(&id.to_string(), "…"));
    let text = unnamed(&answer.text);
    // Two times four letters and digits, as the log line has it.
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('-') {
        let (before, after) = (&rest.as_bytes()[..at], &rest.as_bytes()[at + 1..]);
        let coded =
            |bytes: &[u8]| bytes.len() == 4 && bytes.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        let is = before.len() >= 4 && after.len() >= 4 && coded(&before[before.len() - 4..]) && coded(&after[..4]);
        plain.push_str(if is { &rest[..at - 4] } else { &rest[..=at] });
        rest = if is { &rest[at + 5..] } else { &rest[at + 1..] };
    }
    plain.push_str(rest);
    (answer.status, unnamed(answer.header("location")), plain)
}

#[test]
fn asvs_57_the_walk_knows_every_page() {
    fn sources(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let text = fs::read_to_string(path).expect("a source");
                let routes = text.split(".route(").skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"'));
                let literals = routes.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()));
                found.extend(literals.filter(|path| path.contains('{')));
            }
        }
    }
    let mut found = BTreeSet::new();
    for folder in ["../app/src", "src"] {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    }
    // What stands in the gaps is called otherwise there.
    let shape = |path: &str| path.split(['{', '}']).step_by(2).collect::<Vec<_>>().join("{}");
    let found: BTreeSet<String> = found.iter().map(|path| shape(path)).collect();
    assert_eq!(found, PAGES.iter().map(|path| shape(path)).collect());
}

/// What somebody finds, and by which ways. Ids of the kind a way asks for, and one of every other kind.
async fn found_by(who: &str) -> (BTreeSet<&'static str>, BTreeSet<String>) {
    let scene = Scene::set().await;
    let mut browser = scene.browser(who).await;
    let (mut things, mut by) = (BTreeSet::new(), BTreeSet::new());
    for way in ways(&scene.slot) {
        let gaps = way.gaps();
        let nothing = [scene.stage.world.id(), scene.stage.world.id()];
        let expected = attempt(&scene.stage, &mut browser, &way, &nothing).await;
        let mut kinds = BTreeSet::new();
        // One of every kind, and all of the one that is asked for.
        let tried = scene.things.iter().filter(|thing| thing.kind() == gaps[0] || kinds.insert(thing.kind()));
        for first in tried {
            let seconds: Vec<Option<&Thing>> = match gaps.get(1) {
                Some(kind) => scene.things.iter().filter(|thing| thing.kind() == kind).map(Some).collect(),
                None => vec![None],
            };
            for second in seconds {
                let ids = [first.id, second.map_or(nothing[1], |second| second.id)];
                let answer = attempt(&scene.stage, &mut browser, &way, &ids).await;
                if answer == expected {
                    continue;
                }
                let about = format!("{who} {} with {} {second:?}: {answer:?}", way.name(), first.name);
                assert_eq!(first.kind(), gaps[0], "another kind of thing: {about}");
                things.insert(first.name);
                if let Some(second) = second {
                    let own = |thing: &Thing| thing.name.split_once(": ").map(|(_, whose)| whose);
                    assert_eq!(own(first), own(second), "of another case: {about}");
                    things.insert(second.name);
                }
                by.insert(way.name());
            }
        }
    }
    (things, by)
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_57_everybody_finds_what_is_theirs_and_nothing_else() {
    let table: BTreeMap<&str, &str> = FINDS.into_iter().chain(AT_THE_DESK).collect();
    let mut ways_found = BTreeSet::new();
    for who in PEOPLE {
        let (things, by) = found_by(who).await;
        let finds = |names: &str| names.split_whitespace().any(|name| name == who);
        let expected: BTreeSet<&str> =
            table.iter().filter(|(_, names)| finds(names)).map(|(thing, _)| *thing).collect();
        assert_eq!(things, expected, "{who} finds, and should find; by {by:#?}");
        ways_found.extend(by);
    }
    // A way by which nobody finds anything would show nothing: what is sent there must be right.
    let mut idle: BTreeSet<String> = ways("").iter().map(Way::name).filter(|name| !ways_found.contains(name)).collect();
    idle.retain(|name| !WAYS_BACK.contains(&name.as_str()));
    idle.retain(|name| !NOT_THERE.contains(&name.as_str()));
    assert!(idle.is_empty(), "{idle:#?}");
}

/// Pages that only read or only take a form: the other method is not there for anybody.
const NOT_THERE: [&str; 8] = [
    "GET /ansok/handlingar/<document>/ta-bort",
    "POST /ansok/handlingar/<document>/fil",
    "POST /ansok/kvitto/<application>",
    "POST /mina-sidor/ansokan/<application>",
    "POST /mina-sidor/beslut/<decision>",
    "POST /mina-sidor/handlingar/<document>/fil",
    "POST /personal/handling/<document>/fil",
    "POST /personal/mottagning/<case>",
];

/// Every id there is, but of what lies at the given office.
async fn ids(stage: &Stage, office: &str) -> BTreeSet<Uuid> {
    let mut root = stage.root().await;
    let sql = format!(
        "WITH foreign_case AS (SELECT case_id FROM casework_case JOIN office USING (municipality_id, office_id) WHERE slug <> '{office}')
         SELECT case_id AS id FROM foreign_case
         UNION SELECT application_id FROM application JOIN foreign_case USING (case_id)
         UNION SELECT person_id FROM casework_party JOIN foreign_case USING (case_id)
         UNION SELECT decision_id FROM decision JOIN foreign_case USING (case_id)
         UNION SELECT note_id FROM casework_note JOIN foreign_case USING (case_id)
         UNION SELECT document_id FROM document
         UNION SELECT message_id FROM message WHERE person_id IN (SELECT person_id FROM casework_party JOIN foreign_case USING (case_id))
         UNION SELECT ticket_id FROM reception_ticket
         UNION SELECT visit_id FROM visit JOIN office USING (municipality_id, office_id) WHERE slug <> '{office}'"
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut root).await.expect("ids");
    rows.iter().map(|row| row.get("id")).collect()
}

/// Every way with every id, of whatever kind.
async fn walk(stage: &Stage, persona: &str, ids: &BTreeSet<Uuid>) {
    let mut root = stage.root().await;
    let applications: Vec<Uuid> =
        sqlx::query_scalar("SELECT application_id FROM application").fetch_all(&mut root).await.expect("applications");
    let mut browser = stage.signed_in(persona).await;
    let nothing = [stage.world.id(), stage.world.id()];
    let slot = stage.slot("2026-11-26").await;
    for way in &ways(&slot) {
        let expected = attempt(stage, &mut browser, way, &nothing).await;
        for first in ids {
            // The second gap is always an application's.
            let seconds = if way.gaps().len() > 1 { applications.clone() } else { vec![nothing[1]] };
            for second in seconds {
                let answer = attempt(stage, &mut browser, way, &[*first, second]).await;
                assert_eq!(answer, expected, "{persona} {} {first} {second}", way.name());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_57_nils_finds_nothing_whatever_he_tries() {
    let stage = Stage::with(Setting { thread: true, ..Setting::default() }).await;
    stage.arrange(include_str!("support/every_table.sql")).await;
    let ids = ids(&stage, "norra").await;
    assert!(ids.len() >= 10, "{ids:?}");
    walk(&stage, "nils", &ids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_57_an_applicant_finds_nothing_of_others() {
    let stage = Stage::with(Setting { thread: true, ..Setting::default() }).await;
    // Anna, without any of the rows that every_table.sql would make hers.
    let ids = ids(&stage, "norra").await;
    walk(&stage, "anna", &ids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_57_the_desk_finds_no_case() {
    let stage = Stage::with(Setting { thread: true, ..Setting::default() }).await;
    let mut ids = ids(&stage, "norra").await;
    // Booked visitors and tickets are the desk's own.
    let mut root = stage.root().await;
    let own: Vec<Uuid> = sqlx::query_scalar(
        "SELECT visit_id FROM visit UNION SELECT ticket_id FROM reception_ticket UNION SELECT person_id FROM person",
    )
    .fetch_all(&mut root)
    .await
    .expect("ids");
    ids.retain(|id| !own.contains(id));
    assert!(ids.len() >= 5, "{ids:?}");
    walk(&stage, "rut", &ids).await;
}
