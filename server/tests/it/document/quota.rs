//! Row 44: nobody fills the disk, whoever is full is told what to do, and an application is sent all the same.

use super::{
    API, DRAFT, FORM, MIB, PDF, PNG, apply, arriving, begun, form, halting, head, list, names, rows, send, send_api,
    stored,
};
use crate::support::{Stage, look::code};
use axum::{body::Body, http::Method};
use domain::document::{Amount, MAX_APPLICATION, MAX_MUNICIPALITY_UNSENT, MAX_UNSENT};
use futures::{StreamExt, stream};
use serde_json::json;
use tokio::sync::watch;
use uuid::Uuid;

/// Papers that lie there already, all of one size; their bytes nobody reads.
async fn lying(stage: &Stage, persona: &str, application: Option<Uuid>, papers: u64, size: u64) {
    let person = stage.who(persona).await;
    let application = application.map_or_else(|| "NULL".to_owned(), |id| format!("'{id}'::uuid"));
    stage
        .arrange(&format!(
            "WITH object AS (
                 INSERT INTO storage_object SELECT municipality_id, gen_random_uuid(), 'committed', now()
                 FROM municipality, generate_series(1, {papers}) RETURNING municipality_id, object_id)
             INSERT INTO document (municipality_id, document_id, person_id, application_id, object_id, name, media_type,
                                   size, sha256, format, uploaded_at)
             SELECT municipality_id, gen_random_uuid(), '{person}', {application}, object_id, 'x.pdf', 'application/pdf',
                    {size}, decode(repeat('00', 32), 'hex'), 1, '{now}' FROM object",
            now = stage.world.now()
        ))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_44_uploads_at_once_do_not_pass_the_limit() {
    const AT_ONCE: usize = 6;
    let stage = Stage::new().await;
    let anna = stage.signed_in("anna").await;
    lying(&stage, "anna", None, MAX_UNSENT.papers - 2, 10).await;
    let (tell, told) = watch::channel(false);
    let mut sending = Vec::new();
    for number in 0..AT_ONCE {
        let (mut anna, told) = (anna.clone(), told.clone());
        sending.push(tokio::spawn(async move {
            let key = format!("key-{number}");
            let body = halting(&key, format!("%PDF-1.7 {number}").as_bytes(), told);
            anna.send(Method::POST, API, &[("content-type", FORM), ("idempotency-key", &key)], body).await
        }));
    }
    // All have been let in, since there was room for each when it began.
    begun(&stage, 6).await;
    tell.send(true).expect("they wait");
    let (mut kept, mut full) = (0, 0);
    for one in sending {
        let answer = one.await.expect("sent");
        if answer.status == 201 {
            kept += 1;
            continue;
        }
        assert_eq!((answer.status, code(&answer).as_str()), (422, "invalid"), "{}", answer.text);
        assert_eq!(answer.json()["errors"], json!([{ "pointer": "/files/0", "code": "papers_full" }]));
        full += 1;
    }
    assert_eq!((kept, full), (2, AT_ONCE - 2));
    let most = i64::try_from(MAX_UNSENT.papers).expect("few");
    assert_eq!((rows(&stage).await, stored(&stage).len()), ((most, most), 2), "what was refused is gone at once");
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE action = 'document.add'").await, 2);

    // Full is full, also by the page, and what has been taken back makes room.
    let mut anna = anna;
    let answer = send(&mut anna, DRAFT, "page", &[("hyra.png", PNG), ("lön.pdf", PDF)]).await;
    assert_eq!(answer.status, 422);
    let summary: Vec<_> = answer.page().with_class("error-summary-list").map(|list| list.text.clone()).collect();
    assert_eq!(summary.len(), 1);
    for words in ["hyra.png", "lön.pdf", "Skicka din ansökan med de papper du har", "Ta med resten till receptionen"]
    {
        assert!(summary[0].contains(words), "{}", summary[0]);
    }
    assert_eq!(summary[0].matches("Det fick inte plats").count(), 1, "{}", summary[0]);
    let first = super::id(&list(&mut anna).await[0]);
    assert_eq!(anna.delete(&format!("{API}/{first}")).await.status, 204);
    assert_eq!(send_api(&mut anna, "again", &[("hyra.png", PNG)]).await.status, 201);
}

