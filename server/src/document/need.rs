//! The SQL of what a municipality has settled about papers. Free functions in the caller's transaction.

use crate::error::Error;
use app::document::port::SettledPaper;
use domain::{
    Actor,
    document::{PaperKind, PaperSetting, Words},
    id::StaffId,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

fn months(kept: Option<i16>) -> Result<Option<u8>, Error> {
    kept.map(u8::try_from).transpose().map_err(|_| Error::Broken("months are few"))
}

/// The newest setting of each paper that has one.
pub async fn newest(tx: &mut PgConnection, actor: &Actor) -> Result<Vec<SettledPaper>, Error> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT ON (need.paper) need.paper, asked_first, asked_renewal, months_first, months_renewal, extra_sv,
                  extra_en, extra_ar, checked_on AS "checked_on: jiff_sqlx::Date", source, display_name,
                  saved_at AS "saved_at: jiff_sqlx::Timestamp"
           FROM document_need need
           JOIN staff ON staff.municipality_id = need.municipality_id AND staff.staff_id = need.saved_by
           WHERE need.municipality_id = $1
           ORDER BY need.paper, saved_at DESC, need_id DESC"#,
        actor.municipality.0,
    )
    .fetch_all(tx)
    .await?;
    let mut settled = Vec::new();
    for row in rows {
        // What a later program asked for and this one does not know.
        let Some(paper) = PaperKind::from_name(&row.paper) else { continue };
        settled.push(SettledPaper {
            setting: PaperSetting {
                paper,
                asked_first: row.asked_first,
                asked_renewal: row.asked_renewal,
                months_first: months(row.months_first)?,
                months_renewal: months(row.months_renewal)?,
                extra: row.extra_sv.map(|sv| Words { sv, en: row.extra_en, ar: row.extra_ar }),
                checked_on: row.checked_on.to_jiff(),
                source: row.source,
            },
            by: row.display_name,
            at: row.saved_at.to_jiff(),
        });
    }
    Ok(settled)
}

pub async fn insert(
    tx: &mut PgConnection,
    actor: &Actor,
    need: Uuid,
    by: StaffId,
    now: Timestamp,
    new: &PaperSetting,
) -> Result<(), Error> {
    let extra = new.extra.as_ref();
    sqlx::query!(
        "INSERT INTO document_need (municipality_id, paper, need_id, asked_first, asked_renewal, months_first, months_renewal,
                                    extra_sv, extra_en, extra_ar, checked_on, source, saved_by, saved_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        actor.municipality.0,
        new.paper.as_str(),
        need,
        new.asked_first,
        new.asked_renewal,
        new.months_first.map(i16::from),
        new.months_renewal.map(i16::from),
        extra.map(|words| words.sv.as_str()),
        extra.and_then(|words| words.en.as_deref()),
        extra.and_then(|words| words.ar.as_deref()),
        new.checked_on.to_sqlx() as _,
        new.source,
        by.0,
        now.to_sqlx() as _,
    )
    .execute(tx)
    .await?;
    Ok(())
}
