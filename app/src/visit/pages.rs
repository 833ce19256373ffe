//! The views of visits.

use crate::ui::Finish;
use crate::{
    i18n::td_string,
    language::{LANGUAGES, language_name},
    page::PageContext,
    time::{clock, long_date},
    ui::{
        Actions, Button, ButtonKind, Choice, Definition, DefinitionList, Empty, ErrorSummary, FormState, Hidden,
        HiddenKey, Lead, LinkButton, Notice, OtherVersion, Progress, Radios, Select, TextArea, Tone,
    },
};
use domain::visit::{BookingDraft, Office, Slot, Visit, VisitStatus};
use jiff::{Timestamp, civil::Date};
use leptos::prelude::*;

/// "onsdag 2 december 09.00".
pub fn when(context: &PageContext, instant: Timestamp) -> String {
    let t = context.locale;
    format!("{} {}", long_date(t, context.clock.date(instant)), clock(t, context.clock.time(instant)))
}

/// What happened just before the list was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    None,
    Booked,
    Cancelled,
}

/// My visits.
pub fn list(context: &PageContext, visits: Vec<Visit>, news: News) -> impl IntoView + use<> {
    let t = context.locale;
    let now = context.clock.now;
    let coming: Vec<Visit> =
        visits.into_iter().filter(|visit| visit.status == VisitStatus::Booked && visit.ends_at > now).collect();
    let none = coming.is_empty();
    let items = coming.into_iter().map(|visit| item(context, visit)).collect_view();
    let news = match news {
        News::None => None,
        // An old address in the history is no booking.
        News::Booked => (!none).then(|| td_string!(t, visit.list.booked)),
        News::Cancelled => Some(td_string!(t, visit.list.cancelled)),
    };
    view! {
        {news.map(|text| view! { <Notice kind=Tone::Good><p>{text}</p></Notice> })}
        <h1>{td_string!(t, visit.list.title)}</h1>
        {if none {
            view! { <Empty title=td_string!(t, visit.list.none) /> }.finished()
        } else {
            view! { <ul class="visits">{items}</ul> }.finished()
        }}
        <Actions>
            <LinkButton href="/mina-sidor/besok/boka">{td_string!(t, visit.list.book)}</LinkButton>
        </Actions>
    }
}

fn item(context: &PageContext, visit: Visit) -> impl IntoView + use<> {
    let t = context.locale;
    let interpreter = visit.interpreter.then(|| match &visit.language {
        Some(code) => td_string!(t, visit.list.interpreter, language = language_name(t, code)).to_string(),
        None => td_string!(t, visit.list.interpreter_plain).to_owned(),
    });
    // What has begun can no longer be cancelled.
    let ahead = visit.starts_at > context.clock.now;
    view! {
        <li class="visit">
            <h2>{when(context, visit.starts_at)}</h2>
            <p><bdi>{visit.office_name}</bdi></p>
            <p>{td_string!(t, visit.list.number, number = visit.number.to_string()).to_string()}</p>
            {interpreter.map(|text| view! { <p>{text}</p> })}
            {visit.needs.map(|needs| view! { <p><bdi>{needs}</bdi></p> })}
            <p class="small">{td_string!(t, visit.list.bring)}</p>
            {ahead.then(|| view! {
                <LinkButton href=format!("/mina-sidor/besok/{}/avboka", visit.visit_id) kind=ButtonKind::Secondary>
                    {td_string!(t, visit.list.cancel)}
                </LinkButton>
            })}
        </li>
    }
}

/// What the page of times is made from.
pub struct SlotPage {
    pub offices: Vec<Office>,
    pub office: String,
    pub from: Date,
    pub slots: Vec<Slot>,
    pub earlier: Option<Date>,
    pub later: Option<Date>,
    pub state: FormState,
    pub version: i64,
}

