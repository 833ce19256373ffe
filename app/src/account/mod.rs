//! Signing in, and the two rooms behind it: the applicant's own pages and the staff's.

use crate::ui::Finish;
use crate::{
    backend::Backend,
    failure::Failed,
    i18n::{Locale, td_string},
    page::{Look, PageContext, own_path, see_other},
    settings,
    ui::{Button, ButtonKind, Choices, Hidden, Lead, LinkItem, Notice, Tone, format::left_to_right},
};
use axum::{
    Router,
    extract::{Query, State},
    response::Response,
    routing::get,
};
use domain::{
    Fault,
    account::{Role, Who},
};
use leptos::prelude::*;
use serde::Deserialize;

pub fn routes() -> Router<Backend> {
    Router::new().route("/logga-in", get(sign_in)).route("/mina-sidor", get(my_pages)).route("/personal", get(staff))
}

/// The demo's people on the sign-in page: (persona, name, staff).
const PERSONAS: [(&str, &str, bool); 7] = [
    ("anna", "Anna", false),
    ("maria", "Maria", false),
    ("rut", "Rut (reception)", true),
    ("joel", "Joel (jour)", true),
    ("karin", "Karin (mottagning)", true),
    ("nils", "Nils (Norra)", true),
    ("admin", "Admin (administratör)", true),
];

#[derive(Deserialize)]
struct Ways {
    /// Where the person was going.
    #[serde(default)]
    till: String,
    /// Set after signing out.
    utloggad: Option<String>,
}

async fn sign_in(context: PageContext, Query(ways): Query<Ways>) -> Response {
    let title = td_string!(context.locale, account.sign_in.title);
    context.page(Look::PUBLIC.private(), title, || sign_in_page(&context, &ways))
}

fn sign_in_page(context: &PageContext, ways: &Ways) -> impl IntoView + use<> {
    let t = context.locale;
    let target = own_path(&ways.till).unwrap_or_default().to_owned();
    let text = if context.demo { td_string!(t, account.sign_in.demo) } else { td_string!(t, account.sign_in.none) };
    view! {
        <h1>{td_string!(t, account.sign_in.title)}</h1>
        {ways.utloggad.is_some().then(|| view! {
            <Notice kind=Tone::Good><p>{td_string!(t, account.sign_in.signed_out)}</p></Notice>
        })}
        {(!target.is_empty()).then(|| view! { <p>{td_string!(t, account.sign_in.needed)}</p> })}
        <Lead>{text}</Lead>
        {context.demo.then(|| view! {
            <h2>{td_string!(t, account.sign_in.applicants)}</h2>
            {personas(t, false, &target)}
            <h2>{td_string!(t, account.sign_in.staff)}</h2>
            {personas(t, true, &target)}
        })}
    }
}

fn personas(t: Locale, staff: bool, target: &str) -> impl IntoView + use<> {
    let target = target.to_owned();
    PERSONAS
        .iter()
        .filter(|(_, _, is_staff)| *is_staff == staff)
        .map(|(persona, name, _)| {
            view! {
                <form method="post" action="/demo/login" class="persona">
                    <Hidden name="persona" value=*persona />
                    <Hidden name="till" value=target.clone() />
                    <Button kind=ButtonKind::Secondary>
                        {td_string!(t, account.sign_in.persona, name = left_to_right(name)).to_string()}
                    </Button>
                </form>
            }
        })
        .collect_view()
}

async fn my_pages(State(backend): State<Backend>, context: PageContext) -> Result<Response, Failed> {
    if context.actor.person().is_none() {
        return Err(Fault::SignInRequired.into());
    }
    let t = context.locale;
    let unread = backend.messages.unread(&context.actor).await?;
    let news = if unread == 0 {
        td_string!(t, message.my_pages_text).to_owned()
    } else {
        td_string!(t, message.my_pages_unread, count = unread.to_string()).to_string()
    };
    let name = context.display_name.as_deref().unwrap_or_default().to_owned();
    Ok(context.page(Look::APPLICANT, td_string!(t, account.my_pages.title), || {
        view! {
            <h1>{td_string!(t, account.my_pages.title)}</h1>
            <Lead>{td_string!(t, account.my_pages.lead, name = name).to_string()}</Lead>
            <Choices items=vec![
                LinkItem::new("/mina-sidor/meddelanden", td_string!(t, message.my_pages), news),
                LinkItem::new("/mina-sidor/ansokan", td_string!(t, application.my_pages), td_string!(t, application.my_pages_text)),
                LinkItem::new("/mina-sidor/handlingar", td_string!(t, document.title), td_string!(t, document.title_text)),
                LinkItem::new("/mina-sidor/beslut", td_string!(t, decision.list.title), td_string!(t, decision.list.text)),
                LinkItem::new("/mina-sidor/besok", td_string!(t, account.my_pages.visits), td_string!(t, account.my_pages.visits_text)),
                LinkItem::new("/rakna", td_string!(t, account.my_pages.estimate), td_string!(t, account.my_pages.estimate_text)),
            ] />
        }
    }))
}

async fn staff(context: PageContext) -> Result<Response, Failed> {
    let Who::Staff { roles, .. } = &context.actor.who else { return Err(Fault::SignInRequired.into()) };
    if roles[..] == [Role::Administrator] {
        return Ok(see_other(settings::INDEX));
    }
    let t = context.locale;
    let any = |wanted: &[Role]| roles.iter().any(|role| wanted.contains(role));
    let mut items = Vec::new();
    if any(&[Role::Desk, Role::OnCall]) {
        items.push(LinkItem::new(
            "/personal/reception",
            td_string!(t, account.staff.reception),
            td_string!(t, account.staff.reception_text),
        ));
    }
    if any(&[Role::OnCall, Role::Intake, Role::Caseworker]) {
        items.push(LinkItem::new(
            "/personal/mottagning",
            td_string!(t, account.staff.intake),
            td_string!(t, account.staff.intake_text),
        ));
    }
    if any(&[Role::Administrator]) {
        items.push(LinkItem::new(settings::INDEX, td_string!(t, settings.title), td_string!(t, settings.staff_text)));
    }
    let name = context.display_name.as_deref().unwrap_or_default().to_owned();
    Ok(context.page(Look::STAFF, td_string!(t, account.staff.title), || {
        view! {
            <h1>{td_string!(t, account.staff.title)}</h1>
            <Lead>{td_string!(t, account.staff.lead, name = name).to_string()}</Lead>
            {if items.is_empty() {
                view! { <p>{td_string!(t, account.staff.nothing)}</p> }.finished()
            } else {
                view! { <Choices items=items /> }.finished()
            }}
        }
    }))
}
