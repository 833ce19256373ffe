//! Where the bytes of papers lie: a folder, or a bucket of an S3-compatible server.
//!
//! Bytes come and go as streams; nothing here ever holds more of a file than one part. A key is made of ids alone
//! (`<municipality>/<two digits>/<object>`), never of anything somebody typed. [`Stored::format`] says how the bytes are
//! written: 1 is as they came. Encryption becomes 2, and no caller notices.

mod part;
mod place;

use part::Parts;
pub use place::{Bucket, Place};

use bytes::Bytes;
use domain::id::{MunicipalityId, ObjectId};
use futures::{Stream, StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{
    ClientOptions, MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig, aws::AmazonS3Builder,
    local::LocalFileSystem, path::Path,
};
use secrecy::ExposeSecret;
use std::{fmt, io, os::unix::fs::DirBuilderExt, path::PathBuf, sync::Arc, time::Duration};

/// The bytes as they came.
const PLAIN: i16 = 1;
/// Bytes written at once to a file.
const FILE_PART: usize = 512 * 1024;
/// Bytes sent at once to a bucket: the least that S3 takes, and all alike, as some servers ask for.
const BUCKET_PART: usize = 5 * 1024 * 1024;
/// How long a bucket may say nothing.
const SILENCE: Duration = Duration::from_secs(20);

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    pub object: ObjectId,
    /// Bytes, as they came.
    pub size: u64,
    /// Of the bytes as they came.
    pub sha256: [u8; 32],
    /// How the object is written.
    pub format: i16,
}

/// Why bytes could not be written, read or removed.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The stream that was to be written broke off: not the store's fault.
    #[error("the bytes broke off: {0}")]
    Source(#[source] io::Error),
    /// There is no such object.
    #[error("no such object")]
    Missing,
    /// Written in a way this program does not know: by a newer one.
    #[error("unknown format {0}")]
    Format(i16),
    #[error("the store: {0}")]
    Store(#[source] object_store::Error),
    #[error("the folder {0}: {1}")]
    Folder(PathBuf, #[source] io::Error),
}

impl From<object_store::Error> for StorageError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::Missing,
            other => Self::Store(other),
        }
    }
}

/// The store, shared by all who use it.
#[derive(Clone)]
pub struct Storage(Arc<Inner>);

struct Inner {
    store: Arc<dyn ObjectStore>,
    /// The folder, if it is one.
    folder: Option<(PathBuf, LocalFileSystem)>,
    part: usize,
}

impl fmt::Debug for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Storage({})", if self.0.folder.is_some() { "folder" } else { "bucket" })
    }
}

impl Storage {
    /// Opens the place. A folder is made if missing; a bucket is not asked yet.
    pub fn open(place: &Place) -> Result<Self, StorageError> {
        match place {
            Place::Folder(folder) => Self::folder(folder.clone()),
            Place::Bucket(bucket) => Self::bucket(bucket),
        }
    }

