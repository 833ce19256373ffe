//! The SQL of decisions. Free functions in the caller's transaction.

use crate::error::Error;
use domain::{
    Actor,
    decision::{Calculation, Confirmation, DecisionContent, DecisionReceipt, DecisionStatus, DecisionSummary},
    id::{ApplicationId, CaseId, DecisionId, OfficeId, PersonId, StaffId},
};
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

/// The case an application lies in, as deciding needs it.
pub struct CaseRow {
    pub number: String,
    pub office: OfficeId,
    pub handler: Option<StaffId>,
    /// The month applied for, as its first day.
    pub month: Date,
    /// A party only claims to be who she is.
    pub identity_claimed: bool,
}

/// The case with this application; nothing where the two do not belong together.
pub async fn case(
    tx: &mut PgConnection,
    actor: &Actor,
    case: CaseId,
    application: ApplicationId,
) -> Result<Option<CaseRow>, Error> {
    let row = sqlx::query!(
        r#"SELECT casework_case.number, casework_case.office_id, casework_case.handler_id,
                  application.month AS "month: jiff_sqlx::Date",
                  EXISTS (SELECT FROM casework_party party JOIN person USING (municipality_id, person_id)
                          WHERE party.municipality_id = $1 AND party.case_id = $2 AND person.identity = 'claimed')
                  AS "identity_claimed!"
           FROM casework_case JOIN application USING (municipality_id, case_id)
           WHERE casework_case.municipality_id = $1 AND casework_case.case_id = $2 AND application.application_id = $3"#,
        actor.municipality.0,
        case.0,
        application.0,
    )
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|row| CaseRow {
        number: row.number,
        office: OfficeId(row.office_id),
        handler: row.handler_id.map(StaffId),
        month: row.month.to_jiff(),
        identity_claimed: row.identity_claimed,
    }))
}

/// Everybody who is party to the case and known to be who she is.
pub async fn confirmed_parties(tx: &mut PgConnection, actor: &Actor, case: CaseId) -> Result<Vec<PersonId>, Error> {
    let people = sqlx::query_scalar!(
        "SELECT person_id FROM casework_party JOIN person USING (municipality_id, person_id)
         WHERE municipality_id = $1 AND case_id = $2 AND person.identity = 'confirmed' ORDER BY person_id",
        actor.municipality.0,
        case.0,
    )
    .fetch_all(tx)
    .await?;
    Ok(people.into_iter().map(PersonId).collect())
}

/// The published decisions in the person's cases that she has neither received nor been told of, oldest first.
pub async fn untold(tx: &mut PgConnection, actor: &Actor, person: PersonId) -> Result<Vec<DecisionId>, Error> {
    let decisions = sqlx::query_scalar!(
        "SELECT decision.decision_id FROM casework_party party JOIN decision USING (municipality_id, case_id)
         WHERE municipality_id = $1 AND party.person_id = $2 AND decision.status = 'published'
           AND NOT EXISTS (SELECT FROM decision_receipt receipt
                           WHERE receipt.municipality_id = $1 AND receipt.decision_id = decision.decision_id
                             AND receipt.person_id = $2)
           AND NOT EXISTS (SELECT FROM message
                           WHERE message.municipality_id = $1 AND message.person_id = $2 AND message.kind = 'decision'
                             AND message.about = decision.decision_id)
         ORDER BY decision.decided_at, decision.decision_id",
        actor.municipality.0,
        person.0,
    )
    .fetch_all(tx)
    .await?;
    Ok(decisions.into_iter().map(DecisionId).collect())
}

/// Name and street of an office.
pub async fn office(tx: &mut PgConnection, actor: &Actor, office: OfficeId) -> Result<Option<(String, String)>, Error> {
    let row = sqlx::query!(
        "SELECT name, street FROM office WHERE municipality_id = $1 AND office_id = $2",
        actor.municipality.0,
        office.0,
    )
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|row| (row.name, row.street)))
}

/// What a member of staff is called.
pub async fn staff_name(tx: &mut PgConnection, actor: &Actor, staff: StaffId) -> Result<Option<String>, Error> {
    let name = sqlx::query_scalar!(
        "SELECT display_name FROM staff WHERE municipality_id = $1 AND staff_id = $2",
        actor.municipality.0,
        staff.0,
    )
    .fetch_optional(tx)
    .await?;
    Ok(name)
}

/// A decision as it lies in the database.
pub struct DecisionRow {
    pub decision: DecisionId,
    pub status: DecisionStatus,
    pub version: i64,
    pub content: DecisionContent,
    pub published: Option<Published>,
}

/// What a published decision has beside its content.
pub struct Published {
    pub calculation: Calculation,
    pub by: String,
    pub at: Timestamp,
}

