//! The places bytes can lie in.

use secrecy::SecretString;
use std::path::PathBuf;

/// Where objects lie.
#[derive(Debug, Clone)]
pub enum Place {
    /// A folder of this machine.
    Folder(PathBuf),
    Bucket(Bucket),
}

/// A bucket of an S3-compatible server.
#[derive(Debug, Clone)]
pub struct Bucket {
    pub name: String,
    /// Its server's address; without one it is Amazon's, by region.
    pub endpoint: Option<String>,
    pub region: String,
    pub key_id: SecretString,
    pub secret: SecretString,
}
