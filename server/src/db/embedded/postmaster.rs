//! The postmaster that may be there already: left by a killed porten, somebody else's, or only its stale pid file.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::time::Instant;

use super::{EmbeddedError, FAST_SHUTDOWN, IMMEDIATE_SHUTDOWN, POLL, configuration, programs};

/// What a live process is to the cluster.
#[derive(Debug, PartialEq, Eq)]
enum Relation {
    /// Its postmaster, started with porten's configuration.
    Ours,
    /// Its postmaster, as far as one can see.
    Postmaster,
    /// The system does not say (no `/proc`, or hidden).
    Unknown,
    /// Something else that got the number of a dead postmaster.
    None,
}

/// Shuts down a postmaster that an earlier porten left. The caller holds the lock on the data folder, so that porten is
/// dead. A live postmaster that porten did not start is an error.
pub(super) async fn replace_leftover(
    cluster: &Path,
    configuration: &Path,
    owner_file: &Path,
) -> Result<(), EmbeddedError> {
    let pid_file = cluster.join("postmaster.pid");
    let Some(pid) = first_line(&pid_file) else { return Ok(()) };
    if is_alive(pid) {
        let recorded = first_line(owner_file) == Some(pid);
        match relation(pid, cluster, configuration) {
            Relation::Ours => stop(pid).await?,
            // The record alone, or the look of it alone, could be a number given twice.
            Relation::Postmaster | Relation::Unknown if recorded => stop(pid).await?,
            Relation::Postmaster | Relation::Unknown => {
                return Err(EmbeddedError::ForeignServer { cluster: cluster.to_owned(), pid });
            }
            // PostgreSQL would take a process of the same user for its predecessor and refuse: usual in a container,
            // where numbers start again from 1. Without the file it cannot see children of the dead one, hence the check.
            Relation::None if wait_for_children(cluster).await => remove(&pid_file)?,
            Relation::None => {}
        }
    }
    // What is still there after the wait is for PostgreSQL to complain about.
    wait_for_children(cluster).await;
    Ok(())
}

async fn stop(pid: u32) -> Result<(), EmbeddedError> {
    tracing::warn!(pid, "stopping the database server left by a porten that was killed");
    for (how, patience) in [(Signal::SIGINT, FAST_SHUTDOWN), (Signal::SIGQUIT, IMMEDIATE_SHUTDOWN)] {
        signal(Some(pid), how);
        if wait_until(patience, || !is_alive(pid)).await {
            return Ok(());
        }
    }
    Err(EmbeddedError::LeftoverStays { pid })
}

/// Children of a killed postmaster end by themselves within moments; until then a new one cannot start. Whether they did.
async fn wait_for_children(cluster: &Path) -> bool {
    wait_until(IMMEDIATE_SHUTDOWN, || !has_children(cluster)).await
}

/// Whether a `PostgreSQL` process works in the cluster's folder.
fn has_children(cluster: &Path) -> bool {
    std::fs::read_dir("/proc").into_iter().flatten().flatten().any(|process| {
        let process = process.path();
        std::fs::read_link(process.join("cwd")).is_ok_and(|folder| folder == cluster)
            && std::fs::read(process.join("comm")).is_ok_and(|name| name == b"postgres\n")
    })
}

fn relation(pid: u32, cluster: &Path, configuration: &Path) -> Relation {
    // Not `/proc/<pid>/cwd` or `exe`: those of another user's process are hidden even from root in a usual container.
    match std::fs::read(format!("/proc/{pid}/cmdline")) {
        Ok(line) if !line.is_empty() => relation_by_arguments(&line, cluster, configuration),
        _ => Relation::Unknown,
    }
}

