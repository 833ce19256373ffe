//! Drafting by the pages and by REST: what stands in the way is said, and nothing is saved or published over unseen.

use super::{case, granted, publish, put, reading::opened, refused, saved, stage_alone};
use crate::{
    pages::{LANGUAGES, sound, speaking},
    support::{
        Browser,
        look::{code, text},
    },
};
use serde_json::json;
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn karin_drafts_reviews_and_publishes_by_the_pages() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    for (language, _) in LANGUAGES {
        let mut karin = speaking(stage.signed_in("karin").await, language).await;
        sound(&karin.get(&case.page()).await, language);
    }
    let mut karin = stage.signed_in("karin").await;
    let form = karin.get(&case.page()).await;
    let page = form.page();
    let mut fields = page.controls(page.form(&case.page()));
    let value = |fields: &[(String, String)], name: &str| {
        fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    // One line for livelihood and one for each cost; what is missing, after the wage.
    let proposed: Vec<(String, String, String)> = (0..3)
        .map(|place| {
            let of = |field: &str| value(&fields, &format!("lines.{place}.{field}"));
            (of("need"), of("granted"), of("outcome"))
        })
        .collect();
    let expected = [("livelihood", "2220"), ("rent", "8200"), ("other", "1500")]
        .map(|(need, amount)| (need.to_owned(), amount.to_owned(), "granted".to_owned()));
    assert_eq!(proposed, expected);
    assert_eq!(value(&fields, "lines.0.sections"), "12:1");

    // What cannot be read comes back with everything typed.
    let set =
        |fields: &mut Vec<(String, String)>, name: &str, to: &str| match fields.iter_mut().find(|(key, _)| key == name)
        {
            Some((_, value)) => to.clone_into(value),
            None => fields.push((name.to_owned(), to.to_owned())),
        };
    set(&mut fields, "lines.2.granted", "ingenting");
    set(&mut fields, "lines.2.reason", "Cykeln ingår i normen.");
    set(&mut fields, "action", "review");
    let send = |fields: &[(String, String)]| fields.iter().map(|(k, v)| (k.clone(), v.clone())).collect::<Vec<_>>();
    let post = async |karin: &mut Browser, path: &str, fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        karin.post(path, &fields).await
    };
    let wrong = post(&mut karin, &case.page(), send(&fields)).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text);
    let faults = crate::pages::faults(&sound(&wrong, "sv"));
    assert_eq!(faults.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["f-lines.2.granted"]);
    assert!(wrong.text.contains("ingenting") && wrong.text.contains("Cykeln ingår i normen."));

    // A draft may be unfinished: it is saved, and the review says what is missing.
    set(&mut fields, "lines.2.granted", "0");
    set(&mut fields, "lines.2.reason", "");
    let to_review = post(&mut karin, &case.page(), send(&fields)).await;
    let review = format!("{}/granska", case.page());
    assert_eq!((to_review.status, to_review.header("location")), (303, review.as_str()), "{}", to_review.text);
    let preview = karin.get(&review).await;
    sound(&preview, "sv");
    assert!(!preview.text.contains("idempotency_key"), "no button while something stands in the way");
    assert!(preview.text.contains("Utfallet stämmer inte med beloppen"), "{}", preview.text);

    set(&mut fields, "version", "1");
    set(&mut fields, "lines.2.outcome", "refused");
    set(&mut fields, "lines.2.reason", "Cykeln ingår i normen.");
    set(&mut fields, "pay_on", "2026-11-27");
    assert_eq!(post(&mut karin, &case.page(), send(&fields)).await.status, 303);
    for (language, _) in LANGUAGES {
        let mut karin = speaking(stage.signed_in("karin").await, language).await;
        sound(&karin.get(&review).await, language);
    }
    let preview = karin.get(&review).await;
    let shown = sound(&preview, "sv").only("main").text.clone();
    assert!(shown.contains("Du får 10\u{a0}420 kronor för november"), "{shown}");
    let (key, version) = (preview.hidden("idempotency_key"), preview.hidden("version"));
    let done = karin.post(&review, &[("idempotency_key", &key), ("version", &version)]).await;
    let there = format!("{}?publicerat", case.page());
    assert_eq!((done.status, done.header("location")), (303, there.as_str()), "{}", done.text);
    // Pressed twice: the same act.
    let again = karin.post(&review, &[("idempotency_key", &key), ("version", &version)]).await;
    assert_eq!((again.status, again.header("location")), (303, there.as_str()));
    let after = karin.get(&there).await;
    assert!(sound(&after, "sv").only("main").text.contains("Beslutet är publicerat"));
    assert_eq!(post(&mut karin, &case.page(), send(&fields)).await.status, 409, "it never changes again");

    // What karin saw is what anna reads.
    let mut anna = stage.signed_in("anna").await;
    let list = anna.get("/api/v1/decisions").await.json();
    let decision = text(&list["items"][0], "decision_id");
    let read = opened(&mut anna, &decision).await.page().only("main").text.clone();
    for said in ["Du får 10\u{a0}420 kronor för november", "Cykeln ingår i normen.", "Du får inte de 1\u{a0}500 kronor"]
    {
        assert!(read.contains(said) && shown.contains(said), "{said}");
    }
    for action in ["decision.read", "decision.save", "decision.publish", "decision.open"] {
        let rows = stage.number(&format!("SELECT count(*) FROM audit WHERE action = '{action}'")).await;
        assert!(rows > 0, "{action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_the_way_leads_to_its_field() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let wrong = json!({ "period": "2026-11", "pay_on": "2026-11-20", "lines": [
        { "need": "livelihood", "asked": 2220, "granted": 2000, "outcome": "granted", "sections": ["12:1"] },
        { "need": "rent", "asked": 8200, "granted": 0, "outcome": "refused", "reason": " ", "sections": [] },
        { "need": "other", "asked": 1500, "granted": 0, "outcome": "refused", "reason": "Nej", "sections": ["12:1", "12:2"] },
        { "need": "dental", "asked": 100, "granted": 0, "outcome": "refused", "reason": "Nej", "sections": ["12:3"] },
    ] });
    saved(&mut karin, &case, 0, &wrong).await;
    for (language, _) in LANGUAGES {
        let mut karin = speaking(karin.clone(), language).await;
        let answer = karin.get(&format!("{}/granska", case.page())).await;
        let preview = sound(&answer, language);
        let summary = preview.with_class("error-summary").next().expect("a summary");
        assert!(summary.get("autofocus").is_some() && summary.get("tabindex") == Some("-1"), "it takes the focus");
        let leads: Vec<(String, String)> = preview
            .inside(summary)
            .filter(|inner| inner.name == "a")
            .map(|link| (link.get("href").expect("an address").to_owned(), link.text.clone()))
            .collect();
        let fields = leads.iter().map(|(href, _)| href.split('#').next_back().unwrap_or_default());
        let expected = [
            "f-lines.0.outcome",
            "f-lines.1.reason",
            "f-lines.1.sections",
            "f-lines.2.sections",
            "f-lines.3.sections",
            "f-pay_on",
        ];
        assert_eq!(fields.collect::<BTreeSet<_>>(), expected.into(), "{language}");
        for (href, said) in &leads {
            let (there, field) = href.split_once('#').expect("a field");
            let answer = karin.get(there).await;
            let form = sound(&answer, language);
            // The same sentences stand there, above and beside the fields.
            assert!(crate::pages::faults(&form).contains(&(field.to_owned(), said.clone())), "{language}: {said}");
            assert!(["input", "select", "textarea"].contains(&form.by_id(field).name.as_str()), "{field}");
        }
    }
    // Without being asked the form says nothing of it.
    assert_eq!(sound(&karin.get(&case.page()).await, "sv").with_class("error-summary").count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_shows_the_sections_that_fit_it_and_keeps_the_others_at_hand() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let all: BTreeSet<&str> = ["12:1", "12:2", "12:3", "12:4", "12:5", "12:7", "12:8", "12:9"].into();
    // For each line those in sight, and that all are there once.
    let in_sight = |page: &crate::support::html::Page| -> Vec<String> {
        let form = page.form(&case.page());
        let hidden: Vec<_> =
            page.all("details").flat_map(|more| page.inside(more)).filter(|inner| inner.name == "input").collect();
        (0..3)
            .map(|line| {
                let name = format!("lines.{line}.sections");
                let boxes: Vec<_> = page.inside(form).filter(|inner| inner.get("name") == Some(&name)).collect();
                let values: Vec<&str> = boxes.iter().filter_map(|one| one.get("value")).collect();
                assert_eq!((values.len(), values.iter().copied().collect()), (all.len(), all.clone()));
                let shown = boxes.iter().filter(|one| !hidden.iter().any(|other| std::ptr::eq(*other, **one)));
                shown.filter_map(|one| one.get("value")).collect::<Vec<_>>().join(" ")
            })
            .collect()
    };
    let proposed = sound(&karin.get(&case.page()).await, "sv");
    assert_eq!(in_sight(&proposed), ["12:1", "12:1", "12:1"], "all is granted");
    assert!(proposed.all("details").all(|more| more.get("open").is_none()));

    let mut content = refused();
    content["lines"][1]["sections"] = json!(["12:8"]);
    saved(&mut karin, &case, 0, &content).await;
    let page = sound(&karin.get(&case.page()).await, "sv");
    assert_eq!(in_sight(&page), ["12:1 12:3 12:4 12:5 12:7", "12:1 12:7 12:8", "12:1 12:2"]);
    // What is out of sight is sent all the same.
    let mut fields = page.controls(page.form(&case.page()));
    fields.push(("lines.2.sections".to_owned(), "12:9".to_owned()));
    let sent: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(karin.post(&case.page(), &sent).await.status, 303);
    let kept = karin.get(&case.api()).await.json()["content"]["lines"].clone();
    assert_eq!([&kept[1]["sections"], &kept[2]["sections"]], [&json!(["12:8"]), &json!(["12:1", "12:9"])]);
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_that_cannot_be_reckoned_with_lead_to_where_they_are_mended() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    saved(&mut karin, &case, 0, &granted()).await;
    // The month has no norm.
    stage.arrange("UPDATE application SET month = '2029-01-01'").await;
    let preview = karin.get(&format!("{}/granska", case.page())).await;
    let page = sound(&preview, "sv");
    let summary = page.with_class("error-summary").next().expect("a summary");
    let there = format!("{}?ratta#f-calculation", case.page());
    let link = page.inside(summary).find(|inner| inner.get("href") == Some(&there)).expect("a link");
    let form = karin.get(&format!("{}?ratta", case.page())).await;
    let page = sound(&form, "sv");
    assert!(crate::pages::faults(&page).contains(&("f-calculation".to_owned(), link.text.clone())));
    let mend = format!("/personal/mottagning/{}/berakning/{}", case.case, case.application);
    assert!(page.all("a").any(|link| link.get("href") == Some(&mend)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_over_a_newer_version_shows_both() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let form = karin.get(&case.page()).await;
    let page = form.page();
    let mut fields = page.controls(page.form(&case.page()));
    assert_eq!(saved(&mut karin, &case, 0, &refused()).await, 1);
    for (name, value) in &mut fields {
        if name == "reasons" {
            "Mitt eget skäl".clone_into(value);
        }
    }
    let sent: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let refused_save = karin.post(&case.page(), &sent).await;
    assert_eq!(refused_save.status, 409);
    let shown = sound(&refused_save, "sv");
    assert!(shown.with_class("error-summary").next().expect("a summary").text.contains("Pengarna räcker."));
    assert!(refused_save.text.contains("Mitt eget skäl"));
    assert_eq!(refused_save.hidden("version"), "1", "sending it again is then meant");
    let overtaken = put(&mut karin, &case.api(), &json!({ "version": 0, "content": granted() })).await;
    assert_eq!((overtaken.status, code(&overtaken).as_str()), (409, "version_conflict"));
    let unseen = publish(&mut karin, &case, "k", 0).await;
    assert_eq!((unseen.status, code(&unseen).as_str()), (409, "version_conflict"));
    // The same again, as a double click does, succeeds and changes nothing.
    assert_eq!(saved(&mut karin, &case, 0, &refused()).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn outcome_amount_reason_and_section_must_agree() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let wrong = json!({ "period": "2026-11", "pay_on": "2026-11-20", "lines": [
        { "need": "livelihood", "asked": 2220, "granted": 2000, "outcome": "granted", "sections": ["12:1"] },
        { "need": "rent", "asked": 8200, "granted": 0, "outcome": "partly", "reason": " ", "sections": [] },
        { "need": "other", "asked": 1500, "granted": 0, "outcome": "refused", "reason": "Nej", "sections": ["12:1", "12:2"] },
    ] });
    let version = saved(&mut karin, &case, 0, &wrong).await;
    let answer = publish(&mut karin, &case, "k", version).await;
    assert_eq!((answer.status, code(&answer).as_str()), (422, "invalid"), "{}", answer.text);
    let answered = answer.json();
    let faults: BTreeSet<(String, String)> = answered["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|fault| (text(fault, "pointer"), text(fault, "code")))
        .collect();
    let expected: BTreeSet<(String, String)> = [
        ("/lines/0/outcome", "does_not_fit"),
        ("/lines/1/outcome", "does_not_fit"),
        ("/lines/1/reason", "required"),
        ("/lines/1/sections", "required"),
        ("/lines/2/sections", "does_not_fit"),
        ("/pay_on", "out_of_range"),
    ]
    .map(|(pointer, code)| (pointer.to_owned(), code.to_owned()))
    .into();
    assert_eq!(faults, expected, "all at once");
    // What could not even be shown is no draft.
    for (at, value, code) in [
        ("/content/lines/0/granted", json!(-1), "out_of_range"),
        ("/content/lines/0/granted", json!("mycket"), "malformed"),
        ("/content/lines/0/need", json!("yacht"), "unknown_choice"),
        ("/content/lines/0/outcome", json!("perhaps"), "unknown_choice"),
        ("/content/lines/0/sections", json!(["4:1"]), "unknown_choice"),
        ("/content/lines/0/reason", json!("x".repeat(4001)), "too_long"),
        ("/content/period", json!("2026-10"), "does_not_fit"),
    ] {
        let mut command = json!({ "version": version, "content": granted() });
        *command.pointer_mut(at).expect("a place") = value;
        let answer = put(&mut karin, &case.api(), &command).await;
        assert_eq!(answer.status, 422, "{at}: {}", answer.text);
        assert_eq!(answer.json()["errors"][0]["code"], code, "{at}: {}", answer.text);
    }
    assert_eq!(stage.number("SELECT count(*) FROM decision WHERE status = 'published'").await, 0);
    assert_eq!(stage.number("SELECT count(*) FROM message").await, 0);
    // The same key, once it has been put right: a fault uses up no key.
    let version = saved(&mut karin, &case, version, &granted()).await;
    assert_eq!(publish(&mut karin, &case, "k", version).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_saved_since_the_preview_are_not_published_unseen() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let version = saved(&mut karin, &case, 0, &granted()).await;
    // A colleague verifies the figures, here without changing any.
    let rest = format!("/api/v1/cases/{}/calculations/{}", case.case, case.application);
    let request = karin.get(&rest).await.json()["stated"]["request"].clone();
    let verified = put(&mut karin, &rest, &json!({ "version": 0, "request": request, "deviations": {} })).await;
    assert_eq!(verified.status, 200, "{}", verified.text);
    let unseen = publish(&mut karin, &case, "a", version).await;
    assert_eq!((unseen.status, code(&unseen).as_str()), (409, "version_conflict"));
    let path = format!("{}/publish", case.api());
    let seen = karin.command(&path, "b", &json!({ "version": version, "figures": 1 })).await;
    assert_eq!(seen.status, 200, "{}", seen.text);
}
