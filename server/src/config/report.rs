//! What `porten config check` prints, and the text of `docs/config.md`.

use std::ffi::OsString;
use std::fmt;
use std::fmt::Write as _;

use super::reader::{ConfigErrors, Found, Origin, Reader, file_name};
use super::table::{Fallback, SETTINGS, Setting};
use super::{Flags, examine};

/// Every setting with its effective value, every error, and what looks like a mistake. Shown with `Display`; secrets are
/// masked.
#[derive(Debug)]
pub struct Report {
    lines: Vec<[String; 3]>,
    notes: Vec<String>,
    errors: ConfigErrors,
}

impl Report {
    /// Looks at all settings. `names` are the variables that exist, to find those that look like a setting and are none.
    pub fn new<V: Into<OsString>>(
        source: &impl Fn(&str) -> Option<V>,
        names: impl IntoIterator<Item = OsString>,
        flags: Flags,
    ) -> Self {
        let source = |name: &str| source(name).map(Into::into);
        let mut reader = Reader::new(&source);
        let config = examine(&mut reader, flags);
        let lines = SETTINGS
            .iter()
            .filter_map(|setting| reader.found.iter().find(|found| std::ptr::eq(found.setting, *setting)))
            .map(line)
            .collect();
        let mut notes: Vec<String> = config
            .iter()
            .flat_map(|config| [config.app_database().err(), config.owner_database().err()])
            .flatten()
            .map(|error| error.to_string())
            .collect();
        notes.extend(unknown(names));
        Self { lines, notes, errors: ConfigErrors(reader.errors) }
    }

    /// Whether porten would start with this.
    pub fn is_ok(&self) -> bool {
        self.errors.0.is_empty()
    }

    /// All that is wrong.
    pub fn errors(&self) -> &ConfigErrors {
        &self.errors
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |column: usize| self.lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
        let (first, second) = (width(0), width(1));
        for [name, value, origin] in &self.lines {
            writeln!(f, "{name:first$}  {value:second$}  {origin}")?;
        }
        for note in &self.notes {
            writeln!(f, "\nnote: {note}")?;
        }
        match self.errors.0.len() {
            0 => write!(f, "\nThe settings are in order."),
            1 => write!(f, "\n1 error:\n{}", self.errors),
            count => write!(f, "\n{count} errors:\n{}", self.errors),
        }
    }
}

fn line(found: &Found) -> [String; 3] {
    let value = match &found.value {
        None if found.origin == Origin::Unusable => "?".to_owned(),
        None => "(not set)".to_owned(),
        Some(_) if found.setting.secret => "***".to_owned(),
        // The first line says what it is: a certificate has thirty.
        Some(value) => value.lines().next().unwrap_or_default().to_owned(),
    };
    let origin = match (&found.origin, &found.setting.fallback) {
        (Origin::Environment, _) => "environment".to_owned(),
        (Origin::File(path), _) => format!("file {}", path.display()),
        (Origin::Unusable, _) => "see below".to_owned(),
        (Origin::Fallback, Fallback::Value(_)) => "default".to_owned(),
        (Origin::Fallback, Fallback::Unset(meaning)) => format!("default: {meaning}"),
    };
    [found.setting.name.to_owned(), value, origin]
}

/// Only a note, never an error: in a Kubernetes cluster a service of the name `porten` puts `PORTEN_PORT` and
/// `PORTEN_SERVICE_HOST` into every container, and those are no mistake at all.
fn unknown(names: impl IntoIterator<Item = OsString>) -> Vec<String> {
    let known = |name: &str| SETTINGS.iter().any(|setting| setting.name == name || file_name(setting) == name);
    let foreign = |name: &str| name.starts_with("PORTEN_SERVICE_") || name.starts_with("PORTEN_PORT");
    let mut unknown: Vec<String> = names
        .into_iter()
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name.starts_with("PORTEN_") && !known(name) && !foreign(name))
        .map(|name| format!("{name} is set, but there is no such setting."))
        .collect();
    unknown.sort();
    unknown
}

/// The text of `docs/config.md`, from the table of settings.
pub fn markdown() -> String {
    let mut text = String::from(
        "# Settings\n\
         \n\
         <!-- Made from server/src/config/table.rs by `porten config docs > docs/config.md`. Change it there. -->\n\
         \n\
         porten is configured by environment variables. Without any it runs on this machine alone, with a database of its\n\
         own. Every setting can also come from a file: `PORTEN_LOG_FILE=/run/secrets/log` reads the value of `PORTEN_LOG` from\n\
         that file, without the white space around it; setting both is an error. An empty variable counts as not set.\n\
         `porten config check` shows what applies, with secrets masked, and everything that is wrong at once.\n\
         \n\
         | variable | default | meaning |\n\
         |---|---|---|\n",
    );
    for setting in SETTINGS {
        let Setting { name, fallback, secret, doc } = setting;
        let fallback = match fallback {
            Fallback::Value(value) => format!("`{value}`"),
            Fallback::Unset(meaning) => format!("not set: {meaning}"),
        };
        let secret = if *secret { " Secret." } else { "" };
        // Writing to a String does not fail.
        let _ = writeln!(text, "| `{name}` | {fallback} | {doc}{secret} |");
    }
    text.push_str(
        "\n\
         Of the operating system's variables porten uses `PATH` (to find PostgreSQL's programs) and `TMPDIR`. What a database\n\
         address leaves out is taken from PostgreSQL's own variables (`PGSSLMODE`, `PGPASSFILE` and so on).\n",
    );
    text
}
