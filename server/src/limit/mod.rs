//! How often: the house's one way of limiting. Limits slow a machine down; they never refuse a person, who is told when
//! to try again and where else help is.
//!
//! What counts lies in PostgreSQL (`limit_bucket`): it survives restarts, and several programs count together. Each limit
//! is a bucket of tokens that fills evenly: whoever has used all gets the next one soon, not at the end of the hour. A use
//! case takes before its work and in a transaction of its own, so that no lock is held through the work:
//!
//! ```ignore
//! limit::take(&self.db, &self.world, actor, Action::Book).await?;
//! ```
//!
//! A command sent again with its key counts too: what it costs us is the same. What stores nothing, the estimate, is counted
//! in the process ([`calls`]).

pub mod calls;
pub mod streams;

use crate::{db::Db, error::Error, world::World};
use domain::{Actor, Fault, account::Who, id::MunicipalityId};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    GuestEntrance,
    ResumeCode,
    NewCode,
    Upload,
    Apply,
    Book,
    IdentityLookup,
    PersonSearch,
}

/// Whom a limit counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Whose {
    /// The signed-in person or member of staff; of anybody else the address.
    Caller,
    /// The client's address, whoever is signed in.
    Address,
    /// The client's network, whoever is signed in.
    Network,
    /// The client's address, of people whose identity is only claimed: anybody can be many of those.
    Guests,
    /// Everybody in the municipality together.
    All,
}

/// So many at once, and as many again evenly within that time.
#[derive(Debug, Clone, Copy)]
struct Limit {
    whose: Whose,
    most: u32,
    /// In milliseconds: what the database reckons with exactly.
    within: u32,
}

const MINUTES: u32 = 60_000;
const HOUR: u32 = 60 * MINUTES;
const DAY: u32 = 24 * HOUR;

impl Action {
    /// All limits and why they are what they are. An office, a shelter or a telephone network's many thousand phones may
    /// share one address: what counts by address must be far above what they do on a bad day.
    const fn limits(self) -> &'static [Limit] {
        match self {
            // Each makes a person and a session. Sixty people beginning without e-ID in one hour behind one address is a
            // queue out of the door. One subscriber can have a whole network of addresses and shall not close the entrance
            // for all: for the municipality's backstop it takes three networks.
            Self::GuestEntrance => &[
                Limit { whose: Whose::Address, most: 60, within: HOUR },
                Limit { whose: Whose::Network, most: 400, within: HOUR },
                Limit { whose: Whose::All, most: 1000, within: HOUR },
            ],
            // Wrong ones only. A code has sixty random bits: this is against the noise of guessing, not its luck, and one
            // who makes noise must not keep a whole library from coming back.
            Self::ResumeCode => &[Limit { whose: Whose::Address, most: 300, within: 10 * MINUTES }],
            // Paper is lost now and then, not every five minutes.
            Self::NewCode => &[Limit { whose: Whose::Caller, most: 12, within: HOUR }],
            // Files. Ten times what a household with a year of bank statements photographs in an evening.
            // Behind one address a day's queue of people without e-ID, twenty papers each.
            Self::Upload => &[
                Limit { whose: Whose::Caller, most: 200, within: HOUR },
                Limit { whose: Whose::Guests, most: 2000, within: DAY },
            ],
            // One a month is usual; a bad network sends the same one many times.
            Self::Apply => &[
                Limit { whose: Whose::Caller, most: 20, within: HOUR },
                Limit { whose: Whose::Guests, most: 200, within: DAY },
            ],
            // Somebody looking for a time that suits, losing one seat after the other.
            Self::Book => &[Limit { whose: Whose::Caller, most: 60, within: HOUR }],
            // The desk compares an ID paper each time, which takes minutes; case numbers follow each other and could be
            // gone through. The day's limit is ten times a busy day.
            Self::IdentityLookup => &[
                Limit { whose: Whose::Caller, most: 30, within: 10 * MINUTES },
                Limit { whose: Whose::Caller, most: 500, within: DAY },
            ],
            // A walk-in every other minute, tried a few times; the whole register could be gone through.
            Self::PersonSearch => &[
                Limit { whose: Whose::Caller, most: 60, within: 10 * MINUTES },
                Limit { whose: Whose::Caller, most: 1000, within: DAY },
            ],
        }
    }

    /// Those that count for the actor.
    fn limits_of(self, actor: &Actor) -> impl Iterator<Item = &'static Limit> + use<> {
        let guest = matches!(actor.who, Who::Guest { .. });
        self.limits().iter().filter(move |limit| limit.whose != Whose::Guests || guest)
    }

    /// Its name in the bucket's hash.
    const fn name(self) -> &'static str {
        match self {
            Self::GuestEntrance => "guest_entrance",
            Self::ResumeCode => "resume_code",
            Self::NewCode => "new_code",
            Self::Upload => "upload",
            Self::Apply => "apply",
            Self::Book => "book",
            Self::IdentityLookup => "identity_lookup",
            Self::PersonSearch => "person_search",
        }
    }
}

