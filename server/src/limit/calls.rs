//! How often anybody may calculate. Nothing is stored by it, and so neither is its limit: the buckets lie in the process,
//! since a write to the database would cost many times what is limited.
//!
//! Own code on the house's own [`Limit`], not a library: what keyed limiters there are keep every key they ever saw until
//! somebody asks them to forget, and tell the time themselves.

use super::{Limit, Whose};
use app::{failure::Failed, page::PageContext};
use axum::{
    extract::{Request, State},
    http::Method,
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{Fault, account::Origin};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

/// The pages and routes that calculate for anybody, and all below them.
const ROOTS: [&str; 4] = ["/rakna", "/api/v1/estimates", "/dokument-du-behover", "/api/v1/papers"];

/// A calculation costs less than a page. A whole telephone network behind one address, on the day everybody reads about it,
/// asks some tens of times a second; somebody typing presses the button a few times a minute.
const ADDRESS: Limit = Limit { whose: Whose::Address, most: 600, within: 12_000 };
/// One subscriber can have thousands of addresses: ten of them at full speed, not all.
const NETWORK: Limit = Limit { whose: Whose::Network, most: 6000, within: 12_000 };

/// So many buckets are held before the full ones are looked for.
const ROOM: usize = 4096;

/// The buckets of the process.
#[derive(Debug, Clone, Default)]
pub struct Calls(Arc<Mutex<Buckets>>);

#[derive(Debug, Default)]
struct Buckets {
    /// When each is full again. One that is not here is full.
    full_at: HashMap<(Whose, [u8; 32]), Timestamp>,
    /// How many may be held before the next look.
    room: usize,
}

impl Calls {
    /// Takes one, or says in how many seconds there is one. Who is refused has taken nothing.
    fn take(&self, origin: Origin, now: Timestamp) -> Result<(), Fault> {
        let mut buckets = self.lock();
        buckets.forget(now);
        let wanted = [(ADDRESS, origin.address), (NETWORK, origin.network)].map(|(limit, whose)| {
            let key = (limit.whose, whose);
            // No bucket is emptier than empty: the machine's clock has been set back, and nobody shall wait for that.
            let known = buckets.full_at.get(&key).copied().filter(|full_at| *full_at <= later(now, limit.within));
            (limit, key, known.unwrap_or(now).max(now))
        });
        let refused =
            wanted.iter().find(|(limit, _, full_at)| later(*full_at, limit.span(1)) > later(now, limit.within));
        for (limit, key, full_at) in &wanted {
            let taken = if refused.is_some() { 0 } else { limit.span(1) };
            buckets.full_at.insert(*key, later(*full_at, taken));
        }
        if let Some((limit, _, full_at)) = refused {
            return Err(Fault::TooMany { wait: limit.wait(*full_at, now, limit.span(1)) });
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Buckets> {
        match self.0.lock() {
            Ok(buckets) => buckets,
            Err(poisoned) => poisoned.into_inner(),
        }
    }
}

impl Buckets {
    /// Forgets the full ones when there is no more room. A bucket let alone is full within twelve seconds, so what is held
    /// is what came in that time; room for twice as much makes looking rare.
    fn forget(&mut self, now: Timestamp) {
        if self.full_at.len() < self.room.max(ROOM) {
            return;
        }
        self.full_at.retain(|_, full_at| *full_at > now);
        self.room = self.full_at.len() * 2;
        self.full_at.shrink_to(self.room.max(ROOM));
    }
}

/// So many milliseconds later.
fn later(time: Timestamp, milliseconds: u32) -> Timestamp {
    time.saturating_add(SignedDuration::from_millis(milliseconds.into())).unwrap_or(time)
}

/// Around pages and REST, before a body is read: the calculations pass one by one.
pub async fn layer(State(calls): State<Calls>, request: Request, next: Next) -> Response {
    if calculates(&request)
        && let Some(context) = request.extensions().get::<PageContext>()
        && let Err(fault) = calls.take(context.actor.origin, context.clock.now)
    {
        return Failed(fault).into_response();
    }
    next.run(request).await
}

fn calculates(request: &Request) -> bool {
    let below = |root: &str| {
        request.uri().path().strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    request.method() == Method::POST && ROOTS.into_iter().any(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(network: u8, address: u16) -> Origin {
        let mut hash = [0; 32];
        hash[..2].copy_from_slice(&address.to_be_bytes());
        Origin { address: hash, network: [network; 32] }
    }

    fn taken(calls: &Calls, origin: Origin, now: Timestamp, times: usize) -> usize {
        (0..times).filter(|_| calls.take(origin, now).is_ok()).count()
    }

    #[test]
    fn an_address_has_six_hundred_and_then_fifty_a_second() {
        let (calls, now) = (Calls::default(), Timestamp::UNIX_EPOCH);
        assert_eq!(taken(&calls, origin(1, 1), now, 700), 600);
        assert_eq!(calls.take(origin(1, 1), now), Err(Fault::TooMany { wait: 1 }));
        assert_eq!(taken(&calls, origin(1, 1), later(now, 1000), 100), 50);
        assert_eq!(taken(&calls, origin(1, 1), later(now, 60_000), 700), 600, "no more than the bucket holds");
        assert_eq!(taken(&calls, origin(1, 2), later(now, 60_000), 1), 1, "another address does not notice");
        assert_eq!(taken(&calls, origin(1, 1), now, 700), 600, "the clock is set back: nobody waits for that");
    }

    #[test]
    fn a_network_of_many_addresses_is_as_good_as_ten() {
        let (calls, now) = (Calls::default(), Timestamp::UNIX_EPOCH);
        let all: usize = (0..20).map(|address| taken(&calls, origin(1, address), now, 600)).sum();
        assert_eq!(all, 6000);
        assert_eq!(calls.take(origin(1, 99), now), Err(Fault::TooMany { wait: 1 }));
        assert_eq!(taken(&calls, origin(2, 100), now, 600), 600, "another network does not notice");
        // Who was refused by the network has used nothing of her own.
        assert_eq!(taken(&calls, origin(1, 99), later(now, 12_000), 700), 600);
    }

    #[test]
    fn what_is_full_is_forgotten() {
        let (calls, mut now) = (Calls::default(), Timestamp::UNIX_EPOCH);
        for address in 0..60_000_u16 {
            now = later(now, 1);
            calls.take(origin(address.to_be_bytes()[0], address), now).expect("one each");
        }
        let held = calls.lock().full_at.len();
        assert!(held <= 2 * ROOM, "{held} buckets for twenty that are not full");
    }

    #[test]
    fn only_calculating_counts() {
        let request = |method: Method, path: &str| {
            calculates(&Request::builder().method(method).uri(path).body(axum::body::Body::empty()).expect("a request"))
        };
        for path in
            ["/rakna", "/rakna/jamfor?x=1", "/api/v1/estimates", "/api/v1/estimates/compare", "/dokument-du-behover"]
        {
            assert!(request(Method::POST, path), "{path}");
            assert!(!request(Method::GET, path), "{path}");
        }
        for path in ["/", "/raknare", "/api/v1/estimatesx", "/ansok/fran-raknaren", "/akut"] {
            assert!(!request(Method::POST, path), "{path}");
        }
    }
}
