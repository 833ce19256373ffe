//! `/rakna`: shown by GET, calculated by POST. A form of the third kind: success too is rendered in the answer, because
//! nothing may be stored.

use super::{
    form::{EstimateForm, child_rows},
    pages::{self, EstimatePage},
};
use crate::{
    backend::Backend,
    failure::{Failed, field_text},
    i18n::td_string,
    page::{Look, PageContext},
    ui::FormState,
};
use axum::{
    Router,
    extract::{Form, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use domain::{
    Fault,
    norm::{Practices, first_steps},
};

pub fn routes() -> Router<Backend> {
    Router::new().route("/rakna", get(show).post(calculate))
}

fn page(context: &PageContext, backend: &Backend, state: FormState) -> Result<EstimatePage, Failed> {
    let months = pages::months(context);
    let years = || months.iter().map(|month| month.year());
    let tables =
        backend.norm.tables(&context.actor, years().min().unwrap_or_default(), years().max().unwrap_or_default());
    let practices = match (months.iter().min(), months.iter().max()) {
        (Some(first), Some(last)) => backend.norm.practices(&context.actor, *first, *last)?,
        _ => Practices::default(),
    };
    let rows = child_rows(&state.values);
    Ok(EstimatePage { rows, state, answer: None, first: Vec::new(), months, tables, practices })
}

async fn show(State(backend): State<Backend>, context: PageContext) -> Result<Response, Failed> {
    let page = page(&context, &backend, FormState::default())?;
    let title = td_string!(context.locale, norm.title);
    Ok(context.page(Look::PUBLIC.with_island(), title, || pages::view(&context, page)))
}

pub(super) async fn calculate(
    State(backend): State<Backend>,
    context: PageContext,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failed> {
    let adding = pairs.iter().any(|(name, value)| name == "action" && value == "add_child");
    let form = EstimateForm::read(&pairs);
    let mut page = page(&context, &backend, FormState::from_values(pairs))?;
    let mut status = StatusCode::OK;
    if !adding {
        match backend.norm.estimate(&context.actor, &form.request) {
            Ok(estimate) => {
                page.answer = Some(estimate);
                page.first = first_steps(&form.request);
            }
            Err(Fault::Invalid(faults)) => {
                status = StatusCode::UNPROCESSABLE_ENTITY;
                for fault in faults {
                    let field = form.field(&fault.pointer);
                    if page.state.error(&field).is_none() {
                        page.state.push_error(field, field_text(context.locale, fault.code));
                    }
                }
            }
            Err(fault) => return Err(fault.into()),
        }
    }
    // The same title whatever the answer is: it stands in the browser's history.
    let title = td_string!(context.locale, norm.title);
    Ok(context.page_with(status, Look::PUBLIC.with_island().private(), title, || pages::view(&context, page)))
}
