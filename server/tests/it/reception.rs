//! The desk's list: the desk and the on-call caseworker beside it see it, and only what the desk may see.

mod events;
mod identity;
mod pages;
mod person;
mod queue;
mod series;

use crate::support::{
    Stage,
    look::{booking, code, text},
};
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn asvs_54_the_desk_sees_its_own_office_and_no_more_than_it_may() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    for office in ["sodra", "norra"] {
        let slots = stage.slots(office, "2026-11-23", "2026-11-23").await;
        let mut command = booking(&text(slots.last().expect("a slot"), "slot_id"));
        command["needs"] = format!("behov-{office}").into();
        command["interpreter"] = true.into();
        command["language"] = "ar".into();
        assert_eq!(anna.command("/api/v1/visits", office, &command).await.status, 201);
    }
    let mut answers = Vec::new();
    for name in ["rut", "joel"] {
        let mut desk = stage.signed_in(name).await;
        let answer = desk.get("/api/v1/desk/today").await;
        assert_eq!(answer.status, 200, "{name}");
        assert!(answer.header("cache-control").contains("no-store"));
        let page = desk.get("/personal/reception").await;
        assert_eq!(page.status, 200, "{name}");
        assert!(page.header("cache-control").contains("no-store"));
        for hidden in ["Anna", "Maria", "Provperson", "behov-norra", &stage.who("anna").await.to_string()] {
            assert!(!page.text.contains(hidden) && !answer.text.contains(hidden), "{name} sees {hidden}");
        }
        assert!(page.text.contains("behov-sodra"));
        answers.push(answer.json());
    }
    assert_eq!(answers[0], answers[1]);
    let day = &answers[0];
    let names =
        |value: &serde_json::Value| value.as_object().expect("an object").keys().cloned().collect::<BTreeSet<_>>();
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(names(day), set(&["office", "office_name", "day", "visitors"]));
    assert_eq!((day["office"].as_str(), day["day"].as_str()), (Some("sodra"), Some("2026-11-23")));
    let visitors = day["visitors"].as_array().expect("visitors");
    assert_eq!(visitors.len(), 5, "four of the first day and anna");
    let allowed = set(&["visit_id", "starts_at", "ends_at", "number", "interpreter", "language", "needs"]);
    for visitor in visitors {
        assert_eq!(names(visitor), allowed);
    }
    let times: Vec<String> = visitors.iter().map(|visitor| text(visitor, "starts_at")).collect();
    assert!(times.is_sorted(), "{times:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn others_find_no_such_list() {
    let stage = Stage::new().await;
    for name in ["karin", "nils"] {
        let mut staff = stage.signed_in(name).await;
        let api = staff.get("/api/v1/desk/today").await;
        assert_eq!((api.status, code(&api).as_str()), (404, "not_found"), "{name}");
        let page = staff.get("/personal/reception").await;
        assert_eq!(page.status, 404, "{name}");
        let nowhere = staff.get("/personal/nowhere").await;
        assert_eq!(nowhere.status, 404);
        assert!(!page.text.contains("214"));
    }
    let mut anna = stage.signed_in("anna").await;
    assert_eq!(code(&anna.get("/api/v1/desk/today").await), "not_found");
    for mut visitor in [anna, stage.browser()] {
        let page = visitor.get("/personal/reception").await;
        assert_eq!((page.status, page.header("location")), (303, "/logga-in?till=%2Fpersonal%2Freception"));
        assert!(page.text.is_empty());
    }
    assert_eq!(code(&stage.browser().get("/api/v1/desk/today").await), "sign_in_required");
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE action = 'reception.day'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_of_the_local_day_and_of_booked_visits() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    assert_eq!(rut.get("/api/v1/desk/today").await.json()["visitors"].as_array().map(Vec::len), Some(4));
    // 23.59 in Stockholm is still the same day; a minute later it is the next.
    for (now, day, visitors) in [
        ("2026-11-22T22:59:59Z", "2026-11-22", 0),
        ("2026-11-22T23:00:00Z", "2026-11-23", 4),
        ("2026-11-23T22:59:59Z", "2026-11-23", 4),
        ("2026-11-23T23:00:00Z", "2026-11-24", 0),
    ] {
        stage.clock.set(now);
        let today = stage.signed_in("rut").await.get("/api/v1/desk/today").await.json();
        assert_eq!(today["day"], day, "{now}");
        assert_eq!(today["visitors"].as_array().map(Vec::len), Some(visitors), "{now}");
    }
    stage.clock.set("2026-11-23T08:00:00Z");
    let mut anna = stage.signed_in("anna").await;
    let last = stage.slots("sodra", "2026-11-23", "2026-11-23").await.pop().expect("a slot");
    let answer = anna.command("/api/v1/visits", "k", &booking(&text(&last, "slot_id"))).await.json();
    let mut rut = stage.signed_in("rut").await;
    assert!(rut.get("/api/v1/desk/today").await.text.contains(&text(&answer, "visit_id")));
    anna.delete(&format!("/api/v1/visits/{}", text(&answer, "visit_id"))).await;
    assert!(!rut.get("/api/v1/desk/today").await.text.contains(&text(&answer, "visit_id")), "cancelled: not expected");
}
