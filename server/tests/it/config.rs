//! The settings: what is read, what is refused, what is shown.

use std::collections::BTreeMap;
use std::path::Path;

use secrecy::ExposeSecret as _;
use server::config::{Config, ConfigErrors, Database, Flags, Report, SETTINGS, markdown};

type Variables<'a> = BTreeMap<&'a str, &'a str>;

const DEMO: Flags = Flags { demo: true };
const PLAIN: Flags = Flags { demo: false };

fn load(variables: &[(&str, &str)], flags: Flags) -> Result<Config, ConfigErrors> {
    let variables: Variables = variables.iter().copied().collect();
    Config::load(&|name: &str| variables.get(name).copied(), flags)
}

fn report(variables: &[(&str, &str)], flags: Flags) -> Report {
    let map: Variables = variables.iter().copied().collect();
    Report::new(&|name: &str| map.get(name).copied(), variables.iter().map(|(name, _)| (*name).into()), flags)
}

/// The names in the errors, in their order.
fn wrong(variables: &[(&str, &str)], flags: Flags) -> Vec<String> {
    load(variables, flags).map_or_else(|errors| errors.0.into_iter().map(|error| error.name).collect(), |_| Vec::new())
}

#[test]
fn nothing_needs_to_be_set() {
    let config = load(&[], PLAIN).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.public_url.origin(), "http://127.0.0.1:3000");
    assert!(!config.public_url.is_https());
    assert!(config.data.is_absolute() && config.data.ends_with("data"));
    assert!(config.site.is_absolute() && config.site.ends_with("target/site"));
    assert_eq!((config.db_pool, config.job_pool, config.max_connections), (16, 4, 2000));
    assert_eq!((config.log.as_str(), config.trusted_proxies.is_none(), config.demo), ("info", true, false));
    assert_eq!(config.pg_bin, None);
    assert_eq!(config.temp, Path::new("/tmp"));
    assert!(matches!(config.app_database(), Ok(Database::Embedded)));
    assert!(matches!(config.owner_database(), Ok(Database::Embedded)));
}

#[test]
fn empty_counts_as_not_set_and_white_space_does_not_count() {
    let config = load(&[("PORTEN_LISTEN", ""), ("DATABASE_URL", " "), ("PORTEN_LOG", " warn\n")], PLAIN).unwrap();
    assert_eq!((config.listen.port(), config.log.as_str()), (3000, "warn"));
    assert!(config.database_url.is_none());
}

#[test]
fn all_errors_come_at_once_each_with_its_name_and_what_to_do() {
    let errors = load(
        &[
            ("PORTEN_LISTEN", "localhost:3000"),
            ("PORTEN_PUBLIC_URL", "http://porten.example.se"),
            ("PORTEN_LOG", "inof"),
            ("PORTEN_TRUSTED_PROXIES", "10.0.0.0/8,proxy"),
            ("PORTEN_DB_POOL", "0"),
            ("PORTEN_JOB_POOL", "four"),
            ("PORTEN_MAX_CONNECTIONS", "-1"),
            ("DATABASE_URL", "mysql://porten:hunter2@db/porten"),
            ("PORTEN_MIGRATE_URL", "postgres://porten:hunter2@db:port/porten"),
        ],
        PLAIN,
    )
    .unwrap_err();
    let mut names: Vec<&str> = errors.0.iter().map(|error| error.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "DATABASE_URL",
            "PORTEN_DB_POOL",
            "PORTEN_JOB_POOL",
            "PORTEN_LISTEN",
            "PORTEN_LOG",
            "PORTEN_MAX_CONNECTIONS",
            "PORTEN_MIGRATE_URL",
            "PORTEN_PUBLIC_URL",
            "PORTEN_TRUSTED_PROXIES",
        ]
    );
    assert!(errors.0.iter().all(|error| !error.what.is_empty() && !error.fix.is_empty()));
    let text = errors.to_string();
    assert_eq!(text.lines().count(), 9, "{text}");
    assert!(!text.contains("hunter2"), "{text}");
    assert!(
        text.contains("PORTEN_LISTEN is `localhost:3000`, which is not an IP address with a port. Write"),
        "{text}"
    );
}

