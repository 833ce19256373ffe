//! Where papers are stored, from text.

use std::path::PathBuf;

use http::Uri;
use secrecy::SecretString;

use super::Problem;
use super::values::{folder, is_loopback};

/// What `PORTEN_STORAGE_URL` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorageUrl {
    /// An absolute folder.
    Folder(PathBuf),
    /// A bucket of an S3-compatible server, by its name.
    Bucket(String),
}

/// A folder, or `s3://bucket`.
pub(super) fn url(text: &str) -> Result<StorageUrl, Problem> {
    let fix = "Write a folder, or s3:// and the name of a bucket: s3://porten-papers.";
    if let Some(name) = text.strip_prefix("s3://") {
        let fits = (3..=63).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.'))
            && name.starts_with(|first: char| first.is_ascii_alphanumeric())
            && name.ends_with(|last: char| last.is_ascii_alphanumeric());
        return if fits {
            Ok(StorageUrl::Bucket(name.to_owned()))
        } else {
            Err(Problem::new(format!("is `{text}`, which does not name a bucket"), fix))
        };
    }
    match text.split_once("://") {
        None => folder(text).map(StorageUrl::Folder),
        // Not quoted: a password may follow.
        Some((scheme, _)) => Err(Problem::new(format!("begins with `{scheme}://`"), fix)),
    }
}

/// The address of an S3-compatible server: `https`, or `http` on this machine.
pub(super) fn endpoint(text: &str) -> Result<String, Problem> {
    let fix = "Write the address of the server without the bucket: https://s3.example.se.";
    let bad = |what: &str| Problem::new(format!("is `{text}`, which {what}"), fix);
    if text.contains('@') {
        return Err(Problem::new(
            "holds a user name or password",
            "Set PORTEN_STORAGE_KEY_ID and PORTEN_STORAGE_SECRET.",
        ));
    }
    let uri: Uri = text.parse().map_err(|_| bad("is no address"))?;
    let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else { return Err(bad("lacks scheme or host")) };
    match scheme {
        "https" => {}
        "http" if is_loopback(host) => {}
        "http" => return Err(bad("sends papers over the network for anybody to read")),
        _ => return Err(bad("is neither https nor http")),
    }
    if uri.query().is_some() || text.contains('#') {
        return Err(bad("has a query"));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// A word without white space.
pub(super) fn word(text: &str) -> Result<String, Problem> {
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(text.to_owned())
    } else {
        Err(Problem::new("has characters that do not belong there", "Write it as the server's owner gave it."))
    }
}

/// A key, never quoted.
pub(super) fn key(text: &str) -> Result<SecretString, Problem> {
    word(text).map(SecretString::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn papers_lie_in_a_folder_or_a_bucket() {
        assert_eq!(url("/srv/papers").unwrap(), StorageUrl::Folder("/srv/papers".into()));
        assert!(matches!(url("papers").unwrap(), StorageUrl::Folder(folder) if folder.is_absolute()));
        assert_eq!(url("s3://porten-papers").unwrap(), StorageUrl::Bucket("porten-papers".into()));
        for bad in ["s3://", "s3://ab", "s3://Porten", "s3://porten/papers", "s3://-porten", "gs://porten", "file:///x"]
        {
            assert!(url(bad).is_err(), "{bad}");
        }
        assert!(!url("s4://key:hunter2@host").unwrap_err().what.contains("hunter2"));
    }

    #[test]
    fn papers_never_cross_the_network_in_the_clear() {
        assert_eq!(endpoint("https://s3.example.se/").unwrap(), "https://s3.example.se");
        assert_eq!(endpoint("http://127.0.0.1:9000").unwrap(), "http://127.0.0.1:9000");
        for bad in
            ["http://s3.example.se", "s3.example.se", "ftp://s3.example.se", "https://s3.example.se/?a", "https://"]
        {
            assert!(endpoint(bad).is_err(), "{bad}");
        }
        assert!(!endpoint("https://key:hunter2@host").unwrap_err().what.contains("hunter2"));
        assert!(key("a b").is_err());
    }
}
