//! The table of settings: what there is, what it falls back to, what it means.

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// The environment variable. `<name>_FILE` names a file with the value instead.
    pub name: &'static str,
    /// What applies when neither is set.
    pub fallback: Fallback,
    /// Whether the value is hidden in all that porten prints.
    pub secret: bool,
    /// What it means, in one or two sentences of Markdown.
    pub doc: &'static str,
}

/// What applies when a setting is not set.
#[derive(Debug)]
pub enum Fallback {
    /// This value.
    Value(&'static str),
    /// No value; the text says what follows from that.
    Unset(&'static str),
}

const fn plain(name: &'static str, fallback: Fallback, doc: &'static str) -> Setting {
    Setting { name, fallback, secret: false, doc }
}

const fn secret(name: &'static str, fallback: Fallback, doc: &'static str) -> Setting {
    Setting { name, fallback, secret: true, doc }
}

pub(super) static LISTEN: Setting = plain(
    "PORTEN_LISTEN",
    Fallback::Value("127.0.0.1:3000"),
    "Address and port where the web server listens. On another address than loopback set `PORTEN_PUBLIC_URL` too.",
);

pub(super) static DATA: Setting = plain(
    "PORTEN_DATA",
    Fallback::Value("./data"),
    "Folder for what porten keeps on disk, made if missing. With the embedded database and porten running as root, the \
     user `postgres` must be able to reach it: not below root's home.",
);

pub(super) static DATABASE_URL: Setting = secret(
    "DATABASE_URL",
    Fallback::Unset("a private embedded PostgreSQL in the data folder"),
    "PostgreSQL 15 or newer as the application's role, which owns no tables and is bound by row level security: \
     `postgres://porten_app:…@host/porten?sslmode=verify-full`. With it set and `PORTEN_MIGRATE_URL` not, `serve` does not \
     migrate.",
);

pub(super) static MIGRATE_URL: Setting = secret(
    "PORTEN_MIGRATE_URL",
    Fallback::Unset("the embedded database, or no migration when `DATABASE_URL` is set"),
    "The same database as its owner, for migrations. A direct connection: migrations do not work through a pooler in \
     transaction mode. `porten migrate` needs it when `DATABASE_URL` is set.",
);

pub(super) static PUBLIC_URL: Setting = plain(
    "PORTEN_PUBLIC_URL",
    Fallback::Unset("`http://` and `PORTEN_LISTEN`"),
    "The address in people's browsers: scheme, host and port, no path. `https`, or `http` on a loopback host \
     (`localhost`, `127.0.0.1`, `[::1]`); anything else refuses to start. `https` makes cookies secure.",
);

pub(super) static LOG: Setting = plain(
    "PORTEN_LOG",
    Fallback::Value("info"),
    "What is logged: a level (`error`, `warn`, `info`, `debug`, `trace`), or a list such as `info,sqlx=warn`.",
);

pub(super) static TRUSTED_PROXIES: Setting = plain(
    "PORTEN_TRUSTED_PROXIES",
    Fallback::Unset("no proxy is trusted"),
    "Addresses or networks of the reverse proxies, separated by commas: `10.0.0.7,fd00::/8`. What they say in \
     `X-Forwarded-For` is believed and tells whom a limit counts for. Must be set when `PORTEN_PUBLIC_URL` is `https`; \
     `none` where people's own addresses reach the program.",
);

pub(super) static SITE: Setting = plain(
    "PORTEN_SITE",
    Fallback::Value("target/site"),
    "Folder with the built site: scripts, styles and images, as `scripts/build` leaves them.",
);

pub(super) static DB_POOL: Setting = plain(
    "PORTEN_DB_POOL",
    Fallback::Value("16"),
    "Database connections of the web side, at most. With the embedded database, this and `PORTEN_JOB_POOL` together at \
     most 90.",
);

pub(super) static JOB_POOL: Setting =
    plain("PORTEN_JOB_POOL", Fallback::Value("4"), "Database connections of the jobs, at most.");

pub(super) static PG_BIN: Setting = plain(
    "PORTEN_PG_BIN",
    Fallback::Unset("searched: `PATH`, then where distributions put them, newest first"),
    "Folder with the programs `initdb` and `postgres` (15 or newer) for the embedded database.",
);

pub(super) static MAX_CONNECTIONS: Setting = plain(
    "PORTEN_MAX_CONNECTIONS",
    Fallback::Value("2000"),
    "HTTP connections held open at once, at most. The limit of open files (`ulimit -n`) must be higher.",
);

pub(super) static SMTP_URL: Setting = secret(
    "PORTEN_SMTP_URL",
    Fallback::Unset("letters are written as `.eml` files to the folder `outbox` in the data folder"),
    "The mail server that takes notices: `smtps://user:password@host`, or `smtp://…` with STARTTLS, which is then required. \
     Without TLS only on this machine itself: `smtp://localhost:25`.",
);

pub(super) static SMTP_AUTHORITY: Setting = plain(
    "PORTEN_SMTP_AUTHORITY",
    Fallback::Unset("the machine's own certificate authorities alone"),
    "Certificates (PEM) of authorities that the mail server's certificate may come from beside the machine's own: an \
     organisation's mail server often has one of its own. Most easily as `PORTEN_SMTP_AUTHORITY_FILE=/etc/ssl/ours.pem`. \
     Never a way to do without checking: name and certificate are always checked.",
);

pub(super) static SMTP_FROM: Setting = plain(
    "PORTEN_SMTP_FROM",
    Fallback::Unset("`no-reply@porten.invalid`, and no mail server"),
    "The sender of notices, a bare address. Whoever sees the mail reads it: neither name nor domain should tell that it is \
     about ekonomiskt bistånd. Needed with `PORTEN_SMTP_URL`.",
);

pub(super) static STORAGE_URL: Setting = plain(
    "PORTEN_STORAGE_URL",
    Fallback::Unset("the folder `storage` in the data folder"),
    "Where papers are stored: a folder, or `s3://bucket` of an S3-compatible server. Give the bucket a rule that removes \
     incomplete multipart uploads after a day: a process killed in the middle leaves its parts there.",
);

pub(super) static STORAGE_ENDPOINT: Setting = plain(
    "PORTEN_STORAGE_ENDPOINT",
    Fallback::Unset("Amazon's, by `PORTEN_STORAGE_REGION`"),
    "The address of the bucket's server: `https`, or `http` on a loopback host.",
);

pub(super) static STORAGE_REGION: Setting = plain(
    "PORTEN_STORAGE_REGION",
    Fallback::Value("eu-north-1"),
    "The bucket's region, as requests are signed for it.",
);

pub(super) static STORAGE_KEY_ID: Setting =
    secret("PORTEN_STORAGE_KEY_ID", Fallback::Unset("no bucket"), "The id of the key to the bucket.");

pub(super) static STORAGE_SECRET: Setting =
    secret("PORTEN_STORAGE_SECRET", Fallback::Unset("no bucket"), "The key to the bucket.");

/// All settings, in the order in which they are shown.
pub static SETTINGS: &[&Setting] = &[
    &LISTEN,
    &PUBLIC_URL,
    &TRUSTED_PROXIES,
    &MAX_CONNECTIONS,
    &SITE,
    &LOG,
    &DATA,
    &DATABASE_URL,
    &MIGRATE_URL,
    &DB_POOL,
    &JOB_POOL,
    &PG_BIN,
    &SMTP_URL,
    &SMTP_AUTHORITY,
    &SMTP_FROM,
    &STORAGE_URL,
    &STORAGE_ENDPOINT,
    &STORAGE_REGION,
    &STORAGE_KEY_ID,
    &STORAGE_SECRET,
];
