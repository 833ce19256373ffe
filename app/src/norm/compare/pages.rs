//! The page: what to change, and after it was sent the answer above it.

use super::{
    form::{Household, child_field, is_figure, work_field},
    result,
};
use crate::{
    i18n::{Locale, td_string},
    norm::{choices, texts},
    page::PageContext,
    time::month_and_year,
    ui::{
        Actions, Button, ButtonKind, Checkbox, Choice, Details, ErrorSummary, Finish, FormState, Hidden, Lead,
        MoneyField, MonthField, NumberField, Radios, Select,
    },
};
use domain::norm::{ChangeRequest, Comparison, IncomeKind, Month};
use leptos::prelude::*;

/// What the page is made from.
pub struct ComparePage {
    pub state: FormState,
    pub household: Household,
    /// Other months whose norm is known.
    pub months: Vec<Month>,
    pub asked: Vec<ChangeRequest>,
    pub answer: Option<Comparison>,
}

/// The whole page.
pub fn view(context: &PageContext, page: ComparePage) -> impl IntoView + use<> {
    let t = context.locale;
    let answer = page.answer.as_ref().map(|answer| result::view(t, &texts::words(t), answer, &page.asked));
    let answered = answer.is_some();
    let back = || {
        view! {
            <form method="post" action="/rakna">
                {figures(&page.state)}
                <Actions><Button kind=ButtonKind::Secondary>{td_string!(t, norm.compare.back)}</Button></Actions>
            </form>
        }
        .finished()
    };
    view! {
        {answer}
        {answered.then(back)}
        {(!answered).then(|| view! {
            <ErrorSummary title=td_string!(t, common.summary) state=page.state.clone() labels=labels(t, &page) />
            <h1>{td_string!(t, norm.compare.title)}</h1>
            <Lead>{td_string!(t, norm.compare.lead)}</Lead>
            <p>{td_string!(t, norm.always)}</p>
        })}
        {answered.then(|| view! { <h2 id="andra">{td_string!(t, norm.compare.again)}</h2> })}
        <form id="jamfor" method="post" action="/rakna/jamfor" novalidate autocomplete="off">
            {figures(&page.state)}
            {groups(t, &page)}
            <Actions>
                <Button name="action" value="compare">{td_string!(t, norm.compare.submit)}</Button>
            </Actions>
        </form>
        {(!answered).then(back)}
    }
}

/// The figures of the estimate, to go along.
fn figures(state: &FormState) -> AnyView {
    let figures = state.values.iter().filter(|(name, value)| is_figure(name) && !value.is_empty());
    figures.map(|(name, value)| view! { <Hidden name=name.clone() value=value.clone() /> }).collect_view().finished()
}

fn child_name(t: Locale, household: &Household, number: usize) -> String {
    let age = household.ages.get(number.saturating_sub(1)).cloned().unwrap_or_default();
    td_string!(t, norm.compare.child, number = number.to_string(), age = age).to_string()
}

/// What each field is called, for the summary: several have the same message.
fn labels(t: Locale, page: &ComparePage) -> Vec<(String, String)> {
    let mut labels: Vec<(String, String)> = [
        ("change.new.age", td_string!(t, norm.compare.new_age)),
        ("change.new.lunch_away", td_string!(t, norm.child_lunch)),
        ("change.new.days", td_string!(t, norm.child_days)),
        ("change.partner", td_string!(t, norm.compare.together)),
        ("change.partner.amount", td_string!(t, norm.compare.partner_amount)),
        ("change.partner.income", td_string!(t, norm.compare.partner_income)),
        ("change.apart", td_string!(t, norm.compare.apart)),
        ("change.rent", td_string!(t, norm.compare.rent)),
        ("change.month", td_string!(t, norm.compare.month)),
    ]
    .map(|(name, label)| (name.to_owned(), label.to_owned()))
    .into();
    for (person, title) in adults(t, &page.household) {
        for (part, label) in [
            ("hours", td_string!(t, norm.compare.hours)),
            ("hourly", td_string!(t, norm.compare.hourly)),
            ("amount", td_string!(t, norm.compare.wage)),
        ] {
            labels.push((work_field(person, part), format!("{title} · {label}")));
        }
        labels.push((work_field(person, "stimulus"), stimulus(t, person).to_owned()));
    }
    for number in 1..=page.household.ages.len() {
        let child = child_name(t, &page.household, number);
        labels.push((child_field(number, "age"), format!("{child} · {}", td_string!(t, norm.compare.child_age))));
        labels.push((child_field(number, "out"), format!("{child} · {}", td_string!(t, norm.compare.child_out))));
    }
    labels
}

/// The adults whose work can change. Who moves in comes with an income of that day.
fn adults(t: Locale, household: &Household) -> Vec<(&'static str, &'static str)> {
    let mut adults = vec![("adult1", td_string!(t, norm.compare.work))];
    if household.couple {
        adults.push(("adult2", td_string!(t, norm.compare.work_partner)));
    }
    adults
}

fn stimulus(t: Locale, person: &str) -> &'static str {
    if person == "adult2" { td_string!(t, norm.stimulus_partner) } else { td_string!(t, norm.stimulus) }
}

