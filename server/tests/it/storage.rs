//! The store keeps what it was given, as a whole or not at all, and never holds a whole file: the same tests against a
//! folder and against an S3 server (`s3s-fs`, in this process, over a socket, with signatures checked).

use bytes::Bytes;
use domain::id::{MunicipalityId, ObjectId};
use futures::{Stream, StreamExt, TryStreamExt, stream};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use secrecy::SecretString;
use server::storage::{Bucket, Place, Storage, StorageError};
use sha2::{Digest, Sha256};
use std::{
    io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use tempfile::TempDir;
use tokio::net::TcpListener;
use uuid::Uuid;

const MIB: usize = 1024 * 1024;
const BUCKET: &str = "porten-papers";

/// A store with all that it stands on.
struct Ground {
    storage: Storage,
    root: TempDir,
    /// Method and query of the requests that a bucket's server got.
    calls: Arc<Mutex<Vec<String>>>,
}

fn folder() -> Ground {
    let root = tempfile::tempdir().expect("a folder");
    let storage = Storage::open(&Place::Folder(root.path().join("storage"))).expect("a store");
    Ground { storage, root, calls: Arc::default() }
}

fn bucket_at(endpoint: String) -> Storage {
    let key = |text: &str| SecretString::from(text.to_owned());
    let bucket = Bucket {
        name: BUCKET.to_owned(),
        endpoint: Some(endpoint),
        region: "eu-north-1".to_owned(),
        key_id: key("porten-test"),
        secret: key("not-a-secret"),
    };
    Storage::open(&Place::Bucket(bucket)).expect("a store")
}

async fn bucket() -> Ground {
    let root = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(root.path().join(BUCKET)).expect("a bucket");
    let service = {
        let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(root.path()).expect("a file system"));
        builder.set_auth(SimpleAuth::from_single("porten-test", "not-a-secret"));
        builder.build()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let calls: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = calls.clone();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let (service, seen) = (service.clone(), seen.clone());
            let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                let query = request.uri().query().unwrap_or_default();
                let words: Vec<&str> =
                    query.split('&').map(|pair| pair.split('=').next().unwrap_or_default()).collect();
                seen.lock().expect("calls").push(format!("{} {}", request.method(), words.join(" ")).trim().to_owned());
                hyper::service::Service::call(&service, request)
            });
            tokio::spawn(async move {
                let _ended =
                    auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), service).await;
            });
        }
    });
    Ground { storage: bucket_at(format!("http://{address}")), root, calls }
}

async fn places() -> [Ground; 2] {
    [folder(), bucket().await]
}

#[expect(clippy::disallowed_methods, reason = "ids of a test")]
fn ids() -> (MunicipalityId, ObjectId) {
    (MunicipalityId(Uuid::now_v7()), ObjectId(Uuid::now_v7()))
}

/// Bytes that are unlike everywhere.
fn content(size: usize) -> Vec<u8> {
    (0..size).map(|place| u8::try_from((place ^ (place >> 8) ^ (place >> 16)) & 0xff).expect("a byte")).collect()
}

fn pieces(content: &[u8], piece: usize) -> impl Stream<Item = io::Result<Bytes>> + Send + Unpin + use<> {
    let pieces: Vec<_> = content.chunks(piece).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(pieces)
}

async fn whole(storage: &Storage, municipality: MunicipalityId, object: ObjectId) -> Result<Vec<u8>, StorageError> {
    let bytes = storage.read(municipality, object, 1).await?;
    Ok(bytes.try_collect::<Vec<_>>().await.expect("all bytes").concat())
}

