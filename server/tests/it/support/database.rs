//! Databases for tests: one migrated template, a copy for each test.

use domain::id::MunicipalityId;
use server::db::migrate;
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::OnceCell;

static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static COPIES: AtomicUsize = AtomicUsize::new(0);

/// Options for a role of the throw-away server.
#[expect(clippy::disallowed_methods, reason = "scripts/with-postgres says where it is")]
pub fn options(role: &str, database: &str) -> PgConnectOptions {
    let folder = std::env::var("PORTEN_TEST_PG").expect("run through scripts/with-postgres");
    PgConnectOptions::new_without_pgpass().socket(folder).username(role).database(database)
}

/// A fresh migrated database: (as `porten_app`, as `porten_owner`).
pub async fn fresh() -> (PgConnectOptions, PgConnectOptions) {
    let template = TEMPLATE
        .get_or_init(|| async {
            let name = format!("template_{}", std::process::id());
            create(&name, "template1").await;
            migrate::run(options("porten_owner", &name)).await.expect("migrations");
            name
        })
        .await;
    let name = format!("test_{}_{}", std::process::id(), COPIES.fetch_add(1, Ordering::Relaxed));
    create(&name, template).await;
    (options("porten_app", &name), options("porten_owner", &name))
}

/// Copies a database. Only one copy at a time: PostgreSQL refuses a template somebody is connected to.
async fn create(name: &str, template: &str) {
    static ONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _turn = ONE.lock().await;
    let mut connection = connect(&options("porten_owner", "postgres")).await;
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE {template}")))
        .execute(&mut connection)
        .await
        .expect("a database");
    connection.close().await.expect("closing");
}

pub async fn connect(options: &PgConnectOptions) -> PgConnection {
    PgConnection::connect_with(options).await.expect("a connection")
}

/// The sample municipality's id.
pub async fn only_municipality(owner: &PgConnectOptions) -> MunicipalityId {
    let mut connection = connect(owner).await;
    let id = sqlx::query_scalar("SELECT municipality_id FROM municipality").fetch_one(&mut connection).await;
    MunicipalityId(id.expect("one municipality"))
}