fn relation_by_arguments(line: &[u8], cluster: &Path, configuration: &Path) -> Relation {
    let arguments: Vec<&OsStr> =
        line.strip_suffix(b"\0").unwrap_or(line).split(|byte| *byte == 0).map(OsStr::from_bytes).collect();
    // A child shows what it does instead: "postgres: checkpointer".
    if !arguments.first().is_some_and(|program| programs::is_server(program)) {
        return Relation::None;
    }
    let folder = arguments.iter().enumerate().find_map(|(index, argument)| match argument.as_bytes() {
        b"-D" => arguments.get(index + 1).copied(),
        argument => argument.strip_prefix(b"-D").map(OsStr::from_bytes),
    });
    let elsewhere = folder.map(Path::new).is_some_and(|folder| {
        folder.is_absolute() && folder != cluster && folder.canonicalize().is_ok_and(|folder| folder != cluster)
    });
    if elsewhere {
        return Relation::None;
    }
    let [(name, path), ..] = configuration::files(configuration);
    if arguments.contains(&configuration::assignment(name, &path).as_os_str()) {
        Relation::Ours
    } else {
        Relation::Postmaster
    }
}

/// Whether the process runs. One that has ended and that nobody has asked about (a zombie) does not.
fn is_alive(pid: u32) -> bool {
    let Some(number) = number(pid) else { return false };
    if kill(number, None) == Err(Errno::ESRCH) {
        return false;
    }
    // The state follows the program's name, which stands in brackets and may hold brackets itself.
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
    !matches!(state, Some('Z' | 'X'))
}

/// Sends a signal, if the process is still there.
pub(super) fn signal(pid: Option<u32>, signal: Signal) {
    let Some(number) = pid.and_then(number) else { return };
    match kill(number, signal) {
        Ok(()) | Err(Errno::ESRCH) => {}
        Err(error) => tracing::warn!(%error, pid, signal = signal.as_str(), "cannot signal the database server"),
    }
}

/// Only a positive number is one process: 0 and below address groups.
fn number(pid: u32) -> Option<Pid> {
    i32::try_from(pid).ok().filter(|pid| *pid > 0).map(Pid::from_raw)
}

fn first_line(file: &Path) -> Option<u32> {
    std::fs::read_to_string(file).ok()?.lines().next()?.trim().parse().ok()
}

fn remove(file: &Path) -> Result<(), EmbeddedError> {
    std::fs::remove_file(file).map_err(|source| EmbeddedError::NotWritable { folder: file.to_owned(), source })
}

async fn wait_until(patience: Duration, condition: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + patience;
    while !condition() {
        if Instant::now() > deadline {
            return false;
        }
        tokio::time::sleep(POLL).await;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(arguments: &[&str]) -> Relation {
        let line = arguments.join("\0") + "\0";
        relation_by_arguments(line.as_bytes(), Path::new("/data/postgres"), Path::new("/data/postgres-conf"))
    }

    #[test]
    fn a_postmaster_is_known_by_its_arguments() {
        let ours = ["/bin/postgres", "-D", "/data/postgres", "-c", "config_file=/data/postgres-conf/postgresql.conf"];
        assert_eq!(judge(&ours), Relation::Ours);
        assert_eq!(judge(&["/bin/postgres", "-D", "/data/postgres"]), Relation::Postmaster);
        assert_eq!(judge(&["/bin/postmaster", "-D/data/postgres"]), Relation::Postmaster);
        assert_eq!(judge(&["postgres", "-D", "postgres"]), Relation::Postmaster, "a relative folder may be this one");
        assert_eq!(judge(&["postgres"]), Relation::Postmaster);
        assert_eq!(judge(&["postgres", "-D", "/tmp"]), Relation::None);
        assert_eq!(judge(&["postgres: checkpointer "]), Relation::None);
        assert_eq!(judge(&["/bin/sh", "-c", "postgres -D /data/postgres"]), Relation::None);
    }

    #[test]
    fn numbers_that_mean_groups_or_nobody_are_not_alive() {
        assert!(is_alive(std::process::id()));
        assert!(!is_alive(0));
        assert!(!is_alive(u32::MAX));
    }
}
