//! The thread's sample data: maria's running case with its two decisions, and what waits in the intake of two offices.
//! Written through the rooms themselves, with the clock set back.

use super::sample::{ZONE, name_persona, person};
use crate::{application, casework, error::Error, message, norm::tables, world::World};
use domain::{
    Actor, appeal,
    application::{Application, ApplicationForm, ChildRow, CostRow, Door, IncomeRow},
    decision::{AppealRoute, Calculation, DecisionContent, DecisionLine, Need, Outcome, proposal},
    id::{MunicipalityId, OfficeId, PersonId},
    message::MessageKind,
    norm::{CostKind, EstimateRequest, LocalPractice, Month},
};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

/// Whom the thread is about.
pub struct People {
    pub maria: Uuid,
    pub karin: Uuid,
    pub sodra: Uuid,
    pub norra: Uuid,
    /// Where among the demo's people Tomas comes.
    pub tomas: i32,
}

/// What every step needs.
struct Stage<'a> {
    actor: Actor,
    world: &'a World,
    zone: TimeZone,
    people: People,
}

/// The section everything rests on here.
const SECTION: &str = "12:1";

/// Writes it all. Who applied before, when, and for which month is counted from today.
pub async fn write(tx: &mut PgConnection, world: &World, municipality: Uuid, people: People) -> Result<(), Error> {
    let zone = TimeZone::get(ZONE).map_err(|_| Error::Broken("the time zones are built in"))?;
    let stage = Stage { actor: Actor::system(MunicipalityId(municipality)), world, zone, people };
    maria(tx, &stage).await?;
    waiting(tx, &stage).await
}

impl Stage<'_> {
    fn now(&self) -> Timestamp {
        self.world.now()
    }

    fn days_ago(&self, days: i64) -> Timestamp {
        self.now() - SignedDuration::from_hours(24 * days)
    }

    fn day(&self, instant: Timestamp) -> Date {
        self.zone.to_datetime(instant).date()
    }

    /// The first day of the present month, or of that many before it.
    fn month(&self, before: i32) -> Date {
        self.day(self.now()).first_of_month().saturating_sub(before.months())
    }

    /// An application that arrived so long ago.
    async fn apply(
        &self,
        tx: &mut PgConnection,
        person: Uuid,
        office: Uuid,
        door: Door,
        arrived: Timestamp,
        form: &ApplicationForm,
    ) -> Result<Application, Error> {
        let world = self.world.at(arrived);
        let (person, office) = (PersonId(person), OfficeId(office));
        let month = form.month().ok_or(Error::Broken("the sample's forms name their month"))?;
        application::register(tx, &self.actor, &world, &self.zone, person, office, door, month, form).await
    }
}

fn form(month: Date, need: &str, costs: &[(CostKind, &str)]) -> ApplicationForm {
    ApplicationForm {
        office: "sodra".to_owned(),
        way: "letter".to_owned(),
        postal_address: "Provgatan 1, 123 45 Exempelstad".to_owned(),
        language: "sv".to_owned(),
        adults: "1".to_owned(),
        month: Month::containing(month).to_string(),
        need: need.to_owned(),
        costs: costs
            .iter()
            .map(|(kind, amount)| CostRow { kind: kind.to_string(), amount: (*amount).to_owned() })
            .collect(),
        account: "none".to_owned(),
        no_incomes: true,
        ..ApplicationForm::default()
    }
}

fn income(kind: &str, amount: &str, person: &str) -> IncomeRow {
    IncomeRow { kind: kind.to_owned(), amount: amount.to_owned(), person: person.to_owned(), ..IncomeRow::default() }
}

