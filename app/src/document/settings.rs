//! How the municipality asks for papers: its administrator's page. Nothing here can make a missing paper stop an application.

use super::{
    port::{PaperToSettle, SettledPaper},
    texts,
};
use crate::ui::Finish;
use crate::{
    backend::Backend,
    failure::{Failed, conflict_text, field_text, status},
    i18n::{Locale, td_string},
    page::{Look, PageContext, see_other},
    time::{clock, long_date},
    ui::{
        Actions, Button, Cell, Checkbox, Column, DataRow, DataTable, ErrorSummary, FieldWidth, FormState, Hidden,
        HiddenKey, Lead, Notice, NumberField, TextArea, TextField, Tone, format::left_to_right, unbroken,
    },
};
use axum::{
    extract::{Form, Query, State},
    response::Response,
};
use domain::{
    Fault,
    document::{PaperKind, PaperTime, SavePaper},
};
use leptos::prelude::*;
use serde::Deserialize;

/// The list; with `?papper=` the form of one paper.
pub const SETTINGS: &str = "/personal/installningar/handlingar";

#[derive(Deserialize)]
pub struct SettingsQuery {
    papper: Option<String>,
    sparat: Option<String>,
}

pub async fn show(
    State(backend): State<Backend>,
    context: PageContext,
    Query(query): Query<SettingsQuery>,
) -> Result<Response, Failed> {
    let all = backend.documents.to_settle(&context.actor).await?;
    let title = td_string!(context.locale, document.settings.title);
    let Some(paper) = query.papper else {
        let saved = query.sparat.is_some();
        return Ok(context.page(Look::STAFF, title, || list(&context, &all, saved)));
    };
    let one = find(all, &paper)?;
    let state = FormState::from_values(values(&one));
    Ok(context.page(Look::STAFF, title, || edit(&context, &one, state)))
}

fn find(all: Vec<PaperToSettle>, paper: &str) -> Result<PaperToSettle, Fault> {
    all.into_iter().find(|one| one.rule.paper.as_str() == paper).ok_or(Fault::NotFound)
}

