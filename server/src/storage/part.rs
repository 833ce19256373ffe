//! A stream cut into parts.

use super::StorageError;
use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt};
use object_store::PutPayload;
use sha2::{Digest, Sha256};
use std::io;

/// A stream cut into parts of one size, counted and hashed on the way.
///
/// Each part is copied into one buffer of its size. Keeping the chunks as they come would cost nothing for large ones, but
/// memory without end for small ones: a chunk of one byte needs its own entry, and may keep a whole network buffer alive.
pub(super) struct Parts<S> {
    bytes: S,
    part: usize,
    /// Of the last chunk, what belongs to the next part.
    rest: Bytes,
    ended: bool,
    size: u64,
    hash: Sha256,
}

impl<S: Stream<Item = io::Result<Bytes>> + Unpin> Parts<S> {
    pub(super) fn new(bytes: S, part: usize) -> Self {
        Self { bytes, part, rest: Bytes::new(), ended: false, size: 0, hash: Sha256::new() }
    }

    /// The next part; only the last is smaller.
    pub(super) async fn next(&mut self) -> Result<Option<PutPayload>, StorageError> {
        // Untouched pages of a large buffer cost nothing, so a small file needs little of it.
        let mut part = BytesMut::with_capacity(self.part);
        while part.len() < self.part {
            if self.rest.is_empty() {
                if self.ended {
                    break;
                }
                match self.bytes.next().await {
                    None => self.ended = true,
                    Some(Err(error)) => return Err(StorageError::Source(error)),
                    Some(Ok(chunk)) => {
                        self.size += chunk.len() as u64;
                        self.hash.update(&chunk);
                        self.rest = chunk;
                    }
                }
                continue;
            }
            let room = self.part - part.len();
            part.extend_from_slice(&self.rest.split_to(room.min(self.rest.len())));
        }
        Ok((!part.is_empty()).then(|| part.freeze().into()))
    }

    /// Bytes that have passed, and their SHA-256.
    pub(super) fn seen(self) -> (u64, [u8; 32]) {
        (self.size, self.hash.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{executor::block_on, stream};
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    const PART: usize = 64 * 1024;

    /// One byte, and how many of its kind there are.
    struct Counted([u8; 1], Arc<AtomicUsize>);

    impl AsRef<[u8]> for Counted {
        fn as_ref(&self) -> &[u8] {
            &self.0
        }
    }

    impl Drop for Counted {
        fn drop(&mut self) {
            self.1.fetch_sub(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn chunks_of_one_byte_cost_no_more_than_the_part() {
        block_on(async {
            let (held, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
            let (counter, highest) = (held.clone(), most.clone());
            let dribble = stream::iter(0..2 * PART + 3).map(move |number| {
                highest.fetch_max(counter.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                Ok(Bytes::from_owner(Counted([u8::try_from(number % 251).expect("a byte")], counter.clone())))
            });
            let mut parts = Parts::new(dribble, PART);
            let mut sizes = Vec::new();
            while let Some(part) = parts.next().await.expect("a part") {
                let buffers: Vec<usize> = part.iter().map(Bytes::len).collect();
                assert_eq!(buffers, [part.content_length()], "one buffer, however many chunks");
                assert_eq!(held.load(Ordering::SeqCst), 0, "no chunk is kept");
                sizes.extend(buffers);
            }
            assert_eq!(sizes, [PART, PART, 3]);
            assert_eq!(most.load(Ordering::SeqCst), 1, "one chunk at a time");
            assert_eq!(parts.seen().0, 2 * PART as u64 + 3);
        });
    }

    #[test]
    fn a_large_chunk_is_cut_and_empty_ones_are_nothing() {
        block_on(async {
            let large: Vec<u8> = (0..=250).cycle().take(2 * PART + 1).collect();
            let chunks = [Bytes::new(), Bytes::from(large.clone()), Bytes::new(), Bytes::from_static(b"end")];
            let mut parts = Parts::new(stream::iter(chunks.map(Ok)), PART);
            let (mut whole, mut sizes) = (Vec::new(), Vec::new());
            while let Some(part) = parts.next().await.expect("a part") {
                sizes.push(part.content_length());
                part.iter().for_each(|bytes| whole.extend_from_slice(bytes));
            }
            assert_eq!(sizes, [PART, PART, 4]);
            assert!(whole == [large.as_slice(), b"end"].concat());
            assert_eq!(parts.seen().1, <[u8; 32]>::from(Sha256::digest(&whole)));
        });
    }
}
