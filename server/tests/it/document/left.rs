//! Papers that were never sent go when nobody has touched them for as long as a draft lives; papers that were sent stay,
//! whoever asks.

use super::{API, DRAFT, PNG, apply, list, one, rows, send_api, stored};
use crate::support::{Browser, Stage, database};
use domain::document::{UNSENT_DAYS, UNSENT_KEPT};
use jiff::SignedDuration;
use server::{
    document::jobs::Reap,
    jobs::{Job, tidy::Tidy},
};
use sqlx::{AssertSqlSafe, Connection};

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn reap(stage: &Stage) {
    Reap {}.run(&stage.job_context()).await.expect("reaped");
}

/// Sessions end long before.
async fn anna(stage: &Stage) -> Browser {
    stage.signed_in("anna").await
}

#[tokio::test(flavor = "multi_thread")]
async fn unsent_papers_go_with_their_bytes_after_thirty_days_of_nothing() {
    let stage = Stage::new().await;
    assert_eq!(UNSENT_KEPT, DAY * i32::try_from(UNSENT_DAYS).expect("few"));
    one(&mut anna(&stage).await, "first").await;
    let mut maria = stage.signed_in("maria").await;
    let kept = one(&mut maria, "kept").await;
    apply(&stage, "maria", "sodra").await;
    stage.clock.pass(DAY * 20);
    // One more paper: all of them are touched.
    assert_eq!(send_api(&mut anna(&stage).await, "second", &[("lön.png", PNG)]).await.status, 201);
    stage.clock.pass(DAY * 29);
    reap(&stage).await;
    assert_eq!(rows(&stage).await, (3, 3));
    stage.clock.pass(DAY * 2);
    reap(&stage).await;
    assert_eq!((rows(&stage).await, stored(&stage).len()), ((1, 1), 1), "rows and bytes, in one run");
    let mut anna = anna(&stage).await;
    assert!(list(&mut anna).await.is_empty());
    let mut maria = stage.signed_in("maria").await;
    assert_eq!(maria.get(&format!("{API}/{kept}/content")).await.status, 200, "what was sent stays");
    let audit = format!(
        "SELECT count(*) FROM audit WHERE action = 'document.let_go' AND actor_kind = 'system' AND reason = 'unsent'
           AND cardinality(object_ids) = 3 AND object_ids @> ARRAY['{}']::uuid[]",
        stage.who("anna").await
    );
    assert_eq!(stage.number(&audit).await, 1);
    one(&mut anna, "anew").await;
    assert_eq!(anna.get(DRAFT).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_and_its_papers_live_as_long_as_each_other() {
    let stage = Stage::new().await;
    let person = stage.who("anna").await;
    let draft = |stage: &Stage| {
        format!(
            "INSERT INTO draft SELECT municipality_id, '{person}', 'application', 1, '{{}}', '{}' FROM municipality
             ON CONFLICT (municipality_id, person_id, form) DO UPDATE SET saved_at = EXCLUDED.saved_at",
            stage.world.now()
        )
    };
    let drafts = "SELECT count(*) FROM draft";
    let tidy = async || Tidy {}.run(&stage.job_context()).await.expect("tidied");
    stage.arrange(&draft(&stage)).await;
    stage.clock.pass(DAY * 29);
    one(&mut anna(&stage).await, "first").await;
    stage.clock.pass(DAY * 29);
    tidy().await;
    assert_eq!(stage.number(drafts).await, 1, "a paper was added, so the form is still wanted");
    stage.arrange(&draft(&stage)).await;
    stage.clock.pass(DAY * 29);
    reap(&stage).await;
    assert_eq!(rows(&stage).await, (1, 1), "the form was saved, so its papers are");
    stage.clock.pass(DAY * 2);
    tidy().await;
    reap(&stage).await;
    assert_eq!((stage.number(drafts).await, rows(&stage).await), (0, (0, 0)));
}

/// What the application's role is told when it runs the statement.
async fn told(stage: &Stage, sql: &str) -> Result<u64, String> {
    let mut connection = database::connect(&stage.app).await;
    let mut tx = connection.begin().await.expect("a transaction");
    sqlx::query("SELECT set_config('porten.municipality', $1, true)")
        .bind(stage.municipality.to_string())
        .execute(&mut *tx)
        .await
        .expect("a setting");
    match sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut *tx).await {
        Ok(done) => Ok(done.rows_affected()),
        Err(sqlx::Error::Database(error)) => Err(error.code().unwrap_or_default().into_owned()),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_application_role_cannot_remove_what_was_sent() {
    let stage = Stage::new().await;
    let mut anna = anna(&stage).await;
    let sent = one(&mut anna, "sent").await;
    let application = apply(&stage, "anna", "sodra").await;
    let other = apply(&stage, "anna", "sodra").await;
    assert_eq!(send_api(&mut anna, "unsent", &[("lön.png", PNG)]).await.status, 201);
    let of_sent = format!("(SELECT object_id FROM document WHERE document_id = '{sent}')");
    let refused = Err("42501".to_owned());
    for sql in [
        "DELETE FROM document".to_owned(),
        format!("DELETE FROM document WHERE document_id = '{sent}'"),
        format!("UPDATE document SET application_id = NULL WHERE document_id = '{sent}'"),
        format!("UPDATE document SET application_id = '{other}' WHERE document_id = '{sent}'"),
        // Its bytes would be an orphan's.
        format!("UPDATE storage_object SET state = 'staged' WHERE object_id = {of_sent}"),
    ] {
        assert_eq!(told(&stage, &sql).await, refused, "{sql}");
    }
    let deleted = told(&stage, &format!("DELETE FROM storage_object WHERE object_id = {of_sent}")).await;
    assert_eq!(deleted, Err("23503".to_owned()), "the key of the paper");
    for sql in [
        format!("UPDATE document SET application_id = '{application}' WHERE document_id = '{sent}'"),
        "DELETE FROM document WHERE application_id IS NULL".to_owned(),
        // Removing and letting go in one statement, as the tidying of people without e-ID does.
        "WITH gone AS (DELETE FROM document WHERE application_id IS NULL RETURNING object_id)
         UPDATE storage_object SET state = 'staged' WHERE object_id IN (SELECT object_id FROM gone)"
            .to_owned(),
    ] {
        assert_eq!(told(&stage, &sql).await, Ok(1), "{sql}");
    }
}