/// What holds, as the form shows it. The day and the source are always asked for anew: they are of what is saved now.
fn values(one: &PaperToSettle) -> Vec<(String, String)> {
    let rule = &one.rule;
    let flag = |asked: bool| if asked { "true" } else { "" }.to_owned();
    let months = |months: Option<u8>| months.map(|months| months.to_string()).unwrap_or_default();
    let extra = rule.extra.clone().unwrap_or_default();
    [
        ("asked_first", flag(rule.first.asked)),
        ("asked_renewal", flag(rule.renewal.asked)),
        ("months_first", months(rule.first.months)),
        ("months_renewal", months(rule.renewal.months)),
        ("extra_sv", extra.sv),
        ("extra_en", extra.en.unwrap_or_default()),
        ("extra_ar", extra.ar.unwrap_or_default()),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .map(|(name, text)| (name.to_owned(), text))
    .collect()
}

pub async fn save(
    State(backend): State<Backend>,
    context: PageContext,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failed> {
    let mut state = FormState::from_values(pairs);
    let text = |name: &str| state.value(name).to_owned();
    let command = SavePaper {
        paper: text("paper"),
        asked_first: !text("asked_first").is_empty(),
        asked_renewal: !text("asked_renewal").is_empty(),
        months_first: text("months_first"),
        months_renewal: text("months_renewal"),
        extra_sv: text("extra_sv"),
        extra_en: text("extra_en"),
        extra_ar: text("extra_ar"),
        checked_on: text("checked_on"),
        source: text("source"),
    };
    let (paper, key) = (command.paper.clone(), text("idempotency_key"));
    let Err(fault) = backend.documents.settle(&context.actor, &key, command).await else {
        return Ok(see_other(&format!("{SETTINGS}?sparat")));
    };
    let t = context.locale;
    match &fault {
        Fault::Invalid(faults) if faults.iter().all(|fault| fault.pointer != "/paper") => {
            for fault in faults {
                state.push_error(fault.pointer.trim_start_matches('/'), field_text(t, fault.code));
            }
        }
        Fault::Conflict(conflict) => state.form_error = Some(conflict_text(t, *conflict).to_owned()),
        _ => return Err(fault.into()),
    }
    let one = find(backend.documents.to_settle(&context.actor).await?, &paper)?;
    let title = td_string!(t, document.settings.title);
    Ok(context.page_with(status(&fault), Look::STAFF, title, || edit(&context, &one, state)))
}

/// "Ja, 3 mån".
fn asked(t: Locale, time: &PaperTime) -> String {
    match (time.asked, time.months) {
        (false, _) => td_string!(t, common.no).to_owned(),
        (true, None) => td_string!(t, common.yes).to_owned(),
        (true, Some(months)) => td_string!(t, document.settings.yes_months, months = months.to_string()).to_string(),
    }
}

fn list(context: &PageContext, all: &[PaperToSettle], saved: bool) -> impl IntoView + use<> {
    let t = context.locale;
    let rows = all
        .iter()
        .map(|one| {
            let paper = one.rule.paper;
            let checked = match one.rule.checked_on {
                Some(day) => Cell::from(long_date(t, day)),
                None => Cell::Tag(Tone::Warn, td_string!(t, document.settings.not_checked).to_owned()),
            };
            DataRow::from(vec![
                Cell::Link { href: address(paper), text: texts::paper(t, paper).name.to_owned() },
                asked(t, &one.rule.first).into(),
                asked(t, &one.rule.renewal).into(),
                checked,
            ])
        })
        .collect();
    let columns = vec![
        Column::new(td_string!(t, document.settings.paper)),
        Column::new(td_string!(t, document.settings.first)),
        Column::new(td_string!(t, document.settings.renewal)),
        Column::new(td_string!(t, document.settings.state)),
    ];
    view! {
        {saved.then(|| view! { <Notice kind=Tone::Good><p>{td_string!(t, document.settings.saved)}</p></Notice> })}
        <h1>{td_string!(t, document.settings.title)}</h1>
        <Lead>{td_string!(t, document.settings.lead)}</Lead>
        <DataTable
            id="papper"
            caption=td_string!(t, document.settings.title)
            caption_hidden=true
            columns=columns
            rows=rows
            empty=td_string!(t, document.none)
        />
    }
}

fn address(paper: PaperKind) -> String {
    format!("{SETTINGS}?papper={paper}")
}

/// What holds now, and who said so.
fn settled(context: &PageContext, settled: Option<&SettledPaper>) -> AnyView {
    let t = context.locale;
    let Some(settled) = settled else {
        return view! { <Notice kind=Tone::Warn><p>{td_string!(t, document.settings.built_in)}</p></Notice> }
            .finished();
    };
    let (day, time) = (context.clock.date(settled.at), clock(t, context.clock.time(settled.at)));
    let text = td_string!(
        t,
        document.settings.checked,
        day = long_date(t, settled.setting.checked_on),
        source = settled.setting.source.clone(),
        name = left_to_right(&settled.by),
        time = format!("{} {time}", long_date(t, day))
    )
    .to_string();
    view! { <p>{unbroken(text)}</p> }.finished()
}

/// Name and label of each control.
fn labels(t: Locale) -> Vec<(String, String)> {
    [
        ("asked_first", td_string!(t, document.settings.asked_first)),
        ("asked_renewal", td_string!(t, document.settings.asked_renewal)),
        ("months_first", td_string!(t, document.settings.months_first)),
        ("months_renewal", td_string!(t, document.settings.months_renewal)),
        ("extra_sv", td_string!(t, document.settings.extra_sv)),
        ("extra_en", td_string!(t, document.settings.extra_en)),
        ("extra_ar", td_string!(t, document.settings.extra_ar)),
        ("checked_on", td_string!(t, document.settings.checked_on)),
        ("source", td_string!(t, document.settings.source)),
    ]
    .map(|(name, label)| (name.to_owned(), label.to_owned()))
    .into()
}

fn edit(context: &PageContext, one: &PaperToSettle, state: FormState) -> impl IntoView + use<> {
    let t = context.locale;
    let paper = one.rule.paper;
    let words = texts::paper(t, paper);
    let months = |name: &str, label: &'static str| {
        view! {
            <NumberField
                field=state.field(name)
                label=label
                hint=td_string!(t, document.settings.months_hint)
                unit=td_string!(t, document.settings.months_unit)
            />
        }
        .finished()
    };
    let extra = |name: &str, label: &'static str, hint: &'static str| {
        view! { <TextArea field=state.field(name) label=label hint=hint rows=2 /> }.finished()
    };
    let times = vec![
        months("months_first", td_string!(t, document.settings.months_first)),
        months("months_renewal", td_string!(t, document.settings.months_renewal)),
    ];
    let own = vec![
        extra("extra_sv", td_string!(t, document.settings.extra_sv), td_string!(t, document.settings.extra_hint)),
        extra("extra_en", td_string!(t, document.settings.extra_en), ""),
        extra("extra_ar", td_string!(t, document.settings.extra_ar), ""),
    ];
    view! {
        <p><a href=SETTINGS>{td_string!(t, document.settings.back)}</a></p>
        <ErrorSummary title=td_string!(t, common.summary) state=state.clone() labels=labels(t) />
        <h1>{words.name}</h1>
        <p>{words.what}</p>
        {settled(context, one.settled.as_ref())}
        <form method="post" action=SETTINGS novalidate>
            <HiddenKey value=context.fresh_key.to_string() />
            <Hidden name="paper" value=paper.as_str() />
            <Checkbox field=state.field("asked_first") label=td_string!(t, document.settings.asked_first) />
            <Checkbox field=state.field("asked_renewal") label=td_string!(t, document.settings.asked_renewal) />
            {times}
            {own}
            <TextField
                field=state.field("checked_on")
                label=td_string!(t, document.settings.checked_on)
                hint=td_string!(t, document.settings.checked_on_hint)
                autocomplete="off"
                width=FieldWidth::Medium
                ltr=true
            />
            <TextField
                field=state.field("source")
                label=td_string!(t, document.settings.source)
                hint=td_string!(t, document.settings.source_hint)
                autocomplete="off"
            />
            <Actions><Button>{td_string!(t, document.settings.save)}</Button></Actions>
        </form>
    }
}
