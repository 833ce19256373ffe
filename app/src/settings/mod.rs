//! Settings (`/personal/installningar`): what a municipality settles for itself, by its administrator.

pub mod form;
pub mod norm;
mod pages;

use crate::{
    backend::Backend,
    document,
    failure::Failed,
    i18n::td_string,
    page::{Look, PageContext},
    ui::{Choices, Finish, Lead, LinkItem},
};
use axum::{Router, response::Response, routing::get};
use domain::{
    Fault,
    account::{Role, Who},
};
use leptos::prelude::*;

/// The list of settings.
pub const INDEX: &str = "/personal/installningar";

pub fn routes() -> Router<Backend> {
    Router::new().route(INDEX, get(index)).merge(norm::routes())
}

/// For the administrator; to everybody else the page does not exist.
fn administrator(context: &PageContext) -> Result<(), Failed> {
    match &context.actor.who {
        Who::Staff { roles, .. } if roles.contains(&Role::Administrator) => Ok(()),
        Who::Anonymous => Err(Fault::SignInRequired.into()),
        _ => Err(Fault::NotFound.into()),
    }
}

async fn index(context: PageContext) -> Result<Response, Failed> {
    administrator(&context)?;
    let t = context.locale;
    let title = td_string!(t, settings.title);
    Ok(context.page(Look::STAFF, title, || {
        let items = vec![
            LinkItem::new(norm::PAGE, td_string!(t, settings.norm.title), td_string!(t, settings.norm.text)),
            LinkItem::new(
                document::SETTINGS,
                td_string!(t, document.settings.title),
                td_string!(t, document.settings.text),
            ),
        ];
        view! {
            <h1>{title}</h1>
            <Lead>{td_string!(t, settings.lead)}</Lead>
            <Choices items=items />
        }
        .finished()
    }))
}
