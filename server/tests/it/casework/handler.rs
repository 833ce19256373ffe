//! Who works on a case: one, and the others hear who.

use super::{LIST, THREAD, applied, audited, send, somebody};
use crate::support::{
    Answer, Browser, Setting, Stage,
    look::{code, text},
};
use futures::future::join_all;
use serde_json::json;
use std::sync::Arc;
use tokio::sync::Barrier;

/// Makes caseworkers at Södra who can sign in.
async fn colleagues(stage: &Stage, count: usize) -> Vec<Browser> {
    let mut signed_in = Vec::new();
    for number in 0..count {
        let staff = stage.world.id();
        stage
            .arrange(&format!(
                "INSERT INTO staff (municipality_id, staff_id, office_id, display_name, roles)
                 SELECT municipality_id, '{staff}', office_id, 'Kollega {number}', '{{caseworker}}' FROM office WHERE slug = 'sodra';
                 INSERT INTO demo_persona (municipality_id, persona, position, staff_id)
                 VALUES ('{}', 'kollega-{number}', {number}, '{staff}')",
                stage.municipality
            ))
            .await;
        signed_in.push(stage.signed_in(&format!("kollega-{number}")).await);
    }
    signed_in
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_take_a_case_at_once_one_gets_it_and_the_others_hear_who() {
    let stage = Stage::with(Setting { pool: 16, ..THREAD }).await;
    let case = applied(&stage, somebody(&stage).await, "sodra", "2026-11").await.case_id;
    let people = colleagues(&stage, 8).await;
    let start = Arc::new(Barrier::new(people.len()));
    let sends = people.iter().enumerate().map(|(who, browser)| {
        let (mut browser, start, case) = (browser.clone(), start.clone(), case);
        tokio::spawn(async move {
            start.wait().await;
            browser.command(&format!("/api/v1/cases/{case}/take"), &format!("k{who}"), &json!({})).await
        })
    });
    let answers: Vec<Answer> = join_all(sends).await.into_iter().map(|answer| answer.expect("sent")).collect();
    let won: Vec<usize> = (0..answers.len()).filter(|who| answers[*who].status == 200).collect();
    assert_eq!(won.len(), 1, "{answers:?}");
    assert!(answers.iter().enumerate().all(|(who, answer)| who == won[0] || code(answer) == "case_taken"));
    assert_eq!(audited(&stage, "casework.take").await, 1);
    let name = text(&answers[won[0]].json(), "name");
    assert_eq!(name, format!("Kollega {}", won[0]));

    let (mut winner, mut loser) = (people[won[0]].clone(), people[(won[0] + 1) % 8].clone());
    let path = format!("{LIST}/{case}/ta");
    let late = loser.post(&path, &[("idempotency_key", "late")]).await;
    assert_eq!(late.status, 409);
    assert!(late.text.contains(&name), "who has it");
    assert!(late.page().with_class("error-summary").next().is_some_and(|summary| summary.text.contains(&name)));
    let again = winner.post(&path, &[("idempotency_key", "again")]).await;
    assert_eq!((again.status, again.header("location")), (303, format!("{LIST}/{case}").as_str()), "one's own");
    assert_eq!(audited(&stage, "casework.take").await, 1);
    // Not hers to give back; his is, and then it is free.
    let give = format!("{LIST}/{case}/lamna");
    assert_eq!(loser.post(&give, &[("idempotency_key", "g")]).await.status, 409);
    let shown = winner.get(&format!("{LIST}/{case}")).await;
    assert_eq!(send(&mut winner, &shown, &give, &[]).await.status, 303);
    assert_eq!(audited(&stage, "casework.release").await, 1);
    let shown = loser.get(&format!("{LIST}/{case}")).await;
    assert_eq!(send(&mut loser, &shown, &path, &[]).await.status, 303);
    assert_eq!(loser.post(&path, &[]).await.status, 422, "no key");
    let handler = loser.get(&format!("/api/v1/cases/{case}")).await.json()["handler"]["name"].clone();
    assert_eq!(handler, format!("Kollega {}", (won[0] + 1) % 8));
    // The same by REST.
    let give = format!("/api/v1/cases/{case}/release");
    assert_eq!(code(&winner.command(&give, "r", &json!({})).await), "case_taken");
    for _ in 0..2 {
        assert_eq!(loser.command(&give, "r", &json!({})).await.status, 204, "the same key is the same act");
    }
    assert_eq!(audited(&stage, "casework.release").await, 2);
    assert!(loser.get(&format!("/api/v1/cases/{case}")).await.json()["handler"].is_null());
}
