//! Takes values from the environment or from files, and remembers what was found and what was wrong.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use super::table::{Fallback, Setting};

/// One thing that is wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The variable, or the flag, that is to be mended.
    pub name: String,
    /// What is wrong. Never holds the value of a secret.
    pub what: String,
    /// What to do.
    pub fix: String,
}

impl ConfigError {
    pub(super) fn new(name: impl Into<String>, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { name: name.into(), what: what.into(), fix: fix.into() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}. {}", self.name, self.what, self.fix)
    }
}

/// All that is wrong with the configuration; one line each when shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// Why a text is no value of a setting, and what to write instead.
#[derive(Debug)]
pub(super) struct Problem {
    pub what: String,
    pub fix: String,
}

impl Problem {
    pub fn new(what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { what: what.into(), fix: fix.into() }
    }
}

/// Where a value came from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Fallback,
    Environment,
    File(PathBuf),
    /// Something is set that gives no value.
    Unusable,
}

/// A setting as it was found.
#[derive(Debug)]
pub(super) struct Found {
    pub setting: &'static Setting,
    pub value: Option<String>,
    pub origin: Origin,
}

pub(super) struct Reader<'a> {
    source: &'a dyn Fn(&str) -> Option<OsString>,
    pub found: Vec<Found>,
    pub errors: Vec<ConfigError>,
}

impl<'a> Reader<'a> {
    pub fn new(source: &'a dyn Fn(&str) -> Option<OsString>) -> Self {
        Self { source, found: Vec::new(), errors: Vec::new() }
    }

    /// A variable that belongs to the operating system, not to porten.
    pub fn raw(&self, name: &str) -> Option<OsString> {
        (self.source)(name)
    }

    /// A setting that always has a value. `None`: it has none that can be used, and the error is noted.
    pub fn required<T>(
        &mut self,
        setting: &'static Setting,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        let fallback = match setting.fallback {
            Fallback::Value(value) => Some(value.to_owned()),
            Fallback::Unset(_) => None,
        };
        self.take(setting, || fallback, parse, None)
    }

    /// A setting that may be absent. An error gives `None` too, and is noted.
    pub fn optional<T>(
        &mut self,
        setting: &'static Setting,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        self.take(setting, || None, parse, None)
    }

    /// A setting whose fallback follows from others; `fix` is the advice when that fallback does not do.
    pub fn derived<T>(
        &mut self,
        setting: &'static Setting,
        fallback: impl FnOnce() -> Option<String>,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
        fix: &str,
    ) -> Option<T> {
        self.take(setting, fallback, parse, Some(fix))
    }

    fn take<T>(
        &mut self,
        setting: &'static Setting,
        fallback: impl FnOnce() -> Option<String>,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
        fallback_fix: Option<&str>,
    ) -> Option<T> {
        let (value, origin) = match self.given(setting) {
            Ok(Some((value, origin))) => (Some(value), origin),
            Ok(None) => (fallback(), Origin::Fallback),
            Err(error) => {
                self.errors.push(error);
                self.found.push(Found { setting, value: None, origin: Origin::Unusable });
                return None;
            }
        };
        let parsed = value.as_deref().and_then(|value| match parse(value) {
            Ok(parsed) => Some(parsed),
            Err(Problem { what, fix }) => {
                self.errors.push(match (&origin, fallback_fix) {
                    (Origin::File(_), _) => ConfigError::new(file_name(setting), what, fix),
                    (Origin::Fallback, Some(fix)) => ConfigError::new(
                        setting.name,
                        format!("is not set, and what follows from other settings {what}"),
                        fix,
                    ),
                    _ => ConfigError::new(setting.name, what, fix),
                });
                None
            }
        });
        self.found.push(Found { setting, value, origin });
        parsed
    }

    /// What somebody set: the variable or the content of the file. An empty variable counts as not set, as compose
    /// files and service managers leave them.
    fn given(&self, setting: &'static Setting) -> Result<Option<(String, Origin)>, ConfigError> {
        let file = file_name(setting);
        match (self.text(setting.name)?, self.text(&file)?) {
            (None, None) => Ok(None),
            (Some(value), None) => Ok(Some((value, Origin::Environment))),
            (Some(_), Some(_)) => Err(ConfigError::new(
                setting.name,
                format!("and {file} are both set"),
                "Unset one of them: it would not be clear which one counts.",
            )),
            (None, Some(path)) => {
                let path = PathBuf::from(path);
                let content = std::fs::read_to_string(&path).map_err(|error| {
                    ConfigError::new(
                        &file,
                        format!("names {}, which cannot be read ({error})", path.display()),
                        "Name a text file that the user running porten may read.",
                    )
                })?;
                match content.trim() {
                    "" => Err(ConfigError::new(
                        &file,
                        format!("names {}, which is empty", path.display()),
                        format!("Write the value into the file, or unset {file}."),
                    )),
                    value => Ok(Some((value.to_owned(), Origin::File(path)))),
                }
            }
        }
    }

    fn text(&self, name: &str) -> Result<Option<String>, ConfigError> {
        match (self.source)(name).map(OsString::into_string) {
            None => Ok(None),
            Some(Ok(text)) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
            Some(Err(_)) => Err(ConfigError::new(name, "is not valid UTF-8", "Write it in UTF-8.")),
        }
    }
}

/// The variable that names a file with the value of the setting.
pub(super) fn file_name(setting: &Setting) -> String {
    format!("{}_FILE", setting.name)
}
