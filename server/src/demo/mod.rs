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
        r#"SELECT demo_persona.person_id, demo_persona.staff_id, person.identity AS "identity?"
           FROM demo_persona LEFT JOIN person USING (municipality_id, person_id)
           WHERE municipality_id = $1 AND persona = $2"#,
        municipality.0,
        persona,
    )
    .fetch_optional(&mut *tx)
    .await?;
    Ok(row.and_then(|row| match (row.person_id, row.staff_id) {
        // Without e-ID: as if he came back with his code.
        (Some(person), _) if row.identity.as_deref() == Some("claimed") => Some(Subject::Guest(PersonId(person))),
        (Some(person), _) => Some(Subject::Person(PersonId(person))),
        (None, Some(staff)) => Some(Subject::Staff(StaffId(staff))),
        (None, None) => None,
    }))
}
