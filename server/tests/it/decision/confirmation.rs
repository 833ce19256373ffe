//! `porten law confirm`: who has read a changed section in the official text says so, and then decisions may rest on it.

use super::{case, decided, granted, partly, publish, put, refused, saved, stage_alone};
use crate::support::look::code;
use serde_json::json;
use server::{
    db::Db,
    decision::{
        confirmation::{ConfirmLaw, NotConfirmed, confirm},
        law,
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_by_the_changed_sections_waits_for_their_confirmation() {
    let stage = stage_alone().await;
    let mut karin = stage.signed_in("karin").await;
    for (place, section) in (1..).zip(["12:3", "12:4", "12:5"]) {
        let case = case(&stage, place).await;
        let mut content = partly();
        content["lines"][2]["sections"] = json!(["12:1", section]);
        let version = saved(&mut karin, &case, 0, &content).await;
        let key = format!("publish-{place}");
        let refused = publish(&mut karin, &case, &key, version).await;
        assert_eq!((refused.status, code(&refused).as_str()), (409, "law_not_confirmed"), "{section}");
        let preview = karin.get(&format!("{}/granska", case.page())).await;
        assert!(!preview.text.contains("idempotency_key"), "no button");
        let by_page = karin
            .post(
                &format!("{}/granska", case.page()),
                &[("idempotency_key", &format!("page-{place}")), ("version", &version.to_string())],
            )
            .await;
        assert_eq!(by_page.status, 409);
        assert_eq!(stage.number("SELECT count(*) FROM message").await, i64::from(place - 1));
        // Another section, or another day's row of the same, confirms nothing here.
        let (municipality, who) = (stage.municipality.0, stage.who("karin").await);
        let confirm = async |section: &str, from: &str| {
            stage
                .arrange(&format!(
                    "INSERT INTO decision_law_confirmation VALUES
                     ('{municipality}', '{section}', '{from}', '{who}', '2026-11-23T08:00:00Z')"
                ))
                .await;
        };
        confirm(section, "2025-07-01").await;
        assert_eq!(publish(&mut karin, &case, &key, version).await.status, 409);
        confirm(section, "2026-07-01").await;
        // The same key: what can be put right is not remembered as the answer.
        assert_eq!(publish(&mut karin, &case, &key, version).await.status, 200, "{section}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_granted_may_cite_a_section_not_confirmed_and_old_days_had_another_text() {
    let stage = stage_alone().await;
    let mut karin = stage.signed_in("karin").await;
    let case_one = case(&stage, 1).await;
    let mut content = granted();
    content["lines"][0]["sections"] = json!(["12:1", "12:3"]);
    decided(&mut karin, &case_one, &content).await;
    // On the last day of the old wording the refusal needs no confirmation.
    stage.clock.set("2026-06-30T08:00:00Z");
    let mut karin = stage.signed_in("karin").await;
    let case_two = case(&stage, 2).await;
    let mut content = partly();
    content["lines"][2]["sections"] = json!(["12:3"]);
    decided(&mut karin, &case_two, &content).await;
    // Before the act there is nothing to cite.
    stage.clock.set("2025-06-30T08:00:00Z");
    let mut karin = stage.signed_in("karin").await;
    let case_three = case(&stage, 3).await;
    let answer = put(&mut karin, &case_three.api(), &json!({ "version": 0, "content": refused() })).await;
    assert_eq!((answer.status, code(&answer).as_str()), (422, "invalid"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_confirmed_by_command_carries_a_refusal_and_says_who_read_it_where() {
    let stage = stage_alone().await;
    let mut karin = stage.signed_in("karin").await;
    let case = case(&stage, 1).await;
    let mut content = partly();
    content["lines"][2]["sections"] = json!(["12:1", "12:4"]);
    let version = saved(&mut karin, &case, 0, &content).await;
    assert_eq!(code(&publish(&mut karin, &case, "k", version).await), "law_not_confirmed");

    let owner = Db::new(stage.owner.clone(), 1);
    let law = law::load().expect("a table");
    let new = ConfirmLaw {
        section: "12:4".into(),
        valid_from: "2026-07-01".parse().expect("a day"),
        by: "Karin".into(),
        source: " SFS 2026:123 ".into(),
        municipality: None,
    };
    let day = |text: &str| text.parse().expect("a day");
    for (wrong, why) in [
        (ConfirmLaw { section: "12:6".into(), ..new.clone() }, "there is no section"),
        (ConfirmLaw { valid_from: day("2026-07-02"), ..new.clone() }, "there is no section"),
        (ConfirmLaw { valid_from: day("2025-07-01"), ..new.clone() }, "needs no confirmation"),
        (ConfirmLaw { source: " ".into(), ..new.clone() }, "where it was read"),
        (ConfirmLaw { by: "Ingen".into(), ..new.clone() }, "member of staff"),
        (ConfirmLaw { municipality: Some("Annanstad".into()), ..new.clone() }, "no municipality"),
    ] {
        let refused = confirm(&owner, &stage.world, &law, &wrong).await.expect_err(why);
        assert!(refused.to_string().contains(why), "{refused}");
    }
    assert_eq!(stage.number("SELECT count(*) FROM decision_law_confirmation").await, 0);
    // The program that serves has no right to say it.
    let refused = confirm(&stage.db, &stage.world, &law, &new).await;
    assert!(matches!(refused, Err(NotConfirmed::Database(_))), "{refused:?}");

    assert_eq!(confirm(&owner, &stage.world, &law, &new).await.expect("confirmed"), "Exempelstad");
    let again = ConfirmLaw { municipality: Some("127.0.0.1".into()), ..new.clone() };
    let refused = confirm(&owner, &stage.world, &law, &again).await.expect_err("confirmed before");
    assert!(refused.to_string().contains("by Karin"), "{refused}");
    let written = "SELECT count(*) FROM decision_law_confirmation JOIN staff ON staff_id = confirmed_by
                   WHERE section = '12:4' AND valid_from = '2026-07-01' AND source = 'SFS 2026:123' AND display_name = 'Karin'
                     AND confirmed_at = '2026-11-23T08:00:00Z'";
    assert_eq!(stage.number(written).await, 1);
    let audited = "SELECT count(*) FROM audit WHERE action = 'decision.confirm_law' AND detail LIKE '%SFS 2026:123%'";
    assert_eq!(stage.number(audited).await, 1);
    // The same key: what can be put right is not remembered as the answer.
    assert_eq!(publish(&mut karin, &case, "k", version).await.status, 200);
    owner.close().await;
}