/// Locks the decision of an application, if there is one, so that two who save or publish follow each other.
pub async fn lock(tx: &mut PgConnection, actor: &Actor, application: ApplicationId) -> Result<(), Error> {
    sqlx::query!(
        "SELECT decision_id FROM decision WHERE municipality_id = $1 AND application_id = $2 FOR UPDATE",
        actor.municipality.0,
        application.0,
    )
    .fetch_optional(tx)
    .await?;
    Ok(())
}

/// The decision of an application.
pub async fn of_application(
    tx: &mut PgConnection,
    actor: &Actor,
    application: ApplicationId,
) -> Result<Option<DecisionRow>, Error> {
    let row = sqlx::query!(
        r#"SELECT decision.decision_id, decision.status, decision.version, decision.content, decision.calculation,
                  decision.decided_at AS "decided_at: jiff_sqlx::Timestamp", staff.display_name AS "decided_by?"
           FROM decision
           LEFT JOIN staff ON staff.municipality_id = decision.municipality_id AND staff.staff_id = decision.decided_by
           WHERE decision.municipality_id = $1 AND decision.application_id = $2"#,
        actor.municipality.0,
        application.0,
    )
    .fetch_optional(tx)
    .await?;
    row.map(|row| {
        let published = match (row.calculation, row.decided_by, row.decided_at) {
            (Some(calculation), Some(by), Some(at)) => {
                Some(Published { calculation: serde_json::from_value(calculation)?, by, at: at.to_jiff() })
            }
            _ => None,
        };
        Ok(DecisionRow {
            decision: DecisionId(row.decision_id),
            status: status(&row.status)?,
            version: row.version,
            content: serde_json::from_value(row.content)?,
            published,
        })
    })
    .transpose()
}

fn status(name: &str) -> Result<DecisionStatus, Error> {
    DecisionStatus::from_name(name).ok_or(Error::Broken("decision states are known"))
}

/// The decisions of a case in a line each.
pub async fn of_case(tx: &mut PgConnection, actor: &Actor, case: CaseId) -> Result<Vec<DecisionSummary>, Error> {
    let rows = sqlx::query!(
        r#"SELECT decision.decision_id, decision.application_id, decision.status, decision.content,
                  decision.decided_at AS "decided_at: jiff_sqlx::Timestamp", staff.display_name AS "decided_by?"
           FROM decision
           JOIN application ON application.municipality_id = decision.municipality_id
                           AND application.application_id = decision.application_id
           LEFT JOIN staff ON staff.municipality_id = decision.municipality_id AND staff.staff_id = decision.decided_by
           WHERE decision.municipality_id = $1 AND decision.case_id = $2
           ORDER BY application.arrived_at, decision.decision_id"#,
        actor.municipality.0,
        case.0,
    )
    .fetch_all(tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            let content: DecisionContent = serde_json::from_value(row.content)?;
            Ok(DecisionSummary {
                decision_id: DecisionId(row.decision_id),
                application_id: ApplicationId(row.application_id),
                status: status(&row.status)?,
                period: content.period,
                outcome: content.outcome(),
                amount: content.amount(),
                decided_at: row.decided_at.map(jiff_sqlx::Timestamp::to_jiff),
                decided_by: row.decided_by,
            })
        })
        .collect()
}

/// What a save writes.
pub struct Draft<'a> {
    pub decision: DecisionId,
    pub case: CaseId,
    pub application: ApplicationId,
    pub content: &'a DecisionContent,
    pub by: StaffId,
    pub now: Timestamp,
}

/// Writes the first version. `false`: somebody was faster.
pub async fn insert(tx: &mut PgConnection, actor: &Actor, draft: &Draft<'_>) -> Result<bool, Error> {
    let inserted = sqlx::query!(
        "INSERT INTO decision (municipality_id, decision_id, case_id, application_id, status, version, content,
                               drafted_by, saved_at)
         VALUES ($1, $2, $3, $4, 'draft', 1, $5, $6, $7) ON CONFLICT DO NOTHING",
        actor.municipality.0,
        draft.decision.0,
        draft.case.0,
        draft.application.0,
        serde_json::to_value(draft.content)?,
        draft.by.0,
        draft.now.to_sqlx() as _,
    )
    .execute(tx)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Writes the next version over that one. `false`: it is not the newest, or published.
pub async fn update(tx: &mut PgConnection, actor: &Actor, draft: &Draft<'_>, version: i64) -> Result<bool, Error> {
    let updated = sqlx::query!(
        "UPDATE decision SET version = version + 1, content = $3, drafted_by = $4, saved_at = $5
         WHERE municipality_id = $1 AND application_id = $2 AND version = $6 AND status = 'draft'",
        actor.municipality.0,
        draft.application.0,
        serde_json::to_value(draft.content)?,
        draft.by.0,
        draft.now.to_sqlx() as _,
        version,
    )
    .execute(tx)
    .await?;
    Ok(updated.rows_affected() == 1)
}