/// Step 1: an office and a time.
pub fn slots(context: &PageContext, page: SlotPage) -> impl IntoView + use<> {
    let t = context.locale;
    let office_name = page
        .offices
        .iter()
        .find(|office| office.slug == page.office)
        .map(|office| office.name.clone())
        .unwrap_or_default();
    let choices = page.offices.iter().map(|office| Choice::new(office.slug.clone(), office.name.clone())).collect();
    let other = |day: Date| format!("/mina-sidor/besok/boka?kontor={}&fran={day}", page.office);
    let mut days: Vec<(Date, Vec<Slot>)> = Vec::new();
    for slot in page.slots.into_iter().filter(|slot| slot.seats_left > 0) {
        let day = context.clock.date(slot.starts_at);
        match days.last_mut() {
            Some((last, slots)) if *last == day => slots.push(slot),
            _ => days.push((day, vec![slot])),
        }
    }
    let none = days.is_empty();
    let chosen = page.state.value("slot_id").to_owned();
    let from = page.from.to_string();
    // Where the summary leads, also when there is no time left to choose.
    let field = page.state.field("slot_id");
    let (message, error_id) = (field.error.clone(), format!("{}--error", field.id));
    let described = message.as_ref().map(|_| error_id.clone());
    view! {
        <ErrorSummary title=td_string!(t, common.summary) state=page.state.clone() />
        <Progress text=td_string!(t, visit.slots.step) step=1 of=3 />
        <h1>{td_string!(t, visit.slots.title)}</h1>
        <form method="get" action="/mina-sidor/besok/boka" class="office-choice">
            <Select
                field=FormState::from_values([("kontor", page.office.clone())]).field("kontor")
                label=td_string!(t, visit.slots.office)
                choices=choices
            />
            <Button kind=ButtonKind::Secondary>{td_string!(t, visit.slots.show)}</Button>
        </form>
        <h2 id="lediga-tider">{td_string!(t, visit.slots.at, office = office_name).to_string()}</h2>
        {(page.earlier.is_some() || page.later.is_some()).then(|| view! {
            <nav class="days-nav" aria-label=td_string!(t, visit.slots.days)>
                {page.earlier.map(|day| view! { <a rel="prev" href=other(day)>{td_string!(t, visit.slots.earlier)}</a> })}
                {page.later.map(|day| view! { <a rel="next" href=other(day)>{td_string!(t, visit.slots.later)}</a> })}
            </nav>
        })}
        <div
            id=field.id.clone()
            role="group"
            tabindex="-1"
            aria-labelledby="lediga-tider"
            aria-describedby=described
        >
            {message.map(|text| view! { <p class="error-message" id=error_id>{text}</p> })}
            {if none {
                view! { <Empty title=td_string!(t, visit.slots.none) /> }.finished()
            } else {
                let days = days
                    .into_iter()
                    .map(|(day, slots)| {
                        let times = slots.into_iter().map(|slot| time(context, slot, &chosen)).collect_view();
                        view! {
                            <fieldset class="slot-day">
                                <legend class="slot-date">{long_date(t, day)}</legend>
                                <div class="slot-times">{times}</div>
                            </fieldset>
                        }
                    })
                    .collect_view();
                view! {
                    <form method="post" action="/mina-sidor/besok/boka">
                        <Hidden name="version" value=page.version.to_string() />
                        <Hidden name="kontor" value=page.office.clone() />
                        <Hidden name="fran" value=from />
                        <div class="slot-days">{days}</div>
                        <Actions><Button>{td_string!(t, visit.slots.go_on)}</Button></Actions>
                    </form>
                }
                .finished()
            }}
        </div>
    }
}

fn time(context: &PageContext, slot: Slot, chosen: &str) -> impl IntoView + use<> {
    let t = context.locale;
    let minutes = (slot.ends_at.as_second() - slot.starts_at.as_second()) / 60;
    let value = slot.slot_id.to_string();
    let checked = value == chosen;
    let id = format!("slot-{value}");
    view! {
        <div class="slot">
            <input class="slot-input" type="radio" name="slot_id" id=id.clone() value=value checked=checked />
            <label class="slot-label" for=id>
                <span class="slot-time">{clock(t, context.clock.time(slot.starts_at))}</span>
                " "
                <span class="slot-seats">{td_string!(t, visit.slots.minutes, minutes = minutes.to_string()).to_string()}</span>
            </label>
        </div>
    }
}

/// Step 2: what the person needs when she comes.
pub fn details(context: &PageContext, state: FormState, version: i64) -> impl IntoView + use<> {
    let t = context.locale;
    let languages = LANGUAGES.iter().map(|code| Choice::new(*code, language_name(t, code))).collect();
    let labels = [
        ("interpreter", td_string!(t, visit.details.interpreter)),
        ("language", td_string!(t, visit.details.language)),
        ("needs", td_string!(t, visit.details.needs)),
    ];
    let labels = labels.map(|(name, label)| (name.to_owned(), label.to_owned())).into();
    view! {
        <ErrorSummary title=td_string!(t, common.summary) state=state.clone() labels=labels />
        <Progress text=td_string!(t, visit.details.step) step=2 of=3 />
        <h1>{td_string!(t, visit.details.title)}</h1>
        <form method="post" action="/mina-sidor/besok/boka/uppgifter" novalidate>
            <Hidden name="version" value=version.to_string() />
            <Radios
                field=state.field("interpreter").or("no")
                legend=td_string!(t, visit.details.interpreter)
                hint=td_string!(t, visit.details.interpreter_hint)
                choices=vec![Choice::new("no", td_string!(t, common.no)), Choice::new("yes", td_string!(t, common.yes))]
                inline=true
            />
            <Select
                field=state.field("language")
                label=td_string!(t, visit.details.language)
                hint=td_string!(t, visit.details.language_hint)
                choices=languages
                empty=td_string!(t, common.choose)
            />
            <TextArea
                field=state.field("needs")
                label=td_string!(t, visit.details.needs)
                hint=td_string!(t, visit.details.needs_hint)
                rows=4
            />
            <Actions><Button>{td_string!(t, visit.details.go_on)}</Button></Actions>
        </form>
    }
}