/// A chunk that comes when it is told to.
async fn at(mut told: watch::Receiver<u8>, step: u8, chunk: Vec<u8>) -> Vec<u8> {
    told.wait_for(|now| *now >= step).await.expect("told");
    chunk
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_44_a_file_for_which_there_is_no_room_is_refused_while_it_streams() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let two = 2 * MIB as u64;
    lying(&stage, "anna", None, 1, MAX_UNSENT.bytes - two).await;
    let (tell, told) = watch::channel(0);
    let first = [head("stor.pdf"), PDF.to_vec(), vec![b'x'; 64 * 1024]].concat();
    let parts = stream::iter([first])
        .chain(stream::once(at(told.clone(), 1, vec![b'x'; 3 * MIB])).boxed())
        .chain(stream::once(at(told, 2, b"the end\r\n".to_vec())).boxed())
        .chain(stream::iter([head("hyra.png"), PNG.to_vec(), b"\r\n".to_vec()]));
    let sending = tokio::spawn({
        let mut anna = anna.clone();
        async move { anna.send(Method::POST, DRAFT, &[("content-type", FORM)], arriving("key", parts)).await }
    });
    begun(&stage, 1).await;
    tell.send(1).expect("it waits");
    // It is given up although its end has not come.
    let began = std::time::Instant::now();
    while stage.number("SELECT count(*) FROM storage_object WHERE state = 'staged'").await > 0 {
        assert!(began.elapsed() < std::time::Duration::from_secs(30), "it is taken in although there is no room");
    }
    assert!(!sending.is_finished());
    tell.send(2).expect("it waits");
    let answer = sending.await.expect("sent");
    assert_eq!(answer.status, 422, "{}", answer.text);
    assert!(answer.text.contains("Det fick inte plats fler papper här"), "{}", answer.text);
    assert!(answer.text.contains("stor.pdf") && !answer.text.contains("högst 20 MB."), "{}", answer.text);
    assert_eq!(names(&mut anna).await, ["hyra.png", "x.pdf"], "a small one has room");
    assert_eq!((rows(&stage).await, stored(&stage).len()), ((2, 2), 1), "nothing is left of the large one");
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_44_a_full_shelf_never_stops_an_application() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    lying(&stage, "anna", None, MAX_UNSENT.papers, 10).await;
    assert_eq!(send_api(&mut anna, "full", &[("hyra.png", PNG)]).await.status, 422);
    let command = json!({
        "office": "sodra", "way": "none", "language": "sv", "adults": "1", "month": "2026-11", "need": "Hyran.",
        "account": "none", "costs": [{ "kind": "rent", "amount": "8200" }],
    });
    let sent = anna.command("/api/v1/applications", "send", &command).await;
    assert_eq!(sent.status, 201, "{}", sent.text);
    let of_application = "SELECT count(*) FROM document WHERE application_id IS NOT NULL";
    assert_eq!(stage.number(of_application).await, i64::try_from(MAX_UNSENT.papers).expect("few"));
    assert_eq!(send_api(&mut anna, "next", &[("hyra.png", PNG)]).await.status, 201, "there is room for the next");

    // An application has its own limit, with its own words: it is there already.
    let application = sent.json()["application_id"].as_str().expect("an id").to_owned();
    let rest = MAX_APPLICATION.papers - MAX_UNSENT.papers;
    lying(&stage, "anna", Some(application.parse().expect("an id")), rest, 10).await;
    let answer = send(&mut anna, &format!("/mina-sidor/handlingar/{application}"), "k", &[("ny.pdf", PDF)]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("Din ansökan har vi redan"), "{}", answer.text);
    assert_eq!(send_api(&mut anna, "other", &[("ny.pdf", PDF)]).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_44_a_municipality_keeps_so_much_that_is_not_sent_and_no_more() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let application = apply(&stage, "anna", "sodra").await;
    lying(&stage, "maria", None, 1, MAX_MUNICIPALITY_UNSENT).await;
    let answer = send_api(&mut anna, "key", &[("hyra.png", PNG)]).await;
    assert_eq!(answer.json()["errors"], json!([{ "pointer": "/files/0", "code": "papers_full" }]));
    let path = format!("/mina-sidor/handlingar/{application}");
    assert_eq!(send(&mut anna, &path, "k", &[("ny.pdf", PDF)]).await.status, 303, "what is asked for comes in");
    // Who is not known has a shelf of her own.
    let maria = stage.who("maria").await;
    stage.arrange(&format!("UPDATE person SET identity = 'claimed' WHERE person_id = '{maria}'")).await;
    assert_eq!(send_api(&mut anna, "next", &[("hyra.png", PNG)]).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_44_nobody_takes_room_from_another() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let Amount { papers, bytes } = MAX_UNSENT;
    lying(&stage, "maria", None, papers, bytes / papers).await;
    // Nor do objects that were begun and never finished.
    stage
        .arrange(
            "INSERT INTO storage_object SELECT municipality_id, gen_random_uuid(), 'staged', now()
             FROM municipality, generate_series(1, 500)",
        )
        .await;
    let headers = [("content-type", FORM), ("idempotency-key", "key")];
    let answer = anna.send(Method::POST, API, &headers, Body::from(form("x", &[("a.pdf", PDF)]))).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}