/// Publishes that version with the calculation it rests on. `false`: it is not the newest, or published already.
pub async fn publish(
    tx: &mut PgConnection,
    actor: &Actor,
    decided: &Draft<'_>,
    version: i64,
    calculation: &Calculation,
) -> Result<bool, Error> {
    let published = sqlx::query!(
        "UPDATE decision SET status = 'published', version = version + 1, content = $3, calculation = $4,
                             decided_by = $5, decided_at = $6
         WHERE municipality_id = $1 AND decision_id = $2 AND version = $7 AND status = 'draft'",
        actor.municipality.0,
        decided.decision.0,
        serde_json::to_value(decided.content)?,
        serde_json::to_value(calculation)?,
        decided.by.0,
        decided.now.to_sqlx() as _,
        version,
    )
    .execute(tx)
    .await?;
    Ok(published.rows_affected() == 1)
}

/// The rows of the law table that an administrator has confirmed.
pub async fn confirmations(tx: &mut PgConnection, actor: &Actor) -> Result<Vec<Confirmation>, Error> {
    let rows = sqlx::query!(
        r#"SELECT section, valid_from AS "valid_from: jiff_sqlx::Date" FROM decision_law_confirmation
           WHERE municipality_id = $1"#,
        actor.municipality.0,
    )
    .fetch_all(tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Confirmation { section: row.section, valid_from: row.valid_from.to_jiff() })
        .collect())
}

/// A published decision of somebody who is party to its case.
pub struct PartyRow {
    pub decision: DecisionId,
    pub content: DecisionContent,
    pub calculation: Calculation,
    pub decided_by: String,
    pub decided_at: Timestamp,
    pub case_number: String,
    pub office_name: String,
    pub office_street: String,
    /// Hers alone.
    pub receipt: Option<DecisionReceipt>,
}

/// The published decisions in the cases a person is party to, newest first; or one of them. None for somebody who only
/// claims to be that person: nothing of any case is shown before the desk has confirmed it.
pub async fn of_party(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    only: Option<DecisionId>,
) -> Result<Vec<PartyRow>, Error> {
    let rows = sqlx::query!(
        r#"SELECT decision.decision_id, decision.content, decision.calculation AS "calculation!",
                  decision.decided_at AS "decided_at!: jiff_sqlx::Timestamp", staff.display_name,
                  casework_case.number, office.name, office.street,
                  receipt.received_at AS "received_at?: jiff_sqlx::Timestamp",
                  receipt.last_day AS "last_day?: jiff_sqlx::Date"
           FROM casework_party party
           JOIN person USING (municipality_id, person_id)
           JOIN decision USING (municipality_id, case_id)
           JOIN casework_case USING (municipality_id, case_id)
           JOIN office ON office.municipality_id = party.municipality_id AND office.office_id = casework_case.office_id
           JOIN staff ON staff.municipality_id = party.municipality_id AND staff.staff_id = decision.decided_by
           LEFT JOIN decision_receipt receipt ON receipt.municipality_id = party.municipality_id
                AND receipt.decision_id = decision.decision_id AND receipt.person_id = party.person_id
           WHERE party.municipality_id = $1 AND party.person_id = $2 AND person.identity = 'confirmed'
             AND decision.status = 'published' AND ($3::uuid IS NULL OR decision.decision_id = $3)
           ORDER BY decision.decided_at DESC, decision.decision_id DESC"#,
        actor.municipality.0,
        person.0,
        only.map(|decision| decision.0),
    )
    .fetch_all(tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            let receipt = row.received_at.zip(row.last_day).map(|(received_at, last_day)| DecisionReceipt {
                received_at: received_at.to_jiff(),
                last_day: last_day.to_jiff(),
            });
            Ok(PartyRow {
                decision: DecisionId(row.decision_id),
                content: serde_json::from_value(row.content)?,
                calculation: serde_json::from_value(row.calculation)?,
                decided_by: row.display_name,
                decided_at: row.decided_at.to_jiff(),
                case_number: row.number,
                office_name: row.name,
                office_street: row.street,
                receipt,
            })
        })
        .collect()
}

/// Records that the person received the decision. The first time stays; says whether this was it.
pub async fn receive(
    tx: &mut PgConnection,
    actor: &Actor,
    decision: DecisionId,
    person: PersonId,
    receipt: DecisionReceipt,
) -> Result<bool, Error> {
    let written = sqlx::query!(
        "INSERT INTO decision_receipt (municipality_id, decision_id, person_id, received_at, last_day)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        actor.municipality.0,
        decision.0,
        person.0,
        receipt.received_at.to_sqlx() as _,
        receipt.last_day.to_sqlx() as _,
    )
    .execute(tx)
    .await?;
    Ok(written.rows_affected() == 1)
}
