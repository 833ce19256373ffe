//! Papers are shown to those they concern and to nobody else, and can be taken back until they are sent.

use super::{API, DRAFT, FORM, JPEG, MIB, PDF, acting, apply, arriving, guest, large, one, rows, send, stored};
use crate::support::{Answer, Stage, look::code};
use axum::http::Method;
use domain::id::ApplicationId;
use server::document;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

#[tokio::test(flavor = "multi_thread")]
async fn only_those_whom_it_concerns() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let document = one(&mut anna, "key").await;
    let staff_path = format!("/personal/handling/{document}/fil");
    let own_paths = [format!("{DRAFT}/{document}/fil"), format!("/mina-sidor/handlingar/{document}/fil")];
    let api_path = format!("{API}/{document}/content");
    let (mut karin, mut joel) = (stage.signed_in("karin").await, stage.signed_in("joel").await);
    let (mut rut, mut nils) = (stage.signed_in("rut").await, stage.signed_in("nils").await);
    // Not sent, it is nobody's but hers.
    assert_eq!(karin.get(&staff_path).await.status, 404);
    let application = apply(&stage, "anna", "sodra").await;

    for (browser, who) in [(&mut karin, "karin"), (&mut joel, "joel")] {
        let file = browser.get(&staff_path).await;
        assert_eq!((file.status, file.bytes.as_slice()), (200, PDF), "{who}");
        assert_eq!(file.header("content-security-policy"), "sandbox; default-src 'none'; frame-ancestors 'none'");
        assert_eq!(browser.get(&api_path).await.bytes, PDF, "{who}");
    }
    let reads = format!(
        "SELECT count(*) FROM audit WHERE action = 'document.read' AND actor_kind = 'staff' AND reason = 'casework'
           AND object_ids @> ARRAY['{document}', '{application}', '{}']::uuid[]",
        stage.who("anna").await
    );
    assert_eq!(stage.number(&reads).await, 4);

    let bare = |answer: &Answer| {
        let mut body = answer.json();
        body["reference"] = "".into();
        (answer.status, body)
    };
    let absent_path = format!("{API}/{}/content", stage.world.id());
    let mut maria = stage.signed_in("maria").await;
    let mut stranger = guest(&stage).await;
    for (browser, who) in [(&mut maria, "maria"), (&mut rut, "rut"), (&mut nils, "nils")] {
        let (foreign, absent) = (browser.get(&api_path).await, browser.get(&absent_path).await);
        assert_eq!((foreign.status, bare(&foreign)), (404, bare(&absent)), "{who}");
        let (foreign, absent) = (
            browser.delete(&format!("{API}/{document}")).await,
            browser.delete(&format!("{API}/{}", stage.world.id())).await,
        );
        assert_eq!((foreign.status, bare(&foreign)), (404, bare(&absent)), "{who}");
    }
    for (browser, who) in [(&mut rut, "rut"), (&mut nils, "nils")] {
        assert_eq!(browser.get(&staff_path).await.status, 404, "{who}");
        assert_eq!(browser.get(API).await.status, 404, "{who} has no papers to list");
    }
    for (browser, who) in [(&mut maria, "maria"), (&mut stranger, "a guest")] {
        assert_eq!(browser.get(&own_paths[0]).await.status, 404, "{who}");
        let path = format!("{DRAFT}/{document}/ta-bort");
        assert_eq!(browser.post(&path, &[("idempotency_key", "k")]).await.status, 404, "{who}");
    }
    assert_eq!(maria.get(&own_paths[1]).await.status, 404);
    assert_eq!(maria.get(&format!("/mina-sidor/handlingar/{application}")).await.status, 404);
    let foreign = send(&mut maria, &format!("/mina-sidor/handlingar/{application}"), "k", &[("a.pdf", PDF)]).await;
    assert_eq!(foreign.status, 404, "nor adds she anything to it");
    // Nobody signed in is shown the way there; staff cookies open no applicant's page and the other way round.
    assert_eq!(stage.browser().get(&api_path).await.status, 401);
    for path in [&staff_path, &own_paths[0], &own_paths[1]] {
        assert_eq!(stage.browser().get(path).await.status, 303, "{path}");
    }
    assert_eq!(anna.get(&staff_path).await.status, 303);
    assert_eq!(karin.get(&own_paths[1]).await.status, 303);
    assert_eq!(stage.number(&reads).await, 4, "what was not shown was not read");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_shows_papers_and_takes_them_back() {
    let stage = Stage::new().await;
    let mut guest = guest(&stage).await;
    let answer = send(&mut guest, DRAFT, "key", &[("lön.jpg", JPEG), ("hyra.pdf", PDF)]).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let page = guest.get(DRAFT).await;
    assert!(page.text.contains("lön.jpg"), "{}", page.text);
    let document = stage.id("SELECT document_id FROM document WHERE name = 'lön.jpg'").await;
    assert_eq!(guest.get(&format!("{DRAFT}/{document}/fil")).await.bytes, JPEG);
    let path = format!("{DRAFT}/{document}/ta-bort");
    let parsed = page.page();
    let key = parsed.controls(parsed.form(&path))[0].1.clone();
    for _ in 0..2 {
        // Pressed twice it is one act.
        let answer = guest.post(&path, &[("idempotency_key", &key)]).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/ansok/handlingar?borttaget"));
    }
    assert!(!guest.get(DRAFT).await.text.contains("lön.jpg"));
    assert_eq!((rows(&stage).await, stored(&stage).len()), ((1, 1), 1), "the bytes are gone too");
    assert_eq!(
        stage.number("SELECT count(*) FROM audit WHERE action = 'document.take_back' AND actor_kind = 'guest'").await,
        1
    );
    // Her session opens nothing else.
    assert_eq!(guest.get("/mina-sidor/handlingar").await.status, 303);
    assert_eq!(guest.get(API).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn taken_back_before_sending_and_not_after() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let (first, second) = (one(&mut anna, "a").await, one(&mut anna, "b").await);
    assert_ne!(first, second);
    assert_eq!(anna.delete(&format!("{API}/{first}")).await.status, 204);
    assert_eq!(anna.delete(&format!("{API}/{first}")).await.status, 404);
    let application = apply(&stage, "anna", "sodra").await;
    let refused = anna.delete(&format!("{API}/{second}")).await;
    assert_eq!((refused.status, code(&refused).as_str()), (409, "already_sent"));
    let refused = anna.post(&format!("{DRAFT}/{second}/ta-bort"), &[("idempotency_key", "k")]).await;
    assert_eq!(refused.status, 409);
    assert!(refused.text.contains("redan skickad"), "{}", refused.text);
    assert_eq!((rows(&stage).await, stored(&stage).len()), ((1, 1), 1));

    // More papers to the application that was sent, at once part of it.
    let path = format!("/mina-sidor/handlingar/{application}");
    let page = anna.get(&path).await;
    assert!(page.text.contains("hyra.pdf") && page.text.contains("2026-00001"), "{}", page.text);
    let answer = send(&mut anna, &path, "c", &[("kvitto.jpg", JPEG)]).await;
    assert_eq!((answer.status, answer.header("location")), (303, format!("{path}?mottaget").as_str()));
    let actor = acting(&stage, stage.who("anna").await);
    let mut tx = stage.db.begin(&actor).await.expect("a transaction");
    let papers = document::of_application(&mut tx, &actor, ApplicationId(application)).await.expect("papers");
    drop(tx);
    let mut names: Vec<_> = papers.iter().map(|paper| paper.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["hyra.pdf", "kvitto.jpg"]);
    let mine = anna.get("/mina-sidor/handlingar").await;
    assert!(mine.text.contains("kvitto.jpg") && !mine.text.contains("Inte skickade än"), "{}", mine.text);
    assert!(!anna.get(DRAFT).await.text.contains("kvitto.jpg"), "the next application begins empty");
    for bad in [stage.world.id().to_string(), "nonsense".to_owned()] {
        let path = format!("/mina-sidor/handlingar/{bad}");
        assert_eq!(anna.get(&path).await.status, 404);
        assert_eq!(send(&mut anna, &path, "d", &[("kvitto.jpg", JPEG)]).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_is_judged_before_a_byte_is_read() {
    let stage = Stage::new().await;
    let anna = stage.signed_in("anna").await;
    let application = apply(&stage, "maria", "sodra").await;
    let foreign = format!("/mina-sidor/handlingar/{application}");
    let nobody = stage.browser();
    let karin = stage.signed_in("karin").await;
    let mut elsewhere = anna.clone();
    elsewhere.headers.push(("sec-fetch-site".to_owned(), "cross-site".to_owned()));
    for (browser, path, status) in [
        (&elsewhere, DRAFT, 403),
        (&elsewhere, API, 403),
        (&nobody, DRAFT, 303),
        (&nobody, API, 401),
        (&nobody, foreign.as_str(), 303),
        (&karin, DRAFT, 303),
        (&karin, API, 404),
        (&anna, foreign.as_str(), 404),
    ] {
        let polled = Arc::new(AtomicUsize::new(0));
        let body = arriving("key", large("a.pdf", MIB, polled.clone()));
        let headers = [("content-type", FORM), ("idempotency-key", "key")];
        let answer = browser.clone().send(Method::POST, path, &headers, body).await;
        assert_eq!((answer.status, polled.load(Ordering::SeqCst)), (status, 0), "{path}");
    }
    assert_eq!((rows(&stage).await, stored(&stage).len()), ((0, 0), 0));
}
