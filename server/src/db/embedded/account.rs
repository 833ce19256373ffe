//! Who porten is, and whom the database runs as.

use std::path::Path;
use std::process::Stdio;

use nix::unistd::{Gid, Uid, User};
use tokio::process::Command;

use super::EmbeddedError;

/// The user of the operating system that `PostgreSQL` runs as when porten is root.
const DATABASE_USER: &str = "postgres";

/// The users of the operating system that take part.
#[derive(Debug)]
pub(super) struct Account {
    /// The user porten runs as: whom the server lets in.
    pub porten: String,
    /// The user the server runs as.
    pub server: String,
    /// Its number.
    pub uid: Uid,
    /// Set when the two differ: what the server's processes have to become.
    switch: Option<(Uid, Gid)>,
}

impl Account {
    pub fn find() -> Result<Self, EmbeddedError> {
        Self::with(Uid::effective(), DATABASE_USER)
    }

    fn with(me: Uid, database_user: &str) -> Result<Self, EmbeddedError> {
        let lookup =
            |source: nix::Error| EmbeddedError::Io { doing: "look up a user".to_owned(), source: source.into() };
        let porten = User::from_uid(me).map_err(lookup)?.ok_or(EmbeddedError::NoUserName { uid: me.as_raw() })?.name;
        if !me.is_root() {
            return Ok(Self { server: porten.clone(), porten, uid: me, switch: None });
        }
        let user = User::from_name(database_user)
            .map_err(lookup)?
            .ok_or_else(|| EmbeddedError::NoDatabaseUser { user: database_user.to_owned() })?;
        Ok(Self { porten, server: user.name, uid: user.uid, switch: Some((user.uid, user.gid)) })
    }

    /// Whether the server runs as somebody else than porten.
    pub fn switches(&self) -> bool {
        self.switch.is_some()
    }

    /// A program run as the server's user, without porten's environment: that may hold secrets, and variables such as
    /// `PGDATA` or `PGOPTIONS` that the programs would follow. It starts in `/`, because `PostgreSQL` stops when it may not
    /// enter the folder it was started in.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C").env("PATH", "/usr/bin:/bin").current_dir("/").stdin(Stdio::null());
        if let Some((uid, gid)) = self.switch {
            command.uid(uid.as_raw()).gid(gid.as_raw()); // other groups are dropped with it
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_needs_the_user_postgres() {
        let error = Account::with(Uid::from_raw(0), "porten-no-such-user").unwrap_err();
        assert!(matches!(&error, EmbeddedError::NoDatabaseUser { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains("`porten-no-such-user`") && text.contains("DATABASE_URL"), "{text}");
    }

    #[test]
    fn a_user_without_a_name_is_an_error() {
        let error = Account::with(Uid::from_raw(4_000_000_007), DATABASE_USER).unwrap_err();
        assert!(matches!(error, EmbeddedError::NoUserName { uid: 4_000_000_007 }), "{error:?}");
    }
}
