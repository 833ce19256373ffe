//! What other rooms ask of applications, in their own transaction: to register one, and to read those there are. They
//! authorise, and write the audit row of a read.

use super::store;
use crate::{casework, db::audit, document, error::Error, message, world::World};
use domain::{
    Actor,
    account::Who,
    application::{Application, ApplicationForm, ApplicationKind, Door, Way, personal_number},
    id::{ApplicationId, CaseId, OfficeId, PersonId},
    message::MessageKind,
};
use jiff::{civil::Date, tz::TimeZone};
use serde_json::json;
use sqlx::PgConnection;

/// Registers an application with today's arrival: opens the person's case or joins the one she has, keeps the answers as
/// they were sent, gives it the papers she has not sent yet, notes how she wants to be reached, and writes the receipt
/// message. The form is not judged here: what is said at the desk is an application however little of it is filled in
/// (20 § förvaltningslagen).
///
/// Two at once of one person follow each other: the case is found first, and finding it locks the person.
#[expect(clippy::too_many_arguments, reason = "what an application is made of, said once, here")]
pub async fn register(
    tx: &mut PgConnection,
    actor: &Actor,
    world: &World,
    zone: &TimeZone,
    person: PersonId,
    office: OfficeId,
    door: Door,
    month: Date,
    form: &ApplicationForm,
) -> Result<Application, Error> {
    let staff_id = match (door, &actor.who) {
        (Door::Desk, Who::Staff { staff, .. }) => Some(*staff),
        (Door::Desk, _) => return Err(Error::Broken("staff take applications at the desk")),
        _ => None,
    };
    let case = casework::case_for(tx, actor, world, zone, person, office).await?;
    let month = month.first_of_month();
    let others = store::months_of_case(tx, actor, case.case).await?;
    let now = world.now();
    let mut content = form.clone();
    content.drop_blank_rows();
    if door == Door::Guest {
        let number = personal_number(&content.personal_number, zone.to_datetime(now).date());
        store::name_guest(tx, actor, person, content.name.trim(), number.as_deref()).await?;
    }
    let application = Application {
        application_id: ApplicationId(world.id()),
        case_id: case.case,
        number: case.number,
        person_id: person,
        kind: ApplicationKind::beside(month, &others),
        door,
        staff_id,
        month,
        content,
        arrived_at: now,
    };
    store::insert(tx, actor, &application).await?;
    // At the desk anybody can say she is somebody. So what that person has not sent herself stays hers, and how she is
    // reached is noted only for who is not known yet.
    let herself = door != Door::Desk;
    let papers = if herself { document::attach(tx, actor, person, application.application_id).await? } else { 0 };
    if let Some(contact) = contact(&application.content) {
        store::keep_contact(tx, actor, person, &contact, herself).await?;
    }
    // A guest has nowhere to read it and reads the receipt at once; nor is anything sent to an address nobody has proved.
    if door != Door::Guest {
        message::post(tx, actor, world, person, MessageKind::ApplicationReceived, application.application_id.0).await?;
    }
    let entry = audit::Entry::new(actor, world.id(), now, "application.submit", "application")
        .objects([application.application_id.0, application.case_id.0, person.0])
        .because(if door == Door::Desk { "for_person" } else { "own" })
        .detail(&json!({ "door": door, "kind": application.kind, "joined": case.joined, "papers": papers }));
    audit::write(tx, &entry).await?;
    Ok(application)
}

/// The application with this id, whoever sent it.
pub async fn find(
    tx: &mut PgConnection,
    actor: &Actor,
    application: ApplicationId,
) -> Result<Option<Application>, Error> {
    store::one(tx, actor, application).await
}

/// The applications of a case, oldest first.
pub async fn of_case(tx: &mut PgConnection, actor: &Actor, case: CaseId) -> Result<Vec<Application>, Error> {
    store::of_case(tx, actor, case).await
}

/// How the person said she wants to be reached; nothing when she did not say, or not in full.
fn contact(form: &ApplicationForm) -> Option<store::Contact<'_>> {
    let given = |text: &'_ str| !text.trim().is_empty();
    let way = form.way()?;
    if way == Way::Email && !given(&form.email) {
        return None;
    }
    let language = if form.language.is_empty() { "sv" } else { form.language.as_str() };
    Some(store::Contact {
        way,
        email: Some(form.email.trim()).filter(|text| given(text)),
        phone: Some(form.phone.trim()).filter(|text| given(text)),
        language,
    })
}
