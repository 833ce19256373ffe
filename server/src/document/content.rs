//! The bytes of a file on their way in and out.

use bytes::{Bytes, BytesMut};
use domain::document::MediaType;
use futures::{Stream, StreamExt, stream::BoxStream};
use sha2::{Digest, Sha256};
use std::{fmt, io};

/// The file has more bytes than are taken. Travels inside an [`io::Error`] so that the store stops writing.
#[derive(Debug)]
struct TooLarge;

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too large")
    }
}

impl std::error::Error for TooLarge {}

/// Whether the stream broke off because the file is too large.
pub fn is_too_large(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<TooLarge>)
}

/// The first bytes of a file, at least as many as tell what it is if it has them. Empty: the file is.
pub async fn first(bytes: &mut BoxStream<'_, io::Result<Bytes>>) -> io::Result<Bytes> {
    let mut first = BytesMut::new();
    while first.len() < MediaType::SIGNATURE {
        match bytes.next().await {
            None => break,
            // The usual case: one chunk is enough, and it is not copied.
            Some(chunk) if first.is_empty() => {
                let chunk = chunk?;
                if chunk.len() >= MediaType::SIGNATURE {
                    return Ok(chunk);
                }
                first.extend_from_slice(&chunk);
            }
            Some(chunk) => first.extend_from_slice(&chunk?),
        }
    }
    Ok(first.freeze())
}

/// The whole file again, ending with an error as soon as it has more than `most` bytes.
pub fn limited(
    first: Bytes,
    rest: BoxStream<'_, io::Result<Bytes>>,
    most: u64,
) -> impl Stream<Item = io::Result<Bytes>> + Send + Unpin {
    let mut size = 0;
    futures::stream::iter([Ok(first)]).chain(rest).map(move |chunk| {
        let chunk = chunk?;
        size += chunk.len() as u64;
        if size > most { Err(io::Error::other(TooLarge)) } else { Ok(chunk) }
    })
}

/// What a stored file must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seal {
    pub size: u64,
    pub sha256: [u8; 32],
}

/// The bytes as long as they are the right ones. The last chunk is held back until all have been seen, so that a reader
/// never has a whole file that is not the one taken in: the stream ends with an error instead.
pub fn verified(
    bytes: BoxStream<'static, io::Result<Bytes>>,
    seal: Seal,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    struct State {
        bytes: BoxStream<'static, io::Result<Bytes>>,
        held: Option<Bytes>,
        size: u64,
        hash: Sha256,
        ended: bool,
    }
    let state = State { bytes, held: None, size: 0, hash: Sha256::new(), ended: false };
    futures::stream::unfold(state, move |mut state| async move {
        if state.ended {
            return None;
        }
        loop {
            match state.bytes.next().await {
                Some(Ok(chunk)) if chunk.is_empty() => {}
                Some(Ok(chunk)) => {
                    state.size += chunk.len() as u64;
                    state.hash.update(&chunk);
                    if let Some(ready) = state.held.replace(chunk) {
                        return Some((Ok(ready), state));
                    }
                }
                Some(Err(error)) => {
                    tracing::error!(kind = %error.kind(), "a stored file broke off");
                    state.ended = true;
                    return Some((Err(error), state));
                }
                None => {
                    state.ended = true;
                    let sha256: [u8; 32] = std::mem::take(&mut state.hash).finalize().into();
                    if (Seal { size: state.size, sha256 }) != seal {
                        tracing::error!(
                            size = state.size,
                            expected = seal.size,
                            "a stored file is not the one taken in"
                        );
                        return Some((Err(io::Error::from(io::ErrorKind::InvalidData)), state));
                    }
                    return state.held.take().map(|last| (Ok(last), state));
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{TryStreamExt, executor::block_on, stream};

    fn chunks(parts: &[&'static [u8]]) -> BoxStream<'static, io::Result<Bytes>> {
        let parts: Vec<io::Result<Bytes>> = parts.iter().map(|part| Ok(Bytes::from_static(part))).collect();
        stream::iter(parts).boxed()
    }

    fn seal(whole: &[u8]) -> Seal {
        Seal { size: whole.len() as u64, sha256: Sha256::digest(whole).into() }
    }

    #[test]
    fn the_first_bytes_may_dribble_in() {
        block_on(async {
            let mut dribble = chunks(&[b"", b"%PD", b"F", b"-1.7 and more", b"rest"]);
            assert_eq!(first(&mut dribble).await.expect("bytes"), &b"%PDF-1.7 and more"[..]);
            let rest: Vec<Bytes> = dribble.try_collect().await.expect("the rest");
            assert_eq!(rest, [&b"rest"[..]]);
            assert_eq!(first(&mut chunks(&[])).await.expect("nothing"), Bytes::new());
            assert_eq!(first(&mut chunks(&[b"abc"])).await.expect("all"), &b"abc"[..]);
        });
    }

    #[test]
    fn one_byte_too_many_ends_it() {
        block_on(async {
            let all = |most| limited(Bytes::from_static(b"1234"), chunks(&[b"56", b"7"]), most).try_collect::<Vec<_>>();
            assert_eq!(all(7).await.expect("just fits").concat(), b"1234567");
            let error = all(6).await.expect_err("too large");
            assert!(is_too_large(&error));
            assert!(!is_too_large(&io::Error::other("else")));
        });
    }

    #[test]
    fn only_the_right_bytes_come_out_whole() {
        block_on(async {
            let good = verified(chunks(&[b"ab", b"", b"cd"]), seal(b"abcd"));
            assert_eq!(good.try_collect::<Vec<_>>().await.expect("whole").concat(), b"abcd");
            for bad in [&[&b"ab"[..], b"ce"][..], &[b"ab"], &[b"ab", b"cd", b"e"], &[]] {
                let mut out = Box::pin(verified(chunks(bad), seal(b"abcd")));
                let mut seen = 0;
                let error = loop {
                    match out.next().await {
                        Some(Ok(chunk)) => seen += chunk.len(),
                        Some(Err(error)) => break error,
                        None => panic!("ended as if it were whole: {bad:?}"),
                    }
                };
                assert_eq!(error.kind(), io::ErrorKind::InvalidData);
                assert!(seen < 5 && seen < bad.concat().len().max(1), "{bad:?}: the last chunk is held back");
            }
        });
    }
}
