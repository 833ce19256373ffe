//! How many streams of events one reader holds open: a place each, given back when the stream ends. In memory, since
//! streams end with their program.

use domain::{
    Fault,
    account::{Origin, SessionRef},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

/// Who holds streams open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A session: as many as browsers open to one server at once.
    Session(SessionRef),
    /// An address: a waiting room's phones on the office's network, beside its screens.
    Address(Origin),
}

impl Holder {
    const fn most(self) -> usize {
        match self {
            Self::Session(_) => 6,
            Self::Address(_) => 100,
        }
    }
}

/// When to ask again for a stream, in seconds. Until then the page asks for itself now and then.
const LATER: u32 = 30;

/// The streams of the process, by holder.
#[derive(Debug, Clone, Default)]
pub struct Streams(Arc<Mutex<HashMap<Holder, usize>>>);

impl Streams {
    /// A place for one more stream of this holder.
    pub fn open(&self, holder: Holder) -> Result<Place, Fault> {
        let mut open = self.lock();
        let held = open.entry(holder).or_default();
        if *held >= holder.most() {
            return Err(Fault::TooMany { wait: LATER });
        }
        *held += 1;
        drop(open);
        Ok(Place { streams: self.clone(), holder })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Holder, usize>> {
        match self.0.lock() {
            Ok(open) => open,
            Err(poisoned) => poisoned.into_inner(),
        }
    }
}

/// A stream's place, held as long as it is open.
#[derive(Debug)]
pub struct Place {
    streams: Streams,
    holder: Holder,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.lock();
        if let Some(held) = open.get_mut(&self.holder) {
            *held -= 1;
            if *held == 0 {
                open.remove(&self.holder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_its_stream_ends() {
        let streams = Streams::default();
        let (one, other) = (Holder::Session(SessionRef(1)), Holder::Session(SessionRef(2)));
        let mut held: Vec<_> = (0..one.most()).map(|_| streams.open(one).expect("a place")).collect();
        assert_eq!(streams.open(one).err(), Some(Fault::TooMany { wait: LATER }));
        let theirs = streams.open(other).expect("others have their own");
        held.pop();
        held.push(streams.open(one).expect("a place again"));
        drop((held, theirs));
        assert!(streams.lock().is_empty());
    }
}
