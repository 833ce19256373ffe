//! Letters as files: for trying the service out, and where another program picks them up.

use std::{io, path::PathBuf};
use tokio::{
    fs::{DirBuilder, OpenOptions, rename},
    io::AsyncWriteExt,
};

/// The folder the letters lie in; made when the first is written. Only for its owner: letters hold addresses.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Writes `<id>.eml`, whole or not at all. Writing it again replaces it: one letter is one file.
    pub async fn keep(&self, id: &str, letter: &[u8]) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.path).await?;
        let unfinished = self.path.join(format!("{id}.part"));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished).await?;
        file.write_all(letter).await?;
        file.sync_all().await?;
        rename(&unfinished, self.path.join(format!("{id}.eml"))).await
    }
}
