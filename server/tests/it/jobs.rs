//! Jobs exist exactly when the change they follow from does, are tried again when that helps and are seen when not.

use crate::support::Stage;
use serde::{Deserialize, Serialize};
use server::jobs::{self, Dead, Job, JobContext, Registry, Trouble};
use sqlx::PgConnection;
use std::{
    collections::BTreeMap,
    sync::{LazyLock, Mutex},
    time::Duration,
};
use tokio::sync::oneshot;
use uuid::Uuid;

/// What the test's jobs do the first times they run, and how often they ran.
#[derive(Default)]
struct Plan {
    troubles: Vec<Trouble>,
    runs: usize,
}

static PLANS: LazyLock<Mutex<BTreeMap<Uuid, Plan>>> = LazyLock::new(Mutex::default);

fn runs(id: Uuid) -> usize {
    PLANS.lock().expect("plans").get(&id).map_or(0, |plan| plan.runs)
}

/// Counts its runs; has the troubles planned for it, one a run, then succeeds.
#[derive(Debug, Serialize, Deserialize)]
struct Planned {
    id: Uuid,
}

impl Job for Planned {
    const NAME: &'static str = "test:planned";

    async fn run(self, _: &JobContext) -> Result<(), Trouble> {
        let mut plans = PLANS.lock().expect("plans");
        let plan = plans.entry(self.id).or_default();
        plan.runs += 1;
        plan.troubles.get(plan.runs - 1).map_or(Ok(()), |trouble| Err(*trouble))
    }
}

/// A job with these troubles ahead of it.
fn planned(stage: &Stage, troubles: &[Trouble]) -> Planned {
    let id = stage.world.id();
    PLANS.lock().expect("plans").insert(id, Plan { troubles: troubles.to_vec(), runs: 0 });
    Planned { id }
}

async fn work(stage: &Stage) {
    Registry::new(stage.job_context(), 2).with::<Planned>().run_due().await.expect("worked");
}

async fn put(stage: &Stage, job: &Planned, once: Option<&str>) {
    let mut tx = stage.db.begin(&stage.system()).await.expect("a transaction");
    jobs::enqueue(&mut tx, job, once).await.expect("enqueued");
    tx.commit().await.expect("committed");
}

/// The time for another try has come.
async fn later(stage: &Stage) {
    stage.arrange("UPDATE graphile_worker._private_jobs SET run_at = now() - interval '1 second'").await;
}

