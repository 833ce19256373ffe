//! Keys kept in the data folder, made at the first start, readable by their owner alone.

use crate::world::World;
use std::{
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// The key kept in that file, made if there is none. A folder that cannot be written gives a key that lasts as long as
/// the program.
pub fn key(data: &Path, file: &'static str, world: &World) -> [u8; 32] {
    let path = data.join(file);
    let fresh = world.bytes::<32>();
    read(&path).or_else(|_| make(data, file, &fresh)).unwrap_or_else(|error| {
        tracing::warn!(kind = %error.kind(), file, "a key cannot be kept in the data folder");
        fresh
    })
}

fn read(path: &Path) -> io::Result<[u8; 32]> {
    fs::read(path)?.try_into().map_err(|_| io::ErrorKind::InvalidData.into())
}

/// Writes the key beside its place and puts it there whole. Whoever comes second takes the first one's.
fn make(data: &Path, file: &str, key: &[u8; 32]) -> io::Result<[u8; 32]> {
    fs::create_dir_all(data)?;
    let path = data.join(file);
    let beside = data.join(format!("{file}.{}", std::process::id()));
    let mut open = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    open.write_all(key)?;
    open.sync_all()?;
    let placed = fs::hard_link(&beside, &path);
    fs::remove_file(&beside)?;
    match placed {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => read(&path),
    }
}
