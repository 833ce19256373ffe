//! The view of the calculation: both sides line by line, and the form of the verified figures.

use super::{
    figures::rows_of,
    pages::{LIST, handler, month, when},
    texts,
};
use crate::ui::Finish;
use crate::{
    i18n::{Locale, td_string},
    norm::{result::EstimateTable, texts as norm_texts},
    page::PageContext,
    ui::{
        Actions, Button, Checkbox, Choice, Definition, DefinitionList, ErrorSummary, Fieldset, FormState, Hidden,
        MoneyField, Notice, NumberField, OtherVersion, Radios, Select, Small, TextField, Tone, format::left_to_right,
        unbroken,
    },
};
use domain::{
    casework::{
        CalculationView, Figures,
        calculation::{HOUSEHOLD, PREVIOUS_SURPLUS, differing},
    },
    norm::{CostKind, EstimateRequest, IncomeKind, Partner, Person},
};
use leptos::prelude::*;

/// The page of an application's figures.
pub fn view(context: &PageContext, page: CalculationView, state: FormState, saved: bool) -> impl IntoView + use<> {
    let t = context.locale;
    let back = format!("{LIST}/{}", page.case.case_id);
    let action = format!("{back}/berakning/{}", page.application_id);
    let number = td_string!(t, casework.case.title, number = left_to_right(&page.case.number)).to_string();
    let unknown = page.stated.norm_not_known() || page.verified.norm_not_known();
    let year = page.month.year().to_string();
    let by = match &page.saved {
        Some(saved) => {
            td_string!(t, casework.figures.saved_by, name = left_to_right(&saved.by), time = when(context, saved.at))
                .to_string()
        }
        None => td_string!(t, casework.figures.not_saved).to_owned(),
    };
    let form = form(t, &page, &state, action);
    view! {
        <p><a href=back>{unbroken(number)}</a></p>
        <ErrorSummary title=td_string!(t, common.summary) state=state.clone() labels=labels(t, &state) />
        {saved.then(|| view! { <Notice kind=Tone::Good><p>{td_string!(t, casework.figures.saved)}</p></Notice> })}
        <h1>{td_string!(t, casework.figures.title, month = month(t, page.month)).to_string()}</h1>
        {handler(context, &page.case)}
        {unknown.then(|| view! {
            <Notice kind=Tone::Warn><p>{td_string!(t, casework.figures.not_known, year = year).to_string()}</p></Notice>
        })}
        {page.practice_changed.then(|| view! {
            <Notice kind=Tone::Info><p>{td_string!(t, casework.figures.practice_changed)}</p></Notice>
        })}
        <Small>{by}</Small>
        <div class="casework-sides">
            {side(t, td_string!(t, casework.figures.stated), &page.stated)}
            {side(t, td_string!(t, casework.figures.verified), &page.verified)}
        </div>
        {deviations(t, &page)}
        {form}
    }
}

/// One side: the calculation as the applicant saw it, or why there is none.
fn side(t: Locale, caption: &'static str, figures: &Figures) -> AnyView {
    match &figures.estimate {
        Some(estimate) => {
            let (estimate, words) = (estimate.clone(), norm_texts::words(t));
            view! { <div><EstimateTable estimate=estimate words=words caption=caption /></div> }.finished()
        }
        None => view! {
            <div>
                <h2>{caption}</h2>
                <p>{if figures.norm_not_known() {
                    td_string!(t, casework.figures.no_sum_yet)
                } else {
                    td_string!(t, casework.figures.unreadable)
                }}</p>
            </div>
        }
        .finished(),
    }
}

/// What was changed and why.
fn deviations(t: Locale, page: &CalculationView) -> AnyView {
    if page.deviations.is_empty() {
        return ().finished();
    }
    let facts = page
        .deviations
        .iter()
        .map(|(line, reason)| {
            let text = td_string!(
                t,
                casework.figures.deviation,
                stated = left_to_right(&texts::said(t, &page.stated.request, line)),
                verified = left_to_right(&texts::said(t, &page.verified.request, line)),
                reason = reason.clone()
            );
            Definition::new(texts::line(t, line), text)
        })
        .collect();
    view! {
        <h2>{td_string!(t, casework.figures.deviations)}</h2>
        <DefinitionList items=facts />
    }
    .finished()
}

