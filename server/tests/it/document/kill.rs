//! Fault 8 with the real program: killed in the middle of an upload, at points enumerated from its first byte to the last
//! statement before the commit.

use super::{API, BOUNDARY, DRAFT, FORM, MIB, PDF, form, head};
use crate::support::{database, mailer};
use domain::document::MAX_UNSENT;
use reqwest::{Client, Response, StatusCode, redirect::Policy};
use serde_json::Value;
use server::{
    db::Db,
    document::jobs::Reap,
    jobs::{Job, JobContext},
    storage::{Place, Storage, provide_tls},
    world::World,
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    process::{Child, Command},
};

const SOON: Duration = Duration::from_mins(1);

/// Where the program keeps everything, beyond its life.
struct Ground {
    app: PgConnectOptions,
    owner: PgConnectOptions,
    data: tempfile::TempDir,
    site: tempfile::TempDir,
}

/// The running program and one who has signed in.
struct Porten {
    child: Child,
    address: SocketAddr,
    client: Client,
}

fn url(options: &PgConnectOptions) -> String {
    let socket = options.get_socket().expect("a socket").display().to_string().replace('/', "%2F");
    format!("postgres://{}@{socket}/{}", options.get_username(), options.get_database().expect("a database"))
}

impl Ground {
    async fn new() -> Self {
        let (app, owner) = database::fresh().await;
        let (data, site) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let manifest = r#"{ "css": "/pkg/a.css", "js": "/pkg/a.js", "wasm": "/pkg/a.wasm", "boot": "/pkg/boot.js" }"#;
        std::fs::write(site.path().join("manifest.json"), manifest).expect("a manifest");
        Self { app, owner, data, site }
    }

    async fn root(&self) -> PgConnection {
        database::connect(&self.owner.clone().username("postgres")).await
    }

    async fn arrange(&self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut self.root().await).await.expect("statements");
    }

    async fn number(&self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql.to_owned());
        sqlx::query_scalar(sql).fetch_one(&mut self.root().await).await.expect("a number")
    }

    async fn start(&self) -> Porten {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = free.local_addr().expect("an address");
        drop(free);
        let mut child = Command::new(env!("CARGO_BIN_EXE_porten"))
            .args(["serve", "--demo"])
            .env_clear()
            .env("DATABASE_URL", url(&self.app))
            .env("PORTEN_MIGRATE_URL", url(&self.owner))
            .env("PORTEN_DATA", self.data.path())
            .env("PORTEN_SITE", self.site.path())
            .env("PORTEN_LISTEN", address.to_string())
            .env("PORTEN_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("started");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        while !lines.next_line().await.expect("a line").expect("it ends before it is ready").starts_with("Stop with") {}
        provide_tls();
        let client = Client::builder().redirect(Policy::none()).cookie_store(true).build().expect("a client");
        let porten = Porten { child, address, client };
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let signed_in = porten.post("/demo/login", &form, b"persona=anna".to_vec()).await;
        assert_eq!(signed_in.status(), StatusCode::SEE_OTHER);
        porten
    }

    fn storage(&self) -> PathBuf {
        self.data.path().join("storage")
    }

    /// The files in the store, and how large they are.
    fn files(&self) -> Vec<(String, u64)> {
        let (mut found, mut folders) = (Vec::new(), vec![self.storage()]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                match entry.metadata() {
                    Ok(entry) if entry.is_dir() => folders.push(path),
                    Ok(entry) => found.push((name(&path), entry.len())),
                    Err(_) => {}
                }
            }
        }
        found
    }

    /// What the job does an hour later.
    async fn reap(&self) {
        self.arrange("UPDATE storage_object SET begun_at = begun_at - interval '61 minutes' WHERE state = 'staged'")
            .await;
        let context = JobContext {
            db: Db::new(self.app.clone(), 2),
            world: World::real(),
            mail: mailer(&[("PORTEN_DATA", self.data.path().to_str().expect("a path"))]),
            storage: Storage::open(&Place::Folder(self.storage())).expect("a store"),
        };
        Reap {}.run(&context).await.expect("reaped");
    }
}

fn name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

