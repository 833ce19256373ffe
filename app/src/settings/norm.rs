//! `/personal/installningar/norm`: how the municipality calculates where no law says it. A form of the second kind: refused,
//! the same page comes back with everything typed; saved, it leads back to itself.

use super::{
    administrator,
    form::{PracticeForm, filled},
    pages::{self, NormPage},
};
use crate::{
    backend::Backend,
    failure::{Failed, conflict_text, field_text, status},
    i18n::td_string,
    page::{Look, PageContext, see_other},
    ui::{FormState, OtherVersion},
};
use axum::{
    Router,
    extract::{Form, Query, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use domain::{
    Conflict, Fault,
    norm::{Month, PracticeHistory},
};
use serde::Deserialize;

/// The page.
pub const PAGE: &str = "/personal/installningar/norm";

pub fn routes() -> Router<Backend> {
    Router::new().route(PAGE, get(show).post(save))
}

#[derive(Deserialize)]
struct SavedQuery {
    sparad: Option<String>,
}

async fn show(
    State(backend): State<Backend>,
    context: PageContext,
    Query(query): Query<SavedQuery>,
) -> Result<Response, Failed> {
    administrator(&context)?;
    let history = backend.norm.practice_history(&context.actor).await?;
    let present = Month::containing(context.clock.today());
    // One goes on with the month that was saved last, or with this one, from what applies to it.
    let begins = history.0.last().map_or(present, |last| last.valid_from.max(present));
    let settled = history.of(begins).map(|version| version.content.clone()).unwrap_or_default();
    let state = FormState::from_values(filled(history.newest(), begins, &settled));
    Ok(answer(&context, StatusCode::OK, history, state, query.sparad.is_some()))
}

fn answer(
    context: &PageContext,
    status: StatusCode,
    history: PracticeHistory,
    state: FormState,
    saved: bool,
) -> Response {
    let title = td_string!(context.locale, settings.norm.title);
    let page = NormPage { history, state, saved };
    context.page_with(status, Look::STAFF, title, || pages::norm(context, page))
}

async fn save(
    State(backend): State<Backend>,
    context: PageContext,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failed> {
    administrator(&context)?;
    let t = context.locale;
    let form = PracticeForm::read(&pairs);
    let key = pairs.iter().find(|(name, _)| name == "idempotency_key").map(|(_, key)| key.clone()).unwrap_or_default();
    let mut state = FormState::from_values(pairs);
    for (field, code) in form.all_faults(context.clock.today()) {
        state.push_error(field, field_text(t, code));
    }
    let refused = if state.has_errors() {
        Fault::Invalid(Vec::new())
    } else {
        match backend.norm.save_practice(&context.actor, &key, form.command).await {
            Ok(_) => return Ok(see_other(&format!("{PAGE}?sparad"))),
            Err(fault @ (Fault::Invalid(_) | Fault::Conflict(_))) => fault,
            Err(fault) => return Err(fault.into()),
        }
    };
    let history = backend.norm.practice_history(&context.actor).await?;
    match &refused {
        // Somebody saved in between: both are shown, and sending this one again is then meant.
        Fault::Conflict(conflict) => {
            state.form_error = Some(conflict_text(t, *conflict).to_owned());
            if *conflict == Conflict::VersionConflict
                && let Some(newest) = history.0.last()
            {
                let title = td_string!(t, common.saved_instead).to_owned();
                state.other = Some(OtherVersion { title, lines: pages::facts(t, newest) });
                state.values.retain(|(name, _)| name != "version");
                state.values.push(("version".to_owned(), history.newest().to_string()));
            }
        }
        Fault::Invalid(faults) => {
            for fault in faults {
                state.form_error = Some(field_text(t, fault.code).to_owned());
            }
        }
        _ => {}
    }
    Ok(answer(&context, status(&refused), history, state, false))
}
