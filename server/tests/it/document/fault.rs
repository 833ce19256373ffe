//! Fault 8 and its kin: whatever breaks off, nothing half is seen, nothing is done twice, and what is left is removed.

use super::{
    API, DRAFT, FORM, JPEG, MIB, PDF, PNG, arriving, head, id, large, list, names, one, reap_later, rows, send,
    send_api, stored,
};
use crate::support::{Browser, Stage, look::code};
use axum::{
    body::{Body, Bytes},
    http::{Method, Request, header},
};
use domain::id::ObjectId;
use futures::{StreamExt, stream};
use jiff::SignedDuration;
use server::{document::jobs::Reap, jobs::Job};
use std::{io, sync::Arc};
use tower::ServiceExt;

#[tokio::test(flavor = "multi_thread")]
async fn sent_twice_it_is_there_once() {
    let stage = Stage::new().await;
    let anna = stage.signed_in("anna").await;
    let files = [("lön.jpg", JPEG), ("hyra.pdf", PDF), ("hyra igen.pdf", PDF)];
    let sends = (0..6).map(|_| {
        let mut anna = anna.clone();
        tokio::spawn(async move { send_api(&mut anna, "same", &files).await })
    });
    let mut answers = Vec::new();
    for send in sends.collect::<Vec<_>>() {
        let answer = send.await.expect("sent");
        assert_eq!(answer.status, 201, "{}", answer.text);
        answers.push(answer.json());
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(answers[0].as_array().expect("papers").len(), 2, "the same file chosen twice is one paper");
    assert_eq!((rows(&stage).await, stored(&stage).len()), ((2, 2), 2));
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE action = 'document.add'").await, 2);

    // Back in the browser, with the old key: other files are another act, and one taken back is meant anew.
    let mut anna = anna;
    let (key, other) = ("same", [("ny.png", PNG)]);
    assert_eq!(send_api(&mut anna, key, &other).await.status, 201);
    assert_eq!(rows(&stage).await.0, 3);
    assert_eq!(anna.delete(&format!("{API}/{}", id(&answers[0][0]))).await.status, 204);
    let again = send_api(&mut anna, key, &files[..1]).await;
    assert_eq!(again.status, 201);
    assert_ne!(id(&again.json()[0]), id(&answers[0][0]));
    assert_eq!((rows(&stage).await, stored(&stage).len()), ((3, 3), 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_8_killed_in_the_middle_nothing_is_seen_and_what_is_left_is_reaped() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let kept = one(&mut anna, "kept").await;
    // The connection is lost in the middle of the second file: the whole request is dropped, as hyper drops it.
    let reached = Arc::new(tokio::sync::Notify::new());
    let told = reached.clone();
    let parts = stream::iter([head("hel.jpg"), JPEG.to_vec(), b"\r\n".to_vec()])
        .chain(large("halv.pdf", 3 * MIB, Arc::default()).take(40))
        .chain(
            stream::once(async move {
                told.notify_one();
                std::future::pending().await
            })
            .boxed(),
        );
    tokio::select! {
        answer = anna.send(Method::POST, DRAFT, &[("content-type", FORM)], arriving("key", parts)) => panic!("{answer:?}"),
        () = reached.notified() => {}
    }
    let mut anna = stage.signed_in("anna").await;
    assert_eq!(names(&mut anna).await, ["hel.jpg", "hyra.pdf"], "the whole one, and nothing of the half one");
    assert_eq!(rows(&stage).await, (2, 3));

    // The body ends with an error: the same.
    let parts = large("halv.pdf", MIB, Arc::default()).take(5);
    let broken = parts.map(|chunk| Ok(Bytes::from(chunk)));
    let lost = stream::iter([Err(io::Error::from(io::ErrorKind::ConnectionReset))]);
    let broken = Body::from_stream(broken.chain(lost));
    let headers = [("content-type", FORM), ("idempotency-key", "broken")];
    let answer = anna.send(Method::POST, API, &headers, broken).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert_eq!(rows(&stage).await.0, 2);

    // The process is killed between the bytes and the commit, and before the bytes: rows and bytes are just left there.
    let (written, begun) = (ObjectId(stage.world.id()), ObjectId(stage.world.id()));
    for object in [written, begun] {
        stage
            .arrange(&format!(
                "INSERT INTO storage_object VALUES ('{}', '{object}', 'staged', '{}')",
                stage.municipality,
                stage.world.now()
            ))
            .await;
    }
    let bytes = stream::iter([Ok(Bytes::from_static(PDF))]);
    stage.storage.write(stage.municipality, written, bytes).await.expect("written");
    assert_eq!(list(&mut anna).await.len(), 2);

    // Not before its time: somebody may still be at it.
    stage.clock.pass(SignedDuration::from_mins(59));
    Reap {}.run(&stage.job_context()).await.expect("reaped");
    assert_eq!(rows(&stage).await, (2, 5), "of six begun one was cleared away at once, when its body broke off");
    stage.clock.pass(SignedDuration::from_mins(2));
    Reap {}.run(&stage.job_context()).await.expect("reaped");
    assert_eq!((rows(&stage).await, stored(&stage).len()), ((2, 2), 2));
    let mut anna = stage.signed_in("anna").await;
    assert_eq!(anna.get(&format!("{API}/{kept}/content")).await.bytes, PDF, "what is whole stays");
    // A clear restart: the same form again.
    assert_eq!(send(&mut anna, DRAFT, "key", &[("hel.jpg", JPEG), ("halv.pdf", PNG)]).await.status, 303);
    assert_eq!(list(&mut anna).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_ends_after_it_was_reaped_comes_to_nothing() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let (go_on, waiting) = tokio::sync::oneshot::channel::<()>();
    let reached = Arc::new(tokio::sync::Notify::new());
    let told = reached.clone();
    let parts = large("sen.pdf", MIB, Arc::default()).take(10).chain(
        stream::once(async move {
            told.notify_one();
            waiting.await.expect("told");
            b"the end\r\n".to_vec()
        })
        .boxed(),
    );
    let sending =
        tokio::spawn(
            async move { anna.send(Method::POST, DRAFT, &[("content-type", FORM)], arriving("key", parts)).await },
        );
    reached.notified().await;
    reap_later(&stage).await;
    assert_eq!(rows(&stage).await, (0, 0));
    go_on.send(()).expect("still sending");
    let answer = sending.await.expect("sent");
    assert_eq!(answer.status, 503, "{}", answer.text);
    assert_eq!(rows(&stage).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_not_those_taken_in_are_never_given_out_whole() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let document = one(&mut anna, "key").await;
    let path = stored(&stage).pop().expect("a file");
    let request = |browser: &Browser| {
        Request::builder()
            .uri(format!("{API}/{document}/content"))
            .header(header::HOST, &browser.host)
            .header(header::COOKIE, format!("porten={}", browser.cookies["porten"]))
            .body(Body::empty())
            .expect("a request")
    };
    let mut changed = PDF.to_vec();
    *changed.last_mut().expect("a byte") ^= 1;
    for bad in [changed, PDF[..PDF.len() - 1].to_vec(), [PDF, b"more"].concat(), Vec::new()] {
        std::fs::write(&path, &bad).expect("tampered with");
        let response = stage.router.clone().oneshot(request(&anna)).await.expect("an answer");
        assert_eq!(response.status(), 200, "the headers are out before the bytes are known");
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await;
        assert!(body.is_err(), "the connection breaks off: {body:?}");
    }
    std::fs::remove_file(&path).expect("gone");
    let answer = anna.get(&format!("{API}/{document}/content")).await;
    assert_eq!((answer.status, code(&answer).as_str()), (500, "internal"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_down_says_try_again_and_nothing_is_half_saved() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let document = one(&mut anna, "before").await;
    let folder = stage.data.path().join("storage");
    let aside = stage.data.path().join("aside");
    std::fs::rename(&folder, &aside).expect("taken away");
    std::fs::write(&folder, b"in the way").expect("a file");
    let answer = send(&mut anna, DRAFT, "key", &[("hyra.pdf", JPEG)]).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "5"), "{}", answer.text);
    assert_eq!(list(&mut anna).await.len(), 1);
    let ready = stage.browser().get("/health/ready").await;
    assert_eq!((ready.status, &ready.json()["checks"]["storage"]["status"]), (200, &"failing".into()));
    std::fs::remove_file(&folder).expect("out of the way");
    std::fs::rename(&aside, &folder).expect("back");
    assert_eq!(stage.browser().get("/health/ready").await.json()["checks"]["storage"]["status"], "ok");
    // The same form sent again.
    assert_eq!(send(&mut anna, DRAFT, "key", &[("hyra.pdf", JPEG)]).await.status, 303);
    assert_eq!(list(&mut anna).await.len(), 2);
    assert_eq!(anna.get(&format!("{API}/{document}/content")).await.bytes, PDF);
    reap_later(&stage).await;
    assert_eq!((rows(&stage).await, stored(&stage).len()), ((2, 2), 2));
}
