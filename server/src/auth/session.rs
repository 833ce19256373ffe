//! Sessions. The browser holds 256 random bits; the database only their SHA-256.

use crate::{
    db::{Db, audit},
    error::Error,
    world::World,
};
use domain::{
    Actor, Fault,
    account::{Role, SessionRef, Who},
    id::{MunicipalityId, OfficeId, PersonId, StaffId},
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use std::sync::Arc;

/// Applicant, guest and staff sessions live apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Applicant,
    Guest,
    Staff,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Kind::Applicant => "applicant",
            Kind::Guest => "guest",
            Kind::Staff => "staff",
        }
    }

    /// A session not used for this long is over.
    pub const fn idle(self) -> SignedDuration {
        match self {
            Kind::Applicant | Kind::Guest => SignedDuration::from_mins(30),
            Kind::Staff => SignedDuration::from_mins(15),
        }
    }

    /// A session this old is over.
    pub const fn absolute(self) -> SignedDuration {
        match self {
            Kind::Applicant | Kind::Guest => SignedDuration::from_hours(4),
            Kind::Staff => SignedDuration::from_hours(8),
        }
    }
}

/// Who signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Person(PersonId),
    /// A person who only claims to be who she says.
    Guest(PersonId),
    Staff(StaffId),
}

impl Subject {
    pub fn kind(self) -> Kind {
        match self {
            Subject::Person(_) => Kind::Applicant,
            Subject::Guest(_) => Kind::Guest,
            Subject::Staff(_) => Kind::Staff,
        }
    }
}

/// A live session.
#[derive(Debug, Clone)]
pub struct Session {
    pub actor: Actor,
    /// What the person is called, for her own eyes.
    pub display_name: Arc<str>,
}

/// Last use is written down at most this often: not every page view is a write.
const TOUCH: SignedDuration = SignedDuration::from_secs(60);

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn reference(hash: &[u8; 32]) -> SessionRef {
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    SessionRef(i64::from_be_bytes(first))
}