/// Maria, single parent of two: last month's application with a decision refused in part, opened five days ago; this
/// month's with a decision she has not opened.
async fn maria(tx: &mut PgConnection, stage: &Stage<'_>) -> Result<(), Error> {
    let People { maria, karin, sodra, .. } = stage.people;
    let family = |form: ApplicationForm| ApplicationForm {
        children: vec![
            ChildRow { age: "4".to_owned(), lunch_away: true, days: String::new() },
            ChildRow { age: "9".to_owned(), ..ChildRow::default() },
        ],
        incomes: vec![income("wage", "9000", "adult1"), income("child_benefit", "2650", "")],
        no_incomes: false,
        ..form
    };
    let home = [(CostKind::Rent, "8200"), (CostKind::Electricity, "400")];
    let bicycle = [home[0], home[1], (CostKind::Leisure, "1200")];
    let before = family(form(stage.month(1), "Lönen räcker inte till allt. Nian behöver också en cykel.", &bicycle));
    let now = family(form(stage.month(0), "Lönen räcker inte den här månaden heller.", &home));
    let first = stage.apply(tx, maria, sodra, Door::Portal, stage.days_ago(20), &before).await?;
    let second = stage.apply(tx, maria, sodra, Door::Portal, stage.days_ago(4), &now).await?;
    sqlx::query!(
        "UPDATE casework_case SET handler_id = $3, version = version + 1 WHERE municipality_id = $1 AND case_id = $2",
        stage.actor.municipality.0,
        first.case_id.0,
        karin,
    )
    .execute(&mut *tx)
    .await?;
    verify(tx, stage, &first).await?;
    let bicycle = DecisionLine {
        need: Need::Cost(CostKind::Leisure),
        asked: 1200,
        granted: 0,
        outcome: Outcome::Refused,
        reason: "Du sökte pengar till en cykel. Lek och fritid ingår i riksnormen. Pengarna i normen ska räcka även \
                 till cykeln."
            .to_owned(),
        sections: vec![SECTION.to_owned()],
        appeal_route: AppealRoute::AdministrativeCourt,
    };
    let decided = stage.days_ago(6);
    if let Some(decision) = decide(tx, stage, &first, decided, Some(bicycle)).await? {
        let received = stage.days_ago(5);
        sqlx::query!(
            "INSERT INTO decision_receipt (municipality_id, decision_id, person_id, received_at, last_day)
             VALUES ($1, $2, $3, $4, $5)",
            stage.actor.municipality.0,
            decision,
            maria,
            received.to_sqlx() as _,
            appeal::last_day(stage.day(received)).to_sqlx() as _,
        )
        .execute(&mut *tx)
        .await?;
        message::mark_read(tx, &stage.actor, PersonId(maria), MessageKind::Decision, decision, received).await?;
    }
    decide(tx, stage, &second, stage.days_ago(1), None).await?;
    Ok(())
}

