//! A stage for a test: a database of its own made from a migrated template, the sample municipality, the real router,
//! a clock that stands still until told, and browsers with cookies.

pub mod browser;
pub mod cutter;
pub mod database;
pub mod html;
pub mod look;
pub mod mail_server;
pub mod scene;

pub use browser::{Answer, Browser};

use app::page::Assets;
use axum::Router;
use domain::{Actor, id::MunicipalityId};
use jiff::{SignedDuration, Timestamp};
use server::{
    account::{Directory, SharedDirectory},
    auth::{carry::CarryKey, cookie::Cookies},
    config::{Config, Flags},
    db::Db,
    demo,
    http::{self, Http, cache::PageCache, origin::Origins},
    jobs::JobContext,
    mail::Mailer,
    startup,
    storage::{Place, Storage},
    world::{Clock, Entropy, World},
};
use sqlx::postgres::PgConnectOptions;
use std::sync::{Arc, Mutex};

/// Where the clock stands when a test begins: a Monday, 09.00 in Stockholm.
pub const START: &str = "2026-11-23T08:00:00Z";

/// A clock the test holds.
#[derive(Clone)]
pub struct HeldClock(Arc<Mutex<Timestamp>>);

impl HeldClock {
    pub fn at(time: &str) -> Self {
        Self(Arc::new(Mutex::new(time.parse().expect("a time"))))
    }

    pub fn set(&self, time: &str) {
        *self.0.lock().expect("the clock") = time.parse().expect("a time");
    }

    pub fn pass(&self, span: SignedDuration) {
        let mut now = self.0.lock().expect("the clock");
        *now += span;
    }
}

impl Clock for HeldClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("the clock")
    }
}

struct RealEntropy;

impl Entropy for RealEntropy {
    #[expect(clippy::disallowed_methods, reason = "tests need unlike ids too")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("randomness");
    }
}

/// The mailer of these settings.
pub fn mailer(settings: &[(&str, &str)]) -> Mailer {
    let value = |name: &str| settings.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
    Mailer::new(&Config::load(&value, Flags::default()).expect("settings")).expect("a mailer")
}

/// Everything a test needs.
pub struct Stage {
    pub http: Http,
    pub router: Router,
    pub db: Db,
    pub world: World,
    pub clock: HeldClock,
    pub municipality: MunicipalityId,
    /// As `porten_app`.
    pub app: PgConnectOptions,
    /// As `porten_owner`.
    pub owner: PgConnectOptions,
    /// Writes letters to `outbox` in [`Stage::data`].
    pub mail: Mailer,
    /// The folder `storage` in [`Stage::data`].
    pub storage: Storage,
    /// The data folder.
    pub data: tempfile::TempDir,
}

/// How a stage differs from the ordinary.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    pub demo: bool,
    pub https: bool,
    /// Connections of the pool.
    pub pool: u32,
    /// The sample's applications, decisions and messages are there; otherwise nobody has applied for anything.
    pub thread: bool,
}

impl Default for Setting {
    fn default() -> Self {
        Self { demo: true, https: false, pool: 8, thread: false }
    }
}

impl Stage {
    /// The demo over http.
    pub async fn new() -> Self {
        Self::with(Setting::default()).await
    }

    pub async fn with(setting: Setting) -> Self {
        let (app, owner) = database::fresh().await;
        Self::on(app, owner, setting).await
    }

    /// On this database, which has been migrated.
    pub async fn on(app: PgConnectOptions, owner: PgConnectOptions, setting: Setting) -> Self {
        // Somebody always listens, so that no place in the code is remembered as one nobody wants to hear of: a test that
        // listens on its own thread would then miss it.
        static LISTENER: std::sync::Once = std::sync::Once::new();
        LISTENER.call_once(|| {
            let sink = tracing_subscriber::fmt().with_writer(std::io::sink).finish();
            let _another_was_first = tracing::subscriber::set_global_default(sink);
        });
        let clock = HeldClock::at(START);
        let world = World::new(Arc::new(clock.clone()), Arc::new(RealEntropy));
        let written = if setting.thread {
            demo::prepare(&owner, &world).await
        } else {
            demo::prepare_people(&owner, &world).await
        };
        written.expect("the sample municipality");
        let db = Db::new(app.clone(), setting.pool);
        let directory = SharedDirectory::new(Directory::read(&db).await.expect("the directory"));
        let municipality = database::only_municipality(&owner).await;
        let data = tempfile::tempdir().expect("a folder");
        let mail = mailer(&[("PORTEN_DATA", data.path().to_str().expect("a path"))]);
        let storage = Storage::open(&Place::Folder(data.path().join("storage"))).expect("a store");
        // The client of tests takes the same TLS as the program's.
        server::storage::provide_tls();
        let context = JobContext { db: db.clone(), world: world.clone(), mail: mail.clone(), storage: storage.clone() };
        server::visit::jobs::make_slots(&context, municipality).await.expect("slots");
        let assets = Assets {
            css: "/pkg/porten.test.css".into(),
            js: "/pkg/porten.test.js".into(),
            wasm: "/pkg/porten.test.wasm".into(),
            boot: "/pkg/boot.test.js".into(),
        };
        let http = Http {
            backend: startup::backend(&db, &world, &directory, &storage).expect("the backend"),
            db: db.clone(),
            storage: storage.clone(),
            world: world.clone(),
            directory,
            cookies: Cookies { secure: setting.https },
            carry: CarryKey::passing(&world).expect("a key"),
            origins: Origins::passing(&world, &[]),
            public_host: if setting.https { "porten.example" } else { "127.0.0.1:3000" }.into(),
            assets: Arc::new(assets),
            files: http::assets::Files::default(),
            cache: PageCache::default(),
            worker: server::jobs::WorkerState::default(),
            demo: setting.demo,
            secure: setting.https,
        };
        let router = http::router(&http);
        Self { http, router, db, world, clock, municipality, app, owner, mail, storage, data }
    }

    /// A browser nobody has signed in with.
    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// A browser signed in as a demo person.
    pub async fn signed_in(&self, persona: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.post("/demo/login", &[("persona", persona)]).await;
        assert_eq!(answer.status, 303, "{persona} signs in: {}", answer.text);
        browser
    }

    pub fn job_context(&self) -> JobContext {
        JobContext {
            db: self.db.clone(),
            world: self.world.clone(),
            mail: self.mail.clone(),
            storage: self.storage.clone(),
        }
    }

    pub fn system(&self) -> Actor {
        Actor::system(self.municipality)
    }
}
