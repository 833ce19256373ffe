//! Looking behind the scenes: as PostgreSQL's superuser, whom row level security does not bind. Only to arrange and to
//! look; what is tested runs as `porten_app`.

use super::{Answer, Browser, Stage, database};
use serde_json::{Value, json};
use server::account::Directory;
use sqlx::{AssertSqlSafe, PgConnection, postgres::PgConnectOptions};
use uuid::Uuid;

impl Stage {
    /// As the superuser.
    pub fn root_options(&self) -> PgConnectOptions {
        self.owner.clone().username("postgres")
    }

    /// A connection as the superuser.
    pub async fn root(&self) -> PgConnection {
        database::connect(&self.root_options()).await
    }

    /// Runs statements as the superuser.
    pub async fn arrange(&self, sql: &str) {
        let mut root = self.root().await;
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut root).await.expect("statements");
    }

    /// One number of the whole database, whatever municipality.
    pub async fn number(&self, sql: &str) -> i64 {
        let mut root = self.root().await;
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut root).await.expect("a number")
    }

    /// One id, for example `SELECT person_id FROM …`.
    pub async fn id(&self, sql: &str) -> Uuid {
        let mut root = self.root().await;
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut root).await.expect("an id")
    }

    /// The person or member of staff behind a demo name.
    pub async fn who(&self, persona: &str) -> Uuid {
        self.id(&format!("SELECT coalesce(person_id, staff_id) FROM demo_persona WHERE persona = '{persona}'")).await
    }

    /// A second municipality, which has settled nothing, at `andra.example`.
    pub async fn with_another_municipality(&self) {
        self.arrange(
            "WITH other AS (
                 INSERT INTO municipality SELECT gen_random_uuid(), 'Andrastad', time_zone, '08-465 004 77', phone_opens,
                                                 phone_closes, urgent_phone, email FROM municipality
                 RETURNING municipality_id)
             INSERT INTO municipality_host SELECT 'andra.example', municipality_id FROM other",
        )
        .await;
        self.http.directory.replace(Directory::read(&self.db).await.expect("the directory"));
    }

    /// The bookable slots of an office on these days, by REST.
    pub async fn slots(&self, office: &str, from: &str, to: &str) -> Vec<Value> {
        let path = format!("/api/v1/offices/{office}/slots?from={from}&to={to}&kind=first_visit");
        let answer = self.browser().get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json().as_array().expect("an array").clone()
    }

    /// The first slot of a day at Södra: 3 seats, 09.00.
    pub async fn slot(&self, day: &str) -> String {
        text(&self.slots("sodra", day, day).await[0], "slot_id")
    }
}

/// A text in JSON.
pub fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no text {name}: {value}")).to_owned()
}

/// The command that books a slot for oneself.
pub fn booking(slot: &str) -> Value {
    json!({ "slot_id": slot, "kind": "first_visit" })
}

/// Books a slot by REST.
pub async fn book(browser: &mut Browser, key: &str, slot: &str) -> Answer {
    browser.command("/api/v1/visits", key, &booking(slot)).await
}

/// Books a slot and gives the visit's id.
pub async fn booked(browser: &mut Browser, key: &str, slot: &str) -> String {
    let answer = book(browser, key, slot).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    text(&answer.json(), "visit_id")
}

/// The code of a problem document.
pub fn code(answer: &Answer) -> String {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.text);
    text(&answer.json(), "code")
}
