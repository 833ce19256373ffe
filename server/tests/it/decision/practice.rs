//! What has been verified or decided keeps the figures of its day when the municipality calculates otherwise later.

use super::{Case, case, granted, line, publish, put, saved, stage_alone};
use crate::support::{Answer, Browser, Stage, look::code};
use serde_json::{Value, json};

async fn settle(stage: &Stage, version: i64, rent: u32) {
    let mut admin = stage.signed_in("admin").await;
    let command = json!({ "version": version, "valid_from": "2026-11", "checked_on": "2026-11-20", "source": "x",
                          "content": { "ceilings": [{ "kind": "rent", "amounts": [rent] }] } });
    let answer = admin.command("/api/v1/norms/practice", &format!("settle-{version}"), &command).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}

/// Publishes what was calculated by this version of the practice.
async fn publish_seen(karin: &mut Browser, case: &Case, key: &str, version: i64, practice: i64) -> Answer {
    let command = json!({ "version": version, "practice": practice });
    karin.command(&format!("{}/publish", case.api()), key, &command).await
}

/// Sends the form with that address as it is shown.
async fn send(browser: &mut Browser, shown: &Answer, action: &str) -> Answer {
    let page = shown.page();
    let fields = page.controls(page.form(action));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(action, &fields).await
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
    let save = |version: i64, practice: i64| {
        let (request, none) = (request.clone(), json!({}));
        json!({ "version": version, "practice": practice, "request": request, "deviations": none })
    };
    assert_eq!(view["practice"], 1);
    assert_eq!(put(&mut karin, &api, &save(0, 1)).await.status, 200);

    // Then they stay, and it is said that it is otherwise now.
    settle(&stage, 1, 6000).await;
    let view = karin.get(&api).await.json();
    assert_eq!((total(&view, "stated"), total(&view, "verified")), (9500, 9500));
    assert_eq!(view["practice_changed"], true);
    let decision = karin.get(&case.api()).await.json();
    assert_eq!(decision["calculation"]["costs_total"], 9500, "{decision}");
    assert_eq!((&decision["figures"], &decision["practice"]), (&json!(1), &json!(0)), "they keep theirs");
    assert_eq!(put(&mut karin, &api, &save(0, 1)).await.status, 200, "a repeated request is the same act");
    let unseen = put(&mut karin, &api, &save(1, 1)).await;
    assert_eq!((unseen.status, code(&unseen).as_str()), (409, "version_conflict"));

    // Saved again they are as it is now.
    assert_eq!(put(&mut karin, &api, &save(1, 2)).await.status, 200);
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
    let refused = publish_seen(&mut karin, &case, "hidden", version, 1).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    let content = json!({ "period": "2026-11", "pay_on": "2026-11-27", "lines": [
        line("livelihood", 2220, 2220, "granted"), line("rent", 8200, 6000, "partly"), line("other", 1500, 1500, "granted") ] });
    let version = saved(&mut karin, &case, version, &content).await;
    let published = publish_seen(&mut karin, &case, "a", version, 1).await;
    assert_eq!(published.status, 200, "{}", published.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_settled_after_the_preview_is_not_published_unseen() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let version = saved(&mut karin, &case, 0, &granted()).await;
    let review = format!("{}/granska", case.page());
    let shown = karin.get(&review).await;
    let missing = "11\u{a0}720";
    assert!(!shown.text.contains(missing), "{}", shown.text);
    settle(&stage, 0, 8000).await;
    let by_rest = publish(&mut karin, &case, "rest", version).await;
    assert_eq!((by_rest.status, code(&by_rest).as_str()), (409, "version_conflict"));
    let refused = send(&mut karin, &shown, &review).await;
    assert_eq!(refused.status, 409);
    let page = refused.page();
    assert!(page.with_class("error-summary").next().is_some());
    assert!(refused.text.contains(missing), "what it is now: {}", refused.text);
    assert_eq!(stage.number("SELECT count(*) FROM decision WHERE status = 'published'").await, 0);
    // Having read it she publishes.
    let published = send(&mut karin, &refused, &review).await;
    assert_eq!(published.status, 303, "{}", published.text);
    let published = karin.get(&case.api()).await.json();
    assert_eq!(published["calculation"]["costs_total"], 9500, "{published}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_settled_while_the_first_figures_are_verified_is_not_saved_unseen() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let path = format!("/personal/mottagning/{}/berakning/{}", case.case, case.application);
    let api = format!("/api/v1/cases/{}/calculations/{}", case.case, case.application);
    let sums = |answer: &Answer| -> Vec<String> { answer.page().all("tfoot").map(|foot| foot.text.clone()).collect() };
    let shown = karin.get(&path).await;
    let request = karin.get(&api).await.json()["stated"]["request"].clone();
    settle(&stage, 0, 8000).await;
    let by_rest = put(&mut karin, &api, &json!({ "version": 0, "request": request, "deviations": {} })).await;
    assert_eq!((by_rest.status, code(&by_rest).as_str()), (409, "version_conflict"));
    let refused = send(&mut karin, &shown, &path).await;
    assert_eq!(refused.status, 409);
    assert_ne!(sums(&refused), sums(&shown), "what it is now");
    assert_eq!(stage.number("SELECT count(*) FROM casework_calculation").await, 0);
    // Having read it she saves.
    let done = send(&mut karin, &refused, &path).await;
    assert_eq!(done.status, 303, "{}", done.text);
    let view = karin.get(&api).await.json();
    assert_eq!(view["verified"]["estimate"]["costs_total"], 9500, "{view}");
    assert_eq!(view["practice_changed"], false);
}
