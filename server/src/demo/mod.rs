//! The demo: the sample municipality Exempelstad and its people. Only with `--demo`, only on this machine.
//!
//! Nobody here exists. Phone numbers are from the series reserved for fiction, dates are relative to the first start.

mod sample;
mod thread;
mod top_up;

pub use sample::{prepare, prepare_people, seed_persons};
pub use top_up::{TopUp, top_up_all};

use crate::{auth::session::Subject, db::Db, error::Error};
use domain::{
    Actor,
    id::{MunicipalityId, PersonId, StaffId},
};

/// Who a demo person signs in as.
pub async fn subject(db: &Db, municipality: MunicipalityId, persona: &str) -> Result<Option<Subject>, Error> {
    let mut tx = db.begin(&Actor::system(municipality)).await?;
    let row = sqlx::query!(
        "SELECT person_id, staff_id FROM demo_persona WHERE municipality_id = $1 AND persona = $2",
        municipality.0,
        persona,
    )
    .fetch_optional(&mut *tx)
    .await?;
    Ok(row.and_then(|row| match (row.person_id, row.staff_id) {
        (Some(person), _) => Some(Subject::Person(PersonId(person))),
        (None, Some(staff)) => Some(Subject::Staff(StaffId(staff))),
        (None, None) => None,
    }))
}