/// All files below, without those that the S3 server keeps for itself.
fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
                continue;
            }
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_in_comes_out() {
    for place in places().await {
        let (municipality, _) = ids();
        for (size, piece) in
            [(0, 1), (1, 1), (100_000, 777), (5 * MIB, 64 * 1024), (5 * MIB + 1, MIB), (11 * MIB + 3, 60_000)]
        {
            let (_, object) = ids();
            let content = content(size);
            let stored = place.storage.write(municipality, object, pieces(&content, piece)).await.expect("stored");
            assert_eq!((stored.object, stored.size, stored.format), (object, size as u64, 1));
            assert_eq!(stored.sha256, <[u8; 32]>::from(Sha256::digest(&content)));
            assert!(whole(&place.storage, municipality, object).await.expect("read") == content, "{size} bytes");
        }
        place.storage.check().await.expect("it answers");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_gets_large_objects_in_parts() {
    let place = bucket().await;
    let (municipality, object) = ids();
    let content = content(11 * MIB);
    place.storage.write(municipality, object, pieces(&content, 100_000)).await.expect("stored");
    let parts = "PUT partNumber uploadId";
    // The service writes words of a query as they come, in any order.
    let mut calls = place.calls.lock().expect("calls").clone();
    for call in &mut calls {
        let (method, words) = call.split_once(' ').unwrap_or((call, ""));
        let mut words: Vec<&str> = words.split(' ').collect();
        words.sort_unstable();
        *call = format!("{method} {}", words.join(" "));
    }
    assert_eq!(calls, ["POST uploads", parts, parts, parts, "POST uploadId"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_made_of_ids() {
    let place = folder();
    let (municipality, object) = ids();
    place.storage.write(municipality, object, pieces(b"paper", 5)).await.expect("stored");
    let name = object.to_string();
    let expected = place.root.path().join("storage").join(municipality.to_string()).join(&name[34..]).join(&name);
    assert_eq!(files(place.root.path()), [expected]);
    let mode = std::fs::metadata(place.root.path().join("storage")).expect("a folder").permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "nobody else on the machine reads it");
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_of_municipalities_lie_apart() {
    for place in places().await {
        let ((ours, object), (theirs, _)) = (ids(), ids());
        place.storage.write(ours, object, pieces(b"paper", 5)).await.expect("stored");
        assert!(matches!(whole(&place.storage, theirs, object).await, Err(StorageError::Missing)));
        place.storage.delete(theirs, object).await.expect("nothing to do");
        assert_eq!(whole(&place.storage, ours, object).await.expect("still there"), b"paper");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_is_gone_and_deleting_again_succeeds() {
    for place in places().await {
        let (municipality, object) = ids();
        place.storage.write(municipality, object, pieces(&content(6 * MIB), MIB)).await.expect("stored");
        for _ in 0..2 {
            place.storage.delete(municipality, object).await.expect("deleted");
            assert!(matches!(whole(&place.storage, municipality, object).await, Err(StorageError::Missing)));
        }
        assert!(files(place.root.path()).is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_breaks_off_leaves_nothing() {
    for place in places().await {
        // In the first part, and in a later one.
        for good in [3, 7 * MIB] {
            let (municipality, object) = ids();
            let broken = pieces(&content(good), 50_000).chain(stream::iter([Err(io::Error::other("gone"))]));
            let error = place.storage.write(municipality, object, broken).await.expect_err("broken off");
            assert!(matches!(error, StorageError::Source(_)), "{error}");
            assert!(matches!(whole(&place.storage, municipality, object).await, Err(StorageError::Missing)));
            assert!(files(place.root.path()).is_empty(), "nor half of it");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_is_dropped_in_the_middle_is_never_seen() {
    for place in places().await {
        let (municipality, object) = ids();
        let reached = Arc::new(tokio::sync::Notify::new());
        let told = reached.clone();
        let endless = pieces(&content(7 * MIB), 50_000).chain(
            stream::once(async move {
                told.notify_one();
                std::future::pending().await
            })
            .boxed(),
        );
        tokio::select! {
            _ = place.storage.write(municipality, object, endless) => panic!("it cannot end"),
            () = reached.notified() => {}
        }
        assert!(matches!(whole(&place.storage, municipality, object).await, Err(StorageError::Missing)));
        place.storage.delete(municipality, object).await.expect("deleted");
        assert!(files(place.root.path()).is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_process_left_goes_with_the_object() {
    let place = folder();
    let (municipality, object) = ids();
    place.storage.write(municipality, object, pieces(b"paper", 5)).await.expect("stored");
    // As it lies there when nobody could clean up: the bytes beside the name they were to get.
    let complete = files(place.root.path()).pop().expect("a file");
    let mut half = complete.clone().into_os_string();
    half.push("#1");
    std::fs::rename(&complete, &half).expect("half");
    assert!(matches!(whole(&place.storage, municipality, object).await, Err(StorageError::Missing)));
    place.storage.delete(municipality, object).await.expect("deleted");
    assert!(files(place.root.path()).is_empty());
}

/// A chunk that tells when it is let go.
struct Counted {
    bytes: Vec<u8>,
    held: Arc<AtomicUsize>,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.held.fetch_sub(self.bytes.len(), Ordering::SeqCst);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_stays_flat_however_large_the_file() {
    const CHUNK: usize = 64 * 1024;
    for place in places().await {
        let (municipality, object) = ids();
        let (held, peak) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (counter, highest) = (held.clone(), peak.clone());
        let large = stream::iter(0..64 * MIB / CHUNK).map(move |number| {
            let now = counter.fetch_add(CHUNK, Ordering::SeqCst) + CHUNK;
            highest.fetch_max(now, Ordering::SeqCst);
            let byte = u8::try_from(number % 251).expect("a byte");
            Ok(Bytes::from_owner(Counted { bytes: vec![byte; CHUNK], held: counter.clone() }))
        });
        let stored = place.storage.write(municipality, object, large).await.expect("stored");
        assert_eq!(stored.size, 64 * MIB as u64);
        let peak = peak.load(Ordering::SeqCst);
        // Beside the one part they are copied into (`storage::part`).
        assert!(peak <= 2 * CHUNK, "{peak} bytes of {} at once", stored.size);
        // And out again.
        let mut bytes = place.storage.read(municipality, object, 1).await.expect("read");
        let (mut size, mut largest) = (0, 0);
        while let Some(chunk) = bytes.next().await {
            let chunk = chunk.expect("a chunk");
            size += chunk.len();
            largest = largest.max(chunk.len());
        }
        assert_eq!(size, 64 * MIB);
        assert!(largest <= 2 * MIB, "{largest}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_format_of_the_future_is_not_given_out_as_plain() {
    let place = folder();
    let (municipality, object) = ids();
    place.storage.write(municipality, object, pieces(b"paper", 5)).await.expect("stored");
    assert!(matches!(place.storage.read(municipality, object, 2).await, Err(StorageError::Format(2))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_does_not_answer_is_an_error_soon() {
    // A port nobody listens on any longer.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let storage = bucket_at(format!("http://{address}"));
    let (municipality, object) = ids();
    let tries = async {
        let error = storage.write(municipality, object, pieces(b"paper", 5)).await.expect_err("nobody there");
        assert!(matches!(error, StorageError::Store(_)), "{error}");
        assert!(matches!(storage.read(municipality, object, 1).await, Err(StorageError::Store(_))));
        storage.delete(municipality, object).await.expect_err("nobody there");
        storage.check().await.expect_err("nobody there");
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), tries).await.expect("soon");
}