#[test]
fn a_value_can_come_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("url");
    let path = file.to_str().unwrap();
    std::fs::write(&file, "postgres://porten_app:hunter2@db/porten\n").unwrap();
    let config = load(&[("DATABASE_URL_FILE", path)], PLAIN).unwrap();
    assert_eq!(config.database_url.as_ref().unwrap().expose_secret(), "postgres://porten_app:hunter2@db/porten");
    assert!(!format!("{config:?}").contains("hunter2"));
    assert!(report(&[("DATABASE_URL_FILE", path)], PLAIN).to_string().contains(&format!("file {path}")));

    let both = [("DATABASE_URL_FILE", path), ("DATABASE_URL", "postgres://db/porten")];
    assert_eq!(wrong(&both, PLAIN), ["DATABASE_URL"]);
    assert!(load(&both, PLAIN).unwrap_err().to_string().contains("DATABASE_URL_FILE are both set"));

    std::fs::write(&file, "\n").unwrap();
    assert_eq!(wrong(&[("DATABASE_URL_FILE", path)], PLAIN), ["DATABASE_URL_FILE"]);
    std::fs::write(&file, "secret that is no url").unwrap();
    let errors = load(&[("DATABASE_URL_FILE", path)], PLAIN).unwrap_err();
    assert!(!errors.to_string().contains("secret that"), "{errors}");
    std::fs::remove_file(&file).unwrap();
    assert!(load(&[("DATABASE_URL_FILE", path)], PLAIN).unwrap_err().to_string().contains("cannot be read"));
}

#[test]
fn every_setting_reads_its_file() {
    let folder = tempfile::tempdir().unwrap();
    for setting in SETTINGS {
        let name = format!("{}_FILE", setting.name);
        let missing = folder.path().join("missing");
        assert_eq!(wrong(&[(&name, missing.to_str().unwrap())], PLAIN)[..1], [name]);
    }
}

#[test]
fn text_that_is_not_utf8_is_refused_and_not_bent() {
    use std::os::unix::ffi::OsStringExt as _;
    let odd = std::ffi::OsString::from_vec(b"/srv/\xff".to_vec());
    let errors = Config::load(&|name: &str| (name == "PORTEN_DATA").then(|| odd.clone()), PLAIN).unwrap_err();
    assert_eq!(errors.to_string(), "PORTEN_DATA is not valid UTF-8. Write it in UTF-8.");
}

#[test]
fn a_listener_for_others_needs_a_public_url() {
    let listen = ("PORTEN_LISTEN", "0.0.0.0:3000");
    let errors = load(&[listen], PLAIN).unwrap_err();
    assert_eq!(errors.0[0].name, "PORTEN_PUBLIC_URL");
    assert!(errors.0[0].fix.contains("Set it to the address that people use"), "{errors}");
    let public = ("PORTEN_PUBLIC_URL", "https://porten.example.se");
    assert_eq!(wrong(&[listen, public], PLAIN), ["PORTEN_TRUSTED_PROXIES"], "who stands in front is not said");
    for (proxies, named) in [("10.0.0.7", 1), ("none", 0)] {
        let config = load(&[listen, public, ("PORTEN_TRUSTED_PROXIES", proxies)], PLAIN).unwrap();
        assert!(config.public_url.is_https());
        assert_eq!(config.public_url.authority(), "porten.example.se");
        assert_eq!(config.trusted_proxies.map(|proxies| proxies.len()), Some(named));
    }
}

#[test]
fn the_demo_stays_on_this_machine() {
    assert!(load(&[], DEMO).unwrap().demo);
    assert!(load(&[("PORTEN_LISTEN", "[::1]:3000")], DEMO).is_ok());
    let proxies = ("PORTEN_TRUSTED_PROXIES", "none");
    assert_eq!(wrong(&[proxies, ("PORTEN_PUBLIC_URL", "https://porten.example.se")], DEMO), ["--demo"]);
    let open = [("PORTEN_LISTEN", "0.0.0.0:3000"), ("PORTEN_PUBLIC_URL", "http://localhost:3000")];
    assert_eq!(wrong(&open, DEMO), ["--demo"]);
    let both = [("PORTEN_LISTEN", "0.0.0.0:3000"), ("PORTEN_PUBLIC_URL", "https://porten.example.se"), proxies];
    assert_eq!(wrong(&both, DEMO), ["--demo", "--demo"]);
    assert!(load(&open, PLAIN).is_ok());
}

