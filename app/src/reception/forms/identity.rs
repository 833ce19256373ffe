//! The form that confirms who somebody is, in two steps on one address. Nothing of it stands in an address.

use super::super::pages::{self, IDENTITY};
use crate::{
    backend::Backend,
    failure::{Failed, conflict_text, status},
    i18n::td_string,
    page::{Look, PageContext, see_other},
    ui::FormState,
};
use axum::{
    extract::{Form, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{Fault, FieldCode, reception::ConfirmIdentity};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct IdentityQuery {
    /// Somebody has just been confirmed.
    klar: Option<String>,
}

pub async fn show(
    State(backend): State<Backend>,
    context: PageContext,
    Query(query): Query<IdentityQuery>,
) -> Result<Response, Failed> {
    backend.reception.enter(&context.actor)?;
    Ok(ask(&context, FormState::default(), query.klar.is_some(), StatusCode::OK))
}

fn ask(context: &PageContext, state: FormState, confirmed: bool, status: StatusCode) -> Response {
    let title = td_string!(context.locale, reception.identity.title);
    context.page_with(status, Look::STAFF, title, || pages::find(context, state, confirmed))
}

#[derive(Deserialize)]
pub struct IdentityForm {
    #[serde(default)]
    idempotency_key: String,
    /// `confirm` in the second step.
    #[serde(default)]
    step: String,
    #[serde(default)]
    case_number: String,
    #[serde(default)]
    personal_number: String,
    /// The number that was refused for its check digit.
    #[serde(default)]
    seen: String,
}

pub async fn send(
    State(backend): State<Backend>,
    context: PageContext,
    Form(form): Form<IdentityForm>,
) -> Result<Response, Failed> {
    backend.reception.enter(&context.actor)?;
    if form.step != "confirm" {
        return compare(&backend, &context, &form, FormState::default(), StatusCode::OK).await;
    }
    let command = ConfirmIdentity {
        case_number: form.case_number.clone(),
        personal_number: form.personal_number.clone(),
        sure: !form.seen.is_empty() && form.seen == form.personal_number,
    };
    let t = context.locale;
    match backend.reception.confirm_identity(&context.actor, &form.idempotency_key, command).await {
        Ok(()) => Ok(see_other(&format!("{IDENTITY}?klar"))),
        Err(fault @ Fault::Invalid(_)) => {
            let Fault::Invalid(faults) = &fault else { return Err(fault.into()) };
            let mut state = FormState::from_values([("personal_number", form.personal_number.as_str())]);
            let of_number = faults.iter().find(|fault| fault.pointer == "/personal_number");
            let text = match of_number.map(|fault| fault.code) {
                Some(FieldCode::DoesNotFit) => td_string!(t, reception.identity.compare_again),
                Some(_) => td_string!(t, reception.identity.malformed),
                None => return Err(fault.into()),
            };
            state.push_error("personal_number", text);
            compare(&backend, &context, &form, state, status(&fault)).await
        }
        Err(Fault::Conflict(conflict)) => {
            let state = FormState { form_error: Some(conflict_text(t, conflict).to_owned()), ..FormState::default() };
            compare(&backend, &context, &form, state, status(&Fault::Conflict(conflict))).await
        }
        Err(Fault::NotFound) => Ok(not_found(&context, &form)),
        Err(fault) => Err(fault.into()),
    }
}

/// The second step, or the first again when there is no such receipt.
async fn compare(
    backend: &Backend,
    context: &PageContext,
    form: &IdentityForm,
    state: FormState,
    status: StatusCode,
) -> Result<Response, Failed> {
    match backend.reception.find_claim(&context.actor, &form.case_number).await {
        Ok(claim) => {
            let title = td_string!(context.locale, reception.identity.title);
            let key = context.fresh_key.to_string();
            Ok(context.page_with(status, Look::STAFF, title, || pages::confirm(context, claim, key, state)))
        }
        Err(Fault::NotFound) => Ok(not_found(context, form)),
        Err(fault) => Err(fault.into()),
    }
}

fn not_found(context: &PageContext, form: &IdentityForm) -> Response {
    let mut state = FormState::from_values([("case_number", form.case_number.as_str())]);
    state.push_error("case_number", td_string!(context.locale, reception.identity.not_found));
    ask(context, state, false, StatusCode::UNPROCESSABLE_ENTITY)
}
