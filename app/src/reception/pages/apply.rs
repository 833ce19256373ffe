//! An application at the desk: a short form, and the paper to hand over.

use super::{APPLY, BOARD};
use crate::{
    i18n::td_string,
    page::PageContext,
    time::{clock, long_date, month_and_year},
    ui::{
        Actions, Answer, Button, ButtonKind, Choice, ErrorSummary, FormState, Hidden, HiddenKey, Lead, LinkButton,
        MonthField, Notice, Radios, TextArea, TextField, Tone, format::left_to_right, unbroken,
    },
};
use domain::{
    application::months_on_offer,
    reception::{DeskReceipt, Ticket},
};
use jiff::civil::Date;
use leptos::prelude::*;

/// What the form is made from.
pub struct ApplyPage {
    pub ticket: Option<Ticket>,
    pub key: String,
    pub state: FormState,
}

/// The short form. Only a name is needed, and only where the number is nobody's yet.
pub fn apply(context: &PageContext, page: ApplyPage) -> impl IntoView + use<> {
    let t = context.locale;
    let ApplyPage { ticket, key, state } = page;
    let labels = [
        ("name", td_string!(t, reception.apply.name)),
        ("month", td_string!(t, reception.apply.month)),
        ("way", td_string!(t, reception.apply.way)),
        ("email", td_string!(t, reception.apply.email)),
        ("phone", td_string!(t, reception.apply.phone)),
        ("postal_address", td_string!(t, reception.apply.address)),
        ("need", td_string!(t, reception.apply.need)),
    ];
    let labels = labels.map(|(name, label)| (name.to_owned(), label.to_owned())).into();
    let today = context.clock.today();
    let months: Vec<Choice> = months_on_offer(today)
        .into_iter()
        .map(|month| Choice::new(month.to_string(), month_and_year(t, month.year(), month.number())))
        .collect();
    let present = format!("{:04}-{:02}", today.year(), today.month());
    let ways = vec![
        Choice::new("phone", td_string!(t, reception.apply.way_phone)),
        Choice::new("email", td_string!(t, reception.apply.way_email)),
        Choice::new("letter", td_string!(t, reception.apply.way_letter)),
        Choice::new("none", td_string!(t, reception.apply.way_none)),
    ];
    let known = ticket.as_ref().is_some_and(Ticket::is_of_somebody);
    let about = ticket.as_ref().map(|ticket| match &ticket.name {
        Some(name) => td_string!(t, reception.apply.for_name, name = left_to_right(name)).to_string(),
        None => td_string!(t, reception.apply.for_number, number = ticket.number.to_string()).to_string(),
    });
    view! {
        <ErrorSummary title=td_string!(t, common.summary) state=state.clone() labels=labels />
        <h1>{td_string!(t, reception.apply.title)}</h1>
        {about.map(|about| view! { <Lead>{about}</Lead> })}
        <p>{td_string!(t, reception.apply.lead)}</p>
        <form method="post" action=APPLY autocomplete="off" novalidate>
            <HiddenKey value=key />
            {ticket.map(|ticket| view! { <Hidden name="biljett" value=ticket.ticket_id.to_string() /> })}
            {(!known).then(|| view! {
                <TextField
                    field=state.field("name")
                    label=td_string!(t, reception.apply.name)
                    autocomplete="off"
                    autofocus=!state.has_errors()
                />
            })}
            <MonthField field=state.field("month").or(&present) label=td_string!(t, reception.apply.month) months=months />
            <Radios
                field=state.field("way")
                legend=td_string!(t, reception.apply.way)
                hint=td_string!(t, reception.apply.way_hint)
                choices=ways
            />
            <TextField field=state.field("phone") label=td_string!(t, reception.apply.phone) kind="tel" autocomplete="off" />
            <TextField field=state.field("email") label=td_string!(t, reception.apply.email) kind="email" autocomplete="off" />
            <TextField
                field=state.field("postal_address")
                label=td_string!(t, reception.apply.address)
                hint=td_string!(t, reception.apply.address_hint)
                autocomplete="off"
            />
            <TextArea
                field=state.field("need")
                label=td_string!(t, reception.apply.need)
                hint=td_string!(t, reception.apply.need_hint)
                rows=4
            />
            <Actions>
                <Button>{td_string!(t, reception.apply.submit)}</Button>
                <LinkButton href=BOARD kind=ButtonKind::Secondary>{td_string!(t, reception.receipt.back)}</LinkButton>
            </Actions>
        </form>
    }
}

/// The paper to hand over. The desk has no address where it could look the number up again.
pub fn receipt(context: &PageContext, receipt: &DeskReceipt, answer_by: Option<Date>) -> impl IntoView + use<> {
    let t = context.locale;
    let day = long_date(t, context.clock.date(receipt.arrived_at));
    let time = clock(t, context.clock.time(receipt.arrived_at));
    let phone = left_to_right(&context.municipality.phone);
    let heard = answer_by.map(|day| td_string!(t, reception.receipt.answer_by, day = long_date(t, day)).to_string());
    let number = match &receipt.number {
        Some(number) => td_string!(t, reception.receipt.number, number = left_to_right(number)).to_string(),
        None => td_string!(t, reception.receipt.no_number).to_owned(),
    };
    view! {
        <Answer headline=td_string!(t, reception.receipt.title) amount=receipt.number.clone().unwrap_or_default()>
            <p>{unbroken(number)}</p>
            <p>{td_string!(t, reception.receipt.arrived, day = day, time = time).to_string()}</p>
        </Answer>
        <p>{td_string!(t, reception.receipt.next)}</p>
        {heard.map(|text| view! { <p>{text}</p> })}
        <p>{td_string!(t, reception.receipt.keep)}</p>
        <p>{td_string!(t, reception.receipt.contact, phone = phone).to_string()}</p>
        <div class="desk-only">
            <Notice kind=Tone::Info><p>{td_string!(t, reception.receipt.print)}</p></Notice>
        </div>
        <Actions><LinkButton href=BOARD>{td_string!(t, reception.receipt.back)}</LinkButton></Actions>
    }
}
