//! Case numbers in a row, and one open case a person.

use super::{THREAD, applied, audited, office, somebody, zone};
use crate::support::{Setting, Stage};
use domain::id::{OfficeId, PersonId};
use futures::future::join_all;
use server::casework;
use std::{collections::BTreeSet, sync::Arc};
use tokio::sync::Barrier;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_applications_at_once_get_thirty_numbers_in_a_row() {
    let stage = Stage::with(Setting { pool: 16, ..THREAD }).await;
    let last = stage.number("SELECT last::bigint FROM casework_series WHERE year = 2026").await;
    let sodra = office(&stage, "sodra").await;
    let mut people = Vec::new();
    for _ in 0..36 {
        people.push(somebody(&stage).await);
    }
    let start = Arc::new(Barrier::new(people.len()));
    let opens = people.iter().enumerate().map(|(place, person)| {
        let (db, world, actor, start, person) =
            (stage.db.clone(), stage.world.clone(), stage.system(), start.clone(), *person);
        tokio::spawn(async move {
            start.wait().await;
            let mut tx = db.begin(&actor).await.expect("a transaction");
            let case = casework::case_for(&mut tx, &actor, &world, &zone(), person, sodra).await.expect("a case");
            // Six are undone after they had their number: it goes to the next.
            if place % 6 == 0 {
                tx.rollback().await.expect("undone");
                return None;
            }
            tx.commit().await.expect("committed");
            Some(case)
        })
    });
    let opened: Vec<_> = join_all(opens).await.into_iter().filter_map(|done| done.expect("opened")).collect();
    assert!(opened.iter().all(|case| !case.joined));
    let numbers: BTreeSet<String> = opened.iter().map(|case| case.number.clone()).collect();
    let expected: BTreeSet<String> = (last + 1..=last + 30).map(|number| format!("2026-{number:05}")).collect();
    assert_eq!(numbers, expected, "no gap, none twice");
    assert_eq!(stage.number("SELECT last::bigint FROM casework_series WHERE year = 2026").await, last + 30);
    assert_eq!(audited(&stage, "casework.open").await, stage.number("SELECT count(*) FROM casework_case").await);
    // A new year counts anew.
    stage.clock.set("2026-12-31T23:00:00Z");
    assert_eq!(applied(&stage, people[0], "sodra", "2026-12").await.number, "2027-00001");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_person_has_one_open_case_however_many_applications_come_at_once() {
    let stage = Stage::with(Setting { pool: 16, ..THREAD }).await;
    let person = somebody(&stage).await;
    let start = Arc::new(Barrier::new(8));
    let (sodra, norra) = (office(&stage, "sodra").await, office(&stage, "norra").await);
    let opens = (0..8).map(|_| {
        let (db, world, actor, start) = (stage.db.clone(), stage.world.clone(), stage.system(), start.clone());
        tokio::spawn(async move {
            start.wait().await;
            let mut tx = db.begin(&actor).await.expect("a transaction");
            let case = casework::case_for(&mut tx, &actor, &world, &zone(), person, sodra).await.expect("a case");
            tx.commit().await.expect("committed");
            case
        })
    });
    let opened: Vec<_> = join_all(opens).await.into_iter().map(|done| done.expect("opened")).collect();
    assert_eq!(opened.iter().map(|case| case.case).collect::<BTreeSet<_>>().len(), 1);
    assert_eq!(opened.iter().filter(|case| !case.joined).count(), 1);

    let actor = stage.system();
    let ask = async |person: PersonId, office: OfficeId| {
        let mut tx = stage.db.begin(&actor).await.expect("a transaction");
        let found = casework::case_for(&mut tx, &actor, &stage.world, &zone(), person, office).await;
        tx.commit().await.expect("committed");
        found
    };
    let elsewhere = ask(person, norra).await.expect("a case");
    assert_eq!((elsewhere.case, elsewhere.joined), (opened[0].case, true), "the case she has, wherever it lies");
    // A case in which she is the partner is the other's to read too: what she sends alone is her own.
    let partner = somebody(&stage).await;
    stage
        .arrange(&format!(
            "INSERT INTO casework_party VALUES ('{}', '{}', '{partner}', 'partner')",
            stage.municipality, opened[0].case
        ))
        .await;
    let hers = ask(partner, sodra).await.expect("a case");
    assert!(!hers.joined && hers.case != opened[0].case);
    // A closed case stays closed.
    stage.arrange(&format!("UPDATE casework_case SET status = 'closed' WHERE case_id = '{}'", hers.case)).await;
    assert!(!ask(partner, sodra).await.expect("a case").joined);
    let nobody = ask(PersonId(stage.world.id()), sodra).await;
    assert!(nobody.is_err(), "nobody of that id");
}
