//! The settings, and the only place that reads the environment.
//!
//! One table ([`SETTINGS`]) says what there is: [`Config::load`] parses by it, [`Report`] (`porten config check`) shows by it
//! and [`markdown`] (`docs/config.md`) documents by it. All that is wrong is reported at once, so that nobody mends a
//! deployment one restart at a time.
//!
//! A new setting takes a [`Setting`] in `table.rs`, a field in [`Config`] and a line in `examine`.

mod reader;
mod report;
mod smtp;
mod storage;
mod table;
mod values;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use lettre::transport::smtp::client::Certificate;
use secrecy::SecretString;

pub use self::reader::{ConfigError, ConfigErrors};
pub use self::report::{Report, markdown};
pub use self::smtp::{Security, SmtpUrl};
pub use self::storage::StorageUrl;
pub use self::table::{Fallback, SETTINGS, Setting};
pub use self::values::{Network, PublicUrl};

use self::reader::{Problem, Reader};
use crate::storage::{Bucket, Place};

/// The connections that the pools may take together from the embedded database. It allows 100; the rest is for
/// migrations, for `psql` when something is wrong, and for `PostgreSQL`'s own superuser reserve.
pub const EMBEDDED_POOLS: u32 = 90;

/// What the command line adds to the environment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--demo`: sample municipality, sign-in without identification.
    pub demo: bool,
}

/// The settings of one porten process, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the web server listens.
    pub listen: SocketAddr,
    /// The data folder, absolute.
    pub data: PathBuf,
    /// The database as the application's role; see [`Config::app_database`].
    pub database_url: Option<SecretString>,
    /// The database as its owner; see [`Config::owner_database`].
    pub migrate_url: Option<SecretString>,
    /// How people reach the service.
    pub public_url: PublicUrl,
    /// What is logged, in the notation of `tracing_subscriber::EnvFilter`; known to parse.
    pub log: String,
    /// Whose `X-Forwarded-For` is believed; nothing when nobody said.
    pub trusted_proxies: Option<Vec<Network>>,
    /// The folder of the built site (scripts, styles, images), absolute.
    pub site: PathBuf,
    /// Database connections of the web side, at most.
    pub db_pool: u32,
    /// Database connections of the jobs, at most.
    pub job_pool: u32,
    /// The folder of the `PostgreSQL` programs for the embedded database; `None`: search.
    pub pg_bin: Option<PathBuf>,
    /// HTTP connections held open at once, at most.
    pub max_connections: usize,
    /// The mail server; `None`: files in the data folder.
    pub smtp_url: Option<SmtpUrl>,
    /// Authorities the mail server's certificate may come from beside the machine's own.
    pub smtp_authority: Option<Certificate>,
    /// The sender of notices; there whenever `smtp_url` is.
    pub smtp_from: Option<lettre::Address>,
    /// Where papers are stored; see [`Config::storage`].
    pub storage_url: Option<StorageUrl>,
    /// The address of the bucket's server.
    pub storage_endpoint: Option<String>,
    /// The bucket's region.
    pub storage_region: String,
    /// The keys to the bucket; there whenever `storage_url` is one.
    pub storage_keys: Option<(SecretString, SecretString)>,
    /// Whether this is the demo.
    pub demo: bool,
    /// The absolute folders of `PATH`, where `PostgreSQL`'s programs are looked for.
    pub program_folders: Vec<PathBuf>,
    /// The operating system's folder for temporary files (`TMPDIR`, else `/tmp`).
    pub temp: PathBuf,
}

/// Which database a command uses.
#[derive(Debug, Clone, Copy)]
pub enum Database<'a> {
    /// The private one in the data folder.
    Embedded,
    /// The one at this address.
    Url(&'a SecretString),
}

/// A rule that looks at the whole configuration.
type Rule = fn(&Config) -> Option<ConfigError>;

const RULES: &[Rule] = &[pools_fit_embedded, proxies_are_named, mail_has_a_sender, bucket_has_keys];

/// What `--demo` refuses beside. The demo lets anybody sign in as anybody: it must not be reachable from outside.
const DEMO_RULES: &[Rule] = &[demo_is_not_public, demo_listens_on_loopback];

impl Config {
    /// Reads and checks everything. `source` answers with the value of an environment variable; the program passes
    /// [`environment`], a test a map.
    pub fn load<V: Into<OsString>>(source: &impl Fn(&str) -> Option<V>, flags: Flags) -> Result<Self, ConfigErrors> {
        let source = |name: &str| source(name).map(Into::into);
        let mut reader = Reader::new(&source);
        match examine(&mut reader, flags) {
            Some(config) if reader.errors.is_empty() => Ok(config),
            _ => Err(ConfigErrors(reader.errors)),
        }
    }

