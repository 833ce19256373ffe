//! People whose identity is only claimed and one who is known, what is done about them, and a gate that holds one in the
//! middle of it.

use super::put;
use crate::support::{Answer, Browser, Setting, Stage, look::text};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Of the published test series.
pub const NUMBER: &str = "191212121212";

pub async fn stage() -> Stage {
    Stage::with(Setting { pool: 16, ..Setting::default() }).await
}

fn form() -> Value {
    json!({ "adults": "1", "month": "2026-11", "way": "email", "email": "maja@post.example", "language": "sv",
            "costs": [{ "kind": "rent", "amount": "8200" }] })
}

/// Registers an application at the desk for somebody new, or for somebody known.
async fn apply(stage: &Stage, rut: &mut Browser, who: Value) -> Answer {
    let key = stage.world.id().to_string();
    let ticket = rut.command("/api/v1/walk-ins", &key, &who).await;
    assert_eq!(ticket.status, 201, "{}", ticket.text);
    let path = format!("/api/v1/walk-ins/{}/application", text(&ticket.json(), "ticket_id"));
    let taken = rut.command(&path, &key, &form()).await;
    assert_eq!(taken.status, 201, "{}", taken.text);
    taken
}

/// Somebody who only claims to be who she says, with her case.
pub struct Guest {
    pub number: String,
    pub person: Uuid,
    pub case: Uuid,
    pub application: Uuid,
}

impl Guest {
    pub async fn new(stage: &Stage, rut: &mut Browser, name: &str) -> Self {
        let taken = apply(stage, rut, json!({ "name": name })).await;
        let number = text(&taken.json(), "number");
        let of_case = |what: &str| {
            format!(
                "SELECT {what} FROM casework_case JOIN application USING (municipality_id, case_id) WHERE number = '{number}'"
            )
        };
        let case = stage.id(&of_case("case_id")).await;
        let (person, application) = (stage.id(&of_case("person_id")).await, stage.id(&of_case("application_id")).await);
        Self { number, person, case, application }
    }

    pub fn decision(&self) -> String {
        format!("/api/v1/cases/{}/decisions/{}", self.case, self.application)
    }

    pub async fn taken_by(&self, browser: &mut Browser) {
        let taken = browser.command(&format!("/api/v1/cases/{}/take", self.case), &self.number, &json!({})).await;
        assert_eq!(taken.status, 200, "{}", taken.text);
    }
}

/// Somebody whom the municipality knows by her number, with an open case.
pub async fn known(stage: &Stage, rut: &mut Browser) -> (Uuid, Uuid) {
    let person = stage.world.id();
    stage
        .arrange(&format!(
            "INSERT INTO person (municipality_id, person_id, display_name, personal_number)
             VALUES ('{}', '{person}', 'Maja Känd', '{NUMBER}');
             INSERT INTO demo_persona (municipality_id, persona, position, person_id)
             VALUES ('{}', 'maja', 99, '{person}')",
            stage.municipality, stage.municipality
        ))
        .await;
    apply(stage, rut, json!({ "person_id": person })).await;
    (person, stage.id(&format!("SELECT case_id FROM casework_party WHERE person_id = '{person}'")).await)
}

pub async fn confirm(rut: &mut Browser, case_number: &str) -> Answer {
    let command = json!({ "case_number": case_number, "personal_number": NUMBER });
    rut.command("/api/v1/desk/identity/confirm", case_number, &command).await
}

/// Saves the draft that the figures propose, or publishes it.
pub async fn save(karin: &mut Browser, guest: &Guest) -> Answer {
    let proposed = karin.get(&guest.decision()).await;
    assert_eq!(proposed.status, 200, "{}", proposed.text);
    put(karin, &guest.decision(), &json!({ "version": 0, "content": proposed.json()["content"] })).await
}

pub async fn publish(karin: &mut Browser, guest: &Guest) -> Answer {
    karin.command(&format!("{}/publish", guest.decision()), "publish", &json!({ "version": 1 })).await
}

/// Holds whoever does this to that table, and to such a row, in the middle of the transaction, until it is opened.
pub struct Gate(PgConnection);

impl Gate {
    pub async fn at(stage: &Stage, table: &str, what: &str, when: &str) -> Self {
        stage
            .arrange(&format!(
                "CREATE OR REPLACE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql
                 AS $$ BEGIN PERFORM pg_advisory_xact_lock(3); RETURN NULL; END $$;
                 CREATE TRIGGER gate AFTER {what} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION gate()"
            ))
            .await;
        let mut root = stage.root().await;
        sqlx::query("SELECT pg_advisory_lock(3)").execute(&mut root).await.expect("locked");
        Self(root)
    }

    /// Waits until so many wait, or the last of them is done without waiting.
    async fn reached<T>(&mut self, waiting: i64, last: &JoinHandle<T>) {
        let sql =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        loop {
            let now: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut self.0).await.expect("a number");
            if now >= waiting || last.is_finished() {
                return;
            }
        }
    }

    async fn open(self) {
        self.0.close().await.expect("closed");
    }
}

/// One after the other in the middle of what they do: the first is held at the gate, the second waits for the first.
pub async fn crossing(
    mut gate: Gate,
    first: impl Future<Output = Answer> + Send + 'static,
    second: impl Future<Output = Answer> + Send + 'static,
) -> (Answer, Answer) {
    let first = tokio::spawn(first);
    gate.reached(1, &first).await;
    assert!(!first.is_finished(), "the gate holds");
    let second = tokio::spawn(second);
    gate.reached(2, &second).await;
    gate.open().await;
    (first.await.expect("the first"), second.await.expect("the second"))
}