/// Begins a session and gives the cookie's value: 64 hexadecimal digits.
pub async fn begin(db: &Db, world: &World, municipality: MunicipalityId, subject: Subject) -> Result<String, Error> {
    let token = world.hex::<32>();
    let hash = digest(&token);
    let (person, staff) = match subject {
        Subject::Person(person) | Subject::Guest(person) => (Some(person.0), None),
        Subject::Staff(staff) => (None, Some(staff.0)),
    };
    let now = world.now();
    let system = Actor::system(municipality);
    let mut tx = db.begin(&system).await?;
    sqlx::query!(
        "INSERT INTO session (municipality_id, token_hash, kind, person_id, staff_id, created_at, seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
        municipality.0,
        &hash[..],
        subject.kind().as_str(),
        person,
        staff,
        now.to_sqlx() as _,
    )
    .execute(&mut *tx)
    .await?;
    let subject_id = person.or(staff).ok_or(Error::Broken("a session has a subject"))?;
    let mut entry = audit::Entry::new(&system, world.id(), now, "account.sign_in", subject.kind().as_str())
        .objects([subject_id])
        .because("sign_in");
    entry.session = Some(reference(&hash));
    entry.actor_kind = subject.kind().as_str();
    entry.actor_id = Some(subject_id);
    audit::write(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(token)
}

/// The session of a cookie, if it lives in this municipality. `used`: somebody did something with it; a page that only
/// keeps itself true does not keep a session alive that nobody sits in front of.
pub async fn find(
    db: &Db,
    world: &World,
    municipality: MunicipalityId,
    kind: Kind,
    token: &str,
    used: bool,
) -> Result<Option<Session>, Error> {
    if token.len() != 64 {
        return Ok(None);
    }
    let hash = digest(token);
    let now = world.now();
    let mut tx = db.begin(&Actor::system(municipality)).await?;
    let row = sqlx::query!(
        r#"SELECT session.person_id, session.staff_id, session.seen_at AS "seen_at: jiff_sqlx::Timestamp",
                  person.display_name AS "person_name?", staff.display_name AS "staff_name?",
                  staff.office_id AS "office_id?", staff.roles AS "roles?"
           FROM session
           LEFT JOIN person USING (municipality_id, person_id)
           LEFT JOIN staff ON staff.municipality_id = session.municipality_id AND staff.staff_id = session.staff_id
           WHERE session.municipality_id = $1 AND token_hash = $2 AND kind = $3
             AND seen_at > $4 AND created_at > $5 AND (staff.staff_id IS NULL OR staff.active)
             AND (kind <> 'guest' OR person.identity = 'claimed')"#,
        municipality.0,
        &hash[..],
        kind.as_str(),
        since(now, kind.idle()) as _,
        since(now, kind.absolute()) as _,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    if used && row.seen_at.to_jiff() < now - TOUCH {
        sqlx::query!(
            "UPDATE session SET seen_at = $3 WHERE municipality_id = $1 AND token_hash = $2",
            municipality.0,
            &hash[..],
            now.to_sqlx() as _,
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
    }
    let session = reference(&hash);
    let (who, name) = match (row.person_id, row.staff_id) {
        (Some(person), None) if kind == Kind::Guest => (Who::Guest { person: PersonId(person), session }, None),
        (Some(person), None) => (Who::Applicant { person: PersonId(person), session }, row.person_name),
        (None, Some(staff)) => {
            let roles = row.roles.unwrap_or_default().iter().filter_map(|name| Role::from_name(name)).collect();
            let office = OfficeId(row.office_id.ok_or(Error::Broken("staff have an office"))?);
            (Who::Staff { staff: StaffId(staff), office, roles, session }, row.staff_name)
        }
        _ => return Err(Error::Broken("a session has one subject")),
    };
    Ok(Some(Session {
        actor: Actor { who, ..Actor::anonymous(municipality) },
        display_name: name.unwrap_or_default().into(),
    }))
}

/// Whether the session of a member of staff still lives and gives her the same rights. It does not count as use of the
/// session: for answers that go on for long.
pub async fn lives(db: &Db, world: &World, actor: &Actor) -> Result<bool, Error> {
    let Who::Staff { staff, office, roles, session } = &actor.who else { return Ok(false) };
    let now = world.now();
    let (least, most) = hashes(*session);
    let mut tx = db.begin(&Actor::system(actor.municipality)).await?;
    let found = sqlx::query!(
        "SELECT staff.office_id, staff.roles
         FROM session JOIN staff USING (municipality_id, staff_id)
         WHERE municipality_id = $1 AND token_hash BETWEEN $2 AND $3 AND staff_id = $4 AND staff.active
           AND seen_at > $5 AND created_at > $6",
        actor.municipality.0,
        &least[..],
        &most[..],
        staff.0,
        since(now, Kind::Staff.idle()) as _,
        since(now, Kind::Staff.absolute()) as _,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let same = |now: &[String]| now.iter().filter_map(|name| Role::from_name(name)).eq(roles.iter().copied());
    Ok(found.is_some_and(|row| row.office_id == office.0 && same(&row.roles)))
}

/// Whether the session that a person came with still stands, asked in the transaction of an act that may have begun long
/// before: what is on its way when she signs out, or when the desk joins her with somebody who is known, does not go on
/// under the old name. Whoever ends the session or joins the person waits for that transaction, or it for them; the
/// person is locked first, as there. Its age is not asked: what was begun in time may be finished. It counts as use.
pub async fn stands(tx: &mut PgConnection, world: &World, actor: &Actor) -> Result<(), Error> {
    let (kind, person, session) = match &actor.who {
        Who::Applicant { person, session } => (Kind::Applicant, *person, *session),
        Who::Guest { person, session } => (Kind::Guest, *person, *session),
        // Nobody else sends anything that takes long.
        _ => return Ok(()),
    };
    let identity = sqlx::query_scalar!(
        "SELECT identity FROM person WHERE municipality_id = $1 AND person_id = $2 FOR NO KEY UPDATE",
        actor.municipality.0,
        person.0,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let (least, most) = hashes(session);
    let found = sqlx::query_scalar!(
        "UPDATE session SET seen_at = greatest(seen_at, $6)
         WHERE municipality_id = $1 AND token_hash BETWEEN $2 AND $3 AND kind = $4 AND person_id = $5 RETURNING kind",
        actor.municipality.0,
        &least[..],
        &most[..],
        kind.as_str(),
        person.0,
        world.now().to_sqlx() as _,
    )
    .fetch_optional(tx)
    .await?;
    let known = match kind {
        Kind::Guest => identity.as_deref() == Some("claimed"),
        _ => identity.is_some(),
    };
    if known && found.is_some() { Ok(()) } else { Err(Fault::SignInRequired.into()) }
}

/// The least and the greatest hash that a reference can stand for.
fn hashes(session: SessionRef) -> ([u8; 32], [u8; 32]) {
    let (mut least, mut most) = ([0; 32], [u8::MAX; 32]);
    let first = session.0.to_be_bytes();
    least[..8].copy_from_slice(&first);
    most[..8].copy_from_slice(&first);
    (least, most)
}

/// Ends a session. Ending one that is over is fine.
pub async fn end(db: &Db, world: &World, municipality: MunicipalityId, token: &str) -> Result<(), Error> {
    let hash = digest(token);
    let system = Actor::system(municipality);
    let mut tx = db.begin(&system).await?;
    let ended = sqlx::query!(
        "DELETE FROM session WHERE municipality_id = $1 AND token_hash = $2 RETURNING kind, person_id, staff_id",
        municipality.0,
        &hash[..],
    )
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(subject) = ended {
        let kind = [Kind::Applicant, Kind::Guest, Kind::Staff]
            .into_iter()
            .find(|kind| kind.as_str() == subject.kind)
            .ok_or(Error::Broken("a session has a kind"))?;
        let subject = subject.person_id.or(subject.staff_id);
        let mut entry = audit::Entry::new(&system, world.id(), world.now(), "account.sign_out", kind.as_str())
            .objects(subject)
            .because("sign_out");
        entry.session = Some(reference(&hash));
        entry.actor_kind = kind.as_str();
        entry.actor_id = subject;
        audit::write(&mut tx, &entry).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Removes sessions that are over: a job's work. Gives how many.
pub async fn sweep(db: &Db, world: &World, municipality: MunicipalityId) -> Result<u64, Error> {
    let mut tx = db.begin(&Actor::system(municipality)).await?;
    let swept = sqlx::query!(
        "DELETE FROM session WHERE municipality_id = $1 AND seen_at < $2",
        municipality.0,
        since(world.now(), Kind::Applicant.idle()) as _,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(swept.rows_affected())
}

fn since(now: Timestamp, span: SignedDuration) -> jiff_sqlx::Timestamp {
    (now - span).to_sqlx()
}
