//! Confirming who somebody is whose application came without e-ID, and joining her with the person the municipality
//! already knows. Whoever confirms learns nothing of it: the answer is the same in every case.

use super::store;
use crate::{db::audit, decision, error::Error, message, world::World};
use domain::{
    Actor,
    id::{ApplicationId, CaseId, OfficeId, PersonId},
    message::MessageKind,
};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::json;
use sqlx::{Connection, PgConnection};

/// An applicant whose identity is only claimed, as her receipt leads to her.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unconfirmed {
    pub person: PersonId,
    /// The case's number.
    pub number: String,
    /// What she says she is called.
    pub name: String,
    /// When her first application in the case arrived.
    pub arrived_at: Timestamp,
}

/// The applicant of the open case with this number at the office, if her identity is only claimed.
pub async fn unconfirmed(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    number: &str,
) -> Result<Option<Unconfirmed>, Error> {
    let row = sqlx::query!(
        r#"SELECT person.person_id, person.display_name, casework_case.number,
                  casework_case.opened_at AS "opened_at: jiff_sqlx::Timestamp"
           FROM casework_case
           JOIN casework_party USING (municipality_id, case_id)
           JOIN person USING (municipality_id, person_id)
           WHERE municipality_id = $1 AND casework_case.number = $2 AND casework_case.office_id = $3
             AND casework_case.status = 'open' AND casework_party.role = 'applicant' AND person.identity = 'claimed'"#,
        actor.municipality.0,
        number,
        office.0,
    )
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|row| Unconfirmed {
        person: PersonId(row.person_id),
        number: row.number,
        name: row.display_name,
        arrived_at: row.opened_at.to_jiff(),
    }))
}

/// Confirms that the claimed person has this personal number (`yyyymmddnnnn`). If somebody confirmed has it already, the
/// two are one: her applications and papers go to that person and join that person's open case. That cannot be undone:
/// whoever calls this has compared name and number with an ID paper.
pub async fn confirm_identity(
    tx: &mut PgConnection,
    actor: &Actor,
    world: &World,
    zone: &TimeZone,
    person: PersonId,
    personal_number: &str,
) -> Result<(), Error> {
    let mut known = self::known(tx, actor, person, personal_number).await?;
    if known.is_none() && !confirm(tx, actor, person, personal_number).await? {
        // Somebody was confirmed with this number in the same moment; now she is there.
        let other = self::known(tx, actor, person, personal_number).await?;
        known = Some(other.ok_or(Error::Broken("who has a number can be found"))?);
    }
    // From here on nobody publishes a decision on their cases or writes anything into them. After the people: whoever holds
    // a case waits for no person.
    store::hold_cases_of(tx, actor, person, known).await?;
    let mut moved = Vec::new();
    if let Some(known) = known {
        moved = join(tx, actor, person, known).await?;
        for application in &moved {
            // She who was known finds the receipt among her own messages.
            message::post(tx, actor, world, known, MessageKind::ApplicationReceived, application.0).await?;
        }
    }
    // Nobody told her of what was decided while it was only a claim who she is.
    let told = decision::tell(tx, actor, world, known.unwrap_or(person)).await?;
    let day = zone.to_datetime(world.now()).date();
    let entry = audit::Entry::new(actor, world.id(), world.now(), "casework.confirm_identity", "person")
        .objects([Some(person), known].into_iter().flatten().map(|person| person.0))
        .because("id_shown")
        .detail(&json!({
            "day": day.to_string(), "joined": known.is_some(), "applications": moved, "decisions": told
        }));
    audit::write(tx, &entry).await
}

/// Locks the claimed person and gives the confirmed one who has the number. Both in the order of their ids, so that two
/// confirmations at once wait for each other instead of crossing; and no more than that, so that whoever holds one of their
/// cases can still write a message to them.
async fn known(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    personal_number: &str,
) -> Result<Option<PersonId>, Error> {
    let rows = sqlx::query!(
        "SELECT person_id, identity, joined_into FROM person
         WHERE municipality_id = $1 AND (person_id = $2 OR (personal_number = $3 AND identity = 'confirmed'))
         ORDER BY person_id FOR NO KEY UPDATE",
        actor.municipality.0,
        person.0,
        personal_number,
    )
    .fetch_all(tx)
    .await?;
    let claims = |row: &Option<uuid::Uuid>, identity: &str| row.is_none() && identity == "claimed";
    if !rows.iter().any(|row| row.person_id == person.0 && claims(&row.joined_into, &row.identity)) {
        // Confirmed or joined in between: there is nothing left to confirm.
        return Err(Error::not_found());
    }
    Ok(rows.into_iter().find(|row| row.person_id != person.0).map(|row| PersonId(row.person_id)))
}

