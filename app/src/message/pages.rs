//! The views of messages. Titles of the pages stay neutral: they stand in the browser's history.

use crate::ui::Finish;
use crate::{
    i18n::{Locale, td_string},
    page::PageContext,
    time::{clock, long_date},
    ui::{Actions, Button, ButtonKind, Empty, Lead, LinkButton, Small, Tag, Tone},
};
use domain::message::{Message, MessageKind};
use jiff::{Timestamp, civil::Date};
use leptos::prelude::*;

/// "onsdag 2 december 09.00".
fn when(context: &PageContext, instant: Timestamp) -> String {
    let t = context.locale;
    format!("{} {}", long_date(t, context.clock.date(instant)), clock(t, context.clock.time(instant)))
}

/// What the message is, in words. The same for good and for bad news.
fn heading(t: Locale, kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::ApplicationReceived => td_string!(t, message.received.title),
        MessageKind::Decision => td_string!(t, message.decision.title),
    }
}

/// Where what the message is about can be read.
fn about(t: Locale, message: &Message) -> (String, &'static str) {
    match message.kind {
        MessageKind::ApplicationReceived => {
            (format!("/mina-sidor/ansokan/{}", message.about), td_string!(t, message.received.open))
        }
        MessageKind::Decision => {
            (format!("/mina-sidor/beslut/{}", message.about), td_string!(t, message.decision.open))
        }
    }
}

/// My messages, newest first.
pub fn list(context: &PageContext, messages: Vec<Message>) -> impl IntoView + use<> {
    let t = context.locale;
    let none = messages.is_empty();
    let items = messages.into_iter().map(|message| item(context, &message)).collect_view();
    view! {
        <h1>{td_string!(t, message.title)}</h1>
        {if none {
            view! { <Empty title=td_string!(t, message.none) text=td_string!(t, message.none_text) /> }.finished()
        } else {
            view! { <ol class="timeline">{items}</ol> }.finished()
        }}
        <p><a href="/mina-sidor">{td_string!(t, message.back)}</a></p>
    }
}

fn item(context: &PageContext, message: &Message) -> impl IntoView + use<> {
    let t = context.locale;
    let (open, verb) = about(t, message);
    // A decision's page says more than its message could; a receipt is read as a message.
    let own = match message.kind {
        MessageKind::ApplicationReceived => format!("/mina-sidor/meddelanden/{}", message.message_id),
        MessageKind::Decision => open.clone(),
    };
    let further = (own != open).then(|| view! { <p><a href=open>{verb}</a></p> });
    view! {
        <li>
            <h2><a href=own>{heading(t, message.kind)}</a></h2>
            <p class="small">{when(context, message.sent_at)}</p>
            {message.read_at.is_none().then(|| view! { <p><Tag kind=Tone::Info text=td_string!(t, message.unread) /></p> })}
            {further}
        </li>
    }
}

/// One message. `answer_by`: the day by which we have promised to be heard from, in a receipt.
pub fn one(context: &PageContext, message: &Message, answer_by: Option<Date>) -> impl IntoView + use<> {
    let t = context.locale;
    let (open, verb) = about(t, message);
    let sent = when(context, message.sent_at);
    let text = match message.kind {
        MessageKind::ApplicationReceived => {
            let local = context.clock.time(message.sent_at);
            let day = long_date(t, context.clock.date(message.sent_at));
            td_string!(t, message.received.text, day = day, time = clock(t, local)).to_string()
        }
        MessageKind::Decision => td_string!(t, message.decision.text).to_owned(),
    };
    let next = match message.kind {
        MessageKind::ApplicationReceived => td_string!(t, message.received.next),
        MessageKind::Decision => td_string!(t, message.decision.next),
    };
    let heard = answer_by.map(|day| td_string!(t, message.received.answer_by, day = long_date(t, day)).to_string());
    let state = match message.read_at {
        Some(read) => {
            let text = td_string!(t, message.was_read, when = when(context, read)).to_string();
            view! { <Small>{text}</Small> }.finished()
        }
        // A decision is read by opening it.
        None if message.kind == MessageKind::Decision => ().finished(),
        None => view! {
            <form method="post" action=format!("/mina-sidor/meddelanden/{}", message.message_id)>
                <Actions><Button kind=ButtonKind::Secondary>{td_string!(t, message.mark)}</Button></Actions>
            </form>
        }
        .finished(),
    };
    view! {
        <h1>{heading(t, message.kind)}</h1>
        <Small>{sent}</Small>
        <Lead>{text}</Lead>
        <p>{next}</p>
        {heard.map(|text| view! { <p>{text}</p> })}
        <Actions><LinkButton href=open>{verb}</LinkButton></Actions>
        {state}
        <p><a href="/mina-sidor/meddelanden">{td_string!(t, message.all)}</a></p>
    }
}
