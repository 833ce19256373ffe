//! Keeps the demo bookable: every weekday of the coming 28 days has, at every office, a first visit with at least three
//! free seats, however much has been booked.

use crate::{
    error::Error,
    jobs::{Job, JobContext, Trouble},
    visit::jobs::make_slots,
};
use domain::{Actor, id::MunicipalityId};
use jiff::{
    SignedDuration, ToSpan,
    civil::{Weekday, time},
    tz::TimeZone,
};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};

const DAYS: i32 = 28;
/// Extra slots begin here and every quarter after it.
const FIRST_HOUR: i8 = 15;

/// Tops up every municipality of the demo. Recurs every five minutes; doing it again adds nothing.
#[derive(Debug, Serialize, Deserialize)]
pub struct TopUp {}

impl Job for TopUp {
    const NAME: &'static str = "demo:top_up";

    async fn run(self, context: &JobContext) -> Result<(), Trouble> {
        Ok(top_up_all(context).await?)
    }
}

/// Makes and tops up the slots of every municipality.
pub async fn top_up_all(context: &JobContext) -> Result<(), Error> {
    let municipalities = {
        let mut directory = context.db.directory().await?;
        crate::jobs::municipalities(&mut directory).await?
    };
    for municipality in municipalities {
        make_slots(context, municipality).await?;
        top_up(context, municipality).await?;
    }
    Ok(())
}

async fn top_up(context: &JobContext, municipality: MunicipalityId) -> Result<(), Error> {
    let actor = Actor::system(municipality);
    let mut tx = context.db.begin(&actor).await?;
    let Some(zone) =
        sqlx::query_scalar!("SELECT time_zone FROM municipality WHERE municipality_id = $1", municipality.0)
            .fetch_optional(&mut *tx)
            .await?
            .and_then(|name| TimeZone::get(&name).ok())
    else {
        return Ok(());
    };
    let offices = sqlx::query_scalar!("SELECT office_id FROM office WHERE municipality_id = $1", municipality.0)
        .fetch_all(&mut *tx)
        .await?;
    let today = zone.to_datetime(context.world.now()).date();
    for office in offices {
        for ahead in 1..=DAYS {
            let Ok(day) = today.checked_add(ahead.days()) else { continue };
            if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
                continue;
            }
            let (Ok(from), Ok(extra)) =
                (day.to_zoned(zone.clone()), day.to_datetime(time(FIRST_HOUR, 0, 0, 0)).to_zoned(zone.clone()))
            else {
                continue;
            };
            let to = from.timestamp() + SignedDuration::from_hours(24);
            // The next quarter after the last extra slot of the day, if no slot has three seats left.
            sqlx::query!(
                "INSERT INTO visit_slot (municipality_id, slot_id, office_id, kind, starts_at, ends_at, seats)
                 SELECT $1, $3, $2, 'first_visit', start, start + interval '45 minutes', 10
                 FROM (SELECT greatest($6, max(starts_at) + interval '15 minutes') AS start FROM visit_slot
                       WHERE municipality_id = $1 AND office_id = $2 AND starts_at >= $4 AND starts_at < $5) next
                 WHERE NOT EXISTS (
                     SELECT FROM visit_slot slot
                     WHERE municipality_id = $1 AND office_id = $2 AND kind = 'first_visit'
                       AND starts_at >= $4 AND starts_at < $5
                       AND seats - (SELECT count(*) FROM visit_seat seat
                                    WHERE seat.municipality_id = $1 AND seat.slot_id = slot.slot_id) >= 3)
                 ON CONFLICT ON CONSTRAINT visit_slot_once DO NOTHING",
                municipality.0,
                office,
                context.world.id(),
                from.timestamp().to_sqlx() as _,
                to.to_sqlx() as _,
                extra.timestamp().to_sqlx() as _,
            )
            .execute(&mut *tx)
            .await?;
        }
    }
    tx.commit().await?;
    Ok(())
}
