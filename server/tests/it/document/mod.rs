//! Papers: taken in as they arrive, shown to those they concern and to nobody else, and never half.

mod access;
mod ended;
mod fault;
mod joint;
mod kill;
mod left;
mod quota;
mod shown;

use crate::support::{Answer, Browser, Stage, look::code};
use axum::{
    body::{Body, Bytes},
    http::Method,
};
use domain::{
    Actor,
    account::{SessionRef, Who},
    id::{ApplicationId, PersonId},
};
use futures::{StreamExt, stream};
use jiff::SignedDuration;
use serde_json::Value;
use server::{
    auth::session::{self, Subject},
    document::{self, jobs::Reap},
    jobs::Job,
};
use std::{
    io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use uuid::Uuid;

const MIB: usize = 1024 * 1024;
const DRAFT: &str = "/ansok/handlingar";
const API: &str = "/api/v1/documents";
const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0\x00\x10JFIF and a picture";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and a picture";
const PDF: &[u8] = b"%PDF-1.7\n% and a letter\n%%EOF";
const EXE: &[u8] = b"MZ\x90\0\x03\0\0\0 and a program";

const BOUNDARY: &str = "----porten-test";
const FORM: &str = "multipart/form-data; boundary=----porten-test";

/// A form with files (name, content) as a browser sends it: the key first.
fn form(key: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"idempotency_key\"\r\n\r\n{key}\r\n")
        .into_bytes();
    for (name, content) in files {
        body.extend_from_slice(&head(name));
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

fn head(name: &str) -> Vec<u8> {
    // As browsers write names with quotes (WHATWG).
    let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
         Content-Type: image/jpeg\r\n\r\n"
    )
    .into_bytes()
}

async fn send(browser: &mut Browser, path: &str, key: &str, files: &[(&str, &[u8])]) -> Answer {
    browser.send(Method::POST, path, &[("content-type", FORM)], Body::from(form(key, files))).await
}

async fn send_api(browser: &mut Browser, key: &str, files: &[(&str, &[u8])]) -> Answer {
    let headers = [("content-type", FORM), ("idempotency-key", key)];
    browser.send(Method::POST, API, &headers, Body::from(form("not-this-one", files))).await
}

async fn list(browser: &mut Browser) -> Vec<Value> {
    let answer = browser.get(API).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["items"].as_array().expect("items").clone()
}

/// The names of one's papers, by alphabet: at the clock that stands still they all came at once.
async fn names(browser: &mut Browser) -> Vec<String> {
    let mut names: Vec<String> =
        list(browser).await.iter().map(|one| one["name"].as_str().expect("a name").to_owned()).collect();
    names.sort();
    names
}

fn id(document: &Value) -> String {
    document["document_id"].as_str().expect("an id").to_owned()
}

/// Sends one paper in and gives its id.
async fn one(browser: &mut Browser, key: &str) -> String {
    let answer = send_api(browser, key, &[("hyra.pdf", PDF)]).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    id(&answer.json()[0])
}

/// Everything that lies in the store.
fn stored(stage: &Stage) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![stage.data.path().join("storage")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found
}

async fn rows(stage: &Stage) -> (i64, i64) {
    (stage.number("SELECT count(*) FROM document").await, stage.number("SELECT count(*) FROM storage_object").await)
}

/// What an hour and a bit brings: the job that removes orphans.
async fn reap_later(stage: &Stage) {
    stage.clock.pass(SignedDuration::from_mins(61));
    Reap {}.run(&stage.job_context()).await.expect("reaped");
}

fn acting(stage: &Stage, person: Uuid) -> Actor {
    let who = Who::Applicant { person: PersonId(person), session: SessionRef(1) };
    Actor { who, ..stage.system() }
}

/// An application of the person, in a new case of the office, with her unsent papers.
async fn apply(stage: &Stage, persona: &str, office: &str) -> Uuid {
    apply_as(stage, stage.who(persona).await, office).await
}

async fn apply_as(stage: &Stage, person: Uuid, office: &str) -> Uuid {
    let (case, application) = (stage.world.id(), stage.world.id());
    let municipality = stage.municipality;
    let number = stage.number("SELECT count(*) FROM casework_case").await + 1;
    stage
        .arrange(&format!(
            "INSERT INTO casework_case (municipality_id, case_id, number, office_id, opened_at)
             SELECT '{municipality}', '{case}', '2026-{number:05}', office_id, now() FROM office WHERE slug = '{office}';
             INSERT INTO casework_party (municipality_id, case_id, person_id, role)
             VALUES ('{municipality}', '{case}', '{person}', 'applicant');
             INSERT INTO application (municipality_id, application_id, case_id, person_id, kind, month, door, content, arrived_at)
             VALUES ('{municipality}', '{application}', '{case}', '{person}', 'first', '2026-11-01', 'portal', '{{}}',
                     '2026-11-23T08:00:00Z')"
        ))
        .await;
    let actor = acting(stage, person);
    let mut tx = stage.db.begin(&actor).await.expect("a transaction");
    document::attach(&mut tx, &actor, PersonId(person), ApplicationId(application)).await.expect("attached");
    tx.commit().await.expect("committed");
    application
}

/// A browser with a guest's session.
async fn guest(stage: &Stage) -> Browser {
    guest_as(stage, stage.world.id()).await
}

async fn guest_as(stage: &Stage, person: Uuid) -> Browser {
    stage
        .arrange(&format!(
            "INSERT INTO person (municipality_id, person_id, display_name, identity)
             VALUES ('{}', '{person}', 'Gäst', 'claimed')",
            stage.municipality
        ))
        .await;
    let subject = Subject::Guest(PersonId(person));
    let token = session::begin(&stage.db, &stage.world, stage.municipality, subject).await.expect("a session");
    let mut browser = stage.browser();
    browser.cookies.insert("porten_guest".to_owned(), token);
    browser
}

/// A file of that size in chunks, made as they are asked for; counts them.
fn large(name: &str, size: usize, polled: Arc<AtomicUsize>) -> impl futures::Stream<Item = Vec<u8>> + use<> {
    const CHUNK: usize = 64 * 1024;
    let mut first = head(name);
    first.extend_from_slice(PDF);
    let rest = size - PDF.len();
    let chunks = (0..rest.div_ceil(CHUNK)).map(move |number| vec![b'x'; CHUNK.min(rest - number * CHUNK)]);
    stream::iter(std::iter::once(first).chain(chunks).chain([b"\r\n".to_vec()])).inspect(move |chunk| {
        polled.fetch_add(chunk.len(), Ordering::SeqCst);
    })
}

/// A form whose parts arrive one by one.
fn arriving(key: &str, parts: impl futures::Stream<Item = Vec<u8>> + Send + 'static) -> Body {
    let opening = form(key, &[]);
    let opening = opening[..opening.len() - BOUNDARY.len() - 6].to_vec();
    let closing = format!("--{BOUNDARY}--\r\n").into_bytes();
    let all = stream::iter([opening]).chain(parts).chain(stream::iter([closing]));
    Body::from_stream(all.then(|chunk| async move {
        // As on a network: the next chunk is never there yet.
        tokio::task::yield_now().await;
        Ok::<_, io::Error>(Bytes::from(chunk))
    }))
}

/// A form whose one file begins and goes on when told to.
fn halting(key: &str, content: &[u8], go_on: tokio::sync::watch::Receiver<bool>) -> Body {
    let first = [head("brev.pdf"), content.to_vec(), vec![b'x'; 64 * 1024]].concat();
    let rest = stream::once(async move {
        let mut go_on = go_on;
        go_on.wait_for(|now| *now).await.expect("told");
        b"and the end\r\n".to_vec()
    });
    arriving(key, stream::iter([first]).chain(rest.boxed()))
}

/// Waits until so many objects are begun.
async fn begun(stage: &Stage, count: i64) {
    let began = std::time::Instant::now();
    while stage.number("SELECT count(*) FROM storage_object WHERE state = 'staged'").await < count {
        assert!(began.elapsed() < Duration::from_secs(30), "never {count} begun");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_and_pdfs_several_at_once() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let empty = anna.get(DRAFT).await;
    assert_eq!(empty.status, 200, "{}", empty.text);
    assert_eq!(empty.page().form(DRAFT).get("enctype"), Some("multipart/form-data"));
    // What the browser says it is counts for nothing: here it says image/jpeg of all.
    let files = [("lön.jpg", JPEG), ("hyra.png", PNG), ("kontoutdrag.pdf", PDF)];
    let answer = send(&mut anna, DRAFT, &empty.hidden("idempotency_key"), &files).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/ansok/handlingar?mottaget"), "{}", answer.text);
    let page = anna.get("/ansok/handlingar?mottaget").await;
    for (name, _) in files {
        assert!(page.text.contains(name), "{name}: {}", page.text);
    }
    assert!(page.text.contains("Vi har fått dina papper"), "{}", page.text);

    let listed = list(&mut anna).await;
    let kinds = ["image/jpeg", "image/png", "application/pdf"];
    for ((name, content), kind) in files.into_iter().zip(kinds) {
        let document = listed.iter().find(|one| one["name"] == name).expect("it is listed");
        assert_eq!(document["media_type"], kind);
        assert_eq!(document["size"], content.len());
        assert_eq!(document["application_id"], Value::Null);
        for path in [
            format!("{DRAFT}/{}/fil", id(document)),
            format!("/mina-sidor/handlingar/{}/fil", id(document)),
            format!("{API}/{}/content", id(document)),
        ] {
            let file = anna.get(&path).await;
            assert_eq!((file.status, file.bytes.as_slice()), (200, content), "{path}");
            assert_eq!(file.header("content-type"), kind);
            assert_eq!(file.header("content-length"), content.len().to_string());
            assert_eq!(file.header("content-security-policy"), "sandbox; default-src 'none'; frame-ancestors 'none'");
            assert_eq!(file.header("x-content-type-options"), "nosniff");
            assert_eq!(file.header("cache-control"), "no-store");
            assert!(file.header("content-disposition").starts_with("attachment; filename=\""), "{:?}", file.headers);
        }
    }
    assert_eq!(rows(&stage).await, (3, 3));
    assert_eq!(stage.number("SELECT count(*) FROM storage_object WHERE state = 'committed'").await, 3);
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE action = 'document.add'").await, 3);
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE action = 'document.read'").await, 0, "her own papers");
    let mine = anna.get("/mina-sidor/handlingar").await;
    assert!(mine.text.contains("kontoutdrag.pdf") && mine.text.contains("Inte skickade än"), "{}", mine.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_refused_and_the_rest_is_kept_and_said_so() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let files: [(&str, &[u8]); 5] = [
        ("program.jpg", EXE),
        ("hyra.pdf", PDF),
        ("tom.png", b""),
        ("brev.pdf", b"\n%PDF-1.7 late"),
        ("lön.jpg", JPEG),
    ];
    let answer = send(&mut anna, DRAFT, "first", &files).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    let page = answer.page();
    let summary: Vec<_> = page.with_class("error-summary-list").collect();
    assert_eq!(summary.len(), 1);
    for (name, why) in [
        ("program.jpg", "bilder (JPEG, PNG) och PDF"),
        ("tom.png", "Filen är tom"),
        ("brev.pdf", "bilder (JPEG, PNG) och PDF"),
    ] {
        assert!(summary[0].text.contains(name) && summary[0].text.contains(why), "{}", summary[0].text);
    }
    assert!(answer.text.contains("Vi har fått några av dina papper"), "{}", answer.text);
    assert_eq!(names(&mut anna).await, ["hyra.pdf", "lön.jpg"]);

    let answer =
        send_api(&mut anna, "second", &[("program.jpg", EXE), ("ny.pdf", b"%PDF-1.4 new"), ("tom.png", b"")]).await;
    assert_eq!((answer.status, code(&answer).as_str()), (422, "invalid"));
    let expected = serde_json::json!([
        { "pointer": "/files/0", "code": "unknown_file_type" },
        { "pointer": "/files/2", "code": "file_empty" },
    ]);
    assert_eq!(answer.json()["errors"], expected);
    assert_eq!(rows(&stage).await, (3, 3), "nothing is even begun of what is refused at its first bytes");
    assert_eq!(stored(&stage).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_files_says_what_to_do() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    // What a browser sends for a file field nobody used.
    for files in [&[][..], &[("", &b""[..])]] {
        let answer = send(&mut anna, DRAFT, "key", files).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains("Välj minst en bild eller fil"), "{}", answer.text);
    }
    let answer = send_api(&mut anna, "key", &[]).await;
    assert_eq!(answer.json()["errors"], serde_json::json!([{ "pointer": "/files", "code": "required" }]));
    // No form with files at all, and one that is no form.
    let answer = anna.post(DRAFT, &[("files", "x")]).await;
    assert_eq!(answer.status, 415);
    let answer = anna.send(Method::POST, DRAFT, &[("content-type", FORM)], Body::from("nonsense")).await;
    assert_eq!(answer.status, 400);
    // Files before the key: no key.
    let body = [head("a.pdf"), PDF.to_vec(), format!("\r\n--{BOUNDARY}--\r\n").into_bytes()].concat();
    assert_eq!(anna.send(Method::POST, DRAFT, &[("content-type", FORM)], Body::from(body)).await.status, 422);
    let headers = [("content-type", FORM)];
    let answer = anna.send(Method::POST, API, &headers, Body::from(form("x", &[("a.pdf", PDF)]))).await;
    assert_eq!((answer.status, code(&answer).as_str()), (400, "idempotency_key_required"));
    assert_eq!(rows(&stage).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_too_large_is_refused_while_it_streams_and_the_next_is_kept() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let polled = Arc::new(AtomicUsize::new(0));
    let parts = large("stor.pdf", 21 * MIB, polled.clone())
        .chain(stream::iter([head("hyra.png"), PNG.to_vec(), b"\r\n".to_vec()]))
        .chain(large("precis.pdf", 20 * MIB, polled.clone()));
    let answer = anna.send(Method::POST, DRAFT, &[("content-type", FORM)], arriving("key", parts)).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    assert!(answer.text.contains("stor.pdf") && answer.text.contains("högst 20 MB"), "{}", answer.text);
    assert_eq!(names(&mut anna).await, ["hyra.png", "precis.pdf"]);
    let sizes = i64::try_from(20 * MIB + PNG.len()).expect("fits");
    assert_eq!(stage.number("SELECT sum(size)::bigint FROM document").await, sizes);
    assert_eq!((rows(&stage).await, stored(&stage).len()), ((2, 2), 2), "nothing is left of the large one");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_files_and_too_many_bytes() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let contents: Vec<(String, Vec<u8>)> =
        (0..22).map(|number| (format!("{number}.pdf"), format!("%PDF-1.7 {number}").into_bytes())).collect();
    let files: Vec<(&str, &[u8])> =
        contents.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    let answer = send(&mut anna, DRAFT, "key", &files).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("fler än 20 filer"), "{}", answer.text);
    assert_eq!(rows(&stage).await, (20, 20), "the first twenty are kept");

    // Announced as too large: refused unread.
    let polled = Arc::new(AtomicUsize::new(0));
    let parts = large("a.pdf", MIB, polled.clone());
    let headers = [("content-type", FORM), ("content-length", "300000000")];
    let answer = anna.send(Method::POST, DRAFT, &headers, arriving("key", parts)).await;
    assert_eq!((answer.status, polled.load(Ordering::SeqCst)), (413, 0));
    assert!(answer.text.contains("för mycket på en gång"), "{}", answer.text);
    // Not announced: read until it is too much. What came before is kept.
    let parts = stream::iter(0..15)
        .flat_map(move |number| large(&format!("stor{number}.pdf"), 19 * MIB + number, polled.clone()));
    let headers = [("content-type", FORM), ("idempotency-key", "much")];
    let answer = anna.send(Method::POST, API, &headers, arriving("key", parts)).await;
    assert_eq!((answer.status, code(&answer).as_str()), (413, "too_large"));
    assert_eq!((rows(&stage).await, stored(&stage).len()), ((30, 30), 30));
}
