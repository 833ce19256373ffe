//! The SQL of who somebody at the desk is. A search finds confirmed persons and says nothing of their cases.

use crate::error::Error;
use domain::{
    Actor,
    id::PersonId,
    reception::{MOST_HITS, PersonHit},
};
use sqlx::PgConnection;

/// Writes down somebody new who says her name; who she is, is only claimed.
pub async fn insert_claimed(tx: &mut PgConnection, actor: &Actor, person: PersonId, name: &str) -> Result<(), Error> {
    sqlx::query!(
        "INSERT INTO person (municipality_id, person_id, display_name, identity) VALUES ($1, $2, $3, 'claimed')",
        actor.municipality.0,
        person.0,
        name,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Whether the person is there and was confirmed to be who she is.
pub async fn is_confirmed(tx: &mut PgConnection, actor: &Actor, person: PersonId) -> Result<bool, Error> {
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM person WHERE municipality_id = $1 AND person_id = $2 AND identity = 'confirmed')
           AS "found!""#,
        actor.municipality.0,
        person.0,
    )
    .fetch_one(tx)
    .await?;
    Ok(found)
}

/// Confirmed persons of whose name a word begins so, by name.
pub async fn named(tx: &mut PgConnection, actor: &Actor, text: &str) -> Result<Vec<PersonHit>, Error> {
    let begins = format!("{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    let rows = sqlx::query!(
        "SELECT person_id, display_name, left(personal_number, 4) AS year FROM person
         WHERE municipality_id = $1 AND identity = 'confirmed'
           AND (display_name ILIKE $2 OR display_name ILIKE '% ' || $2)
         ORDER BY display_name, person_id LIMIT $3",
        actor.municipality.0,
        begins,
        i64::try_from(MOST_HITS).unwrap_or(i64::MAX),
    )
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| hit(PersonId(row.person_id), row.display_name, row.year.as_deref())).collect())
}

/// The confirmed person with this personal number.
pub async fn numbered(tx: &mut PgConnection, actor: &Actor, number: &str) -> Result<Option<PersonHit>, Error> {
    let row = sqlx::query!(
        "SELECT person_id, display_name, left(personal_number, 4) AS year FROM person
         WHERE municipality_id = $1 AND personal_number = $2 AND identity = 'confirmed'",
        actor.municipality.0,
        number,
    )
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|row| hit(PersonId(row.person_id), row.display_name, row.year.as_deref())))
}

fn hit(person_id: PersonId, name: String, year: Option<&str>) -> PersonHit {
    PersonHit { person_id, name, year_of_birth: year.and_then(|year| year.parse().ok()) }
}
