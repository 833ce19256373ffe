//! Fault 9: killed at any statement, a decision is published or opened whole or not at all.

use super::{case, decided, granted, joined, partly, publish, saved, stage_alone, wants_mail};
use crate::{
    cross_site::fingerprint,
    support::{
        Browser, Stage,
        cutter::{Cut, Cutter},
        look::code,
    },
};
use domain::{id::PersonId, message::MessageKind};
use serde_json::json;
use server::{
    db::Db,
    http::{self, Http},
    message, startup,
};
use std::collections::BTreeSet;

/// What a publishing leaves behind, with two parties who both want mail.
const TRACES: [(&str, i64); 6] = [
    ("SELECT count(*) FROM decision WHERE status = 'published' AND calculation IS NOT NULL", 1),
    ("SELECT count(*) FROM message WHERE kind = 'decision'", 2),
    ("SELECT count(*) FROM message_notice WHERE status = 'waiting'", 2),
    (
        "SELECT count(*) FROM graphile_worker._private_jobs job
         JOIN graphile_worker._private_tasks task ON task.id = job.task_id WHERE task.identifier = 'message:notice'",
        2,
    ),
    ("SELECT count(*) FROM audit WHERE action = 'decision.publish'", 1),
    ("SELECT count(*) FROM idempotency WHERE operation = 'decision.publish' AND outcome IS NOT NULL", 1),
];

/// Whether all of the traces are there; that some are and some are not is the fault this looks for.
async fn all_or_none(stage: &Stage, traces: &[(&str, i64)], about: &str) -> bool {
    let mut found = Vec::new();
    for (sql, _) in traces {
        found.push(stage.number(sql).await);
    }
    let all: Vec<i64> = traces.iter().map(|(_, whole)| *whole).collect();
    assert!(found == all || found.iter().all(|count| *count == 0), "{about}: half done: {found:?}");
    found == all
}

/// The same program with the same sessions, whose use cases reach the database through a line that breaks.
async fn breaking(stage: &Stage, browser: &Browser, cut: Cut) -> (Browser, Cutter) {
    let cutter = Cutter::start(&stage.app, cut).await;
    let db = Db::new(cutter.through(&stage.app), 1);
    let directory = &stage.http.directory;
    let backend = startup::backend(&db, &stage.world, directory, &stage.storage).expect("the backend");
    let mut through = Browser::new(http::router(&Http { backend, ..stage.http.clone() }));
    through.cookies = browser.cookies.clone();
    (through, cutter)
}

/// Fault 9: killed at any statement of publishing, everything is there or nothing is.
#[tokio::test(flavor = "multi_thread")]
async fn fault_9_publishing_killed_at_any_statement_is_all_or_none() {
    for before in [true, false] {
        let stage = stage_alone().await;
        let case = case(&stage, 1).await;
        joined(&stage, &case, "maria").await;
        wants_mail(&stage, "anna").await;
        wants_mail(&stage, "maria").await;
        let mut karin = stage.signed_in("karin").await;
        let version = saved(&mut karin, &case, 0, &partly()).await;
        // Whatever a later hand adds to publishing is in it too.
        let untouched = fingerprint(&stage).await;
        let (mut statement, mut wholes) = (0, 0);
        loop {
            statement += 1;
            let cut = if before { Cut::Before(statement) } else { Cut::After(statement) };
            let (mut browser, cutter) = breaking(&stage, &karin, cut).await;
            // The same key all the time: whoever hears nothing asks again.
            let answer = publish(&mut browser, &case, "the-key", version).await;
            let whole = all_or_none(&stage, &TRACES, &format!("{cut:?}: {}", answer.text)).await;
            wholes += usize::from(whole);
            if !whole {
                assert_eq!(fingerprint(&stage).await, untouched, "{cut:?}: something was left behind");
            }
            if answer.status == 200 {
                assert!(whole, "{cut:?}: acknowledged and not done");
                assert!(cutter.seen() < statement, "{cut:?}: nothing was cut");
                break;
            }
            assert_eq!((answer.status, code(&answer).as_str()), (503, "unavailable"), "{cut:?}: {}", answer.text);
            assert!(statement < 200, "it ends");
        }
        // Begin, settings, key, reads, two locks, publish, parties, twice message + contact + notice + job, audit, answer,
        // commit: 25 when this was written. None was left out.
        assert!(statement > 20, "{statement} tries");
        // Cut before, only the last try is whole. Cut after, the commit was carried out and not heard of: the next try
        // gets the answer of that one.
        assert_eq!(wholes, if before { 1 } else { 2 });
        assert!(all_or_none(&stage, &TRACES, "in the end").await);
        let late = publish(&mut karin, &case, "another-key", version).await;
        assert_eq!(code(&late), "already_published");
    }
}

/// The line that breaks finds what is not one transaction: two messages posted each by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_cut_line_shows_what_is_half_done() {
    let stage = stage_alone().await;
    let anna = PersonId(stage.who("anna").await);
    let mut left = BTreeSet::new();
    for statement in 1..100 {
        let cutter = Cutter::start(&stage.app, Cut::Before(statement)).await;
        let db = Db::new(cutter.through(&stage.app), 1);
        let post = async || {
            let mut tx = db.begin(&stage.system()).await?;
            let about = stage.world.id();
            message::post(&mut tx, &stage.system(), &stage.world, anna, MessageKind::Decision, about).await?;
            tx.commit().await?;
            Ok::<(), server::error::Error>(())
        };
        let done = post().await.is_ok() && post().await.is_ok();
        left.insert(stage.number("SELECT count(*) FROM message").await);
        stage.arrange("DELETE FROM message_notice; DELETE FROM message").await;
        if done {
            assert_eq!(left, BTreeSet::from([0, 1, 2]), "one of two is what a half-done act looks like");
            return;
        }
    }
    panic!("it ends");
}

/// The same for opening: no receipt without its audit row, and the message is read exactly when the decision is received.
#[tokio::test(flavor = "multi_thread")]
async fn fault_9_opening_killed_at_any_statement_is_all_or_none() {
    const OPENED: [(&str, i64); 3] = [
        ("SELECT count(*) FROM decision_receipt", 1),
        ("SELECT count(*) FROM message WHERE read_at IS NOT NULL", 1),
        ("SELECT count(*) FROM audit WHERE action = 'decision.open'", 1),
    ];
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let decision = decided(&mut karin, &case, &granted()).await;
    let anna = stage.signed_in("anna").await;
    let path = format!("/api/v1/decisions/{decision}/open");
    for statement in 1..100 {
        let (mut browser, cutter) = breaking(&stage, &anna, Cut::Before(statement)).await;
        let answer = browser.command(&path, "k", &json!({})).await;
        let whole = all_or_none(&stage, &OPENED, &format!("{statement}: {}", answer.text)).await;
        if answer.status == 200 {
            assert!(whole && cutter.seen() < statement && statement > 5, "{statement}");
            return;
        }
        assert_eq!(answer.status, 503, "{statement}: {}", answer.text);
    }
    panic!("it ends");
}
