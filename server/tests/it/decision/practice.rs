//! What has been verified or decided keeps the figures of its day when the municipality calculates otherwise later.

use super::{case, granted, line, publish, put, saved, stage_alone};
use crate::support::Stage;
use serde_json::{Value, json};

async fn settle(stage: &Stage, version: i64, rent: u32) {
    let mut admin = stage.signed_in("admin").await;
    let command = json!({ "version": version, "valid_from": "2026-11", "checked_on": "2026-11-20", "source": "x",
                          "content": { "ceilings": [{ "kind": "rent", "amounts": [rent] }] } });
    let answer = admin.command("/api/v1/norms/practice", &format!("settle-{version}"), &command).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn verified_figures_keep_the_practice_of_the_day_they_were_saved() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let api = format!("/api/v1/cases/{}/calculations/{}", case.case, case.application);
    let total = |view: &Value, side: &str| view[side]["estimate"]["costs_total"].as_i64().expect("an amount");

    // Before anything is saved both sides follow.
    settle(&stage, 0, 8000).await;
    let view = karin.get(&api).await.json();
    assert_eq!((total(&view, "stated"), total(&view, "verified")), (9500, 9500));
    assert_eq!(view["practice_changed"], false);
    let request = view["verified"]["request"].clone();
    let save = |version: i64| json!({ "version": version, "request": request, "deviations": {} });
    assert_eq!(put(&mut karin, &api, &save(0)).await.status, 200);

    // Then they stay, and it is said that it is otherwise now.
    settle(&stage, 1, 6000).await;
    let view = karin.get(&api).await.json();
    assert_eq!((total(&view, "stated"), total(&view, "verified")), (9500, 9500));
    assert_eq!(view["practice_changed"], true);
    let decision = karin.get(&case.api()).await.json();
    assert_eq!(decision["calculation"]["costs_total"], 9500, "{decision}");

    // Saved again they are as it is now.
    assert_eq!(put(&mut karin, &api, &save(1)).await.status, 200);
    let view = karin.get(&api).await.json();
    assert_eq!((total(&view, "stated"), total(&view, "verified")), (7500, 7500));
    assert_eq!(view["practice_changed"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_decision_keeps_its_calculation() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let version = saved(&mut karin, &case, 0, &granted()).await;
    let before = publish(&mut karin, &case, "a", version).await;
    assert_eq!(before.status, 200, "{}", before.text);
    let shown = karin.get(&case.api()).await.json();
    assert_eq!(shown["calculation"]["costs_total"], 9700, "{shown}");
    settle(&stage, 0, 6000).await;
    assert_eq!(karin.get(&case.api()).await.json()["calculation"], shown["calculation"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_without_verified_figures_follows_what_applies_when_it_is_published() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    settle(&stage, 0, 6000).await;
    let shown = karin.get(&case.api()).await.json();
    assert_eq!(shown["calculation"]["costs_total"], 7500, "{shown}");
    // The part above is asked for all the same: it is no grant in full, and needs its answer and its reason.
    let rent = |lines: &Value| {
        let lines = lines.as_array().expect("lines");
        lines.iter().find(|line| line["need"] == "rent").cloned().expect("the rent")
    };
    let proposed = rent(&shown["content"]["lines"]);
    assert_eq!([&proposed["asked"], &proposed["granted"]], [&json!(8200), &json!(6000)], "{proposed}");
    assert_eq!(proposed["outcome"], "partly");
    let hidden = json!({ "period": "2026-11", "pay_on": "2026-11-27", "lines": [
        line("livelihood", 2220, 2220, "granted"), line("rent", 6000, 6000, "granted"), line("other", 1500, 1500, "granted") ] });
    let version = saved(&mut karin, &case, 0, &hidden).await;
    let refused = publish(&mut karin, &case, "hidden", version).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    let content = json!({ "period": "2026-11", "pay_on": "2026-11-27", "lines": [
        line("livelihood", 2220, 2220, "granted"), line("rent", 8200, 6000, "partly"), line("other", 1500, 1500, "granted") ] });
    let version = saved(&mut karin, &case, version, &content).await;
    let published = publish(&mut karin, &case, "a", version).await;
    assert_eq!(published.status, 200, "{}", published.text);
}