/// What each field is called, for the summary.
fn labels(t: Locale, state: &FormState) -> Vec<(String, String)> {
    let reason = td_string!(t, casework.figures.reason);
    let mut labels = vec![
        ("adults".to_owned(), td_string!(t, casework.figures.adults).to_owned()),
        ("partner".to_owned(), td_string!(t, casework.answers.partner).to_owned()),
        ("shared_with".to_owned(), td_string!(t, casework.figures.shared_with).to_owned()),
        (PREVIOUS_SURPLUS.to_owned(), texts::line(t, PREVIOUS_SURPLUS)),
        ("surplus_age".to_owned(), td_string!(t, casework.figures.surplus_age).to_owned()),
    ];
    for line in [HOUSEHOLD, PREVIOUS_SURPLUS] {
        labels.push((format!("{line}.reason"), format!("{} · {reason}", texts::line(t, line))));
    }
    for row in 0..rows_of(&state.values, "child", "age") {
        let name = texts::child_name(t, row + 1);
        for (part, label) in
            [("age", td_string!(t, norm.child_age)), ("days", td_string!(t, casework.figures.days)), ("reason", reason)]
        {
            labels.push((format!("child.{row}.{part}"), format!("{name} · {label}")));
        }
    }
    for what in ["cost", "income"] {
        for row in 0..rows_of(&state.values, what, "kind") {
            let code = state.value(&format!("{what}.{row}.kind"));
            let name = match (what, code) {
                ("cost", "") => td_string!(t, casework.figures.another_cost).to_owned(),
                ("cost", code) => texts::cost(t, code),
                (_, "") => td_string!(t, casework.figures.another_income).to_owned(),
                (_, code) => texts::income(t, code),
            };
            for (part, label) in [
                ("kind", td_string!(t, casework.figures.kind)),
                ("amount", td_string!(t, casework.figures.amount)),
                ("person", td_string!(t, casework.figures.person)),
                ("months", td_string!(t, casework.figures.months)),
                ("stimulus_month", td_string!(t, casework.figures.stimulus_month)),
                ("year", td_string!(t, casework.figures.year)),
                ("reason", reason),
            ] {
                labels.push((format!("{what}.{row}.{part}"), format!("{name} · {label}")));
            }
        }
    }
    labels
}

fn form(t: Locale, page: &CalculationView, state: &FormState, action: String) -> AnyView {
    let rows = |what: &str| rows_of(&state.values, what, "kind");
    let money: Vec<AnyView> = (0..rows("cost")).map(|row| cost_row(t, page, state, row)).collect();
    let mut incomes: Vec<AnyView> = (0..rows("income")).map(|row| income_row(t, page, state, row)).collect();
    let previous = vec![
        view! {
            <MoneyField
                field=state.field(PREVIOUS_SURPLUS)
                label=td_string!(t, casework.figures.amount)
                hint=stated(t, page, PREVIOUS_SURPLUS)
            />
        }
        .finished(),
        view! { <NumberField field=state.field("surplus_age") label=td_string!(t, casework.figures.surplus_age) /> }
            .finished(),
        reason(t, state, PREVIOUS_SURPLUS),
    ];
    incomes.push(part(texts::line(t, PREVIOUS_SURPLUS), previous));
    let situation = state
        .values("situation")
        .into_iter()
        .map(|code| view! { <Hidden name="situation" value=code.to_owned() /> })
        .collect_view();
    view! {
        <h2>{td_string!(t, casework.figures.change)}</h2>
        <p>{td_string!(t, casework.figures.change_hint)}</p>
        <form method="post" action=action class="casework-figures" novalidate autocomplete="off">
            <Hidden name="version" value=state.value("version").to_owned() />
            <Hidden name="practice" value=state.value("practice").to_owned() />
            {situation}
            {household(t, page, state)}
            {group(td_string!(t, norm.group.cost), money)}
            {group(td_string!(t, norm.group.income), incomes)}
            <Actions><Button>{td_string!(t, casework.figures.save)}</Button></Actions>
        </form>
    }
    .finished()
}

