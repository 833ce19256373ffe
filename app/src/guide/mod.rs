//! The pages that only tell: the start, contact, urgent help, accessibility, personal data, and the empty page the
//! quick exit leads to.

mod pages;

use crate::{
    backend::Backend,
    failure::Failed,
    i18n::td_string,
    page::{Look, PageContext},
    shell::direction,
};
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

pub fn routes() -> Router<Backend> {
    Router::new()
        .route("/", get(start))
        .route("/kontakt", get(contact))
        .route("/akut", get(urgent))
        .route("/tillganglighet", get(accessibility))
        .route("/personuppgifter", get(privacy))
        .route("/ny-flik", get(left))
}

async fn start(context: PageContext) -> Response {
    context.page(Look::PUBLIC.as_start(), td_string!(context.locale, guide.start.title), || pages::start(&context))
}

async fn contact(State(backend): State<Backend>, context: PageContext) -> Result<Response, Failed> {
    let offices = backend.visits.offices(&context.actor).await?;
    let title = td_string!(context.locale, guide.contact.title);
    Ok(context.page(Look::PUBLIC, title, || pages::contact(&context, offices)))
}

async fn urgent(State(backend): State<Backend>, context: PageContext) -> Response {
    // In an emergency the telephone numbers must be there even when the database is not.
    let offices = backend.visits.offices(&context.actor).await.unwrap_or_default();
    let look = if offices.is_empty() { Look::PUBLIC.private() } else { Look::PUBLIC };
    let title = td_string!(context.locale, guide.urgent.title);
    context.page(look.without_urgent(), title, || pages::urgent(&context, offices))
}

async fn accessibility(context: PageContext) -> Response {
    context.page(Look::PUBLIC, td_string!(context.locale, guide.accessibility.title), || pages::accessibility(&context))
}

async fn privacy(context: PageContext) -> Response {
    context.page(Look::PUBLIC, td_string!(context.locale, guide.privacy.title), || pages::privacy(&context))
}

/// An empty page with a neutral title: nothing on it tells where one has been.
async fn left(context: PageContext) -> Response {
    let title = td_string!(context.locale, guide.left.title);
    let (code, direction) = (context.locale.to_string(), direction(context.locale));
    let html = format!(
        "<!DOCTYPE html><html lang=\"{code}\" dir=\"{direction}\"><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"icon\" href=\"/blank.svg\" type=\"image/svg+xml\"><title>{title}</title></head><body></body></html>"
    );
    (StatusCode::OK, [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")], html)
        .into_response()
}