    /// The database of the web and the jobs. Only `PORTEN_MIGRATE_URL` is an error here: silently starting an embedded,
    /// empty database beside the real one would look like lost data.
    pub fn app_database(&self) -> Result<Database<'_>, ConfigErrors> {
        match (&self.database_url, &self.migrate_url) {
            (Some(url), _) => Ok(Database::Url(url)),
            (None, None) => Ok(Database::Embedded),
            (None, Some(_)) => Err(ConfigErrors(vec![ConfigError::new(
                table::DATABASE_URL.name,
                "is not set, but PORTEN_MIGRATE_URL is",
                "Set both to serve from that database, or neither for the embedded one.",
            )])),
        }
    }

    /// Where papers are stored: the bucket, the folder, or the folder `storage` in the data folder.
    pub fn storage(&self) -> Place {
        match (&self.storage_url, &self.storage_keys) {
            (Some(StorageUrl::Bucket(name)), Some((key_id, secret))) => Place::Bucket(Bucket {
                name: name.clone(),
                endpoint: self.storage_endpoint.clone(),
                region: self.storage_region.clone(),
                key_id: key_id.clone(),
                secret: secret.clone(),
            }),
            (Some(StorageUrl::Folder(folder)), _) => Place::Folder(folder.clone()),
            // A bucket without keys is refused when the settings are read.
            _ => Place::Folder(self.data.join("storage")),
        }
    }

    /// The database for `porten migrate`, as its owner.
    pub fn owner_database(&self) -> Result<Database<'_>, ConfigErrors> {
        match (&self.migrate_url, &self.database_url) {
            (Some(url), _) => Ok(Database::Url(url)),
            (None, None) => Ok(Database::Embedded),
            (None, Some(_)) => Err(ConfigErrors(vec![ConfigError::new(
                table::MIGRATE_URL.name,
                "is not set, but DATABASE_URL is; the application's role may not change tables",
                "Set it to the same database as its owner, with a direct connection (no pooler in between).",
            )])),
        }
    }
}

/// The value of a variable of this process.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// The names of all variables of this process, so that [`Report`] can point at those it does not know.
pub fn environment_names() -> impl Iterator<Item = OsString> {
    std::env::vars_os().map(|(name, _)| name)
}

/// Reads every setting, collecting what is wrong in the reader. `None`: at least one value is missing.
fn examine(reader: &mut Reader<'_>, flags: Flags) -> Option<Config> {
    let listen = reader.required(&table::LISTEN, values::listen);
    let data = reader.required(&table::DATA, values::folder);
    let database_url = reader.optional(&table::DATABASE_URL, values::database_url);
    let migrate_url = reader.optional(&table::MIGRATE_URL, values::database_url);
    let public_url = reader.derived(
        &table::PUBLIC_URL,
        || listen.map(|listen| format!("http://{listen}")),
        PublicUrl::parse,
        "Set it to the address that people use, for example https://porten.example.se: PORTEN_LISTEN does not say it.",
    );
    let log = reader.required(&table::LOG, values::log_filter);
    let trusted_proxies = reader.optional(&table::TRUSTED_PROXIES, values::networks);
    let site = reader.required(&table::SITE, values::folder);
    let db_pool = reader.required(&table::DB_POOL, |text| values::number(text, 1..=1_000));
    let job_pool = reader.required(&table::JOB_POOL, |text| values::number(text, 1..=1_000));
    let pg_bin = reader.optional(&table::PG_BIN, values::folder);
    let max_connections = reader.required(&table::MAX_CONNECTIONS, |text| values::number(text, 1..=1_000_000));
    let smtp_url = reader.optional(&table::SMTP_URL, smtp::url);
    let smtp_authority = reader.optional(&table::SMTP_AUTHORITY, smtp::authority);
    let smtp_from = reader.optional(&table::SMTP_FROM, smtp::sender);
    let storage_url = reader.optional(&table::STORAGE_URL, storage::url);
    let storage_endpoint = reader.optional(&table::STORAGE_ENDPOINT, storage::endpoint);
    let storage_region = reader.required(&table::STORAGE_REGION, storage::word);
    let storage_key_id = reader.optional(&table::STORAGE_KEY_ID, storage::key);
    let storage_secret = reader.optional(&table::STORAGE_SECRET, storage::key);
    let program_folders = reader.raw("PATH").map_or_else(Vec::new, |path| {
        // An entry that is relative or empty means the current folder: no place to take a database server from.
        std::env::split_paths(&path).filter(|folder| folder.is_absolute()).collect()
    });
    let temp =
        reader.raw("TMPDIR").map(PathBuf::from).filter(|t| t.is_absolute()).unwrap_or_else(|| PathBuf::from("/tmp"));

    let config = Config {
        listen: listen?,
        data: data?,
        database_url,
        migrate_url,
        public_url: public_url?,
        log: log?,
        trusted_proxies,
        site: site?,
        db_pool: db_pool?,
        job_pool: job_pool?,
        pg_bin,
        max_connections: max_connections? as usize,
        smtp_url,
        smtp_authority,
        smtp_from,
        storage_url,
        storage_endpoint,
        storage_region: storage_region?,
        storage_keys: storage_key_id.zip(storage_secret),
        demo: flags.demo,
        program_folders,
        temp,
    };
    let demo_rules = if flags.demo { DEMO_RULES } else { &[] };
    let broken: Vec<ConfigError> = RULES.iter().chain(demo_rules).filter_map(|rule| rule(&config)).collect();
    // A setting that could not be read has its error already: it is not also missing.
    let known: Vec<String> = reader.errors.iter().map(|error| error.name.clone()).collect();
    reader.errors.extend(broken.into_iter().filter(|error| !known.contains(&error.name)));
    Some(config)
}

