//! The folders: made, checked, locked.

use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use nix::unistd::Uid;
use sha2::{Digest as _, Sha256};

use super::account::Account;
use super::{EmbeddedError, PORT};

fn not_writable(folder: &Path) -> impl Fn(io::Error) -> EmbeddedError {
    move |source| EmbeddedError::NotWritable { folder: folder.to_owned(), source }
}

/// The data folder, made if missing, without links. A new one is nobody's business; when the server is another user, that
/// one must be able to pass through, but not to list it.
pub(super) fn data(path: &Path, account: &Account) -> Result<PathBuf, EmbeddedError> {
    if !path.exists() {
        std::fs::create_dir_all(path).map_err(not_writable(path))?;
        let mode = if account.switches() { 0o711 } else { 0o700 };
        std::fs::set_permissions(path, Permissions::from_mode(mode)).map_err(not_writable(path))?;
    }
    path.canonicalize().map_err(not_writable(path))
}

/// The data folder is this process's, until this is dropped or the process dies.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Lock {
    pub fn take(data: &Path) -> Result<Self, EmbeddedError> {
        let path = data.join("porten.lock");
        let failed = not_writable(&path);
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(&failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Without a number the error is less helpful, and still right.
                let _ = file.read_to_string(&mut holder);
                return Err(EmbeddedError::InUse { data: data.to_owned(), pid: holder.trim().parse().ok() });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        file.set_len(0).and_then(|()| file.rewind()).map_err(&failed)?;
        writeln!(file, "{}", std::process::id()).map_err(&failed)?;
        Ok(Self(file))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file is not enough: a process that another thread is just starting has a copy of it until it becomes
        // its program, and with the copy the lock.
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "cannot unlock the data folder");
        }
    }
}

/// The version that made the cluster; `None` where there is none yet.
pub(super) fn cluster_version(cluster: &Path, account: &Account) -> Result<Option<String>, EmbeddedError> {
    let failed = |source| EmbeddedError::Io { doing: format!("read {}", cluster.display()), source };
    match std::fs::read_to_string(cluster.join("PG_VERSION")) {
        Ok(version) => {
            if std::fs::metadata(cluster).map_err(failed)?.uid() != account.uid.as_raw() {
                return Err(EmbeddedError::WrongOwner { folder: cluster.to_owned(), user: account.server.clone() });
            }
            Ok(Some(version.trim().to_owned()))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            match std::fs::read_dir(cluster).map(|mut entries| entries.next().is_some()) {
                Ok(true) => Err(EmbeddedError::NotACluster { folder: cluster.to_owned() }),
                _ => Ok(None),
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            Err(EmbeddedError::NotACluster { folder: cluster.to_owned() })
        }
        Err(error) => Err(failed(error)),
    }
}

/// The folder of the socket.
pub(super) fn socket(data: &Path, temp: &Path, account: &Account) -> Result<PathBuf, EmbeddedError> {
    let folder = socket_path(data, temp);
    private(&folder, account)?;
    Ok(folder)
}

fn socket_path(data: &Path, temp: &Path) -> PathBuf {
    let hash = Sha256::digest(data.as_os_str().as_bytes());
    let name = hash.iter().take(8).fold("porten-".to_owned(), |name, byte| format!("{name}{byte:02x}"));
    let beside = data.join("postgres-run");
    [beside, temp.join(&name)]
        .into_iter()
        .find(|folder| fits_socket(folder))
        .unwrap_or_else(|| Path::new("/tmp").join(name))
}

/// Whether the server can have its socket there: the name with its closing zero has 108 bytes in the kernel, and the
/// server reads its setting as a list in which commas and quotes mean something.
fn fits_socket(folder: &Path) -> bool {
    let folder = folder.as_os_str().as_bytes();
    folder.len() + format!("/.s.PGSQL.{PORT}").len() <= 107 && !folder.iter().any(|byte| matches!(byte, b',' | b'"'))
}

/// A folder that only the server's user (and root) may enter; made if missing. In a folder where everybody may write,
/// somebody else may have put a folder or a link of this name there before: that is refused. All changes go through one
/// open handle, so that nothing can be put in its place in between.
pub(super) fn private(path: &Path, account: &Account) -> Result<(), EmbeddedError> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(source) if source.kind() != io::ErrorKind::AlreadyExists => return Err(not_writable(path)(source)),
        _ => {}
    }
    let refuse = |reason: &str| EmbeddedError::UnsafeFolder { folder: path.to_owned(), reason: reason.to_owned() };
    let found = std::fs::symlink_metadata(path).map_err(not_writable(path))?;
    if !found.is_dir() {
        return Err(refuse("is not a folder"));
    }
    let is_ours = |uid: u32| uid == account.uid.as_raw() || uid == Uid::effective().as_raw();
    if !is_ours(found.uid()) {
        return Err(refuse("belongs to somebody else"));
    }
    let change = || {
        let handle =
            OpenOptions::new().read(true).custom_flags((OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW).bits()).open(path)?;
        let found = handle.metadata()?;
        if !is_ours(found.uid()) {
            return Ok(false);
        }
        if found.uid() != account.uid.as_raw() {
            fchown(&handle, Some(account.uid.as_raw()), None)?;
        }
        if found.mode() & 0o777 != 0o700 {
            handle.set_permissions(Permissions::from_mode(0o700))?;
        }
        Ok(true)
    };
    if change().map_err(not_writable(path))? { Ok(()) } else { Err(refuse("belongs to somebody else")) }
}

