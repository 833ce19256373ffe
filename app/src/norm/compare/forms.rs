//! `/rakna/jamfor`: a form of the third kind, like `/rakna`. The figures come along in hidden fields, since nothing may be
//! stored and nothing may stand in an address.

use super::{
    form::{ChangeForm, Household, is_figure},
    pages::{self, ComparePage},
};
use crate::{
    backend::Backend,
    failure::{Failed, field_text},
    i18n::td_string,
    norm::{form::EstimateForm, forms::calculate},
    page::{Look, PageContext, see_other},
    ui::FormState,
};
use axum::{
    Router,
    extract::{Form, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use domain::{Fault, norm::Month};

/// Where the figures are typed.
const ESTIMATE: &str = "/rakna";

pub fn routes() -> Router<Backend> {
    Router::new().route("/rakna/jamfor", get(without_figures).post(compare))
}

/// There is nothing to compare with.
async fn without_figures() -> Response {
    see_other(ESTIMATE)
}

/// The months one can compare with: those of the estimate's year and the next whose norm is known.
fn months(context: &PageContext, backend: &Backend, figures: &EstimateForm) -> Vec<Month> {
    let Ok(month) = super::form::text(&figures.request.month).parse::<Month>() else { return Vec::new() };
    let years = [month.year(), month.year().saturating_add(1)];
    let tables = backend.norm.tables(&context.actor, years[0], years[1]);
    let all = years.into_iter().flat_map(|year| (1..=12).filter_map(move |number| Month::new(year, number)));
    all.filter(|other| *other != month && tables.for_month(*other).is_some()).collect()
}

async fn compare(
    State(backend): State<Backend>,
    context: PageContext,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failed> {
    let figures_only = || pairs.iter().filter(|(name, _)| is_figure(name)).cloned().collect::<Vec<_>>();
    if figures_only().iter().all(|(_, value)| value.is_empty()) {
        return Ok(see_other(ESTIMATE));
    }
    let figures = EstimateForm::read(&pairs);
    let household = Household::of(&figures);
    let form = ChangeForm::read(&pairs, &household);
    let asks = pairs.iter().any(|(name, value)| name == "action" && value == "compare");
    let mut page = ComparePage {
        months: months(&context, &backend, &figures),
        household,
        asked: form.asked.iter().map(|asked| asked.change.clone()).collect(),
        answer: None,
        state: FormState::from_values(pairs.clone()),
    };
    let mut status = StatusCode::OK;
    let t = context.locale;
    match backend.norm.compare(&context.actor, &form.question(&figures)) {
        // Figures that cannot be calculated are corrected where they are typed.
        Err(Fault::Invalid(faults)) if faults.iter().any(|fault| form.field(&fault.pointer).is_none()) => {
            return calculate(State(backend), context, Form(figures_only())).await;
        }
        _ if !asks => {}
        Ok(_) if form.asked.is_empty() => {
            status = StatusCode::UNPROCESSABLE_ENTITY;
            page.state.form_error = Some(td_string!(t, norm.compare.nothing_chosen).to_owned());
        }
        Ok(comparison) => page.answer = Some(comparison),
        Err(Fault::Invalid(faults)) => {
            status = StatusCode::UNPROCESSABLE_ENTITY;
            for fault in faults {
                let field = form.field(&fault.pointer).unwrap_or_default();
                if page.state.error(&field).is_none() {
                    page.state.push_error(field, field_text(t, fault.code));
                }
            }
        }
        Err(fault) => return Err(fault.into()),
    }
    // The same title whatever the answer is: it stands in the browser's history.
    let title = td_string!(t, norm.compare.title);
    Ok(context.page_with(status, Look::PUBLIC.private(), title, || pages::view(&context, page)))
}
