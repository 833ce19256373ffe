//! The embedded database, with the `PostgreSQL` of this machine.
#![expect(clippy::unwrap_used, reason = "helpers of tests, which clippy does not take for tests")]

use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid, User};
use server::config::environment;
use server::db::embedded::{EmbeddedError, EmbeddedPostgres, EmbeddedSettings};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// A folder of one test, which the database's user can reach too.
pub fn place() -> TempDir {
    let place = tempfile::tempdir().unwrap();
    set_mode(place.path(), 0o755);
    place
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

pub fn settings(data: PathBuf) -> EmbeddedSettings {
    EmbeddedSettings {
        data,
        programs: None,
        program_folders: std::env::split_paths(&environment("PATH").unwrap_or_default()).collect(),
        temp: PathBuf::from("/tmp"),
        start_timeout: Duration::from_mins(1),
        durable: false,
    }
}

pub async fn start(data: &Path) -> EmbeddedPostgres {
    EmbeddedPostgres::start(settings(data.to_owned())).await.unwrap()
}

async fn refused(settings: EmbeddedSettings) -> EmbeddedError {
    match EmbeddedPostgres::start(settings).await {
        Ok(server) => {
            server.stop().await;
            panic!("it started")
        }
        Err(error) => error,
    }
}

async fn connect(options: PgConnectOptions) -> PgConnection {
    options.connect().await.unwrap()
}

async fn write_row(server: &EmbeddedPostgres) {
    let mut connection = connect(server.owner_options()).await;
    sqlx::raw_sql("CREATE TABLE kept (id int PRIMARY KEY); INSERT INTO kept VALUES (7)")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

async fn rows(server: &EmbeddedPostgres) -> Vec<i32> {
    let mut connection = connect(server.owner_options()).await;
    sqlx::query_scalar("SELECT id FROM kept ORDER BY id").fetch_all(&mut connection).await.unwrap()
}

pub fn number_in(file: &Path) -> i32 {
    std::fs::read_to_string(file).unwrap().lines().next().unwrap().trim().parse().unwrap()
}

/// Who the server runs as.
fn server_user() -> User {
    let me = Uid::effective();
    if me.is_root() { User::from_name("postgres") } else { User::from_uid(me) }.unwrap().unwrap()
}

/// A command run as the server's user.
fn as_server(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    if Uid::effective().is_root() {
        let user = server_user();
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    command
}

/// Programs that only say their version.
fn programs_of_version(folder: &Path, version: &str) -> PathBuf {
    let folder = folder.join(format!("programs-{version}"));
    std::fs::create_dir(&folder).unwrap();
    set_mode(&folder, 0o755);
    for program in ["postgres", "initdb"] {
        let path = folder.join(program);
        std::fs::write(&path, format!("#!/bin/sh\necho '{program} (PostgreSQL) {version}.3 (Debian)'\n")).unwrap();
        set_mode(&path, 0o755);
    }
    folder
}

#[tokio::test]
async fn the_first_start_makes_all_and_the_second_finds_it() {
    let place = place();
    let data = place.path().join("not/yet/there");
    // Left by a porten that died while it made the cluster.
    std::fs::create_dir_all(data.join("postgres.new/base")).unwrap();

    let durable = || EmbeddedSettings { durable: true, ..settings(data.clone()) };
    let began = std::time::Instant::now();
    let server = EmbeddedPostgres::start(durable()).await.unwrap();
    println!("first start: {:?}", began.elapsed());
    let mut app = connect(server.app_options()).await;
    let role: (String, String, bool, bool, bool, bool) = sqlx::query_as(
        "SELECT current_user::text, current_database()::text, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole \
         FROM pg_roles WHERE rolname = current_user",
    )
    .fetch_one(&mut app)
    .await
    .unwrap();
    assert_eq!(role, ("porten_app".to_owned(), "porten".to_owned(), false, false, false, false));
    assert!(
        sqlx::raw_sql("CREATE TABLE mine (id int)").execute(&mut app).await.is_err(),
        "the application owns nothing"
    );
    assert!(sqlx::raw_sql("CREATE TEMPORARY TABLE mine (id int)").execute(&mut app).await.is_err());
    let owner: (bool, bool, String, String) = sqlx::query_as(
        "SELECT rolsuper, rolbypassrls, pg_encoding_to_char(encoding)::text, datcollate::text \
         FROM pg_roles JOIN pg_database ON datdba = pg_roles.oid WHERE datname = 'porten' AND rolname = 'porten_owner'",
    )
    .fetch_one(&mut app)
    .await
    .unwrap();
    assert_eq!((owner.0, owner.1, owner.2.as_str()), (false, false, "UTF8"));
    assert!(owner.3.starts_with('C'), "{}", owner.3);
    for (setting, value) in
        [("listen_addresses", ""), ("fsync", "on"), ("data_checksums", "on"), ("log_statement", "none")]
    {
        let found: String =
            sqlx::query_scalar("SELECT current_setting($1)").bind(setting).fetch_one(&mut app).await.unwrap();
        assert_eq!(found, value, "{setting}");
    }
    // Errors whose text, statement, parameter or detail holds what somebody typed.
    sqlx::query("SELECT 'hunter2 literal'::int").execute(&mut app).await.unwrap_err();
    sqlx::query("SELECT $1::text::int").bind("hunter2 parameter").execute(&mut app).await.unwrap_err();
    app.close().await.unwrap();
    write_row(&server).await;
    let began = std::time::Instant::now();
    server.stop().await;
    println!("stop: {:?}", began.elapsed());
    assert!(!data.join("postgres/postmaster.pid").exists(), "shut down in order");
    assert!(!data.join("postgres.owner").exists());
    assert!(!data.join("postgres.new").exists());

    let began = std::time::Instant::now();
    let server = EmbeddedPostgres::start(durable()).await.unwrap();
    println!("start of an existing cluster: {:?}", began.elapsed());
    assert_eq!(rows(&server).await, [7]);

    let error = refused(settings(data.clone())).await;
    assert!(matches!(&error, EmbeddedError::InUse { pid: Some(pid), .. } if *pid == std::process::id()), "{error:?}");
    assert!(error.to_string().contains(&format!("in use by a live process (pid {})", std::process::id())), "{error}");
    assert_eq!(rows(&server).await, [7], "the refused one does no harm");
    server.stop().await;

    let log = std::fs::read_to_string(data.join("postgres.log")).unwrap();
    assert!(log.contains("ready to accept connections") && !log.contains("hunter2"), "{log}");
}

#[tokio::test]
async fn roles_that_were_given_more_are_put_right() {
    let place = place();
    let server = start(place.path()).await;
    let mut superuser = connect(server.superuser_options()).await;
    sqlx::raw_sql("ALTER ROLE porten_app SUPERUSER; ALTER ROLE porten_owner BYPASSRLS")
        .execute(&mut superuser)
        .await
        .unwrap();
    superuser.close().await.unwrap();
    server.stop().await;
    let server = start(place.path()).await;
    let mut superuser = connect(server.superuser_options()).await;
    let powerful: Vec<String> =
        sqlx::query_scalar("SELECT rolname::text FROM pg_roles WHERE rolsuper OR rolbypassrls ORDER BY 1")
            .fetch_all(&mut superuser)
            .await
            .unwrap();
    assert_eq!(powerful, ["postgres"]);
    superuser.close().await.unwrap();
    server.stop().await;
}

/// Not a test: the porten that `a_killed_porten_loses_nothing` kills. It gets the data folder on its standard input.
#[tokio::test]
#[ignore = "run by a_killed_porten_loses_nothing"]
async fn porten_to_be_killed() {
    let mut data = String::new();
    std::io::stdin().read_line(&mut data).unwrap();
    if data.trim().is_empty() {
        return;
    }
    let server = start(Path::new(data.trim())).await;
    write_row(&server).await;
    let mut open = connect(server.owner_options()).await;
    sqlx::raw_sql("BEGIN; INSERT INTO kept VALUES (8)").execute(&mut open).await.unwrap();
    println!("ready");
    std::io::stdin().read_line(&mut data).unwrap();
    open.close().await.unwrap();
    server.stop().await;
}

#[tokio::test]
async fn a_killed_porten_loses_nothing() {
    let place = place();
    let data = place.path().join("data");
    let mut porten = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "embedded::porten_to_be_killed", "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut stdin = porten.stdin.take().unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stdin, format!("{}\n", data.display()).as_bytes()).await.unwrap();
    let mut lines = BufReader::new(porten.stdout.take().unwrap()).lines();
    while !lines.next_line().await.unwrap().expect("it ends before it is ready").ends_with("ready") {}

    let error = refused(settings(data.clone())).await;
    assert!(matches!(&error, EmbeddedError::InUse { pid, .. } if *pid == porten.id()), "{error:?}");

    porten.kill().await.unwrap();
    let left = number_in(&data.join("postgres.owner"));
    kill(Pid::from_raw(left), None).expect("the postmaster outlives its porten");

    let server = start(&data).await;
    assert_eq!(rows(&server).await, [7], "the committed row is there, the other is not");
    assert_ne!(number_in(&data.join("postgres.owner")), left);
    let log = std::fs::read_to_string(data.join("postgres.log")).unwrap();
    assert!(log.contains("received fast shutdown request") && !log.contains("not properly shut down"), "{log}");
    server.stop().await;
}

#[tokio::test]
async fn a_killed_server_is_noticed_and_comes_back_with_all_rows() {
    let place = place();
    let mut server = start(place.path()).await;
    write_row(&server).await;
    kill(Pid::from_raw(number_in(&place.path().join("postgres.owner"))), Signal::SIGKILL).unwrap();
    let error = server.exited().await;
    assert!(matches!(&error, EmbeddedError::Exited { .. }), "{error:?}");
    server.stop().await;
    let server = start(place.path()).await;
    assert_eq!(rows(&server).await, [7]);
    server.stop().await;
}

#[tokio::test]
async fn a_dropped_server_shuts_down_and_the_next_start_waits_for_it() {
    let place = place();
    // Too long for a socket, so that this one lies in the folder for temporary files.
    let data = place.path().join("d".repeat(90));
    let server = start(&data).await;
    write_row(&server).await;
    let socket_folder = server.app_options().get_socket().unwrap().clone();
    assert_eq!(socket_folder.parent(), Some(Path::new("/tmp")));
    assert_eq!(std::fs::metadata(&socket_folder).unwrap().permissions().mode() & 0o777, 0o700);
    drop(server);
    let server = start(&data).await;
    assert_eq!(rows(&server).await, [7]);
    server.stop().await;
    std::fs::remove_dir(socket_folder).expect("empty after the server has gone");
}

#[tokio::test]
async fn a_server_that_porten_did_not_start_is_left_alone() {
    let place = place();
    let data = place.path();
    start(data).await.stop().await;

    let cluster = data.canonicalize().unwrap().join("postgres");
    let programs = std::fs::read_to_string(cluster.join("postmaster.opts")).unwrap();
    let postgres = programs.split_whitespace().next().unwrap();
    let mut foreign: Child = as_server(Path::new(postgres))
        .arg("-D")
        .arg(&cluster)
        .arg("-k")
        .arg(data.join("postgres-run"))
        .args(["-c", "listen_addresses="])
        .spawn()
        .unwrap();
    // The last line of the file says how far the server is.
    let ready = || std::fs::read_to_string(cluster.join("postmaster.pid")).is_ok_and(|file| file.contains("ready"));
    while !ready() {
        assert!(foreign.try_wait().unwrap().is_none(), "the foreign server ended");
        tokio::task::yield_now().await;
    }

    let error = refused(settings(data.to_owned())).await;
    assert!(matches!(&error, EmbeddedError::ForeignServer { pid, .. } if Some(*pid) == foreign.id()), "{error:?}");
    assert!(error.to_string().contains("pg_ctl stop -D"), "{error}");
    assert!(foreign.try_wait().unwrap().is_none(), "it still runs");

    let pid = i32::try_from(foreign.id().unwrap()).unwrap();
    kill(Pid::from_raw(pid), Signal::SIGINT).unwrap();
    foreign.wait().await.unwrap();
    start(data).await.stop().await;
}

#[tokio::test]
async fn a_number_given_again_to_another_process_does_not_hinder() {
    let place = place();
    let data = place.path();
    start(data).await.stop().await;
    // As in a container that was killed and started again. It waits for input that never comes.
    let other = as_server(Path::new("/bin/cat")).stdin(Stdio::piped()).spawn().unwrap();
    let pid_file = data.join("postgres/postmaster.pid");
    let number = other.id().unwrap();
    std::fs::write(&pid_file, format!("{number}\n{}\n0\n5432\n\n\n\n", data.join("postgres").display())).unwrap();
    chown(&pid_file, Some(server_user().uid.as_raw()), None).unwrap();
    std::fs::write(data.join("postgres.owner"), format!("{number}\n")).unwrap();

    let server = start(data).await;
    assert!(kill(Pid::from_raw(i32::try_from(number).unwrap()), None).is_ok(), "the other process is left alone");
    server.stop().await;
}

#[tokio::test]
async fn a_server_without_time_to_start_is_stopped_again() {
    let place = place();
    let error = refused(EmbeddedSettings { start_timeout: Duration::ZERO, ..settings(place.path().to_owned()) }).await;
    assert!(matches!(&error, EmbeddedError::StartTimeout { .. }), "{error:?}");
    assert!(error.to_string().contains("postgres.log"), "{error}");
    start(place.path()).await.stop().await;
}

#[tokio::test]
async fn a_server_that_cannot_start_says_why() {
    let place = place();
    start(place.path()).await.stop().await;
    std::fs::remove_file(place.path().join("postgres/global/pg_control")).unwrap();
    let error = refused(settings(place.path().to_owned())).await;
    assert!(matches!(&error, EmbeddedError::Exited { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("pg_control") && text.contains("postgres.log"), "{text}");
    assert!(!text.contains("ready to accept connections"), "lines of an earlier start: {text}");
}

#[tokio::test]
async fn without_usable_programs_it_says_where_it_looked() {
    let place = place();
    let data = place.path().join("data");
    let empty = place.path().to_owned();
    let error = refused(EmbeddedSettings { programs: Some(empty.clone()), ..settings(data.clone()) }).await;
    assert!(matches!(&error, EmbeddedError::NoPrograms { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains(&format!("{}: has no initdb", empty.display())), "{text}");
    assert!(text.contains("PORTEN_PG_BIN") && text.contains("DATABASE_URL"), "{text}");

    let old = programs_of_version(place.path(), "14");
    let error = refused(EmbeddedSettings { programs: Some(old), ..settings(data) }).await;
    assert!(matches!(&error, EmbeddedError::NoPrograms { .. }), "{error:?}");
    assert!(error.to_string().contains("is version 14; 15 or newer is needed"), "{error}");
}

#[tokio::test]
async fn a_cluster_of_another_version_is_refused() {
    let place = place();
    let cluster = place.path().join("postgres");
    std::fs::create_dir(&cluster).unwrap();
    std::fs::write(cluster.join("PG_VERSION"), "16\n").unwrap();
    chown(&cluster, Some(server_user().uid.as_raw()), None).unwrap();
    let programs = Some(programs_of_version(place.path(), "99"));
    let error = refused(EmbeddedSettings { programs, ..settings(place.path().to_owned()) }).await;
    assert!(matches!(&error, EmbeddedError::OtherVersion { made_by, .. } if made_by == "16"), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("made by PostgreSQL 16") && text.contains("99 in") && text.contains("pg_upgrade"), "{text}");
}

#[tokio::test]
async fn a_folder_with_something_else_is_refused() {
    let place = place();
    let cluster = place.path().join("postgres");
    std::fs::create_dir(&cluster).unwrap();
    std::fs::write(cluster.join("holiday.jpg"), "").unwrap();
    let error = refused(settings(place.path().to_owned())).await;
    assert!(matches!(&error, EmbeddedError::NotACluster { .. }), "{error:?}");
    assert!(cluster.join("holiday.jpg").exists());
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_written_is_refused() {
    let place = place();
    let file = place.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = refused(settings(file.join("data"))).await;
    assert!(matches!(&error, EmbeddedError::NotWritable { .. }), "{error:?}");
    assert!(error.to_string().contains("Set PORTEN_DATA"), "{error}");

    // Root may write everywhere.
    if !Uid::effective().is_root() {
        set_mode(place.path(), 0o555);
        let error = refused(settings(place.path().join("data"))).await;
        assert!(matches!(&error, EmbeddedError::NotWritable { .. }), "{error:?}");
        set_mode(place.path(), 0o755);
    }
}

#[tokio::test]
async fn a_data_folder_that_the_database_user_cannot_reach_is_refused() {
    // Only root runs the database as somebody else.
    if !Uid::effective().is_root() {
        return;
    }
    let place = place();
    let home = place.path().canonicalize().unwrap().join("home");
    std::fs::create_dir(&home).unwrap();
    set_mode(&home, 0o700);
    let error = refused(settings(home.join("porten/data"))).await;
    assert!(matches!(&error, EmbeddedError::Unreachable { folder, .. } if *folder == home), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("user `postgres`, who may not enter") && text.contains("Set PORTEN_DATA"), "{text}");
}

#[tokio::test]
async fn a_cluster_of_another_user_is_refused() {
    // Only root can give a folder away.
    if !Uid::effective().is_root() {
        return;
    }
    let place = place();
    let cluster = place.path().join("postgres");
    std::fs::create_dir(&cluster).unwrap();
    std::fs::write(cluster.join("PG_VERSION"), "15\n").unwrap();
    let error = refused(settings(place.path().to_owned())).await;
    assert!(matches!(&error, EmbeddedError::WrongOwner { .. }), "{error:?}");
    assert!(error.to_string().contains("chown -R postgres"), "{error}");
}

#[tokio::test]
async fn a_socket_folder_that_is_a_link_is_refused() {
    let place = place();
    std::os::unix::fs::symlink("/tmp", place.path().join("postgres-run")).unwrap();
    let error = refused(settings(place.path().to_owned())).await;
    assert!(matches!(&error, EmbeddedError::UnsafeFolder { .. }), "{error:?}");
    assert!(error.to_string().contains("postgres-run is not a folder"), "{error}");
}
