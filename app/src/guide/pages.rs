//! The views of the pages that only tell.

use crate::{
    document::NEEDED,
    i18n::{Locale, td_string},
    page::PageContext,
    time::clock,
    ui::{Choices, Definition, DefinitionList, Gate, Lead, LinkItem, Notice, Tone, format::left_to_right},
};
use domain::visit::Office;
use leptos::prelude::*;

/// "What do you need today?" in at most six choices.
pub fn start(context: &PageContext) -> impl IntoView + use<> {
    let t = context.locale;
    let items = vec![
        LinkItem::new("/rakna", td_string!(t, guide.start.estimate), td_string!(t, guide.start.estimate_text)),
        LinkItem::new("/ansok", td_string!(t, guide.start.apply), td_string!(t, guide.start.apply_text)),
        LinkItem::new(NEEDED, td_string!(t, document.needed.short), td_string!(t, document.needed.short_text)),
        LinkItem::new(
            "/mina-sidor/besok/boka",
            td_string!(t, guide.start.visit),
            td_string!(t, guide.start.visit_text),
        ),
        LinkItem::new("/mina-sidor", td_string!(t, guide.start.my_pages), td_string!(t, guide.start.my_pages_text)),
        LinkItem::new("/kontakt", td_string!(t, guide.start.contact), td_string!(t, guide.start.contact_text)),
    ];
    view! {
        <div class="hero">
            <Gate />
            <h1>{td_string!(t, guide.start.title)}</h1>
            <Lead>{td_string!(t, guide.start.lead)}</Lead>
        </div>
        <h2>{td_string!(t, guide.start.question)}</h2>
        <Choices items=items />
    }
}

fn telephone(number: &str) -> impl IntoView + use<> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    view! { <a class="phone" href=format!("tel:{digits}")><bdi dir="ltr">{number.to_owned()}</bdi></a> }
}

fn office_list(offices: Vec<Office>) -> impl IntoView {
    offices
        .into_iter()
        .map(|office| {
            view! {
                <li>
                    <strong>{office.name}</strong>
                    <br />
                    <bdi>{office.street}</bdi>
                    <br />
                    {telephone(&office.phone)}
                </li>
            }
        })
        .collect_view()
}

fn hours(context: &PageContext) -> (String, String) {
    let t = context.locale;
    (clock(t, context.municipality.phone_opens), clock(t, context.municipality.phone_closes))
}

pub fn contact(context: &PageContext, offices: Vec<Office>) -> impl IntoView + use<> {
    let t = context.locale;
    let (from, to) = hours(context);
    let place = &context.municipality;
    let mail = format!("mailto:{}", place.email);
    view! {
        <h1>{td_string!(t, guide.contact.title)}</h1>
        <Lead>{td_string!(t, guide.contact.lead)}</Lead>
        <h2>{td_string!(t, guide.contact.phone)}</h2>
        <p>{telephone(&place.phone)}<br />{td_string!(t, guide.contact.phone_hours, from = from, to = to).to_string()}</p>
        <p>{telephone(&place.urgent_phone)}<br />{td_string!(t, guide.contact.urgent_phone)}</p>
        <h2 id="ansok">{td_string!(t, guide.contact.apply_title)}</h2>
        <p>{td_string!(t, guide.contact.apply_text)}</p>
        <h2>{td_string!(t, guide.contact.offices)}</h2>
        <ul class="offices">{office_list(offices)}</ul>
        <h2>{td_string!(t, guide.contact.email)}</h2>
        <p><a href=mail><bdi>{place.email.clone()}</bdi></a><br />{td_string!(t, guide.contact.email_text)}</p>
        <h2>{td_string!(t, guide.contact.interpreter_title)}</h2>
        <p>{td_string!(t, guide.contact.interpreter_text)}</p>
        <h2>{td_string!(t, guide.contact.complaint_title)}</h2>
        <p>{td_string!(t, guide.contact.complaint_text)}</p>
    }
}