async fn waiting(stage: &Stage) -> (i64, i64) {
    jobs::counts(&stage.db).await.expect("counts")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_exists_exactly_when_its_change_does() {
    let stage = Stage::new().await;
    let change = async |tx: &mut PgConnection, name: &str| {
        sqlx::query("INSERT INTO person (municipality_id, person_id, display_name) VALUES ($1, $2, $3)")
            .bind(stage.municipality.0)
            .bind(stage.world.id())
            .bind(name)
            .execute(tx)
            .await
            .expect("a change");
    };
    let (undone, done) = (planned(&stage, &[]), planned(&stage, &[]));
    let mut tx = stage.db.begin(&stage.system()).await.expect("a transaction");
    change(&mut tx, "undone").await;
    jobs::enqueue(&mut tx, &undone, None).await.expect("enqueued");
    tx.rollback().await.expect("rolled back");
    work(&stage).await;
    assert_eq!((runs(undone.id), waiting(&stage).await), (0, (0, 0)));
    // Dropped without an end: the same.
    let mut tx = stage.db.begin(&stage.system()).await.expect("a transaction");
    jobs::enqueue(&mut tx, &undone, None).await.expect("enqueued");
    drop(tx);

    let mut tx = stage.db.begin(&stage.system()).await.expect("a transaction");
    change(&mut tx, "done").await;
    jobs::enqueue(&mut tx, &done, None).await.expect("enqueued");
    work(&stage).await;
    assert_eq!(runs(done.id), 0, "not before the commit");
    tx.commit().await.expect("committed");
    assert_eq!(waiting(&stage).await, (1, 0));
    work(&stage).await;
    assert_eq!((runs(done.id), runs(undone.id)), (1, 0));
    work(&stage).await;
    assert_eq!((runs(done.id), waiting(&stage).await), (1, (0, 0)), "done once, gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passing_trouble_is_tried_again() {
    let stage = Stage::new().await;
    let job = planned(&stage, &[Trouble::Retry("not_yet"), Trouble::Retry("not_yet")]);
    put(&stage, &job, None).await;
    work(&stage).await;
    assert_eq!((runs(job.id), waiting(&stage).await), (1, (1, 0)));
    work(&stage).await;
    assert_eq!(runs(job.id), 1, "not at once");
    let pause = "SELECT count(*) FROM graphile_worker._private_jobs WHERE run_at > now() AND last_error = 'TaskError(\"not_yet\")' AND attempts = 1";
    assert_eq!(stage.number(pause).await, 1);
    for expected in [2, 3] {
        later(&stage).await;
        work(&stage).await;
        assert_eq!(runs(job.id), expected);
    }
    assert_eq!(waiting(&stage).await, (0, 0), "it succeeded in the end");
    assert_eq!(jobs::dead(&stage.db).await.expect("dead jobs"), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trouble_that_will_not_pass_is_dead_at_once_and_seen() {
    let stage = Stage::new().await;
    let ready = async || stage.browser().get("/health/ready").await;
    assert_eq!(ready().await.json()["checks"]["jobs"]["dead"], 0);
    let job = planned(&stage, &[Trouble::Fail("wrong"), Trouble::Fail("wrong")]);
    let other = planned(&stage, &[]);
    put(&stage, &job, None).await;
    put(&stage, &other, None).await;
    work(&stage).await;
    later(&stage).await;
    work(&stage).await;
    assert_eq!((runs(job.id), runs(other.id)), (1, 1), "never tried again, and in nobody's way");
    let dead = jobs::dead(&stage.db).await.expect("dead jobs");
    let [Dead { name, attempts, last_error, .. }] = dead.as_slice() else { panic!("{dead:?}") };
    assert_eq!((name.as_str(), *attempts, last_error.as_deref()), ("test:planned", 1, Some("wrong")));
    assert_eq!(waiting(&stage).await, (0, 1));
    let answer = ready().await;
    assert_eq!((answer.status, &answer.json()["checks"]["jobs"]["dead"]), (200, &1.into()), "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_tries_and_then_it_is_dead() {
    let stage = Stage::new().await;
    let job = planned(&stage, &[Trouble::Retry("never"); 30]);
    put(&stage, &job, None).await;
    for _ in 0..22 {
        later(&stage).await;
        work(&stage).await;
    }
    assert_eq!((runs(job.id), waiting(&stage).await), (20, (0, 1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_waiting_jobs_with_one_name_are_one() {
    let stage = Stage::new().await;
    let (first, second, other) = (planned(&stage, &[]), planned(&stage, &[]), planned(&stage, &[]));
    put(&stage, &first, Some("test:once")).await;
    put(&stage, &second, Some("test:once")).await;
    put(&stage, &other, Some("test:other")).await;
    assert_eq!(waiting(&stage).await, (2, 0));
    work(&stage).await;
    assert_eq!((runs(first.id) + runs(second.id), runs(other.id)), (1, 1));
    put(&stage, &first, Some("test:once")).await;
    work(&stage).await;
    assert_eq!(runs(first.id) + runs(second.id), 2, "done: the name is free again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_job_stays_to_be_looked_at_and_never_hinders_a_new_one() {
    let stage = Stage::new().await;
    let dead = planned(&stage, &[Trouble::Fail("wrong")]);
    put(&stage, &dead, Some("test:once")).await;
    work(&stage).await;
    assert_eq!(waiting(&stage).await, (0, 1));
    put(&stage, &dead, Some("test:once")).await;
    assert_eq!(waiting(&stage).await, (1, 1));
    work(&stage).await;
    assert_eq!((runs(dead.id), waiting(&stage).await), (2, (0, 1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_survives_its_killed_worker() {
    let stage = Stage::new().await;
    let job = planned(&stage, &[]);
    put(&stage, &job, None).await;
    // A worker took it and was killed two minutes ago: no end, no heartbeat since.
    stage
        .arrange(
            "INSERT INTO graphile_worker._private_workers (id, last_heartbeat_at, started_at)
             VALUES ('killed', now() - interval '2 minutes', now() - interval '3 minutes');
             UPDATE graphile_worker._private_jobs SET locked_by = 'killed', locked_at = now() - interval '2 minutes', attempts = 1",
        )
        .await;
    work(&stage).await;
    assert_eq!(runs(job.id), 0, "it looks as if somebody were at it");

    let (stop, stopped) = oneshot::channel::<()>();
    let registry = Registry::new(stage.job_context(), 1).with::<Planned>();
    let worker = tokio::spawn(registry.run(async {
        drop(stopped.await);
    }));
    let free = "SELECT count(*) FROM graphile_worker._private_jobs WHERE locked_by IS NULL";
    for _ in 0..100 {
        if stage.number(free).await == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(stage.number(free).await, 1, "taken from the dead");
    // The queue gives it half a minute before the next try.
    later(&stage).await;
    for _ in 0..100 {
        if runs(job.id) > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    stop.send(()).expect("still working");
    worker.await.expect("no panic").expect("worked");
    assert_eq!((runs(job.id), waiting(&stage).await), (1, (0, 0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopping_worker_finishes_what_it_holds() {
    static MAY_END: tokio::sync::Notify = tokio::sync::Notify::const_new();
    static TOLD: tokio::sync::Notify = tokio::sync::Notify::const_new();
    #[derive(Debug, Serialize, Deserialize)]
    struct Slow {
        id: Uuid,
    }
    impl Job for Slow {
        const NAME: &'static str = "test:slow";

        async fn run(self, _: &JobContext) -> Result<(), Trouble> {
            PLANS.lock().expect("plans").entry(self.id).or_default().runs += 1;
            MAY_END.notified().await;
            PLANS.lock().expect("plans").entry(self.id).or_default().runs += 1;
            Ok(())
        }
    }
    let stage = Stage::new().await;
    let id = stage.world.id();
    let mut tx = stage.db.begin(&stage.system()).await.expect("a transaction");
    jobs::enqueue(&mut tx, &Slow { id }, None).await.expect("enqueued");
    tx.commit().await.expect("committed");
    let (stop, stopped) = oneshot::channel::<()>();
    let registry = Registry::new(stage.job_context(), 1).with::<Slow>();
    let worker = tokio::spawn(registry.run(async {
        drop(stopped.await);
        TOLD.notify_one();
    }));
    for _ in 0..100 {
        if runs(id) == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(runs(id), 1, "begun");
    stop.send(()).expect("still working");
    // The job ends only after the worker has been told to stop.
    TOLD.notified().await;
    MAY_END.notify_one();
    worker.await.expect("no panic").expect("worked");
    assert_eq!((runs(id), waiting(&stage).await), (2, (0, 0)), "ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_slots_of_every_municipality_are_made_by_jobs() {
    let stage = Stage::new().await;
    let mut tx = stage.db.begin(&stage.system()).await.expect("a transaction");
    jobs::enqueue(&mut tx, &server::visit::jobs::SlotsDue {}, None).await.expect("enqueued");
    tx.commit().await.expect("committed");
    let slots = "SELECT count(*) FROM visit_slot";
    let before = stage.number(slots).await;
    stage.clock.pass(jiff::SignedDuration::from_hours(24));
    for _ in 0..2 {
        let registry = Registry::new(stage.job_context(), 2);
        let registry = registry.with::<server::visit::jobs::SlotsDue>().with::<server::visit::jobs::MakeSlots>();
        registry.run_due().await.expect("worked");
    }
    assert_eq!(waiting(&stage).await, (0, 0));
    assert_eq!(stage.number(slots).await, before + 12, "one more day at three offices");
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_carry_ids_only() {
    let stage = Stage::new().await;
    let mut tx = stage.db.begin(&stage.system()).await.expect("a transaction");
    let job = server::visit::jobs::MakeSlots { municipality: stage.municipality.0 };
    jobs::enqueue(&mut tx, &job, None).await.expect("enqueued");
    tx.commit().await.expect("committed");
    let mut root = stage.root().await;
    let payload: serde_json::Value = sqlx::query_scalar("SELECT payload::jsonb FROM graphile_worker._private_jobs")
        .fetch_one(&mut root)
        .await
        .expect("a job");
    assert_eq!(payload, serde_json::json!({ "municipality": stage.municipality.0 }));
}