    fn folder(folder: PathBuf) -> Result<Self, StorageError> {
        // Nobody else on the machine reads people's papers.
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .map_err(|error| StorageError::Folder(folder.clone(), error))?;
        // What has been acknowledged survives a power cut.
        let local = LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true);
        Ok(Self(Arc::new(Inner { store: Arc::new(local.clone()), folder: Some((folder, local)), part: FILE_PART })))
    }

    fn bucket(bucket: &Bucket) -> Result<Self, StorageError> {
        provide_tls();
        let loopback = bucket.endpoint.as_deref().is_some_and(|endpoint| endpoint.starts_with("http://"));
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&bucket.name)
            .with_region(&bucket.region)
            .with_access_key_id(bucket.key_id.expose_secret())
            .with_secret_access_key(bucket.secret.expose_secret())
            // Not every server has tags, or removes several at once.
            .with_disable_tagging(true)
            .with_disable_bulk_delete(true)
            // The settings allow http on this machine only.
            .with_allow_http(loopback)
            .with_retry(RetryConfig { max_retries: 3, retry_timeout: SILENCE, ..RetryConfig::default() })
            .with_client_options(
                ClientOptions::new()
                    .with_allow_http(loopback)
                    .with_connect_timeout(Duration::from_secs(5))
                    // A large paper takes its time with a reader far away; a server that says nothing is given up.
                    .with_timeout_disabled()
                    .with_read_timeout(SILENCE),
            );
        if let Some(endpoint) = &bucket.endpoint {
            builder = builder.with_endpoint(endpoint.trim_end_matches('/'));
        }
        Ok(Self(Arc::new(Inner { store: Arc::new(builder.build()?), folder: None, part: BUCKET_PART })))
    }

    /// Writes a stream as a new object. It is there as a whole or not at all; broken off, nothing of it can be read.
    pub async fn write(
        &self,
        municipality: MunicipalityId,
        object: ObjectId,
        bytes: impl Stream<Item = io::Result<Bytes>> + Send + Unpin,
    ) -> Result<Stored, StorageError> {
        let key = key(municipality, object);
        let mut parts = Parts::new(bytes, self.0.part);
        let first = parts.next().await?.unwrap_or_default();
        if first.content_length() < self.0.part {
            self.0.store.put(&key, first).await?;
        } else {
            let mut upload = self.0.store.put_multipart(&key).await?;
            if let Err(error) = send(upload.as_mut(), first, &mut parts).await {
                // What cannot be cleared away now is cleared away with the orphan, or by the bucket's own rule.
                let _cleared = upload.abort().await;
                return Err(error);
            }
        }
        let (size, sha256) = parts.seen();
        Ok(Stored { object, size, sha256, format: PLAIN })
    }

    /// The bytes of an object as they came when it was written.
    pub async fn read(
        &self,
        municipality: MunicipalityId,
        object: ObjectId,
        format: i16,
    ) -> Result<BoxStream<'static, io::Result<Bytes>>, StorageError> {
        if format != PLAIN {
            return Err(StorageError::Format(format));
        }
        let found = self.0.store.get(&key(municipality, object)).await?;
        Ok(found.into_stream().map_err(io::Error::other).boxed())
    }

    /// Removes an object, and what a killed process left of one half written. Removing what is not there succeeds.
    pub async fn delete(&self, municipality: MunicipalityId, object: ObjectId) -> Result<(), StorageError> {
        let key = key(municipality, object);
        if let Some((_, local)) = &self.0.folder {
            // Where the folder's store keeps what is not complete. An object is written once, so there is one.
            let mut half = local.path_to_filesystem(&key)?.into_os_string();
            half.push("#1");
            match tokio::fs::remove_file(&half).await {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(StorageError::Folder(half.into(), error));
                }
                _ => {}
            }
        }
        match self.0.store.delete(&key).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the store answers.
    pub async fn check(&self) -> Result<(), StorageError> {
        if let Some((folder, _)) = &self.0.folder {
            return match tokio::fs::metadata(folder).await {
                Ok(found) if found.is_dir() => Ok(()),
                Ok(_) => Err(StorageError::Missing),
                Err(error) => Err(StorageError::Folder(folder.clone(), error)),
            };
        }
        let nobody = key(MunicipalityId(uuid::Uuid::nil()), ObjectId(uuid::Uuid::nil()));
        match self.0.store.head(&nobody).await {
            Ok(_) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The client for buckets takes the process's TLS; ring is there already, for the database. Doing it again does nothing.
pub fn provide_tls() {
    let _there_already = rustls::crypto::ring::default_provider().install_default();
}

/// The last digits spread objects evenly; the first ones tell the time.
fn key(municipality: MunicipalityId, object: ObjectId) -> Path {
    let name = object.to_string();
    let spread = name.get(name.len() - 2..).unwrap_or("00").to_owned();
    Path::from_iter([municipality.to_string(), spread, name])
}

async fn send<S: Stream<Item = io::Result<Bytes>> + Unpin>(
    upload: &mut dyn MultipartUpload,
    first: PutPayload,
    parts: &mut Parts<S>,
) -> Result<(), StorageError> {
    let mut next = Some(first);
    while let Some(part) = next {
        upload.put_part(part).await?;
        next = parts.next().await?;
    }
    upload.complete().await?;
    Ok(())
}