/// Controls are made before their group, because a component's children live on their own.
fn group(legend: &'static str, controls: Vec<AnyView>) -> AnyView {
    view! { <Fieldset legend=legend>{controls}</Fieldset> }.finished()
}

/// One line: its figure and its reason side by side where there is room.
fn part(legend: String, controls: Vec<AnyView>) -> AnyView {
    view! { <Fieldset legend=legend part=true><div class="casework-line">{controls}</div></Fieldset> }.finished()
}

/// "Den sökande skrev 8 200 kr."
fn stated(t: Locale, page: &CalculationView, line: &str) -> String {
    let said = left_to_right(&texts::said(t, &page.stated.request, line));
    td_string!(t, casework.figures.wrote, said = said).to_string()
}

fn reason(t: Locale, state: &FormState, row: &str) -> AnyView {
    let field = state.field(&format!("{row}.reason"));
    view! { <TextField field=field label=td_string!(t, casework.figures.reason) autocomplete="off" /> }.finished()
}

fn household(t: Locale, page: &CalculationView, state: &FormState) -> AnyView {
    let partners = Partner::ALL.iter().map(|one| Choice::new(one.as_str(), texts::partner(t, one.as_str()))).collect();
    let adults = vec![
        view! {
            <Radios
                field=state.field("adults")
                legend=td_string!(t, casework.figures.adults)
                hint=stated(t, page, HOUSEHOLD)
                choices=["1", "2"].map(|code| Choice::new(code, texts::adults(t, code))).into()
                inline=true
            />
        }
        .finished(),
        view! { <Select field=state.field("partner") label=td_string!(t, casework.answers.partner) choices=partners /> }
            .finished(),
        view! { <NumberField field=state.field("shared_with") label=td_string!(t, casework.figures.shared_with) /> }
            .finished(),
        reason(t, state, HOUSEHOLD),
    ];
    let mut parts = vec![part(texts::line(t, HOUSEHOLD), adults)];
    for row in 0..rows_of(&state.values, "child", "age") {
        let name = format!("child.{row}");
        let field = |part: &str| state.field(&format!("{name}.{part}"));
        let controls = vec![
            view! {
                <NumberField
                    field=field("age")
                    label=td_string!(t, norm.child_age)
                    hint=stated(t, page, &format!("child.{}", row + 1))
                />
            }
            .finished(),
            view! { <NumberField field=field("days") label=td_string!(t, casework.figures.days) /> }.finished(),
            view! { <Checkbox field=field("lunch_away") label=td_string!(t, norm.child_lunch) /> }.finished(),
            reason(t, state, &name),
        ];
        parts.push(part(texts::child_name(t, row + 1), controls));
    }
    group(td_string!(t, casework.figures.household), parts)
}

/// The kind of a line: fixed where it was stated or saved, else to choose.
fn kind(t: Locale, state: &FormState, name: &str, choices: Vec<Choice>) -> AnyView {
    let value = |part: &str| state.value(&format!("{name}.{part}")).to_owned();
    if value("line").is_empty() {
        let field = state.field(&format!("{name}.kind"));
        return view! {
            <Select
                field=field
                label=td_string!(t, casework.figures.kind)
                choices=choices
                empty=td_string!(t, common.choose)
            />
        }
        .finished();
    }
    view! {
        <Hidden name=format!("{name}.line") value=value("line") />
        <Hidden name=format!("{name}.kind") value=value("kind") />
    }
    .finished()
}