/// What can change, each behind its question. What was filled in is not hidden.
fn groups(t: Locale, page: &ComparePage) -> AnyView {
    let state = &page.state;
    let group = |title: &'static str, prefix: &str, controls: Vec<AnyView>| {
        let filled = state.values.iter().any(|(name, value)| {
            name.starts_with(prefix)
                && !matches!(value.as_str(), "" | "no")
                && ![".income", ".stimulus"].iter().any(|end| name.ends_with(end))
        });
        let faulty = state.errors.iter().any(|error| error.field.starts_with(prefix));
        view! { <Details summary=title open=filled || faulty>{controls}</Details> }.finished()
    };
    let mut groups: Vec<AnyView> = adults(t, &page.household)
        .into_iter()
        .map(|(person, title)| group(title, &work_field(person, ""), work(t, state, person)))
        .collect();
    if !page.household.ages.is_empty() {
        groups.push(group(td_string!(t, norm.compare.children), "change.child.", children(t, page)));
    }
    groups.push(group(td_string!(t, norm.compare.new_child), "change.new.", new_child(t, state)));
    groups.push(if page.household.couple {
        let apart = view! {
            <Checkbox field=state.field("change.apart") label=td_string!(t, norm.compare.apart)
                hint=td_string!(t, norm.compare.apart_hint) />
        };
        group(td_string!(t, norm.compare.apart_title), "change.apart", vec![apart.finished()])
    } else {
        group(td_string!(t, norm.compare.together_title), "change.partner", partner(t, state))
    });
    let rent = view! {
        <MoneyField field=state.field("change.rent") label=td_string!(t, norm.compare.rent)
            hint=td_string!(t, norm.compare.rent_hint) />
    };
    groups.push(group(td_string!(t, norm.compare.home), "change.rent", vec![rent.finished()]));
    if !page.months.is_empty() {
        let same = [Choice::new("", td_string!(t, norm.compare.month_same))];
        let other = |month: &Month| Choice::new(month.to_string(), month_and_year(t, month.year(), month.number()));
        let choices = same.into_iter().chain(page.months.iter().map(other)).collect();
        let month = view! {
            <MonthField field=state.field("change.month") label=td_string!(t, norm.compare.month)
                hint=td_string!(t, norm.compare.month_hint) months=choices />
        };
        groups.push(group(td_string!(t, norm.compare.time), "change.month", vec![month.finished()]));
    }
    groups.collect_view().finished()
}

fn work(t: Locale, state: &FormState, person: &str) -> Vec<AnyView> {
    let field = |part: &str| state.field(&work_field(person, part));
    // As it was answered in the estimate.
    let answered = state.value(if person == "adult2" { "stimulus2" } else { "stimulus" });
    let answered = if answered.is_empty() { "no" } else { answered };
    vec![
        view! {
            <NumberField field=field("hours") label=td_string!(t, norm.compare.hours) unit=td_string!(t, norm.compare.hours_unit) />
        }
        .finished(),
        view! {
            <MoneyField field=field("hourly") label=td_string!(t, norm.compare.hourly) hint=td_string!(t, norm.compare.hourly_hint) />
        }
        .finished(),
        view! {
            <MoneyField field=field("amount") label=td_string!(t, norm.compare.wage) hint=td_string!(t, norm.compare.wage_hint) />
        }
        .finished(),
        view! {
            <Radios
                field=field("stimulus").or(answered)
                legend=stimulus(t, person)
                hint=td_string!(t, norm.stimulus_hint)
                choices=choices::stimulus(t)
            />
        }
        .finished(),
    ]
}

fn children(t: Locale, page: &ComparePage) -> Vec<AnyView> {
    let state = &page.state;
    let child = |number: usize| {
        let name = child_name(t, &page.household, number);
        let out = format!("{name} {}", td_string!(t, norm.compare.child_out));
        view! {
            <NumberField field=state.field(&child_field(number, "age"))
                label=format!("{name} · {}", td_string!(t, norm.compare.child_age)) />
            <Checkbox field=state.field(&child_field(number, "out")) label=out />
        }
        .finished()
    };
    (1..=page.household.ages.len()).map(child).collect()
}

fn new_child(t: Locale, state: &FormState) -> Vec<AnyView> {
    vec![
        view! { <NumberField field=state.field("change.new.age") label=td_string!(t, norm.compare.new_age) /> }
            .finished(),
        view! { <Checkbox field=state.field("change.new.lunch_away") label=td_string!(t, norm.child_lunch) /> }
            .finished(),
        view! {
            <NumberField field=state.field("change.new.days") label=td_string!(t, norm.child_days)
                hint=td_string!(t, norm.child_days_hint) />
        }
        .finished(),
    ]
}

fn partner(t: Locale, state: &FormState) -> Vec<AnyView> {
    let nobody = Choice::new("no", td_string!(t, common.no));
    let partners = [nobody].into_iter().chain(choices::partner(t)).collect();
    // A partner's income can be any but a pupil's.
    let incomes = IncomeKind::ALL.iter().filter(|kind| **kind != IncomeKind::PupilWage);
    let incomes = incomes.map(|kind| Choice::new(kind.as_str(), texts::income(t, *kind))).collect();
    vec![
        view! {
            <Radios field=state.field("change.partner").or("no") legend=td_string!(t, norm.compare.together)
                hint=td_string!(t, norm.partner_hint) choices=partners />
        }
        .finished(),
        view! {
            <MoneyField field=state.field("change.partner.amount") label=td_string!(t, norm.compare.partner_amount)
                hint=td_string!(t, norm.compare.partner_amount_hint) />
        }
        .finished(),
        view! {
            <Select field=state.field("change.partner.income") label=td_string!(t, norm.compare.partner_income) choices=incomes />
        }
        .finished(),
    ]
}
