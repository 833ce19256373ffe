//! The form of an application at the desk.

use super::super::pages::{self, ApplyPage};
use crate::{
    backend::Backend,
    failure::{Failed, conflict_text, field_text, status},
    i18n::td_string,
    page::{Look, PageContext},
    ui::FormState,
};
use axum::{
    extract::{Form, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{Fault, FieldCode, application::ApplicationForm, id::TicketId, reception::Ticket};
use serde::Deserialize;

/// The fields of the page.
const FIELDS: [&str; 7] = ["name", "month", "way", "email", "phone", "postal_address", "need"];

#[derive(Deserialize)]
pub struct ApplyQuery {
    /// Whose talk it follows from.
    #[serde(default)]
    biljett: String,
}

/// The ticket named in the address or the form; none when none is named.
async fn ticket(backend: &Backend, context: &PageContext, named: &str) -> Result<Option<Ticket>, Failed> {
    backend.reception.enter(&context.actor)?;
    if named.is_empty() {
        return Ok(None);
    }
    let id: TicketId = named.parse().map_err(|_| Fault::NotFound)?;
    let tickets = backend.reception.queue(&context.actor).await?;
    let found = tickets.into_iter().find(|ticket| ticket.ticket_id == id);
    found.map(Some).ok_or(Failed(Fault::NotFound))
}

pub async fn show(
    State(backend): State<Backend>,
    context: PageContext,
    Query(query): Query<ApplyQuery>,
) -> Result<Response, Failed> {
    let ticket = ticket(&backend, &context, &query.biljett).await?;
    let page = ApplyPage { ticket, key: context.fresh_key.to_string(), state: FormState::default() };
    Ok(answer(&context, page, StatusCode::OK))
}

fn answer(context: &PageContext, page: ApplyPage, status: StatusCode) -> Response {
    let title = td_string!(context.locale, reception.apply.title);
    context.page_with(status, Look::STAFF, title, || pages::apply(context, page))
}

#[derive(Deserialize)]
pub struct ApplyForm {
    #[serde(default)]
    idempotency_key: String,
    #[serde(default)]
    biljett: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    month: String,
    #[serde(default)]
    way: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    postal_address: String,
    #[serde(default)]
    need: String,
}

pub async fn send(
    State(backend): State<Backend>,
    context: PageContext,
    Form(form): Form<ApplyForm>,
) -> Result<Response, Failed> {
    let ticket = ticket(&backend, &context, &form.biljett).await?;
    let values = [
        ("name", form.name.as_str()),
        ("month", form.month.as_str()),
        ("way", form.way.as_str()),
        ("email", form.email.as_str()),
        ("phone", form.phone.as_str()),
        ("postal_address", form.postal_address.as_str()),
        ("need", form.need.as_str()),
    ];
    let mut state = FormState::from_values(values);
    let sent = ApplicationForm {
        name: form.name,
        month: form.month,
        way: form.way,
        email: form.email,
        phone: form.phone,
        postal_address: form.postal_address,
        need: form.need,
        ..ApplicationForm::default()
    };
    let id = ticket.as_ref().map(|ticket| ticket.ticket_id);
    match backend.reception.apply(&context.actor, &form.idempotency_key, id, sent).await {
        Ok(receipt) => {
            let answer_by = backend.applications.answer_by(&context.actor, receipt.arrived_at).await?;
            let title = td_string!(context.locale, reception.apply.title);
            Ok(context.page(Look::STAFF, title, || pages::receipt(&context, &receipt, answer_by)))
        }
        Err(fault) => {
            say(&context, &mut state, &fault);
            if !state.has_errors() {
                return Err(fault.into());
            }
            let key = context.fresh_key.to_string();
            Ok(answer(&context, ApplyPage { ticket, key, state }, status(&fault)))
        }
    }
}

/// What is wrong, at its field. A fault of something the page does not ask for says nothing here.
fn say(context: &PageContext, state: &mut FormState, fault: &Fault) {
    let t = context.locale;
    match fault {
        Fault::Conflict(conflict) => state.form_error = Some(conflict_text(t, *conflict).to_owned()),
        Fault::Invalid(faults) => {
            for fault in faults {
                let field = fault.pointer.trim_start_matches('/');
                if !FIELDS.contains(&field) {
                    continue;
                }
                let text = match (field, fault.code) {
                    ("name", FieldCode::Required) => td_string!(t, reception.apply.name_needed),
                    (_, code) => field_text(t, code),
                };
                state.push_error(field, text);
            }
        }
        _ => {}
    }
}
