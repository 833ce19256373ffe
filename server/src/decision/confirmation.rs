//! `porten law confirm`: somebody has read a changed section in the official text, so that decisions may rest on it.
//!
//! Per municipality: the board that decides answers for the law its decisions rest on, and so for who has read it. By
//! command and as the database's owner: the program that serves may read a confirmation and never write one.

use crate::{db::Db, db::audit, error::Error, world::World};
use domain::{Actor, decision::DecisionLaw, id::MunicipalityId};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use serde_json::json;

/// Letters in a source, as the table has it.
const MOST_SOURCE: usize = 500;

/// What is confirmed, by whom, and where it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmLaw {
    /// Chapter and section: `12:3`.
    pub section: String,
    /// The row's first day.
    pub valid_from: Date,
    /// Who has read it: a member of staff by name or id.
    pub by: String,
    /// Where: `SFS 2026:123`.
    pub source: String,
    /// The municipality by name or host; not needed where there is only one.
    pub municipality: Option<String>,
}

/// Why nothing was confirmed.
#[derive(Debug, thiserror::Error)]
pub enum NotConfirmed {
    #[error("there is no section {0} from {1} in domain/law.toml")]
    NoSuchRow(String, Date),
    #[error("section {0} from {1} needs no confirmation: the table says that it has been read")]
    NotNeeded(String, Date),
    #[error("say where it was read (--source), in at most {MOST_SOURCE} characters")]
    Source,
    #[error("there is no municipality of that name or host, or, where none was named, not exactly one")]
    Municipality,
    #[error("there is not exactly one member of staff of that name (--by) in {0}")]
    Staff(String),
    #[error("section {0} from {1} was confirmed before, by {2}")]
    Already(String, Date, String),
    #[error("the database: {0}")]
    Database(#[from] Error),
}

impl From<sqlx::Error> for NotConfirmed {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// Writes the confirmation with its audit row. Gives the municipality's name. `db`: as the database's owner.
pub async fn confirm(db: &Db, world: &World, law: &DecisionLaw, new: &ConfirmLaw) -> Result<String, NotConfirmed> {
    let (section, valid_from) = (new.section.clone(), new.valid_from);
    match law.section(&section, valid_from).filter(|row| row.valid_from == valid_from) {
        None => return Err(NotConfirmed::NoSuchRow(section, valid_from)),
        Some(row) if row.verified => return Err(NotConfirmed::NotNeeded(section, valid_from)),
        Some(_) => {}
    }
    let source = new.source.trim();
    if source.is_empty() || source.chars().count() > MOST_SOURCE {
        return Err(NotConfirmed::Source);
    }
    let (municipality, name) = municipality(db, new.municipality.as_deref()).await?;
    let (actor, now) = (Actor::system(municipality), world.now());
    let mut tx = db.begin(&actor).await?;
    let mut staff = sqlx::query_scalar!(
        "SELECT staff_id FROM staff WHERE municipality_id = $1 AND (display_name = $2 OR staff_id::text = $2)",
        municipality.0,
        new.by,
    )
    .fetch_all(&mut *tx)
    .await?;
    let (Some(by), true) = (staff.pop(), staff.is_empty()) else { return Err(NotConfirmed::Staff(name)) };
    let written = sqlx::query!(
        "INSERT INTO decision_law_confirmation (municipality_id, section, valid_from, confirmed_by, confirmed_at, source)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        municipality.0,
        section,
        valid_from.to_sqlx() as _,
        by,
        now.to_sqlx() as _,
        source,
    )
    .execute(&mut *tx)
    .await?;
    if written.rows_affected() == 0 {
        let before = sqlx::query_scalar!(
            "SELECT staff.display_name FROM decision_law_confirmation confirmation
             JOIN staff ON staff.municipality_id = confirmation.municipality_id
                       AND staff.staff_id = confirmation.confirmed_by
             WHERE confirmation.municipality_id = $1 AND confirmation.section = $2 AND confirmation.valid_from = $3",
            municipality.0,
            section,
            valid_from.to_sqlx() as _,
        )
        .fetch_one(&mut *tx)
        .await?;
        return Err(NotConfirmed::Already(section, valid_from, before));
    }
    let entry = audit::Entry::new(&actor, world.id(), now, "decision.confirm_law", "law")
        .objects([by])
        .because("official_text_read")
        .detail(&json!({ "section": section, "valid_from": valid_from.to_string(), "source": source }));
    audit::write(&mut tx, &entry).await?;
    tx.commit().await.map_err(Error::from)?;
    Ok(name)
}

/// The municipality meant. The directory is readable without being any municipality's.
async fn municipality(db: &Db, named: Option<&str>) -> Result<(MunicipalityId, String), NotConfirmed> {
    let mut connection = db.directory().await?;
    let mut rows = sqlx::query!(
        "SELECT DISTINCT municipality_id, name FROM municipality LEFT JOIN municipality_host USING (municipality_id)
         WHERE $1::text IS NULL OR name = $1 OR host = $1",
        named,
    )
    .fetch_all(&mut *connection)
    .await?;
    match (rows.pop(), rows.is_empty()) {
        (Some(row), true) => Ok((MunicipalityId(row.municipality_id), row.name)),
        _ => Err(NotConfirmed::Municipality),
    }
}
