//! Going on without e-ID: a person whose identity is only claimed, and a code that opens her session again.
//!
//! The code is shown once and only its SHA-256 is kept. It has sixty random bits, so it cannot be guessed and needs no
//! slow hash. It opens what its person wrote herself, never a case, and ends with her draft (`jobs/tidy.rs`) or as soon
//! as somebody has confirmed who she is.

use crate::{
    db::{Db, audit},
    error::Error,
    world::World,
};
use domain::{
    Actor,
    id::{MunicipalityId, PersonId},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

/// Letters and digits that cannot be mistaken for each other, written down or read aloud.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Letters of a code.
const LENGTH: usize = 12;
/// Letters in one group, as it is shown.
const GROUP: usize = 4;

/// A new code as it is shown: `K7QM-3XPA-9TRB`.
fn fresh(world: &World) -> String {
    let letters = world.bytes::<LENGTH>().map(|byte| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
    let groups: Vec<String> = letters.chunks(GROUP).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// The hash of a code as somebody typed it: case, spaces and hyphens make no difference. None: it cannot be one.
fn digest(typed: &str) -> Option<[u8; 32]> {
    let letters: String =
        typed.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect();
    (letters.len() == LENGTH).then(|| Sha256::digest(letters.as_bytes()).into())
}

/// Makes a person without a name and gives her and her code.
pub async fn begin(db: &Db, world: &World, municipality: MunicipalityId) -> Result<(PersonId, String), Error> {
    let system = Actor::system(municipality);
    let person = PersonId(world.id());
    let mut tx = db.begin(&system).await?;
    sqlx::query!(
        "INSERT INTO person (municipality_id, person_id, display_name, identity) VALUES ($1, $2, '', 'claimed')",
        municipality.0,
        person.0,
    )
    .execute(&mut *tx)
    .await?;
    let code = keep(&mut tx, world, municipality, person).await?;
    let mut entry = audit::Entry::new(&system, world.id(), world.now(), "account.claim", "guest").objects([person.0]);
    entry.actor_kind = "guest";
    entry.actor_id = Some(person.0);
    audit::write(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok((person, code))
}

/// Gives a guest a new code; the old one ends. Not for somebody who is confirmed meanwhile, nor by the note on the page of
/// one who has left (`left`) when she is in again: then it may be read by somebody else.
pub async fn renew(db: &Db, world: &World, actor: &Actor, person: PersonId, left: bool) -> Result<String, Error> {
    let mut tx = db.begin(actor).await?;
    // Two at once follow each other.
    let may = sqlx::query_scalar!(
        r#"SELECT identity = 'claimed' AND NOT ($3 AND EXISTS (
                      SELECT FROM session
                      WHERE session.municipality_id = $1 AND session.person_id = $2 AND session.kind = 'guest')) AS "may!"
           FROM person WHERE municipality_id = $1 AND person_id = $2 FOR NO KEY UPDATE"#,
        actor.municipality.0,
        person.0,
        left,
    )
    .fetch_optional(&mut *tx)
    .await?;
    if may != Some(true) {
        return Err(Error::not_found());
    }
    sqlx::query!(
        "DELETE FROM account_resume WHERE municipality_id = $1 AND person_id = $2",
        actor.municipality.0,
        person.0,
    )
    .execute(&mut *tx)
    .await?;
    let code = keep(&mut tx, world, actor.municipality, person).await?;
    let entry = audit::Entry::new(actor, world.id(), world.now(), "account.renew_code", "guest").objects([person.0]);
    audit::write(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(code)
}

async fn keep(
    tx: &mut PgConnection,
    world: &World,
    municipality: MunicipalityId,
    person: PersonId,
) -> Result<String, Error> {
    let code = fresh(world);
    let hash = digest(&code).ok_or(Error::Broken("a fresh code is a code"))?;
    sqlx::query!(
        "INSERT INTO account_resume (municipality_id, code_hash, person_id, created_at) VALUES ($1, $2, $3, $4)",
        municipality.0,
        &hash[..],
        person.0,
        world.now().to_sqlx() as _,
    )
    .execute(tx)
    .await?;
    Ok(code)
}

/// Whose code it is, as long as nobody has confirmed who she is.
pub async fn find(db: &Db, municipality: MunicipalityId, typed: &str) -> Result<Option<PersonId>, Error> {
    let Some(hash) = digest(typed) else { return Ok(None) };
    let mut tx = db.begin(&Actor::system(municipality)).await?;
    let person = sqlx::query_scalar!(
        "SELECT person_id FROM account_resume JOIN person USING (municipality_id, person_id)
         WHERE municipality_id = $1 AND code_hash = $2 AND identity = 'claimed'",
        municipality.0,
        &hash[..],
    )
    .fetch_optional(&mut *tx)
    .await?;
    Ok(person.map(PersonId))
}

/// Ends the codes made before that day whose draft is gone and whose person has done nothing since, and forgets those behind them who never sent anything nor met
/// anybody: a name nobody needs. Gives how many codes ended.
pub async fn tidy(tx: &mut PgConnection, municipality: MunicipalityId, before: Timestamp) -> Result<usize, Error> {
    let people = sqlx::query_scalar!(
        "DELETE FROM account_resume resume
         WHERE municipality_id = $1 AND created_at < $2
           AND NOT EXISTS (SELECT FROM draft WHERE draft.municipality_id = $1 AND draft.person_id = resume.person_id)
           AND NOT EXISTS (SELECT FROM session one
                           WHERE one.municipality_id = $1 AND one.person_id = resume.person_id)
           AND NOT EXISTS (SELECT FROM document one
                           WHERE one.municipality_id = $1 AND one.person_id = resume.person_id AND one.uploaded_at >= $2)
         RETURNING person_id",
        municipality.0,
        before.to_sqlx() as _,
    )
    .fetch_all(&mut *tx)
    .await?;
    if !people.is_empty() {
        // Their papers are nobody's: the objects become orphans, and the job that reaps those takes the bytes.
        sqlx::query!(
            "WITH gone AS (
                 DELETE FROM document paper
                 WHERE municipality_id = $1 AND person_id = ANY($2) AND application_id IS NULL
                   AND NOT EXISTS (SELECT FROM application one
                                   WHERE one.municipality_id = $1 AND one.person_id = paper.person_id)
                 RETURNING object_id)
             UPDATE storage_object SET state = 'staged'
             WHERE municipality_id = $1 AND object_id IN (SELECT object_id FROM gone)",
            municipality.0,
            &people,
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!(
            "DELETE FROM person
             WHERE municipality_id = $1 AND person_id = ANY($2) AND identity = 'claimed'
               AND NOT EXISTS (SELECT FROM application one WHERE one.municipality_id = $1 AND one.person_id = person.person_id)
               AND NOT EXISTS (SELECT FROM session one WHERE one.municipality_id = $1 AND one.person_id = person.person_id)
               AND NOT EXISTS (SELECT FROM document one WHERE one.municipality_id = $1 AND one.person_id = person.person_id)
               AND NOT EXISTS (SELECT FROM message one WHERE one.municipality_id = $1 AND one.person_id = person.person_id)
               AND NOT EXISTS (SELECT FROM visit one WHERE one.municipality_id = $1 AND one.person_id = person.person_id)
               AND NOT EXISTS (SELECT FROM casework_party one
                               WHERE one.municipality_id = $1 AND one.person_id = person.person_id)
               AND NOT EXISTS (SELECT FROM account_contact one
                               WHERE one.municipality_id = $1 AND one.person_id = person.person_id)
               AND NOT EXISTS (SELECT FROM reception_ticket one
                               WHERE one.municipality_id = $1 AND one.person_id = person.person_id)",
            municipality.0,
            &people,
        )
        .execute(tx)
        .await?;
    }
    Ok(people.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_written() {
        let code = fresh(&World::real());
        assert_eq!(code.len(), LENGTH + 2);
        assert!(code.split('-').all(|group| group.len() == GROUP), "{code}");
        let plain = code.replace('-', "");
        assert!(plain.bytes().all(|letter| ALPHABET.contains(&letter)), "{code}");
        for typed in [plain.clone(), plain.to_lowercase(), format!(" {} ", code.replace('-', " ")), code.clone()] {
            assert_eq!(digest(&typed), digest(&code), "{typed}");
        }
        for wrong in ["", "K7QM", "K7QM-3XPA-9TRBX", "åäö"] {
            assert_eq!(digest(wrong), None, "{wrong}");
        }
    }
}
