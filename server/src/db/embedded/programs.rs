//! Finds `PostgreSQL`'s programs.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Output;

use super::account::Account;
use super::{EmbeddedError, EmbeddedSettings};

/// The oldest version that porten is tested with.
const OLDEST: u32 = 15;

/// Where distributions put a folder for each version: the parent, the start of the folder's name, and what follows.
const PLACES: [(&str, &str); 2] = [("/usr/lib/postgresql", ""), ("/usr", "pgsql-")]; // Debian; the PostgreSQL project's RPMs

/// A folder with `PostgreSQL`'s programs that can be used.
#[derive(Debug)]
pub(super) struct Programs {
    folder: PathBuf,
    pub major: u32,
}

impl Programs {
    /// The programs for a cluster made by the given version, or for a new one.
    pub async fn find(
        settings: &EmbeddedSettings,
        account: &Account,
        made_by: Option<&str>,
        data: &Path,
    ) -> Result<Self, EmbeddedError> {
        let folders = match &settings.programs {
            Some(folder) => vec![folder.clone()],
            None => candidates(&settings.program_folders, &PLACES.map(|(parent, start)| (Path::new(parent), start))),
        };
        let mut looked = Vec::new();
        let mut versions = Vec::new();
        for folder in folders {
            match version(&folder, account, data).await {
                Ok(major) if made_by.is_none_or(|made_by| made_by == major.to_string()) => {
                    return Ok(Self { folder, major });
                }
                Ok(major) => versions.push(format!("{major} in {}", folder.display())),
                Err(Unusable::DataOutOfReach) => {
                    return Err(out_of_reach(data, account, &folder.join("postgres")).await);
                }
                Err(Unusable::Programs(reason)) => looked.push(format!("{}: {reason}", folder.display())),
            }
        }
        match made_by {
            Some(made_by) if !versions.is_empty() => Err(EmbeddedError::OtherVersion {
                data: data.to_owned(),
                made_by: made_by.to_owned(),
                found: versions.join(", "),
            }),
            _ => Err(EmbeddedError::NoPrograms { looked }),
        }
    }

    pub fn postgres(&self) -> PathBuf {
        self.folder.join("postgres")
    }

    pub fn initdb(&self) -> PathBuf {
        self.folder.join("initdb")
    }

    /// Checks that the server can get into another folder than the data folder, of which it is known.
    pub async fn check_reach(&self, folder: &Path, account: &Account) -> Result<(), EmbeddedError> {
        match run_in(folder, account, &self.postgres()).await {
            Ok(_) => Ok(()),
            Err(_) => Err(out_of_reach(folder, account, &self.postgres()).await),
        }
    }
}

/// The folders that hold a `postgres`, best first. A link in `PATH` stands for the folder it leads to: `initdb` looks for
/// its companions there.
fn candidates(path: &[PathBuf], places: &[(&Path, &str)]) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = path
        .iter()
        .filter_map(|folder| folder.join("postgres").canonicalize().ok()?.parent().map(Path::to_owned))
        .collect();
    for (parent, start) in places {
        let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir(parent)
            .into_iter()
            .flatten()
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let major = entry.file_name().to_str()?.strip_prefix(start)?.parse().ok()?;
                Some((major, entry.path().join("bin")))
            })
            .filter(|(_, folder)| folder.join("postgres").exists())
            .collect();
        versions.sort_by_key(|(major, _)| std::cmp::Reverse(*major));
        folders.extend(versions.into_iter().map(|(_, folder)| folder));
    }
    let mut unique: Vec<PathBuf> = Vec::new();
    for folder in folders {
        if !unique.contains(&folder) {
            unique.push(folder);
        }
    }
    unique
}

/// Why programs cannot be used.
enum Unusable {
    /// It lies with them.
    Programs(String),
    /// They would do, but the user they run as does not get to the data folder.
    DataOutOfReach,
}

/// The major version, by asking the program in the data folder as the user it will run as: permissions are more than mode
/// bits (access lists, mounts, capabilities), so that only trying tells.
async fn version(folder: &Path, account: &Account, data: &Path) -> Result<u32, Unusable> {
    if let Some(missing) = ["initdb", "postgres"].iter().find(|program| !folder.join(program).is_file()) {
        return Err(Unusable::Programs(format!("has no {missing}")));
    }
    let program = folder.join("postgres");
    let output = match run_in(data, account, &program).await {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied && account.switches() => {
            match run_in(Path::new("/"), account, &program).await {
                Ok(_) => return Err(Unusable::DataOutOfReach),
                Err(error) => Err(error),
            }
        }
        tried => tried,
    };
    let output = output
        .map_err(|error| Unusable::Programs(format!("the user `{}` cannot run postgres ({error})", account.server)))?;
    let said = String::from_utf8_lossy(&output.stdout);
    match major(&said) {
        None => Err(Unusable::Programs(format!("postgres --version said `{}`", said.trim()))),
        Some(major) if major < OLDEST => {
            Err(Unusable::Programs(format!("is version {major}; {OLDEST} or newer is needed")))
        }
        Some(major) => Ok(major),
    }
}

async fn run_in(folder: &Path, account: &Account, program: &Path) -> io::Result<Output> {
    account.command(program).arg("--version").current_dir(folder).kill_on_drop(true).output().await
}

/// The error that names the folder in the way.
async fn out_of_reach(folder: &Path, account: &Account, program: &Path) -> EmbeddedError {
    let mut in_the_way = folder;
    for ancestor in folder.ancestors() {
        if run_in(ancestor, account, program).await.is_ok() {
            break;
        }
        in_the_way = ancestor;
    }
    EmbeddedError::Unreachable { folder: in_the_way.to_owned(), user: account.server.clone() }
}

/// The major version in the answer of `postgres --version`.
fn major(said: &str) -> Option<u32> {
    let (_, version) = said.split_once("(PostgreSQL) ")?;
    let end = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    version[..end].parse().ok()
}

/// Whether an argument names a `PostgreSQL` server program.
pub(super) fn is_server(argument: &OsStr) -> bool {
    Path::new(argument).file_name().is_some_and(|name| name == "postgres" || name == "postmaster")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_what_the_program_says() {
        assert_eq!(major("postgres (PostgreSQL) 15.17 (Debian 15.17-0+deb12u1)\n"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 19devel\n"), Some(19));
        assert_eq!(major("bash: postgres: command not found\n"), None);
    }

    #[test]
    fn path_comes_first_with_links_resolved_then_the_newest() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        for version in ["9", "15", "17", "not-a-version"] {
            let bin = root.join("versions").join(version).join("bin");
            std::fs::create_dir_all(&bin).unwrap();
            std::fs::write(bin.join("postgres"), "").unwrap();
        }
        let path = root.join("path");
        std::fs::create_dir(&path).unwrap();
        std::os::unix::fs::symlink(root.join("versions/15/bin/postgres"), path.join("postgres")).unwrap();

        let found = candidates(&[root.join("nothing"), path], &[(&root.join("versions"), "")]);

        assert_eq!(found, ["15", "17", "9"].map(|version| root.join("versions").join(version).join("bin")));
    }
}