pub fn urgent(context: &PageContext, offices: Vec<Office>) -> impl IntoView + use<> {
    let t = context.locale;
    let (from, to) = hours(context);
    let place = context.municipality.clone();
    view! {
        <h1>{td_string!(t, guide.urgent.title)}</h1>
        <Lead>{td_string!(t, guide.urgent.lead)}</Lead>
        <Notice kind=Tone::Bad>
            <p>{telephone(&place.phone)}<br />{td_string!(t, guide.urgent.call_day, from = from, to = to).to_string()}</p>
            <p>{telephone(&place.urgent_phone)}<br />{td_string!(t, guide.urgent.call_night)}</p>
        </Notice>
        <h2>{td_string!(t, guide.urgent.do_title)}</h2>
        <ol>
            <li>{td_string!(t, guide.urgent.do_call)}</li>
            <li>{td_string!(t, guide.urgent.do_apply)}</li>
            <li>{td_string!(t, guide.urgent.do_care)}</li>
        </ol>
        <p>{td_string!(t, guide.urgent.come)}</p>
        {(!offices.is_empty()).then(|| view! { <ul class="offices">{office_list(offices)}</ul> })}
        <h2>{td_string!(t, guide.urgent.when_title)}</h2>
        <ul>
            <li>{td_string!(t, guide.urgent.food)}</li>
            <li>{td_string!(t, guide.urgent.medicine)}</li>
            <li>{td_string!(t, guide.urgent.sleep)}</li>
            <li>{td_string!(t, guide.urgent.power)}</li>
        </ul>
        <h2>{td_string!(t, guide.urgent.danger_title)}</h2>
        <p>{td_string!(t, guide.urgent.danger_text)}</p>
        <Notice kind=Tone::Info><p>{td_string!(t, guide.urgent.right)}</p></Notice>
    }
}

pub fn accessibility(context: &PageContext) -> impl IntoView + use<> {
    let t = context.locale;
    let place = &context.municipality;
    let (phone, email) = (left_to_right(&place.phone), left_to_right(&place.email));
    view! {
        <h1>{td_string!(t, guide.accessibility.title)}</h1>
        <Lead>{td_string!(t, guide.accessibility.lead)}</Lead>
        <p>{td_string!(t, guide.accessibility.who, name = place.name.clone()).to_string()}</p>
        <h2>{td_string!(t, guide.accessibility.state_title)}</h2>
        <p>{td_string!(t, guide.accessibility.state)}</p>
        <h2>{td_string!(t, guide.accessibility.gaps_title)}</h2>
        <ul>
            <li>{td_string!(t, guide.accessibility.gap_screen_reader)}</li>
            <li>{td_string!(t, guide.accessibility.gap_translation)}</li>
        </ul>
        <h2>{td_string!(t, guide.accessibility.report_title)}</h2>
        <p>{td_string!(t, guide.accessibility.report, phone = phone, email = email).to_string()}</p>
        <p>
            {td_string!(t, guide.accessibility.digg)}
            " "
            <a href="https://www.digg.se/tdosanmalan"><bdi>"digg.se/tdosanmalan"</bdi></a>
        </p>
        <p>{td_string!(t, guide.accessibility.tested)}</p>
    }
}

pub fn privacy(context: &PageContext) -> impl IntoView + use<> {
    let t = context.locale;
    let place = &context.municipality;
    let rights = td_string!(
        t,
        guide.privacy.rights,
        phone = left_to_right(&place.phone),
        email = left_to_right(&place.email),
        name = place.name.clone()
    )
    .to_string();
    view! {
        <h1>{td_string!(t, guide.privacy.title)}</h1>
        <Lead>{td_string!(t, guide.privacy.lead)}</Lead>
        <DefinitionList items=facts(t) />
        <h2>{td_string!(t, guide.privacy.leave_title)}</h2>
        <p>{td_string!(t, guide.privacy.leave)}</p>
        <h2>{td_string!(t, guide.privacy.rights_title)}</h2>
        <p>{rights}</p>
    }
}

fn facts(t: Locale) -> Vec<Definition> {
    vec![
        Definition::new(td_string!(t, guide.privacy.estimate_title), td_string!(t, guide.privacy.estimate)),
        Definition::new(td_string!(t, guide.privacy.visit_title), td_string!(t, guide.privacy.visit)),
        Definition::new(td_string!(t, guide.privacy.draft_title), td_string!(t, guide.privacy.draft)),
        Definition::new(td_string!(t, guide.privacy.log_title), td_string!(t, guide.privacy.log)),
        Definition::new(td_string!(t, guide.privacy.limit_title), td_string!(t, guide.privacy.limit)),
        Definition::new(td_string!(t, guide.privacy.keep_title), td_string!(t, guide.privacy.keep)),
        Definition::new(td_string!(t, guide.privacy.basis_title), td_string!(t, guide.privacy.basis)),
        Definition::new(td_string!(t, guide.privacy.cookies_title), td_string!(t, guide.privacy.cookies)),
        Definition::new(td_string!(t, guide.privacy.secret_title), td_string!(t, guide.privacy.secret)),
    ]
}