/// Takes one of the actor's, or says in how many seconds there is one.
pub async fn take(db: &Db, world: &World, actor: &Actor, action: Action) -> Result<(), Error> {
    take_many(db, world, actor, action, 1).await
}

/// Takes `cost` at once or none. Never more than the whole bucket, which nobody could ever take.
pub async fn take_many(db: &Db, world: &World, actor: &Actor, action: Action, cost: u32) -> Result<(), Error> {
    // A job does what somebody was already let do.
    if actor.who == Who::System {
        return Ok(());
    }
    let now = world.now();
    let mut tx = db.begin(actor).await?;
    // Everybody takes an action's buckets in the same order: nobody waits for each other.
    for limit in action.limits_of(actor) {
        limit.take(&mut tx, actor, action, cost, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Gives one back: what was tried was no misuse.
pub async fn give_back(db: &Db, actor: &Actor, action: Action) -> Result<(), Error> {
    let mut tx = db.begin(actor).await?;
    for limit in action.limits_of(actor) {
        sqlx::query!(
            "UPDATE limit_bucket SET full_at = full_at - $3::float8 * interval '1 millisecond'
             WHERE municipality_id = $1 AND bucket = $2",
            actor.municipality.0,
            &limit.bucket(actor, action)[..],
            f64::from(limit.span(1)),
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Forgets the buckets that are full: who has not used them lately.
pub async fn tidy(tx: &mut PgConnection, municipality: MunicipalityId, now: Timestamp) -> Result<(), Error> {
    sqlx::query!(
        "DELETE FROM limit_bucket WHERE municipality_id = $1 AND full_at <= $2",
        municipality.0,
        now.to_sqlx() as _,
    )
    .execute(tx)
    .await?;
    Ok(())
}

impl Limit {
    /// How much later the bucket is full after `cost`, in milliseconds.
    fn span(self, cost: u32) -> u32 {
        self.within / self.most * cost.min(self.most)
    }

    /// One statement: two at once follow each other, and neither takes what the other has.
    async fn take(
        self,
        tx: &mut PgConnection,
        actor: &Actor,
        action: Action,
        cost: u32,
        now: Timestamp,
    ) -> Result<(), Error> {
        let bucket = self.bucket(actor, action);
        let span = self.span(cost);
        // The commit need not wait for the disk: what a crash forgets here is a few seconds of counting.
        let taken = sqlx::query!(
            "INSERT INTO limit_bucket AS held (municipality_id, bucket, full_at)
             VALUES ($1, $2, $3::timestamptz + $4::float8 * interval '1 millisecond')
             ON CONFLICT (municipality_id, bucket) DO UPDATE
             SET full_at = greatest(held.full_at, $3) + $4 * interval '1 millisecond'
             WHERE greatest(held.full_at, $3) + $4 * interval '1 millisecond' <= $3 + $5::float8 * interval '1 millisecond'
             RETURNING set_config('synchronous_commit', 'off', true)",
            actor.municipality.0,
            &bucket[..],
            now.to_sqlx() as _,
            f64::from(span),
            f64::from(self.within),
        )
        .fetch_optional(&mut *tx)
        .await?;
        if taken.is_some() {
            return Ok(());
        }
        // The refused statement holds the row: this is what it saw.
        let full_at = sqlx::query_scalar!(
            r#"SELECT full_at AS "full_at: jiff_sqlx::Timestamp" FROM limit_bucket
               WHERE municipality_id = $1 AND bucket = $2"#,
            actor.municipality.0,
            &bucket[..],
        )
        .fetch_one(tx)
        .await?;
        Err(Fault::TooMany { wait: self.wait(full_at.to_jiff(), now, span) }.into())
    }

    /// In how many whole seconds there is room for that much.
    fn wait(self, full_at: Timestamp, now: Timestamp, span: u32) -> u32 {
        let later = full_at.duration_since(now) + SignedDuration::from_millis(i64::from(span))
            - SignedDuration::from_millis(i64::from(self.within));
        let seconds = (later.as_micros() + 999_999) / 1_000_000;
        u32::try_from(seconds).unwrap_or(1).max(1)
    }

    fn bucket(self, actor: &Actor, action: Action) -> [u8; 32] {
        let mut hash = Sha256::new();
        // How it counts is part of it: another limit is another bucket.
        hash.update(format!("{} {}/{} ", action.name(), self.most, self.within));
        match (self.whose, &actor.who) {
            (Whose::All, _) => hash.update("all"),
            (Whose::Caller, Who::Applicant { person, .. } | Who::Guest { person, .. }) => {
                hash.update("person ");
                hash.update(person.0.as_bytes());
            }
            (Whose::Caller, Who::Staff { staff, .. }) => {
                hash.update("staff ");
                hash.update(staff.0.as_bytes());
            }
            (Whose::Guests, _) => {
                hash.update("guests ");
                hash.update(actor.origin.address);
            }
            (Whose::Network, _) => {
                hash.update("network ");
                hash.update(actor.origin.network);
            }
            (Whose::Caller | Whose::Address, _) => {
                hash.update("address ");
                hash.update(actor.origin.address);
            }
        }
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        account::{Origin, SessionRef},
        id::PersonId,
    };
    use std::collections::BTreeSet;
    use uuid::Uuid;

    const ALL: [Action; 8] = [
        Action::GuestEntrance,
        Action::ResumeCode,
        Action::NewCode,
        Action::Upload,
        Action::Apply,
        Action::Book,
        Action::IdentityLookup,
        Action::PersonSearch,
    ];

    #[test]
    fn every_bucket_is_its_own_and_fills_in_whole_milliseconds() {
        let municipality = MunicipalityId(Uuid::nil());
        let person = PersonId(Uuid::from_u128(1));
        let who = Who::Applicant { person, session: SessionRef(1) };
        let nobody = Actor::anonymous(municipality);
        let actors = [
            Actor { who, ..nobody.clone() },
            Actor { origin: Origin { address: [1; 32], network: [1; 32] }, ..nobody.clone() },
            Actor { origin: Origin { address: [2; 32], network: [2; 32] }, ..nobody },
        ];
        let mut seen = BTreeSet::new();
        for action in ALL {
            for limit in action.limits() {
                assert_eq!(limit.within % limit.most, 0, "{action:?}");
                for actor in &actors {
                    let fresh = seen.insert(limit.bucket(actor, action));
                    assert!(fresh || limit.whose == Whose::All, "{action:?} {limit:?}");
                }
            }
        }
    }

    #[test]
    fn waiting_is_told_in_whole_seconds_and_never_none() {
        let limit = Limit { whose: Whose::Caller, most: 10, within: 10 * MINUTES };
        let now = Timestamp::UNIX_EPOCH;
        let wait = |milliseconds| limit.wait(now + SignedDuration::from_millis(milliseconds), now, limit.span(1));
        assert_eq!(wait(10 * 60_000), 60);
        assert_eq!(wait(10 * 60_000 - 59_001), 1);
        assert_eq!(wait(10 * 60_000 - 58_999), 2);
        assert_eq!(wait(0), 1);
    }
}
