//! Booking: nobody gets a seat that is not there, nobody waits for ever, and the clock on the wall is right.

use crate::support::{
    Answer, Browser, Setting, Stage,
    look::{book, booked, booking, code, text},
};
use futures::{StreamExt, future::join_all, stream};
use jiff::{SignedDuration, ToSpan, civil::Weekday, tz::TimeZone};
use serde_json::Value;
use server::{demo, jobs::Job, visit::jobs::make_slots};
use std::{collections::BTreeSet, net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, sync::Barrier, sync::oneshot};

/// Seats of one slot.
fn seats(slot: &str) -> String {
    format!("SELECT count(*) FROM visit_seat WHERE slot_id = '{slot}'")
}

async fn crowd(stage: &Stage, count: u32) -> Vec<Browser> {
    demo::seed_persons(&stage.owner, &stage.world, count).await.expect("people");
    let sign_in = async |number| stage.signed_in(&format!("seed-{number:04}")).await;
    stream::iter(1..=count).map(sign_in).buffered(8).collect().await
}

async fn no_deadlock(stage: &Stage) {
    // A backend reports what it counted at the latest when it ends.
    stage.db.close().await;
    let sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(stage.number(sql).await, 0, "deadlocks");
}

/// Everybody books the slot at the same moment over HTTP. Who is told to come back, because no connection to the database
/// was free in time, does so with the same key, as a browser's reload does: in the end everybody has an answer.
async fn rush(client: &reqwest::Client, address: SocketAddr, people: &[Browser], slot: &str) -> Vec<(u16, Value)> {
    let start = Arc::new(Barrier::new(people.len()));
    let sends = people.iter().map(|person| {
        let request = client
            .post(format!("http://{address}/api/v1/visits"))
            .header("cookie", format!("porten={}", person.cookies["porten"]))
            .header("idempotency-key", format!("race-{slot}"))
            .json(&booking(slot));
        let start = start.clone();
        tokio::spawn(async move {
            start.wait().await;
            loop {
                let answer = request.try_clone().expect("a request").send().await.expect("an answer");
                let status = answer.status().as_u16();
                if status != 503 {
                    return (status, answer.json::<Value>().await.expect("JSON"));
                }
                assert!(answer.headers().contains_key("retry-after"), "told when to come back");
            }
        })
    });
    join_all(sends).await.into_iter().map(|answer| answer.expect("sent")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fault_18_a_thousand_people_at_once_for_one_seat_and_for_three() {
    const PEOPLE: u32 = 1000;
    // As many connections as the program has by default.
    let stage = Stage::with(Setting { pool: 16, ..Setting::default() }).await;
    let (one, three) = (stage.slot("2026-11-24").await, stage.slot("2026-11-25").await);
    stage.arrange(&format!("UPDATE visit_slot SET seats = 1 WHERE slot_id = '{one}'")).await;
    let people = crowd(&stage, PEOPLE).await;

    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let router = stage.router.clone();
    let server = tokio::spawn(async move {
        server::http::listener::serve(listener, router, server::http::listener::Limits::new(1000), async {
            drop(stopped.await);
        })
        .await;
    });
    let client = reqwest::Client::new();
    let mut root = stage.root().await;
    for (slot, seats) in [(&one, 1), (&three, 3)] {
        let answers = rush(&client, address, &people, slot).await;
        let won: Vec<&Value> = answers.iter().filter(|(status, _)| *status == 201).map(|(_, body)| body).collect();
        let lost: Vec<&Value> = answers.iter().filter(|(status, _)| *status == 409).map(|(_, body)| body).collect();
        let odd = answers.iter().find(|(status, _)| ![201, 409].contains(status));
        assert_eq!((won.len(), won.len() + lost.len()), (seats, people.len()), "{odd:?}");
        assert!(lost.iter().all(|body| body["code"] == "slot_taken"));

        let visits: BTreeSet<String> = won.iter().map(|body| text(body, "visit_id")).collect();
        let seated: Vec<(i32, String)> =
            sqlx::query_as("SELECT seat, visit_id::text FROM visit_seat WHERE slot_id = $1::uuid ORDER BY seat")
                .bind(slot)
                .fetch_all(&mut root)
                .await
                .expect("seats");
        assert!(seated.iter().map(|(seat, _)| usize::try_from(*seat).expect("a seat")).eq(1..=seats), "{seated:?}");
        assert_eq!(seated.into_iter().map(|(_, visit)| visit).collect::<BTreeSet<_>>(), visits);
        let numbers: BTreeSet<i64> = won.iter().map(|body| body["number"].as_i64().expect("a number")).collect();
        assert_eq!(numbers.len(), seats);
        let rows = format!("SELECT count(*) FROM visit WHERE slot_id = '{slot}'");
        assert_eq!(stage.number(&rows).await, i64::try_from(seats).expect("a count"), "of the others nothing is left");
    }
    drop(client);
    stop.send(()).expect("still serving");
    server.await.expect("served");
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE action = 'visit.book'").await, 4);
    let kept = stage.number("SELECT count(*) FROM idempotency").await;
    assert_eq!(kept, 2 * i64::from(PEOPLE), "every answer is kept");
    no_deadlock(&stage).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_mix_of_booking_and_cancelling_never_gives_a_seat_twice() {
    let stage = Stage::with(Setting { pool: 16, ..Setting::default() }).await;
    let slot = stage.slot("2026-11-24").await;
    let people = crowd(&stage, 24).await;
    let tasks = people.into_iter().enumerate().map(|(who, mut person)| {
        let slot = slot.clone();
        tokio::spawn(async move {
            let (mut won, mut held) = (0, false);
            for round in 0..12 {
                let answer = book(&mut person, &format!("{who}-{round}"), &slot).await;
                match answer.status {
                    201 => {
                        won += 1;
                        held = true;
                        if (who + round) % 5 != 0 {
                            let visit = text(&answer.json(), "visit_id");
                            assert_eq!(person.delete(&format!("/api/v1/visits/{visit}")).await.status, 204);
                            held = false;
                        }
                    }
                    409 => {
                        let expected = if held { "already_booked" } else { "slot_taken" };
                        assert_eq!(code(&answer), expected);
                    }
                    other => panic!("{other}: {}", answer.text),
                }
            }
            (won, held)
        })
    });
    let mut watch = tokio::spawn({
        let (root, slot) = (stage.root_options(), slot.clone());
        async move {
            let mut root = crate::support::database::connect(&root).await;
            for _ in 0..50 {
                let taken: i64 = sqlx::query_scalar("SELECT count(*) FROM visit_seat WHERE slot_id = $1::uuid")
                    .bind(&slot)
                    .fetch_one(&mut root)
                    .await
                    .expect("a count");
                assert!(taken <= 3, "{taken} seats taken");
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        }
    });
    let ends: Vec<(u32, bool)> = join_all(tasks).await.into_iter().map(|end| end.expect("no panic")).collect();
    (&mut watch).await.expect("never more than three");
    let holders = i64::try_from(ends.iter().filter(|(_, held)| *held).count()).expect("a count");
    assert!(ends.iter().map(|(won, _)| won).sum::<u32>() > 3, "seats were given again: {ends:?}");
    assert!(holders <= 3, "{ends:?}");
    assert_eq!(stage.number(&seats(&slot)).await, holders);
    let booked = format!("SELECT count(*) FROM visit WHERE slot_id = '{slot}' AND status = 'booked'");
    assert_eq!(stage.number(&booked).await, holders);
    no_deadlock(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_seat_per_person_and_slot() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let slot = stage.slot("2026-11-24").await;
    let visit = booked(&mut anna, "one", &slot).await;
    assert_eq!(code(&book(&mut anna, "two", &slot).await), "already_booked");
    // Staff booking for her is no way round.
    let mut for_anna = booking(&slot);
    for_anna["person_id"] = stage.who("anna").await.to_string().into();
    let mut rut = stage.signed_in("rut").await;
    assert_eq!(code(&rut.command("/api/v1/visits", "three", &for_anna).await), "already_booked");
    assert_eq!(stage.number(&seats(&slot)).await, 1);

    assert_eq!(anna.delete(&format!("/api/v1/visits/{visit}")).await.status, 204);
    assert_eq!(stage.number(&seats(&slot)).await, 0, "the seat is free again");
    assert_ne!(booked(&mut anna, "four", &slot).await, visit, "rebooking is a new visit");
    assert_eq!(stage.number(&seats(&slot)).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_person_at_once_with_different_keys_gets_one_seat() {
    let stage = Stage::new().await;
    let anna = stage.signed_in("anna").await;
    let slot = stage.slot("2026-11-24").await;
    let sends = (0..8).map(|key| {
        let (mut browser, slot) = (anna.clone(), slot.clone());
        tokio::spawn(async move { book(&mut browser, &format!("key-{key}"), &slot).await })
    });
    let answers: Vec<Answer> = join_all(sends).await.into_iter().map(|answer| answer.expect("sent")).collect();
    let (won, lost): (Vec<&Answer>, Vec<&Answer>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(won.len(), 1, "{answers:?}");
    assert!(lost.iter().all(|answer| code(answer) == "already_booked"), "{lost:?}");
    assert_eq!(stage.number(&seats(&slot)).await, 1);
    no_deadlock(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_has_begun_can_be_neither_seen_booked_nor_cancelled() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let all = stage.slots("sodra", "2026-11-23", "2026-11-23").await;
    let first = all.iter().find(|slot| slot["starts_at"] == "2026-11-23T09:00:00Z").expect("10.00 in Stockholm");
    let slot = text(first, "slot_id");
    let visit = booked(&mut anna, "in-time", &slot).await;

    stage.clock.set("2026-11-23T08:59:59.999999Z");
    let mut maria = stage.signed_in("maria").await;
    let late = booked(&mut maria, "in-the-last-microsecond", &slot).await;
    assert_eq!(maria.delete(&format!("/api/v1/visits/{late}")).await.status, 204);

    stage.clock.set("2026-11-23T09:00:00Z");
    let mut anna = stage.signed_in("anna").await;
    let mut maria = stage.signed_in("maria").await;
    assert!(stage.slots("sodra", "2026-11-23", "2026-11-23").await.iter().all(|other| other["slot_id"] != *slot));
    let refused = book(&mut maria, "too-late", &slot).await;
    assert_eq!((refused.status, code(&refused).as_str()), (404, "not_found"));
    let refused = anna.delete(&format!("/api/v1/visits/{visit}")).await;
    assert_eq!((refused.status, code(&refused).as_str()), (409, "visit_passed"));
    assert_eq!(stage.number(&seats(&slot)).await, 1, "she is still expected");
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_58_somebody_elses_visit_is_as_absent() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let mut maria = stage.signed_in("maria").await;
    let slot = stage.slot("2026-11-24").await;
    let visit = booked(&mut anna, "k", &slot).await;
    let bare = |answer: &Answer| {
        let mut body = answer.json();
        body["reference"] = "".into();
        let mut names: Vec<String> = answer.headers.keys().map(|name| name.as_str().to_owned()).collect();
        names.sort();
        (answer.status, body, names)
    };
    let foreign = maria.delete(&format!("/api/v1/visits/{visit}")).await;
    let absent = maria.delete(&format!("/api/v1/visits/{}", stage.world.id())).await;
    let nonsense = maria.delete("/api/v1/visits/nonsense").await;
    assert_eq!(foreign.status, 404);
    assert_eq!(bare(&foreign), bare(&absent));
    assert_eq!(bare(&foreign), bare(&nonsense));
    for path in [format!("/mina-sidor/besok/{visit}/avboka"), format!("/mina-sidor/besok/{}/avboka", stage.world.id())]
    {
        assert_eq!(maria.get(&path).await.status, 404);
        assert_eq!(maria.post(&path, &[]).await.status, 404);
    }
    // An applicant acts for herself: naming somebody else answers the same for the living and the absent.
    let named = |person: uuid::Uuid| {
        let mut command = booking(&slot);
        command["person_id"] = person.to_string().into();
        command
    };
    let foreign = maria.command("/api/v1/visits", "a", &named(stage.who("anna").await)).await;
    let absent = maria.command("/api/v1/visits", "b", &named(stage.world.id())).await;
    assert_eq!(foreign.status, 404);
    assert_eq!(bare(&foreign), bare(&absent));
    let foreign = maria.get(&format!("/api/v1/visits?person_id={}", stage.who("anna").await)).await;
    let absent = maria.get(&format!("/api/v1/visits?person_id={}", stage.world.id())).await;
    assert_eq!((foreign.status, bare(&foreign)), (404, bare(&absent)));
    assert_eq!(stage.number(&seats(&slot)).await, 1);
    assert_eq!(maria.command("/api/v1/visits", "c", &named(stage.who("maria").await)).await.status, 201, "herself");
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_book_list_and_cancel_for_a_person() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let slot = stage.slot("2026-11-24").await;
    let person = stage.who("anna").await;
    for (place, name) in ["rut", "joel", "karin"].into_iter().enumerate() {
        let mut staff = stage.signed_in(name).await;
        let mut command = booking(&slot);
        let nobody = staff.command("/api/v1/visits", "a", &command).await;
        assert_eq!(nobody.status, 404, "staff say for whom");
        command["person_id"] = stage.world.id().to_string().into();
        assert_eq!(staff.command("/api/v1/visits", "b", &command).await.status, 404, "nobody of that id");
        command["person_id"] = person.to_string().into();
        let booked = staff.command("/api/v1/visits", "c", &command).await;
        assert_eq!(booked.status, 201, "{name}: {}", booked.text);
        let visit = text(&booked.json(), "visit_id");
        let hers = anna.get("/api/v1/visits").await.json();
        assert_eq!(hers["items"].as_array().expect("items").len(), place + 1);
        let listed = staff.get(&format!("/api/v1/visits?person_id={person}")).await.json();
        if name == "rut" {
            assert_eq!(listed["code"], "not_found", "the desk knows numbers, not whose they are");
        } else {
            assert_eq!(listed, hers, "what caseworkers see of her visits is what she sees");
        }
        assert_eq!(staff.delete(&format!("/api/v1/visits/{visit}")).await.status, 204);
    }
    // Another office's visits are none of his business, the person's being there or not.
    let visit = text(&book(&mut anna, "own", &slot).await.json(), "visit_id");
    let mut nils = stage.signed_in("nils").await;
    let listed = nils.get(&format!("/api/v1/visits?person_id={person}")).await;
    assert_eq!((listed.status, code(&listed).as_str()), (404, "not_found"), "she has no case at his office");
    assert_eq!(nils.delete(&format!("/api/v1/visits/{visit}")).await.status, 404);
    let mut nobody = stage.browser();
    assert_eq!(code(&book(&mut nobody, "k", &slot).await), "sign_in_required");
    assert_eq!(nobody.delete(&format!("/api/v1/visits/{}", stage.world.id())).await.status, 401);
    assert_eq!(nobody.get("/api/v1/visits").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_slots_has_limits_and_says_them_all_at_once() {
    let stage = Stage::new().await;
    let mut anybody = stage.browser();
    let mut ask =
        async |office: &str, query: &str| anybody.get(&format!("/api/v1/offices/{office}/slots?{query}")).await;
    let faults = |answer: &Answer| -> Vec<(String, String)> {
        let errors = answer.json()["errors"].as_array().expect("errors").clone();
        errors.iter().map(|error| (text(error, "pointer"), text(error, "code"))).collect()
    };
    let fault = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
    let fine = ask("sodra", "from=2026-11-23&to=2027-01-23&kind=first_visit").await;
    assert_eq!(fine.status, 200, "62 days: {}", fine.text);
    let long = ask("sodra", "from=2026-11-23&to=2027-01-24&kind=first_visit").await;
    assert_eq!((long.status, faults(&long)), (422, fault("/to", "not_a_date")), "63 days");
    let backwards = ask("sodra", "from=2026-11-24&to=2026-11-23&kind=first_visit").await;
    assert_eq!((backwards.status, faults(&backwards)), (422, fault("/to", "not_a_date")));
    for bad in ["2026-02-30", "soon", "2026-11", "%00", "1e9", "99999999999-01-01"] {
        let answer = ask("sodra", &format!("from={bad}&to=2026-11-24&kind=first_visit")).await;
        assert_eq!((answer.status, faults(&answer)), (422, fault("/from", "not_a_date")), "{bad}");
    }
    let unknown = ask("sodra", "from=2026-11-23&to=2026-11-24&kind=dance").await;
    assert_eq!((unknown.status, faults(&unknown)), (422, fault("/kind", "unknown_choice")));
    let nothing = ask("sodra", "").await;
    assert_eq!(nothing.status, 422);
    let required = ["/from", "/to", "/kind"].map(|pointer| (pointer.to_owned(), "required".to_owned()));
    assert_eq!(faults(&nothing), required, "all at once");
    for office in ["vastra", "SODRA", "%00", "..", "sodra%20"] {
        let answer = ask(office, "from=2026-11-23&to=2026-11-24&kind=first_visit").await;
        assert_eq!(answer.status, 404, "{office}: {}", answer.text);
    }
    // The ends of time are dates too: never our fault.
    for day in ["9999-12-31", "-009999-01-01", "0001-01-01", "9999-12-30", "-004713-01-01"] {
        let answer = ask("sodra", &format!("from={day}&to={day}&kind=first_visit")).await;
        assert!([200, 422].contains(&answer.status), "{day}: {} {}", answer.status, answer.text);
    }
}

/// The local wall-clock times of the slots of a day at Södra, in order.
async fn wall(stage: &Stage, day: &str) -> Vec<String> {
    let zone = TimeZone::get("Europe/Stockholm").expect("a zone");
    stage
        .slots("sodra", day, day)
        .await
        .iter()
        .map(|slot| {
            let starts: jiff::Timestamp = text(slot, "starts_at").parse().expect("a time");
            zone.to_datetime(starts).to_string()
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wall_clock_is_right_when_the_clocks_change() {
    let stage = Stage::new().await;
    // On Sundays just after midnight, in the hour that is missing or twice there, and late.
    for time in ["00:00", "02:30", "23:45"] {
        stage
            .arrange(&format!(
                "INSERT INTO visit_opening SELECT municipality_id, gen_random_uuid(), office_id, 'first_visit', '{{7}}',
                        '{time}', 45, 3 FROM office WHERE slug = 'sodra'"
            ))
            .await;
    }
    for (now, spring) in [("2026-03-16T08:00:00Z", true), ("2026-10-12T08:00:00Z", false)] {
        stage.clock.set(now);
        make_slots(&stage.job_context(), stage.municipality).await.expect("slots");
        let days = if spring {
            ["2026-03-20", "2026-03-27", "2026-03-30", "2026-04-03"]
        } else {
            ["2026-10-16", "2026-10-23", "2026-10-26", "2026-10-30"]
        };
        for day in days {
            let expected = ["09:00:00", "10:00:00", "13:00:00", "14:30:00"].map(|time| format!("{day}T{time}"));
            assert_eq!(wall(&stage, day).await, expected);
        }
        let (sunday, change) = if spring { ("2026-03-22", "2026-03-29") } else { ("2026-10-18", "2026-10-25") };
        let all = ["00:00:00", "02:30:00", "23:45:00"];
        assert_eq!(wall(&stage, sunday).await, all.map(|time| format!("{sunday}T{time}")));
        let there: Vec<String> = all
            .into_iter()
            .filter(|time| !spring || *time != "02:30:00")
            .map(|time| format!("{change}T{time}"))
            .collect();
        assert_eq!(wall(&stage, change).await, there, "a day of 23 or 25 hours has all its times and no other's");
    }
    let utc = |slots: &[Value]| slots.iter().map(|slot| text(slot, "starts_at")).collect::<Vec<_>>();
    stage.clock.set("2026-03-16T08:00:00Z");
    assert_eq!(utc(&stage.slots("sodra", "2026-03-27", "2026-03-27").await)[0], "2026-03-27T08:00:00Z");
    assert_eq!(utc(&stage.slots("sodra", "2026-03-30", "2026-03-30").await)[0], "2026-03-30T07:00:00Z");
    assert_eq!(utc(&stage.slots("sodra", "2026-10-23", "2026-10-23").await)[0], "2026-10-23T07:00:00Z");
    assert_eq!(utc(&stage.slots("sodra", "2026-10-26", "2026-10-26").await)[0], "2026-10-26T08:00:00Z");
    // The second 02.30 of the night is not offered: the first is.
    assert_eq!(utc(&stage.slots("sodra", "2026-10-25", "2026-10-25").await)[1], "2026-10-25T00:30:00Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn making_slots_again_makes_nothing_twice() {
    let stage = Stage::new().await;
    let count = "SELECT count(*) FROM visit_slot";
    let before = stage.number(count).await;
    assert!(before > 250, "{before}");
    assert_eq!(make_slots(&stage.job_context(), stage.municipality).await.expect("slots"), 0);
    assert_eq!(stage.number(count).await, before);
    stage.clock.pass(SignedDuration::from_hours(24));
    let desk = stage.job_context();
    let (one, two) = tokio::join!(make_slots(&desk, stage.municipality), make_slots(&desk, stage.municipality));
    // 35 days from Tuesday ends on a Tuesday: three offices with four openings.
    assert_eq!(one.expect("slots") + two.expect("slots"), 12, "one more day, made once");
    assert_eq!(stage.number(count).await, before + 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_is_topped_up_after_everything_was_booked() {
    let stage = Stage::new().await;
    let mut people = crowd(&stage, 4).await;
    // Tomorrow, and the last of the days that are looked after; that one twice.
    for (round, day) in ["2026-11-24", "2026-12-21", "2026-12-21"].into_iter().enumerate() {
        for slot in stage.slots("norra", day, day).await {
            let (slot, mut left) = (text(&slot, "slot_id"), slot["seats_left"].as_i64().expect("seats"));
            // Four persons fill the four openings; the rest is taken behind the scenes.
            for (who, person) in people.iter_mut().enumerate() {
                if left > 0 {
                    booked(person, &format!("{round}-{who}-{slot}"), &slot).await;
                    left -= 1;
                }
            }
            if left > 0 {
                stage
                    .arrange(&format!(
                        "SET session_replication_role = replica;
                         INSERT INTO visit_seat SELECT municipality_id, slot_id, 101 - row_number() OVER (), gen_random_uuid()
                         FROM visit_slot, generate_series(1, {left}) WHERE slot_id = '{slot}'"
                    ))
                    .await;
            }
        }
        assert!(stage.slots("norra", day, day).await.iter().all(|slot| slot["seats_left"] == 0), "all is booked");
        demo::TopUp {}.run(&stage.job_context()).await.expect("topped up");
        let zone = TimeZone::get("Europe/Stockholm").expect("a zone");
        let today = zone.to_datetime(stage.world.now()).date();
        for office in ["sodra", "norra", "centrum"] {
            for ahead in 1..=28 {
                let day = today + ahead.days();
                if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
                    continue;
                }
                let day = day.to_string();
                let slots = stage.slots(office, &day, &day).await;
                let enough = slots.iter().any(|slot| slot["seats_left"].as_i64().expect("seats") >= 3);
                assert!(enough, "round {round}: {office} {day}: {slots:?}");
            }
        }
        let count = stage.number("SELECT count(*) FROM visit_slot").await;
        demo::TopUp {}.run(&stage.job_context()).await.expect("topped up");
        assert_eq!(stage.number("SELECT count(*) FROM visit_slot").await, count, "again adds nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn booking_and_cancelling_again_and_again_never_closes_the_day_for_others() {
    let stage = Stage::new().await;
    let slot = stage.slot("2026-11-24").await;
    // As if somebody had booked and cancelled 900 times: every number of the day has been given once.
    stage
        .arrange(&format!(
            "INSERT INTO visit SELECT municipality_id, gen_random_uuid(), slot_id, (SELECT person_id FROM demo_persona WHERE persona = 'maria'),
                    office_id, '2026-11-24', number, 'cancelled', NULL, false, NULL, now(), now()
             FROM visit_slot, generate_series(100, 999) number WHERE slot_id = '{slot}'"
        ))
        .await;
    let mut anna = stage.signed_in("anna").await;
    let answer = book(&mut anna, "k", &slot).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}
