//! How many papers there is room for.
//!
//! The limits stop a machine that fills the disk; no household comes near them. Whoever does is told to send what she
//! has and to bring the rest to the desk: a full shelf never stands between a person and her application.

use super::{MAX_FILES, MAX_REQUEST};
use jiff::SignedDuration;

const MIB: u64 = 1024 * 1024;
const GIB: u64 = 1024 * MIB;

/// Papers and their bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amount {
    pub papers: u64,
    pub bytes: u64,
}

/// What a person may have that is not sent. Two adults with three months of statements, pay, rent and receipts, a photo a
/// page, come to some forty pictures of three to five MB: this is more than twice that, and twice the largest request.
pub const MAX_UNSENT: Amount = Amount { papers: 100, bytes: 400 * MIB };
/// What one application may have: what came with it, and as much again twice over when papers are asked for.
pub const MAX_APPLICATION: Amount = Amount { papers: 300, bytes: 1200 * MIB };
/// What a person may have in all: an application a month for ten years, twenty papers each.
pub const MAX_PERSON: Amount = Amount { papers: 3000, bytes: 10 * GIB };
/// Bytes of unsent papers that a municipality keeps for people it knows, so that many who never send anything cannot fill
/// the disk. A hundred of the fullest shelves. Two who are at it at once may pass it by a file each: it guards a disk, not
/// a sum.
pub const MAX_MUNICIPALITY_UNSENT: u64 = 40 * GIB;
/// Bytes of all papers, sent or not, of people whose identity is only claimed. Anybody can be many of those, so they have a
/// shelf of their own and never take the room of somebody known. What the desk has confirmed leaves it.
pub const MAX_MUNICIPALITY_CLAIMED: u64 = 20 * GIB;

/// Unsent papers are kept for this long after their person last added one or saved a draft: as long as the draft itself
/// (`server/src/jobs/tidy.rs`), since neither is of use without the other. They were never sent, so nobody has a reason
/// to keep them longer (GDPR article 5.1 e).
pub const UNSENT_KEPT: SignedDuration = SignedDuration::from_hours(UNSENT_DAYS * 24);
/// The same in days, as people read it.
pub const UNSENT_DAYS: i64 = 30;

impl Amount {
    /// Bytes that one more paper may have beside these; 0 when there is no room for one.
    fn left(self, most: Amount) -> u64 {
        if self.papers < most.papers { most.bytes.saturating_sub(self.bytes) } else { 0 }
    }
}

/// What lies there already where a paper is to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// The person's papers beside which it will lie: unsent ones, or those of the application.
    pub beside: Amount,
    /// All papers of the person.
    pub person: Amount,
    /// Her identity is only claimed.
    pub claimed: bool,
    /// Bytes on the municipality's shelf that is hers as well: unsent papers of known people, or all of claimed ones.
    pub shared: u64,
}

impl Held {
    /// Bytes that one more paper may have; 0 when there is no room for one. `sent`: the application it goes to has been.
    pub fn room(&self, sent: bool) -> u64 {
        let beside = self.beside.left(if sent { MAX_APPLICATION } else { MAX_UNSENT });
        let shared = match (self.claimed, sent) {
            (true, _) => MAX_MUNICIPALITY_CLAIMED.saturating_sub(self.shared),
            (false, false) => MAX_MUNICIPALITY_UNSENT.saturating_sub(self.shared),
            (false, true) => u64::MAX,
        };
        beside.min(shared).min(self.person.left(MAX_PERSON))
    }
}

// One request always fits on an empty shelf, and each shelf holds the smaller ones.
const _: () = {
    assert!(MAX_UNSENT.papers >= MAX_FILES as u64 && MAX_UNSENT.bytes >= MAX_REQUEST);
    assert!(MAX_APPLICATION.papers >= MAX_UNSENT.papers && MAX_APPLICATION.bytes >= MAX_UNSENT.bytes);
    assert!(MAX_PERSON.papers >= MAX_APPLICATION.papers && MAX_PERSON.bytes >= MAX_APPLICATION.bytes);
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_full_has_no_room_and_nobody_else() {
        let none = Held::default();
        assert_eq!(none.room(false), MAX_UNSENT.bytes);
        assert_eq!(none.room(true), MAX_APPLICATION.bytes);
        let beside = |papers, bytes| Held { beside: Amount { papers, bytes }, ..none };
        assert_eq!(beside(MAX_UNSENT.papers - 1, 10).room(false), MAX_UNSENT.bytes - 10);
        assert_eq!(beside(MAX_UNSENT.papers, 10).room(false), 0, "by number");
        assert_eq!(beside(MAX_UNSENT.papers, 10).room(true), MAX_APPLICATION.bytes - 10, "what is sent has its own");
        assert_eq!(beside(1, MAX_UNSENT.bytes + 1).room(false), 0, "by bytes");
        assert_eq!(beside(MAX_APPLICATION.papers, 0).room(true), 0);
        let person = |papers, bytes| Held { person: Amount { papers, bytes }, ..none };
        for sent in [false, true] {
            assert_eq!(person(MAX_PERSON.papers, 0).room(sent), 0);
            assert_eq!(person(1, MAX_PERSON.bytes - 7).room(sent), 7);
        }
        let full = Held { shared: MAX_MUNICIPALITY_UNSENT, ..none };
        assert_eq!((full.room(false), full.room(true)), (0, MAX_APPLICATION.bytes), "what is sent still comes in");
        let full = Held { shared: MAX_MUNICIPALITY_CLAIMED, claimed: true, ..none };
        assert_eq!((full.room(false), full.room(true)), (0, 0), "sending frees nothing for who may be anybody");
    }
}
