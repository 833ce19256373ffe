//! The figures side by side: a reason for what differs, and nothing saved over unseen.

use super::{LIST, applied, audited, put, send, somebody, stage};
use crate::support::look::{code, text};
use serde_json::{Value, json};
use server::casework;

#[tokio::test(flavor = "multi_thread")]
async fn figures_that_differ_need_a_reason_and_stand_beside_the_applicants() {
    let stage = stage().await;
    let application = applied(&stage, somebody(&stage).await, "sodra", "2026-11").await;
    let path = format!("{LIST}/{}/berakning/{}", application.case_id, application.application_id);
    let mut karin = stage.signed_in("karin").await;
    let shown = karin.get(&path).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    let page = shown.page();
    let sums: Vec<String> = page.all("tfoot").map(|foot| foot.text.clone()).collect();
    assert_eq!(sums.len(), 2, "both sides");
    assert_eq!(sums[0], sums[1], "nobody has changed anything");
    let sent = page.controls(page.form(&path));
    let value = |name: &str| sent.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    assert_eq!(
        (value("cost.0.amount"), value("income.0.amount"), value("version")),
        (Some("8200"), Some("9000"), Some("0"))
    );

    // Typed, without saying why: it comes back with what was typed and the fault at its row.
    let changes = [("cost.0.amount", "8 000"), ("cost.2.kind", "medicine"), ("cost.2.amount", "mycket")];
    let refused = send(&mut karin, &shown, &path, &changes).await;
    assert_eq!(refused.status, 422);
    let page = refused.page();
    for id in ["f-cost.0.reason", "f-cost.2.amount", "f-cost.2.reason"] {
        assert_eq!(page.by_id(id).get("aria-invalid"), Some("true"), "{id}");
    }
    assert_eq!(page.by_id("f-cost.1.reason").get("aria-invalid"), None);
    assert_eq!(page.by_id("f-cost.0.amount").get("value"), Some("8 000"), "what was typed stays");
    assert_eq!(stage.number("SELECT count(*) FROM casework_calculation").await, 1, "only the sample's");

    let why = [("cost.2.amount", "150"), ("cost.0.reason", "Enligt hyresavin <ny>"), ("cost.2.reason", "Kvitto visat")];
    let done = send(&mut karin, &refused, &path, &why).await;
    assert_eq!((done.status, done.header("location")), (303, format!("{path}?sparad").as_str()));
    let shown = karin.get(&format!("{path}?sparad")).await;
    let page = shown.page();
    let sums: Vec<String> = page.all("tfoot").map(|foot| foot.text.clone()).collect();
    assert_ne!(sums[0], sums[1]);
    for said in [
        "Sparade av \u{2066}Karin\u{2069}",
        "Enligt hyresavin &lt;ny&gt;",
        "Kvitto visat",
        "8\u{a0}200\u{a0}kr",
        "8\u{a0}000\u{a0}kr",
    ] {
        assert!(shown.text.contains(said), "{said}");
    }
    assert_eq!(page.by_id("f-cost.0.reason").get("value"), Some("Enligt hyresavin <ny>"));
    assert_eq!(audited(&stage, "casework.calculate").await, 1);
    assert!(audited(&stage, "casework.calculation").await >= 4, "each time they were shown");

    // REST sees the same, and the decision's room gets them.
    let rest = format!("/api/v1/cases/{}/calculations/{}", application.case_id, application.application_id);
    let view = karin.get(&rest).await.json();
    assert_eq!((&view["version"], &view["deviations"]["cost.rent"]), (&json!(1), &json!("Enligt hyresavin <ny>")));
    let (stated, verified) = (&view["stated"]["estimate"], &view["verified"]["estimate"]);
    let costs = |side: &Value| side["costs_total"].as_i64().expect("a sum");
    assert_eq!((costs(stated), costs(verified)), (8600, 8550));
    let mut tx = stage.db.begin(&stage.system()).await.expect("a transaction");
    let known = casework::verified(&mut tx, &stage.system(), application.application_id)
        .await
        .expect("figures")
        .map(|saved| saved.request);
    assert_eq!(serde_json::to_value(known).expect("JSON"), view["verified"]["request"]);
    drop(tx);
    let mut request = view["verified"]["request"].clone();
    request["incomes"][0]["amount"] = 9500.into();
    request["month"] = "2026-10".into();
    let command = json!({ "version": 1, "request": request, "deviations": {} });
    let refused = put(&mut karin, &rest, &command).await;
    assert_eq!(refused.status, 422);
    let pointers: Vec<String> =
        refused.json()["errors"].as_array().expect("errors").iter().map(|error| text(error, "pointer")).collect();
    assert_eq!(
        pointers,
        ["/request/month", "/deviations/cost.rent", "/deviations/cost.medicine", "/deviations/income.wage.adult1"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn saving_over_a_newer_version_is_refused_with_both_shown() {
    let stage = stage().await;
    let application = applied(&stage, somebody(&stage).await, "sodra", "2026-11").await;
    let path = format!("{LIST}/{}/berakning/{}", application.case_id, application.application_id);
    let (mut karin, mut joel) = (stage.signed_in("karin").await, stage.signed_in("joel").await);
    let (hers, his) = (karin.get(&path).await, joel.get(&path).await);
    let change = |amount: &'static str, why: &'static str| [("cost.0.amount", amount), ("cost.0.reason", why)];
    assert_eq!(send(&mut karin, &hers, &path, &change("8000", "Avin")).await.status, 303);
    let refused = send(&mut joel, &his, &path, &change("7500", "Kontraktet")).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    let page = refused.page();
    let summary = page.with_class("error-summary").next().expect("a summary").text.clone();
    for said in ["Karin", "8\u{a0}000\u{a0}kr", "Avin"] {
        assert!(summary.contains(said), "what was saved: {said}: {summary}");
    }
    assert_eq!(page.by_id("f-cost.0.amount").get("value"), Some("7500"), "what he typed");
    assert_eq!(page.by_id("f-cost.0.reason").get("value"), Some("Kontraktet"));
    let saved = format!(
        "SELECT (request #>> '{{costs,0,amount}}')::bigint FROM casework_calculation WHERE application_id = '{}'",
        application.application_id
    );
    assert_eq!(stage.number(&saved).await, 8000);
    // Having read it he sends it again: now it is meant.
    assert_eq!(send(&mut joel, &refused, &path, &[]).await.status, 303);
    assert_eq!(stage.number(&saved).await, 7500);

    // By REST: the same version at once goes to one; a repeated request is the same act.
    let rest = format!("/api/v1/cases/{}/calculations/{}", application.case_id, application.application_id);
    let request = karin.get(&rest).await.json()["stated"]["request"].clone();
    let mut command = json!({ "version": 2, "request": request, "deviations": { "cost.rent": "Samtal" } });
    command["request"]["costs"][0]["amount"] = 7000.into();
    let mut other = command.clone();
    other["request"]["costs"][0]["amount"] = 7100.into();
    let (one, two) = tokio::join!(put(&mut karin, &rest, &command), put(&mut joel, &rest, &other));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", one.text, two.text);
    let (winner, sent, loser) =
        if one.status == 200 { (&mut karin, &command, &two) } else { (&mut joel, &other, &one) };
    assert_eq!(code(loser), "version_conflict");
    let again = put(winner, &rest, sent).await;
    assert_eq!((again.status, again.json()["version"].clone()), (200, json!(3)));
    assert_eq!(audited(&stage, "casework.calculate").await, 3);
    assert_eq!(
        put(winner, &rest, &json!({ "version": 0, "request": sent["request"], "deviations": sent["deviations"] }))
            .await
            .status,
        409
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_whose_norm_is_not_known_says_so_and_can_be_verified_all_the_same() {
    let stage = stage().await;
    let application = applied(&stage, somebody(&stage).await, "sodra", "2031-01").await;
    let path = format!("{LIST}/{}/berakning/{}", application.case_id, application.application_id);
    let mut karin = stage.signed_in("karin").await;
    let shown = karin.get(&path).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    assert!(shown.text.contains("Beloppen för 2031 är inte klara"));
    assert_eq!(shown.page().all("tfoot").count(), 0, "no guess");
    assert_eq!(send(&mut karin, &shown, &path, &[("cost.0.amount", "x"), ("cost.0.reason", "y")]).await.status, 422);
    let done = send(&mut karin, &shown, &path, &[("cost.0.amount", "8000"), ("cost.0.reason", "Avin")]).await;
    assert_eq!(done.status, 303, "{}", done.text);
    let shown = karin.get(&path).await;
    assert!(shown.text.contains("Avin") && shown.text.contains("Beloppen för 2031 är inte klara"));
}