/// A folder of porten's own that everybody may read who gets that far.
pub(super) fn readable(path: &Path) -> Result<(), EmbeddedError> {
    match std::fs::create_dir(path) {
        Err(source) if source.kind() != io::ErrorKind::AlreadyExists => Err(not_writable(path)(source)),
        _ => std::fs::set_permissions(path, Permissions::from_mode(0o755)).map_err(not_writable(path)),
    }
}

/// Writes a file that everybody may read who gets that far, whatever the umask.
pub(super) fn write(path: &Path, content: &str) -> Result<(), EmbeddedError> {
    std::fs::write(path, content)
        .and_then(|()| std::fs::set_permissions(path, Permissions::from_mode(0o644)))
        .map_err(not_writable(path))
}

/// The log, opened at its end. The server gets it open, so it needs no right to it.
pub(super) fn log_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_socket_lies_in_the_data_folder_while_its_path_is_short_enough() {
        let temp = Path::new("/tmp");
        // "/postgres-run" has 13 bytes, "/.s.PGSQL.5432" 14: 80 are left of 107.
        let longest = format!("/{}", "d".repeat(79));
        assert_eq!(socket_path(Path::new(&longest), temp), Path::new(&longest).join("postgres-run"));
        let short = socket_path(Path::new(&format!("{longest}d")), temp);
        assert_eq!(short.parent(), Some(temp));
        assert_ne!(short, socket_path(Path::new(&format!("{longest}e")), temp), "each data folder has its own");
        assert_eq!(socket_path(Path::new("/srv/a,b"), temp).parent(), Some(temp));
        assert_eq!(socket_path(Path::new("/srv/a,b"), Path::new(&longest).join("x").as_path()).parent(), Some(temp));
    }

    #[test]
    fn a_dropped_lock_is_free_whoever_has_a_copy_of_the_file() {
        let data = tempfile::tempdir().unwrap();
        let lock = Lock::take(data.path()).unwrap();
        let copy = lock.0.try_clone().unwrap();
        assert!(matches!(Lock::take(data.path()), Err(EmbeddedError::InUse { .. })));
        drop(lock);
        Lock::take(data.path()).unwrap();
        drop(copy);
    }

    #[test]
    fn a_private_folder_is_made_private_and_a_link_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let account = Account::find().unwrap();
        let folder = root.path().join("run");
        std::fs::create_dir(&folder).unwrap();
        std::fs::set_permissions(&folder, Permissions::from_mode(0o777)).unwrap();
        private(&folder, &account).unwrap();
        let found = std::fs::metadata(&folder).unwrap();
        assert_eq!((found.mode() & 0o777, found.uid()), (0o700, account.uid.as_raw()));

        let link = root.path().join("link");
        std::os::unix::fs::symlink(&folder, &link).unwrap();
        let error = private(&link, &account).unwrap_err();
        assert!(matches!(&error, EmbeddedError::UnsafeFolder { folder, .. } if *folder == link), "{error:?}");
    }

    #[test]
    fn a_private_folder_of_somebody_else_is_refused() {
        let account = Account::find().unwrap();
        let root = tempfile::tempdir().unwrap();
        // As root: a folder handed to somebody else. Otherwise: one of root's.
        let folder = if Uid::effective().is_root() {
            std::os::unix::fs::chown(root.path(), Some(account.uid.as_raw() + 1), None).unwrap();
            root.path()
        } else {
            Path::new("/usr")
        };
        let error = private(folder, &account).unwrap_err();
        assert!(error.to_string().contains("belongs to somebody else"), "{error}");
    }
}
