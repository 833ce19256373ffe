//! What the figures ask of a decision: a line for each need, and no need twice in a month.

use super::{Case, case, decided, granted, publish, put, saved, stage_alone};
use crate::{
    pages::{LANGUAGES, sound, speaking, word, words},
    support::{Answer, Browser, Stage, look::code},
};
use serde_json::{Value, json};

/// Saves verified figures: the applicant's with this done to them.
async fn verified(karin: &mut Browser, case: &Case, deviations: Value, change: impl Fn(&mut Value)) {
    let rest = format!("/api/v1/cases/{}/calculations/{}", case.case, case.application);
    let mut request = karin.get(&rest).await.json()["stated"]["request"].clone();
    change(&mut request);
    let answer = put(karin, &rest, &json!({ "version": 0, "request": request, "deviations": deviations })).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

async fn publish_with(karin: &mut Browser, case: &Case, key: &str, version: i64, figures: i64) -> Answer {
    karin.command(&format!("{}/publish", case.api()), key, &json!({ "version": version, "figures": figures })).await
}

fn pointers(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!((answer.status, code(answer).as_str()), (422, "invalid"), "{}", answer.text);
    let answered = answer.json();
    let faults = answered["errors"].as_array().expect("errors").iter();
    let of = |fault: &Value, field: &str| fault[field].as_str().expect("text").to_owned();
    faults.map(|fault| (of(fault, "pointer"), of(fault, "code"))).collect()
}

/// In every language the review leads to that field, where the same is said; and nothing can be published there.
async fn hindered_at(karin: &Browser, case: &Case, field: &str) {
    for (language, _) in LANGUAGES {
        let mut karin = speaking(karin.clone(), language).await;
        let preview = karin.get(&format!("{}/granska", case.page())).await;
        let page = sound(&preview, language);
        assert!(!preview.text.contains("idempotency_key"), "{language}: no button");
        let there = format!("{}?ratta#{field}", case.page());
        let link = page.all("a").find(|link| link.get("href") == Some(&there)).expect("a way there").text.clone();
        let form = karin.get(&format!("{}?ratta", case.page())).await;
        let form = sound(&form, language);
        assert!(crate::pages::faults(&form).contains(&(field.to_owned(), link.clone())), "{language}: {link}");
    }
}

/// Another application of hers in the case, for the same month.
async fn applied_again(stage: &Stage, case: &Case, content: &str) -> Case {
    let application = stage.world.id();
    stage
        .arrange(&format!(
            "INSERT INTO application (municipality_id, application_id, case_id, person_id, kind, month, door, content,
                                      arrived_at)
             SELECT municipality_id, '{application}', case_id, person_id, kind, month, door, '{content}',
                    '2026-11-21T08:00:00Z'
             FROM application WHERE application_id = '{}'",
            case.application
        ))
        .await;
    Case { case: case.case, application }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_need_that_came_after_the_draft_gets_its_line() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let mut content = granted();
    content["lines"][1]["reason"] = "Hela hyran.".into();
    let version = saved(&mut karin, &case, 0, &content).await;
    let page = sound(&karin.get(&case.page()).await, "sv");
    assert!(!page.only("main").text.contains(word(&words("sv", "decision"), "staff.new_line")), "nothing is new");
    verified(&mut karin, &case, json!({ "cost.dental": "Tandläkarens räkning." }), |request| {
        request["costs"].as_array_mut().expect("costs").push(json!({ "kind": "dental", "amount": 800 }));
    })
    .await;
    let lacking = publish_with(&mut karin, &case, "k", version, 1).await;
    assert_eq!(pointers(&lacking), [("/lines/3/need".to_owned(), "required".to_owned())]);
    hindered_at(&karin, &case, "f-lines.3.asked").await;
    for (language, _) in LANGUAGES {
        let mut karin = speaking(karin.clone(), language).await;
        let page = sound(&karin.get(&case.page()).await, language);
        let new = words(language, "decision");
        let news = page.with_class("notice").filter(|notice| notice.text == word(&new, "staff.new_line")).count();
        assert_eq!(news, 1, "{language}");
    }
    // The form has it, with what was written before; what cannot be read in it comes back, still new.
    let page = sound(&karin.get(&case.page()).await, "sv");
    let mut fields = page.controls(page.form(&case.page()));
    let granted = fields.iter().position(|(name, _)| name == "lines.3.granted").expect("the new line");
    "mycket".clone_into(&mut fields[granted].1);
    let post = async |karin: &mut Browser, fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        karin.post(&case.page(), &fields).await
    };
    let wrong = post(&mut karin, &fields).await;
    assert_eq!(wrong.status, 422);
    let page = sound(&wrong, "sv");
    let again = page.controls(page.form(&case.page()));
    for field in [("lines.1.reason", "Hela hyran."), ("lines.3.granted", "mycket"), ("lines.3.new", "true")] {
        assert!(again.iter().any(|(name, value)| (name.as_str(), value.as_str()) == field), "{field:?} in {again:?}");
    }
    "800".clone_into(&mut fields[granted].1);
    assert_eq!(post(&mut karin, &fields).await.status, 303);
    let view = karin.get(&case.api()).await.json();
    assert_eq!(
        (&view["version"], &view["content"]["lines"][3]["need"], &view["faults"]),
        (&json!(2), &json!("dental"), &json!([]))
    );
    assert_eq!(publish_with(&mut karin, &case, "k", 2, 1).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_granted_is_what_was_asked_and_what_the_calculation_gives() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let mut content = granted();
    content["lines"][1]["asked"] = 8000.into();
    let version = saved(&mut karin, &case, 0, &content).await;
    let answer = publish(&mut karin, &case, "k", version).await;
    assert_eq!(pointers(&answer), [("/lines/1/asked".to_owned(), "does_not_fit".to_owned())]);
    hindered_at(&karin, &case, "f-lines.1.asked").await;
    let said = karin.get(&format!("{}/granska", case.page())).await;
    assert!(said.text.contains("8\u{a0}200"), "what she asked for");

    // The caseworker's own figures give more than what is granted in full.
    let version = saved(&mut karin, &case, version, &granted()).await;
    verified(&mut karin, &case, json!({ "cost.rent": "Ny avi." }), |request| {
        request["costs"][0]["amount"] = 8900.into();
    })
    .await;
    let answer = publish_with(&mut karin, &case, "k", version, 1).await;
    assert_eq!(pointers(&answer), [("/lines/1/granted".to_owned(), "does_not_fit".to_owned())]);
    hindered_at(&karin, &case, "f-lines.1.granted").await;

    // More than that is said, and is hers to give.
    let mut content = granted();
    for field in ["asked", "granted"] {
        content["lines"][1][field] = 9000.into();
    }
    let version = saved(&mut karin, &case, version, &content).await;
    for (language, _) in LANGUAGES {
        let mut karin = speaking(karin.clone(), language).await;
        let preview = karin.get(&format!("{}/granska", case.page())).await;
        let page = sound(&preview, language);
        let texts = words(language, "decision");
        let end = word(&texts, "preview.more").rsplit("}}").next().expect("an end");
        assert!(page.with_class("notice").any(|notice| notice.text.contains(end)), "{language}");
        assert!(preview.text.contains("idempotency_key"), "{language}: the button is there");
    }
    assert_eq!(karin.get(&case.api()).await.json()["more_than_calculated"], 100);
    assert_eq!(publish_with(&mut karin, &case, "k", version, 1).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_application_of_the_month_proposes_only_what_is_new() {
    const DENTAL: &str =
        r#"{"adults":"1","month":"2026-11","office":"sodra","costs":[{"kind":"dental","amount":"900"}]}"#;
    let stage = stage_alone().await;
    let first = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let second = applied_again(&stage, &first, DENTAL).await;
    let needs = |view: &Value| -> Vec<String> {
        let lines = view["content"]["lines"].as_array().expect("lines").iter();
        lines.map(|line| line["need"].as_str().expect("a need").to_owned()).collect()
    };
    let before = karin.get(&second.api()).await.json();
    assert_eq!((needs(&before), &before["earlier"]), (vec!["livelihood".to_owned(), "dental".to_owned()], &json!([])));
    decided(&mut karin, &first, &granted()).await;

    let view = karin.get(&second.api()).await.json();
    assert_eq!(
        (needs(&view), &view["earlier"][0]["needs"]),
        (vec!["dental".to_owned()], &json!(["livelihood", "rent", "other"]))
    );
    for (language, _) in LANGUAGES {
        let mut karin = speaking(karin.clone(), language).await;
        let page = sound(&karin.get(&second.page()).await, language);
        assert!(page.all("a").any(|link| link.get("href") == Some(&first.page())), "{language}: the way to it");
        let texts = words(language, "decision");
        let about = word(&texts, "need.livelihood");
        assert!(page.with_class("notice").any(|notice| notice.text.contains(about)), "{language}: what it was about");
    }
    let version = saved(&mut karin, &second, 0, &view["content"]).await;
    let preview = karin.get(&format!("{}/granska", second.page())).await;
    assert!(preview.text.contains("Du får 900 kronor för november"), "{}", preview.text);
    // Another month's is a matter of its own.
    let month = async |first_day: &str| {
        let application = second.application;
        let sql = format!("UPDATE application SET month = '{first_day}' WHERE application_id = '{application}'");
        stage.arrange(&sql).await;
    };
    month("2026-10-01").await;
    assert_eq!(karin.get(&second.api()).await.json()["earlier"], json!([]));
    month("2026-11-01").await;
    assert_eq!(publish(&mut karin, &second, "second", version).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_household_nobody_has_answered_for_is_not_given_a_norm() {
    let stage = stage_alone().await;
    let first = case(&stage, 1).await;
    let case = applied_again(&stage, &first, r#"{"name":"Provperson","office":"sodra"}"#).await;
    let mut karin = stage.signed_in("karin").await;
    let view = karin.get(&case.api()).await.json();
    assert_eq!(view["calculation"]["support"], 5220, "one adult without income");
    let version = saved(&mut karin, &case, 0, &view["content"]).await;
    let answer = publish(&mut karin, &case, "k", version).await;
    assert_eq!(pointers(&answer), [("/calculation".to_owned(), "does_not_fit".to_owned())]);
    hindered_at(&karin, &case, "f-calculation").await;
    let review = format!("{}/granska", case.page());
    let by_page = karin.post(&review, &[("idempotency_key", "page"), ("version", &version.to_string())]).await;
    assert_eq!(by_page.status, 422);
    let form = sound(&karin.get(&case.page()).await, "sv");
    let mend = format!("/personal/mottagning/{}/berakning/{}", case.case, case.application);
    assert!(form.all("a").any(|link| link.get("href") == Some(&mend)), "the way to the figures");
    verified(&mut karin, &case, json!({}), |_| ()).await;
    assert_eq!(publish_with(&mut karin, &case, "k", version, 1).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_added_and_taken_away_by_the_page() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let post = async |karin: &mut Browser, fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        karin.post(&case.page(), &fields).await
    };
    let controls = |answer: &Answer| {
        let page = sound(answer, "sv");
        let mut fields = page.controls(page.form(&case.page()));
        fields.retain(|(name, _)| name != "action");
        fields
    };
    let set = |fields: &mut Vec<(String, String)>, name: &str, to: &str| {
        fields.retain(|(key, _)| key != name);
        fields.push((name.to_owned(), to.to_owned()));
    };
    let mut fields = controls(&karin.get(&case.page()).await);
    set(&mut fields, "lines.1.reason", "Hela hyran.");
    set(&mut fields, "action", "add");
    let none = post(&mut karin, &fields).await;
    assert_eq!(none.status, 422);
    assert!(crate::pages::faults(&sound(&none, "sv")).iter().any(|(id, _)| id == "f-added_need"));
    set(&mut fields, "added_need", "glasses");
    let added = post(&mut karin, &fields).await;
    assert_eq!((added.status, stage.number("SELECT count(*) FROM decision").await), (200, 0), "nothing is saved");
    let mut fields = controls(&added);
    assert!(fields.contains(&("lines.1.reason".to_owned(), "Hela hyran.".to_owned())));
    assert!(fields.contains(&("lines.3.need".to_owned(), "glasses".to_owned())), "{fields:?}");
    set(&mut fields, "lines.3.asked", "700");
    set(&mut fields, "lines.3.granted", "700");
    assert_eq!(post(&mut karin, &fields).await.status, 303);
    assert_eq!(karin.get(&case.api()).await.json()["content"]["lines"][3]["granted"], 700);
    let mut fields = controls(&karin.get(&case.page()).await);
    set(&mut fields, "lines.3.remove", "true");
    assert_eq!(post(&mut karin, &fields).await.status, 303);
    assert_eq!(karin.get(&case.api()).await.json()["content"]["lines"].as_array().map(Vec::len), Some(3));
}
