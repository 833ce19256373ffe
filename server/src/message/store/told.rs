//! The SQL of what staff have told people. A row keeps whom it was said to under the person she was known as then; who was
//! joined with somebody known later (`person.joined_into`) is found by that person.

use crate::error::Error;
use domain::{
    Actor,
    id::{CaseId, PersonId, StaffId},
    message::{How, MessageKind, SayTold, Told},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

/// Whether this is something the person has to read in the case: a published decision of it, or her own application in it.
pub async fn is_of_case(
    tx: &mut PgConnection,
    actor: &Actor,
    case: CaseId,
    person: PersonId,
    told: &SayTold,
) -> Result<bool, Error> {
    let found = sqlx::query_scalar!(
        r#"SELECT CASE $3::text
               WHEN 'decision' THEN EXISTS (SELECT FROM decision
                                            WHERE municipality_id = $1 AND case_id = $2 AND decision_id = $4
                                              AND status = 'published')
               ELSE EXISTS (SELECT FROM application
                            WHERE municipality_id = $1 AND case_id = $2 AND application_id = $4 AND person_id = $5)
           END AS "found!""#,
        actor.municipality.0,
        case.0,
        told.kind.as_str(),
        told.about,
        person.0,
    )
    .fetch_one(tx)
    .await?;
    Ok(found)
}

/// A new row.
pub struct Row<'a> {
    pub id: Uuid,
    pub told: &'a SayTold,
    pub by: StaffId,
    pub at: Timestamp,
}

/// Keeps it. `false`: it was said before that she has been told in this way.
pub async fn insert(tx: &mut PgConnection, actor: &Actor, row: &Row<'_>) -> Result<bool, Error> {
    let Row { id, told, by, at } = row;
    let kept = sqlx::query!(
        "INSERT INTO message_told (municipality_id, told_id, person_id, kind, about, how, told_by, told_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8
         WHERE NOT EXISTS (SELECT FROM message_told earlier JOIN person USING (municipality_id, person_id)
                           WHERE earlier.municipality_id = $1 AND earlier.about = $5 AND earlier.kind = $4
                             AND earlier.how = $6 AND person.joined_into = $3)
         ON CONFLICT ON CONSTRAINT message_told_once DO NOTHING",
        actor.municipality.0,
        id,
        told.person_id.0,
        told.kind.as_str(),
        told.about,
        told.how.as_str(),
        by.0,
        at.to_sqlx() as _,
    )
    .execute(tx)
    .await?;
    Ok(kept.rows_affected() == 1)
}

/// What the parties have been told and have not read since, in the order they were told; with `only`, whether that person was
/// told of that thing in that way, read since or not.
pub async fn of_case(
    tx: &mut PgConnection,
    actor: &Actor,
    case: CaseId,
    only: Option<&SayTold>,
) -> Result<Vec<Told>, Error> {
    let rows = sqlx::query!(
        r#"SELECT found.person_id AS "person_id!", told.kind, told.about, told.how, staff.display_name AS by,
                  told.told_at AS "told_at: jiff_sqlx::Timestamp"
           FROM message_told told
           JOIN person USING (municipality_id, person_id)
           CROSS JOIN LATERAL (SELECT coalesce(person.joined_into, person.person_id) AS person_id) found
           JOIN staff ON staff.municipality_id = told.municipality_id AND staff.staff_id = told.told_by
           WHERE told.municipality_id = $1
             AND (EXISTS (SELECT FROM decision WHERE decision.municipality_id = $1 AND decision.case_id = $2
                                                 AND told.kind = 'decision' AND decision.decision_id = told.about)
                  OR EXISTS (SELECT FROM application WHERE application.municipality_id = $1 AND application.case_id = $2
                                                       AND told.kind = 'application_received'
                                                       AND application.application_id = told.about))
             AND CASE WHEN $3::uuid IS NULL
                 THEN NOT EXISTS (SELECT FROM message
                                  WHERE message.municipality_id = $1 AND message.person_id = found.person_id
                                    AND message.kind = told.kind AND message.about = told.about
                                    AND message.read_at IS NOT NULL)
                      AND NOT EXISTS (SELECT FROM decision_receipt receipt
                                      WHERE receipt.municipality_id = $1 AND receipt.decision_id = told.about
                                        AND receipt.person_id = found.person_id)
                 ELSE found.person_id = $3 AND told.kind = $4 AND told.about = $5 AND told.how = $6 END
           ORDER BY told.told_at, told.told_id"#,
        actor.municipality.0,
        case.0,
        only.map(|only| only.person_id.0),
        only.map(|only| only.kind.as_str()),
        only.map(|only| only.about),
        only.map(|only| only.how.as_str()),
    )
    .fetch_all(tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Told {
                person_id: PersonId(row.person_id),
                kind: MessageKind::from_name(&row.kind).ok_or(Error::Broken("message kinds are known"))?,
                about: row.about,
                how: How::from_name(&row.how).ok_or(Error::Broken("the ways to tell are known"))?,
                by: row.by,
                told_at: row.told_at.to_jiff(),
            })
        })
        .collect()
}
