//! The server's configuration, written anew at every start so that an upgrade of porten brings its own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::account::Account;
use super::{APP_ROLE, EmbeddedError, OWNER_ROLE, SUPERUSER, folder};

const SETTINGS: &str = "\
# Written by porten at every start; changes here are lost.
listen_addresses = ''
unix_socket_permissions = 0700
# The pools take at most 90, see PORTEN_DB_POOL.
max_connections = 100
shared_buffers = 128MB
effective_cache_size = 512MB
random_page_cost = 1.1
max_wal_size = 1GB
# Compiling short statements costs more than it gives.
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, ymd'
lc_messages = 'C'
default_text_search_config = 'pg_catalog.simple'
# The log must not hold personal data, and that is in statements, in their parameters, in the text of errors (a value that
# does not parse) and in their details (the key that exists already). porten logs errors by its own rules; here only what
# the server says of itself.
log_statement = 'none'
log_min_duration_statement = -1
log_min_messages = 'log'
log_min_error_statement = 'panic'
log_error_verbosity = 'terse'
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_checkpoints = off
log_line_prefix = '%m [%p] '
";

/// The files by the name of the setting that points to them.
pub(super) fn files(folder: &Path) -> [(&'static str, PathBuf); 3] {
    [
        ("config_file", folder.join("postgresql.conf")),
        ("hba_file", folder.join("pg_hba.conf")),
        ("ident_file", folder.join("pg_ident.conf")),
    ]
}

/// The argument that points the server to a file.
pub(super) fn assignment(name: &str, path: &Path) -> OsString {
    let mut argument = OsString::from(name);
    argument.push("=");
    argument.push(path);
    argument
}

/// Writes the configuration. Everybody may read it: it holds no secret, and the server may be another user.
pub(super) fn write(folder: &Path, account: &Account, durable: bool) -> Result<(), EmbeddedError> {
    folder::readable(folder)?;
    let peer = "local all all peer map=porten\n";
    let user = account.porten.replace('"', "\"\"");
    let ident = [OWNER_ROLE, APP_ROLE, SUPERUSER].map(|role| format!("porten \"{user}\" {role}\n")).concat();
    let settings =
        if durable { SETTINGS.to_owned() } else { format!("{SETTINGS}fsync = off\nfull_page_writes = off\n") };
    for ((_, path), content) in files(folder).iter().zip([settings.as_str(), peer, &ident]) {
        folder::write(path, content)?;
    }
    Ok(())
}