#[test]
fn the_pools_fit_the_embedded_database() {
    let many = [("PORTEN_DB_POOL", "80"), ("PORTEN_JOB_POOL", "11")];
    assert_eq!(wrong(&many, PLAIN), ["PORTEN_DB_POOL"]);
    assert!(load(&[many[0], many[1], ("DATABASE_URL", "postgres://db/porten")], PLAIN).is_ok());
}

#[test]
fn two_addresses_for_two_roles() {
    let app = ("DATABASE_URL", "postgres://porten_app@db/porten");
    let owner = ("PORTEN_MIGRATE_URL", "postgres://porten_owner@db/porten");
    let config = load(&[app], PLAIN).unwrap();
    assert!(matches!(config.app_database(), Ok(Database::Url(_))));
    assert!(config.owner_database().unwrap_err().to_string().contains("PORTEN_MIGRATE_URL is not set"));
    let config = load(&[owner], PLAIN).unwrap();
    assert!(config.app_database().unwrap_err().to_string().contains("DATABASE_URL is not set"));
    assert!(matches!(config.owner_database(), Ok(Database::Url(_))));
    let config = load(&[app, owner], PLAIN).unwrap();
    let (Ok(Database::Url(app)), Ok(Database::Url(owner))) = (config.app_database(), config.owner_database()) else {
        panic!("two addresses");
    };
    assert!(app.expose_secret().contains("porten_app") && owner.expose_secret().contains("porten_owner"));
}

#[test]
fn the_report_shows_every_setting_masks_secrets_and_lists_errors() {
    let report = report(
        &[
            ("DATABASE_URL", "postgres://porten_app:hunter2@db/porten"),
            ("PORTEN_LISTN", "127.0.0.1:8000"),
            ("PORTEN_SERVICE_HOST", "10.0.0.1"),
            ("PORTEN_DB_POOL", "none"),
            ("PORTEN_DATA", "/srv/porten"),
        ],
        PLAIN,
    );
    let text = report.to_string();
    for setting in SETTINGS {
        assert!(text.lines().any(|line| line.starts_with(setting.name)), "{} is missing in:\n{text}", setting.name);
    }
    assert!(!text.contains("hunter2") && !text.contains("porten_app"), "{text}");
    assert!(text.contains("note: PORTEN_LISTN is set, but there is no such setting."), "{text}");
    assert!(!text.contains("PORTEN_SERVICE_HOST"), "{text}");
    assert!(text.contains("1 error:\nPORTEN_DB_POOL is `none`. Write a whole number from 1 to 1000."), "{text}");
    let values = |name: &str| -> Vec<String> {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().skip(1).map(str::to_owned).collect()
    };
    assert_eq!(values("PORTEN_DATA"), ["/srv/porten", "environment"]);
    assert_eq!(values("DATABASE_URL"), ["***", "environment"]);
    assert_eq!(values("PORTEN_LOG"), ["info", "default"]);
    assert_eq!(values("PORTEN_PUBLIC_URL")[0], "http://127.0.0.1:3000");
    assert!(!report.is_ok());
    assert_eq!(report.errors().0.len(), 1);
}

#[test]
fn the_report_of_good_settings_says_so() {
    let report = report(&[], PLAIN);
    assert!(report.is_ok());
    assert!(report.to_string().ends_with("The settings are in order."), "{report}");
}

#[test]
fn the_documentation_is_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/config.md");
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == markdown(),
        "docs/config.md differs from the table of settings. Make it anew: porten config docs > docs/config.md"
    );
    for setting in SETTINGS {
        assert!(written.contains(&format!("| `{}` |", setting.name)));
    }
}