/// Karin has looked at the figures: the electricity bill says another amount.
async fn verify(tx: &mut PgConnection, stage: &Stage<'_>, application: &Application) -> Result<(), Error> {
    let mut form = application.content.clone();
    for cost in form.costs.iter_mut().filter(|cost| cost.kind == CostKind::Electricity.as_str()) {
        "380".clone_into(&mut cost.amount);
    }
    let at = stage.days_ago(7);
    sqlx::query!(
        "INSERT INTO casework_calculation (municipality_id, application_id, version, request, deviations, saved_by, saved_at)
         VALUES ($1, $2, 1, $3, $4, $5, $6)",
        stage.actor.municipality.0,
        application.application_id.0,
        serde_json::to_value(form.estimate_request(application.month))?,
        json!({ "cost.electricity": "Enligt fakturan." }),
        stage.people.karin,
        at.to_sqlx() as _,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "INSERT INTO casework_note (municipality_id, note_id, case_id, staff_id, text, written_at)
         VALUES ($1, $2, $3, $4, 'Maria har ringt. Hon lämnar elfakturan i receptionen.', $5)",
        stage.actor.municipality.0,
        stage.world.at(at).id(),
        application.case_id.0,
        stage.people.karin,
        at.to_sqlx() as _,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Karin's published decision on it, with what the calculation gives and one need more. None where the month's norm is not
/// known: then it waits.
async fn decide(
    tx: &mut PgConnection,
    stage: &Stage<'_>,
    application: &Application,
    at: Timestamp,
    more: Option<DecisionLine>,
) -> Result<Option<Uuid>, Error> {
    let norms = tables::load().map_err(|_| Error::Broken("the norm tables are built in"))?;
    let request = application.content.estimate_request(application.month);
    let verified = casework::verified(tx, &stage.actor, application.application_id).await?;
    let practices = crate::norm::history(tx, stage.actor.municipality).await?.practices();
    let present = practices.of(Month::containing(application.month));
    let practice = verified.as_ref().map_or(present, |known| &known.practice);
    let calculate = |request: &EstimateRequest, practice: &LocalPractice| {
        request.estimate(&norms.tables, practice).ok().map(|estimate| Calculation::from(&estimate))
    };
    let stated = calculate(&request, &practice.without_ceilings());
    let Some(calculation) = calculate(verified.as_ref().map_or(&request, |known| &known.request), practice) else {
        return Ok(None);
    };
    let mut lines = proposal(stated.as_ref(), Some(&calculation), &[SECTION.to_owned()]);
    for line in lines.iter_mut().filter(|line| line.outcome != Outcome::Granted) {
        "Vi har räknat med beloppet på fakturan.".clone_into(&mut line.reason);
    }
    lines.extend(more);
    let period = Month::containing(application.month);
    let pay_on = Some(appeal::next_working_day(stage.day(at).saturating_add(2.days())));
    let content = DecisionContent { period, lines, reasons: String::new(), pay_on };
    let decision = stage.world.at(at).id();
    sqlx::query!(
        "INSERT INTO decision (municipality_id, decision_id, case_id, application_id, status, version, content,
                               calculation, drafted_by, saved_at, decided_by, decided_at)
         VALUES ($1, $2, $3, $4, 'published', 2, $5, $6, $7, $8, $7, $8)",
        stage.actor.municipality.0,
        decision,
        application.case_id.0,
        application.application_id.0,
        serde_json::to_value(&content)?,
        serde_json::to_value(&calculation)?,
        stage.people.karin,
        at.to_sqlx() as _,
    )
    .execute(&mut *tx)
    .await?;
    let world = stage.world.at(at);
    message::post(tx, &stage.actor, &world, application.person_id, MessageKind::Decision, decision).await?;
    Ok(Some(decision))
}

/// Who has no e-ID: the desk confirms him.
const TOMAS: &str = "Tomas Exempel";

/// What waits for its decision: two at Södra, the younger of Tomas, who has no e-ID, and one at Norra.
async fn waiting(tx: &mut PgConnection, stage: &Stage<'_>) -> Result<(), Error> {
    let municipality = stage.actor.municipality.0;
    let (sodra, norra) = (stage.people.sodra, stage.people.norra);
    let month = stage.month(0);
    for (office, days, door) in [(sodra, 6, Door::Portal), (norra, 3, Door::Portal), (sodra, 1, Door::Guest)] {
        let mut form = form(month, "Pengarna tog slut.", &[(CostKind::Rent, "6100")]);
        form.incomes = vec![income("housing_allowance", "1900", "")];
        form.no_incomes = false;
        let name = if door == Door::Guest { TOMAS } else { "Provperson" };
        let person = person(tx, stage.world, municipality, name).await?;
        if door == Door::Guest {
            TOMAS.clone_into(&mut form.name);
            name_persona(tx, municipality, "tomas", stage.people.tomas, Some(person), None).await?;
            sqlx::query!(
                "UPDATE person SET identity = 'claimed' WHERE municipality_id = $1 AND person_id = $2",
                municipality,
                person,
            )
            .execute(&mut *tx)
            .await?;
        }
        stage.apply(tx, person, office, door, stage.days_ago(days), &form).await?;
    }
    Ok(())
}