/// The details somebody saved in between, for comparing.
pub fn saved_details(context: &PageContext, draft: &BookingDraft) -> OtherVersion {
    let t = context.locale;
    OtherVersion {
        title: td_string!(t, common.saved_instead).to_owned(),
        lines: vec![
            (td_string!(t, visit.confirm.interpreter).to_owned(), interpreter_text(context, draft)),
            (td_string!(t, visit.confirm.needs).to_owned(), needs_text(context, draft)),
        ],
    }
}

/// The time somebody saved in between, for comparing.
pub fn saved_slot(context: &PageContext, office: &Office, slot: &Slot) -> OtherVersion {
    let t = context.locale;
    OtherVersion {
        title: td_string!(t, common.saved_instead).to_owned(),
        lines: vec![
            (td_string!(t, visit.confirm.time).to_owned(), when(context, slot.starts_at)),
            (td_string!(t, visit.confirm.office).to_owned(), office.name.clone()),
        ],
    }
}

fn interpreter_text(context: &PageContext, draft: &BookingDraft) -> String {
    match (draft.interpreter, draft.language.as_str()) {
        (false, _) => td_string!(context.locale, common.no).to_owned(),
        (true, "") => td_string!(context.locale, common.yes).to_owned(),
        (true, code) => language_name(context.locale, code),
    }
}

fn needs_text(context: &PageContext, draft: &BookingDraft) -> String {
    if draft.needs.trim().is_empty() {
        td_string!(context.locale, visit.confirm.nothing).to_owned()
    } else {
        draft.needs.clone()
    }
}

/// Step 3: is this right?
pub fn confirm(
    context: &PageContext,
    office: Office,
    slot: &Slot,
    draft: &BookingDraft,
    version: i64,
    state: FormState,
) -> impl IntoView + use<> {
    let t = context.locale;
    let change = td_string!(t, visit.confirm.change);
    let first = "/mina-sidor/besok/boka";
    let second = "/mina-sidor/besok/boka/uppgifter";
    let key = Some(state.value("idempotency_key")).filter(|key| !key.is_empty()).map(str::to_owned);
    view! {
        <ErrorSummary title=td_string!(t, common.summary) state=state />
        <Progress text=td_string!(t, visit.confirm.step) step=3 of=3 />
        <h1>{td_string!(t, visit.confirm.title)}</h1>
        <DefinitionList items=vec![
            Definition::new(td_string!(t, visit.confirm.time), when(context, slot.starts_at)).change(first, change),
            Definition::new(td_string!(t, visit.confirm.office), format!("{}, {}", office.name, office.street)).change(first, change),
            Definition::new(td_string!(t, visit.confirm.interpreter), interpreter_text(context, draft)).change(second, change),
            Definition::new(td_string!(t, visit.confirm.needs), needs_text(context, draft)).change(second, change),
        ] />
        <form method="post" action="/mina-sidor/besok/boka/bekrafta">
            <HiddenKey value=key.unwrap_or_else(|| context.fresh_key.to_string()) />
            <Hidden name="slot_id" value=slot.slot_id.to_string() />
            <Hidden name="version" value=version.to_string() />
            <Actions><Button>{td_string!(t, visit.confirm.submit)}</Button></Actions>
        </form>
    }
}

/// Do you want to cancel?
pub fn cancel(context: &PageContext, visit: &Visit, state: FormState) -> impl IntoView + use<> {
    let t = context.locale;
    let (when, office) = (when(context, visit.starts_at), visit.office_name.clone());
    view! {
        <ErrorSummary title=td_string!(t, common.summary) state=state />
        <h1>{td_string!(t, visit.cancel.title)}</h1>
        <Lead>{when}<br /><bdi>{office}</bdi></Lead>
        <p>{td_string!(t, visit.cancel.text)}</p>
        <form method="post" action=format!("/mina-sidor/besok/{}/avboka", visit.visit_id)>
            <Actions>
                <Button kind=ButtonKind::Warn>{td_string!(t, visit.cancel.submit)}</Button>
                <LinkButton href="/mina-sidor/besok" kind=ButtonKind::Secondary>{td_string!(t, visit.cancel.keep)}</LinkButton>
            </Actions>
        </form>
    }
}