fn figure(t: Locale, page: &CalculationView, state: &FormState, name: &str) -> AnyView {
    let line = state.value(&format!("{name}.line"));
    let hint = if line.is_empty() { String::new() } else { stated(t, page, line) };
    let field = state.field(&format!("{name}.amount"));
    view! { <MoneyField field=field label=td_string!(t, casework.figures.amount) hint=hint /> }.finished()
}

fn cost_row(t: Locale, page: &CalculationView, state: &FormState, row: usize) -> AnyView {
    let name = format!("cost.{row}");
    let line = state.value(&format!("{name}.line"));
    let choices = CostKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), norm_texts::cost(t, *kind))).collect();
    let legend =
        if line.is_empty() { td_string!(t, casework.figures.another_cost).to_owned() } else { texts::line(t, line) };
    let controls = vec![kind(t, state, &name, choices), figure(t, page, state, &name), reason(t, state, &name)];
    part(legend, controls)
}

fn income_row(t: Locale, page: &CalculationView, state: &FormState, row: usize) -> AnyView {
    let name = format!("income.{row}");
    let field = |part: &str| state.field(&format!("{name}.{part}"));
    let line = state.value(&format!("{name}.line"));
    let choices = IncomeKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), norm_texts::income(t, *kind))).collect();
    let legend =
        if line.is_empty() { td_string!(t, casework.figures.another_income).to_owned() } else { texts::line(t, line) };
    let mut controls = vec![kind(t, state, &name, choices)];
    if line.is_empty() {
        let people = people(&page.verified.request).into_iter();
        let people = people.map(|code| Choice::new(code.clone(), texts::person(t, &code))).collect();
        controls.push(
            view! {
                <Select
                    field=field("person")
                    label=td_string!(t, casework.figures.person)
                    choices=people
                    empty=td_string!(t, casework.figures.household)
                />
            }
            .finished(),
        );
    } else {
        let person = state.value(&format!("{name}.person")).to_owned();
        controls.push(view! { <Hidden name=format!("{name}.person") value=person /> }.finished());
    }
    controls.push(figure(t, page, state, &name));
    let is = |kind: IncomeKind| !line.is_empty() && state.value(&format!("{name}.kind")) == kind.as_str();
    if is(IncomeKind::Wage) {
        controls.push(
            view! { <NumberField field=field("months") label=td_string!(t, casework.figures.months) /> }.finished(),
        );
        controls.push(
            view! { <NumberField field=field("stimulus_month") label=td_string!(t, casework.figures.stimulus_month) /> }
                .finished(),
        );
    }
    if is(IncomeKind::PupilWage) {
        controls
            .push(view! { <MoneyField field=field("year") label=td_string!(t, casework.figures.year) /> }.finished());
    }
    controls.push(reason(t, state, &name));
    part(legend, controls)
}

/// Whom an income can belong to.
fn people(request: &EstimateRequest) -> Vec<String> {
    let children = domain::casework::calculation::children(request).len();
    let children = (1..=u8::try_from(children).unwrap_or(u8::MAX)).map(Person::Child);
    [Person::Adult1, Person::Adult2].into_iter().chain(children).map(|person| person.to_string()).collect()
}

/// The version somebody saved in between, where it says something else than what was typed.
pub fn other(context: &PageContext, page: &CalculationView, typed: &EstimateRequest) -> OtherVersion {
    let t = context.locale;
    let mut lines = Vec::new();
    if let Some(saved) = &page.saved {
        let text = format!("{} · {}", saved.by, when(context, saved.at));
        lines.push((td_string!(t, casework.figures.by).to_owned(), text));
    }
    for line in differing(typed, &page.verified.request) {
        let said = texts::said(t, &page.verified.request, &line);
        let text = match page.deviations.get(&line) {
            Some(reason) => format!("{} · {reason}", left_to_right(&said)),
            None => said,
        };
        lines.push((texts::line(t, &line), text));
    }
    OtherVersion { title: td_string!(t, common.saved_instead).to_owned(), lines }
}