impl Porten {
    async fn post(&self, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Response {
        let mut request = self.client.post(format!("http://{}{path}", self.address)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.expect("an answer")
    }

    async fn get(&self, path: &str) -> Response {
        let answer = self.client.get(format!("http://{}{path}", self.address)).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer
    }

    async fn add(&self, key: &str, name: &str, content: &[u8]) -> Response {
        self.post(API, &[("content-type", FORM), ("idempotency-key", key)], form(key, &[(name, content)])).await
    }

    /// Sends so much of an upload of one file and leaves the connection open.
    async fn half(&self, body: &[u8], announced: usize) -> TcpStream {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let signed_in = self.post("/demo/login", &form, b"persona=anna".to_vec()).await;
        let cookie = signed_in.headers().get("set-cookie").expect("a cookie").to_str().expect("text");
        let cookie = cookie.split(';').next().expect("a cookie");
        let mut stream = TcpStream::connect(self.address).await.expect("a connection");
        let request = format!(
            "POST {DRAFT} HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\nContent-Type: {FORM}\r\n\
             Content-Length: {announced}\r\n\r\n",
            self.address
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        stream.write_all(body).await.expect("sent");
        stream.flush().await.expect("sent");
        stream
    }
}

/// Waits for something that the other process does.
async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !so().await {
        assert!(began.elapsed() < SOON, "never: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_8_the_program_is_killed_at_every_point_of_an_upload() {
    let ground = Ground::new().await;
    let mut porten = ground.start().await;
    assert_eq!(porten.add("kept", "hel.pdf", PDF).await.status(), StatusCode::CREATED);
    // So many that exactly one more has room: a quota that leaks at any point would show.
    let lying = MAX_UNSENT.papers - 2;
    ground
        .arrange(&format!(
            "WITH object AS (
                 INSERT INTO storage_object SELECT municipality_id, gen_random_uuid(), 'committed', now()
                 FROM municipality, generate_series(1, {lying}) RETURNING municipality_id, object_id)
             INSERT INTO document (municipality_id, document_id, person_id, object_id, name, media_type, size, sha256, format, uploaded_at)
             SELECT object.municipality_id, gen_random_uuid(), person_id, object_id, 'x.pdf', 'application/pdf', 1,
                    decode(repeat('00', 32), 'hex'), 1, now()
             FROM object JOIN demo_persona USING (municipality_id) WHERE persona = 'anna'"
        ))
        .await;
    let whole = ground.files();
    assert_eq!(whole.len(), 1);
    let documents = ground.number("SELECT count(*) FROM document").await;

    let mut upload = form("killed", &[]);
    upload.truncate(upload.len() - BOUNDARY.len() - 6);
    upload.extend(head("halv.pdf"));
    let headers = upload.len();
    upload.extend_from_slice(PDF);
    upload.extend(vec![b'x'; 3 * MIB]);
    let file = upload.len();
    upload.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
    let staged = "SELECT count(*) FROM storage_object WHERE state = 'staged'";

    // The first two may be killed before the program has read them.
    for (point, sent) in [
        ("the headers of the part", headers),
        ("its first bytes", headers + 1000),
        ("staged, before a part is written", headers + 100_000),
        ("half of it written", headers + 2 * MIB),
        ("all but the end", file),
        ("all, before the commit", upload.len()),
    ] {
        // Nothing can be written down while somebody else has the table; it can be read.
        let mut root = ground.root().await;
        let mut lock = root.begin().await.expect("a transaction");
        sqlx::query("LOCK TABLE document IN EXCLUSIVE MODE").execute(&mut *lock).await.expect("locked");
        let connection = porten.half(&upload[..sent], upload.len()).await;
        if sent > headers + 1000 {
            until("it is staged", async || ground.number(staged).await == 1).await;
        }
        if sent > headers + MIB {
            let half = |(name, size): &(String, u64)| name.ends_with("#1") && *size >= MIB as u64;
            let complete = |(name, size): &(String, u64)| !name.ends_with("#1") && *size > MIB as u64;
            until("bytes are there", async || {
                ground.files().iter().any(|file| if sent == upload.len() { complete(file) } else { half(file) })
            })
            .await;
        }
        if sent == upload.len() {
            let waits = "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
                         WHERE NOT granted AND relation = 'document'::regclass AND usename = 'porten_app'";
            until("it waits to write it down", async || ground.number(waits).await > 0).await;
        }
        // SIGKILL.
        porten.child.kill().await.expect("killed");
        drop(connection);
        lock.rollback().await.expect("let go");
        porten = ground.start().await;

        assert_eq!(ground.number("SELECT count(*) FROM document").await, documents, "{point}");
        let page = porten.get(DRAFT).await.text().await.expect("a page");
        let mine = porten.get("/mina-sidor/handlingar").await.text().await.expect("a page");
        for text in [&page, &mine] {
            assert!(text.contains("hel.pdf") && !text.contains("halv.pdf"), "{point}: {text}");
        }
        let listed: Value = porten.get(&format!("{API}?limit=100")).await.json().await.expect("JSON");
        let names: Vec<_> = listed["items"].as_array().expect("items").iter().map(|one| &one["name"]).collect();
        assert!(names.iter().any(|name| *name == "hel.pdf"), "{point}");
        assert!(names.iter().all(|name| *name != "halv.pdf"), "{point}");

        let orphans = ground.number(staged).await;
        println!("fault 8, {point}: {orphans} staged, {} files left", ground.files().len() - 1);
        ground.reap().await;
        assert_eq!((ground.number(staged).await, ground.files()), (0, whole.clone()), "{point}: the orphan is gone");
    }
    // Six times begun: there is room for the one there was room for, and for no more.
    let again = porten.post(DRAFT, &[("content-type", FORM)], upload).await;
    assert_eq!(
        (again.status(), again.headers()["location"].to_str().ok()),
        (StatusCode::SEE_OTHER, Some("/ansok/handlingar?mottaget"))
    );
    assert_eq!(ground.number("SELECT count(*) FROM document").await, documents + 1);
    assert_eq!(porten.add("more", "mer.pdf", PDF).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    porten.child.kill().await.expect("ended");
}