/// The claim becomes a fact. `false`: somebody else has been confirmed with this number in the same moment.
async fn confirm(tx: &mut PgConnection, actor: &Actor, person: PersonId, personal_number: &str) -> Result<bool, Error> {
    let mut inner = tx.begin().await?;
    let confirmed = sqlx::query!(
        "UPDATE person SET identity = 'confirmed', personal_number = $3 WHERE municipality_id = $1 AND person_id = $2",
        actor.municipality.0,
        person.0,
        personal_number,
    )
    .execute(&mut *inner)
    .await;
    match confirmed {
        Ok(_) => {
            inner.commit().await?;
            Ok(true)
        }
        Err(sqlx::Error::Database(error)) if error.constraint() == Some("person_number_once") => {
            inner.rollback().await?;
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// Gives everything of the claimed person to the known one. Gives the applications that moved. The cases of both are held:
/// what this statement finds decided is all there is.
async fn join(
    tx: &mut PgConnection,
    actor: &Actor,
    claimed: PersonId,
    known: PersonId,
) -> Result<Vec<ApplicationId>, Error> {
    let open = store::open_case_of(tx, actor, known).await?.map(|(case, _)| case);
    let cases = sqlx::query!(
        r#"SELECT case_id, status, EXISTS (SELECT FROM decision
                                           WHERE decision.municipality_id = $1 AND decision.case_id = casework_case.case_id)
                  AS "decided!"
           FROM casework_case JOIN casework_party USING (municipality_id, case_id)
           WHERE municipality_id = $1 AND person_id = $2 ORDER BY opened_at, case_id"#,
        actor.municipality.0,
        claimed.0,
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut moved = Vec::new();
    for case in cases {
        let from = CaseId(case.case_id);
        // A case in which a decision was begun keeps its papers together, and so its number.
        let into = if case.status == "open" && !case.decided { open } else { None };
        moved.extend(move_applications(tx, actor, from, into.unwrap_or(from), claimed, known).await?);
        if let Some(into) = into {
            close(tx, actor, from, into).await?;
        } else {
            hand_over(tx, actor, from, claimed, known).await?;
        }
    }
    belongings(tx, actor, claimed, known).await?;
    sqlx::query!(
        "UPDATE person SET joined_into = $3 WHERE municipality_id = $1 AND person_id = $2",
        actor.municipality.0,
        claimed.0,
        known.0,
    )
    .execute(tx)
    .await?;
    Ok(moved)
}

async fn move_applications(
    tx: &mut PgConnection,
    actor: &Actor,
    from: CaseId,
    into: CaseId,
    claimed: PersonId,
    known: PersonId,
) -> Result<Vec<ApplicationId>, Error> {
    let moved = sqlx::query_scalar!(
        "UPDATE application SET case_id = $3, person_id = $5
         WHERE municipality_id = $1 AND case_id = $2 AND person_id = $4 RETURNING application_id",
        actor.municipality.0,
        from.0,
        into.0,
        claimed.0,
        known.0,
    )
    .fetch_all(tx)
    .await?;
    Ok(moved.into_iter().map(ApplicationId).collect())
}

/// The case is closed: what was in it, notes too, lies in the other.
async fn close(tx: &mut PgConnection, actor: &Actor, case: CaseId, into: CaseId) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE casework_note SET case_id = $3 WHERE municipality_id = $1 AND case_id = $2",
        actor.municipality.0,
        case.0,
        into.0,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "UPDATE casework_case SET status = 'closed', version = version + 1 WHERE municipality_id = $1 AND case_id = $2",
        actor.municipality.0,
        case.0,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The case becomes the known person's.
async fn hand_over(
    tx: &mut PgConnection,
    actor: &Actor,
    case: CaseId,
    claimed: PersonId,
    known: PersonId,
) -> Result<(), Error> {
    sqlx::query!(
        "INSERT INTO casework_party (municipality_id, case_id, person_id, role)
         SELECT municipality_id, case_id, $4, role FROM casework_party
         WHERE municipality_id = $1 AND case_id = $2 AND person_id = $3 ON CONFLICT DO NOTHING",
        actor.municipality.0,
        case.0,
        claimed.0,
        known.0,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "DELETE FROM casework_party WHERE municipality_id = $1 AND case_id = $2 AND person_id = $3",
        actor.municipality.0,
        case.0,
        claimed.0,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "UPDATE casework_case SET version = version + 1 WHERE municipality_id = $1 AND case_id = $2",
        actor.municipality.0,
        case.0,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Papers and visits go along (but for a time that both have booked). Her number in the queue keeps the name she said: with
/// the one known before, the board would tell the desk. How she wants to be reached only where nothing was known; the resume code and
/// its sessions end, since they would open an empty form.
async fn belongings(tx: &mut PgConnection, actor: &Actor, claimed: PersonId, known: PersonId) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE document SET person_id = $3 WHERE municipality_id = $1 AND person_id = $2",
        actor.municipality.0,
        claimed.0,
        known.0,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "UPDATE visit SET person_id = $3 WHERE municipality_id = $1 AND person_id = $2
           AND NOT (status = 'booked' AND EXISTS (SELECT FROM visit hers
                                                  WHERE hers.municipality_id = $1 AND hers.person_id = $3
                                                    AND hers.slot_id = visit.slot_id AND hers.status = 'booked'))",
        actor.municipality.0,
        claimed.0,
        known.0,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "INSERT INTO account_contact (municipality_id, person_id, way, email, phone, language)
         SELECT municipality_id, $3, way, email, phone, language FROM account_contact
         WHERE municipality_id = $1 AND person_id = $2 ON CONFLICT DO NOTHING",
        actor.municipality.0,
        claimed.0,
        known.0,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "DELETE FROM account_resume WHERE municipality_id = $1 AND person_id = $2",
        actor.municipality.0,
        claimed.0,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "DELETE FROM session WHERE municipality_id = $1 AND person_id = $2 AND kind = 'guest'",
        actor.municipality.0,
        claimed.0,
    )
    .execute(tx)
    .await?;
    Ok(())
}