fn pools_fit_embedded(config: &Config) -> Option<ConfigError> {
    let wanted = config.db_pool + config.job_pool;
    let embedded = config.database_url.is_none() && config.migrate_url.is_none();
    (embedded && wanted > EMBEDDED_POOLS).then(|| {
        ConfigError::new(
            table::DB_POOL.name,
            format!(
                "and PORTEN_JOB_POOL together are {wanted}, but the embedded database has {EMBEDDED_POOLS} to give"
            ),
            "Lower them, or set DATABASE_URL to a database of your own.",
        )
    })
}

/// Behind a proxy nobody named, all would share one limit: a few at the entrance without e-ID would close it for everybody.
fn proxies_are_named(config: &Config) -> Option<ConfigError> {
    (config.public_url.is_https() && config.trusted_proxies.is_none()).then(|| {
        ConfigError::new(
            table::TRUSTED_PROXIES.name,
            "is not set, but PORTEN_PUBLIC_URL is https, so something stands in front",
            "Set it to the proxy's address, or to `none` where people's own addresses reach the program.",
        )
    })
}

fn mail_has_a_sender(config: &Config) -> Option<ConfigError> {
    (config.smtp_url.is_some() && config.smtp_from.is_none()).then(|| {
        ConfigError::new(
            table::SMTP_FROM.name,
            "is not set, but PORTEN_SMTP_URL is",
            "Set it to the address that sends notices, for example no-reply@porten.example.se.",
        )
    })
}

fn bucket_has_keys(config: &Config) -> Option<ConfigError> {
    let bucket = matches!(config.storage_url, Some(StorageUrl::Bucket(_)));
    (bucket && config.storage_keys.is_none()).then(|| {
        ConfigError::new(
            table::STORAGE_KEY_ID.name,
            "or PORTEN_STORAGE_SECRET is not set, but PORTEN_STORAGE_URL names a bucket",
            "Set both to the keys of an account that may read, write and delete there, and nothing else.",
        )
    })
}

fn demo_is_not_public(config: &Config) -> Option<ConfigError> {
    config.public_url.is_https().then(|| {
        ConfigError::new(
            "--demo",
            format!(
                "lets anybody sign in as anybody, so it refuses the public address {} (PORTEN_PUBLIC_URL)",
                config.public_url
            ),
            "Unset PORTEN_PUBLIC_URL, or start without --demo.",
        )
    })
}

fn demo_listens_on_loopback(config: &Config) -> Option<ConfigError> {
    (!config.listen.ip().to_canonical().is_loopback()).then(|| {
        ConfigError::new(
            "--demo",
            format!(
                "lets anybody sign in as anybody, so it refuses to listen on {} (PORTEN_LISTEN), which other machines can reach",
                config.listen
            ),
            "Set PORTEN_LISTEN to 127.0.0.1 with a port, or start without --demo.",
        )
    })
}
