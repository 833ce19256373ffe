//! The estimate's page: the form, and after it was sent the answer above it.

use super::{
    choices,
    form::{MAX_CHILDREN, PARTNER_WAGE, cost_field, income_field},
    islands::LiveEstimate,
    result::{EstimateMore, EstimateResult},
    texts,
};
use crate::ui::Finish;
use crate::{
    document::NEEDED,
    i18n::{Locale, td_string},
    page::PageContext,
    time::month_and_year,
    ui::{
        Actions, Button, ButtonKind, Checkbox, Checkboxes, Choice, Details, ErrorSummary, Fieldset, FormState, Hidden,
        Lead, LinkButton, MoneyField, MonthField, Notice, NumberField, Radios, Tone,
    },
};
use domain::norm::{CostKind, Estimate, First, IncomeKind, Month, NormTables, Practices, Situation};
use leptos::prelude::*;

/// Costs that most people have: shown at once. The others wait behind "more".
const COMMON_COSTS: [CostKind; 6] = [
    CostKind::Rent,
    CostKind::Electricity,
    CostKind::HomeInsurance,
    CostKind::UnemploymentFund,
    CostKind::Union,
    CostKind::WorkTravel,
];
/// Incomes that most people have.
const COMMON_INCOMES: [IncomeKind; 6] = [
    IncomeKind::ChildBenefit,
    IncomeKind::HousingAllowance,
    IncomeKind::Maintenance,
    IncomeKind::ParentalBenefit,
    IncomeKind::SicknessBenefit,
    IncomeKind::Unemployment,
];

/// What the page is made from.
pub struct EstimatePage {
    pub state: FormState,
    pub rows: usize,
    pub answer: Option<Estimate>,
    /// What else to apply for; beside the answer.
    pub first: Vec<First>,
    /// Months one can choose, newest last; the first choice is the present one.
    pub months: Vec<Month>,
    pub tables: NormTables,
    pub practices: Practices,
}

/// The months on offer: two back, the present one, the next two, as far as the norm is known or soon will be.
pub fn months(context: &PageContext) -> Vec<Month> {
    let today = context.clock.today();
    (-2..=2)
        .filter_map(|ahead| {
            let months = i32::from(today.year()) * 12 + i32::from(today.month()) - 1 + ahead;
            let year = i16::try_from(months.div_euclid(12)).ok()?;
            Month::new(year, i8::try_from(months.rem_euclid(12) + 1).ok()?)
        })
        .collect()
}

fn named(t: Locale, month: Month) -> String {
    month_and_year(t, month.year(), month.number())
}

fn about(t: Locale, month: Month) -> String {
    td_string!(t, norm.about, month = named(t, month)).to_string()
}

/// What each field is called, for the summary: several have the same message.
fn labels(t: Locale, rows: usize) -> Vec<(String, String)> {
    let own = |(name, label): (&str, &str)| (name.to_owned(), label.to_owned());
    let mut labels: Vec<(String, String)> = [
        ("month", td_string!(t, norm.month)),
        ("adults", td_string!(t, norm.adults)),
        ("partner", td_string!(t, norm.partner)),
        ("shared_with", td_string!(t, norm.shared_with)),
        (PARTNER_WAGE, td_string!(t, norm.wage_partner)),
        ("stimulus", td_string!(t, norm.stimulus)),
        ("stimulus2", td_string!(t, norm.stimulus_partner)),
        ("previous_surplus", td_string!(t, norm.previous_surplus)),
        ("situation", td_string!(t, norm.situation)),
    ]
    .map(own)
    .into();
    labels.extend(CostKind::ALL.iter().map(|kind| (cost_field(*kind), texts::cost(t, *kind).to_owned())));
    labels.extend(IncomeKind::ALL.iter().map(|kind| (income_field(*kind), texts::income(t, *kind).to_owned())));
    for row in 0..rows {
        let child = child_name(t, row);
        for (part, label) in [
            ("age", td_string!(t, norm.child_age)),
            ("lunch_away", td_string!(t, norm.child_lunch)),
            ("days", td_string!(t, norm.child_days)),
            ("pupil_wage", td_string!(t, norm.child_wage_amount)),
            ("pupil_year", td_string!(t, norm.pupil_year)),
        ] {
            labels.push((format!("child.{row}.{part}"), format!("{child} · {label}")));
        }
    }
    labels
}

fn child_name(t: Locale, row: usize) -> String {
    td_string!(t, norm.child, number = (row + 1).to_string()).to_string()
}

/// The whole page.
pub fn view(context: &PageContext, page: EstimatePage) -> impl IntoView + use<> {
    let t = context.locale;
    let answered = page.answer.is_some();
    let present = Month::containing(context.clock.today());
    let (first, state) = (page.first, page.state.clone());
    let not_known = (!answered).then(|| not_known(context, &page.state, &page.months, &page.tables));
    view! {
        {page.answer.map(|estimate| answer(t, estimate, first, &state))}
        {(!answered).then(|| view! {
            <ErrorSummary title=td_string!(t, common.summary) state=page.state.clone() labels=labels(t, page.rows) />
            {not_known}
            <h1>{td_string!(t, norm.title)}</h1>
            <Lead>{td_string!(t, norm.lead)}</Lead>
            <p>{td_string!(t, norm.always)}</p>
        })}
        {answered.then(|| view! { <h2 id="andra" class="off-paper">{td_string!(t, norm.change)}</h2> })}
        <div class=if answered { "estimate off-paper" } else { "estimate" }>
            <form id="rakna" method="post" action="/rakna" novalidate autocomplete="off">
                // The first button of a form is the one Enter presses: it must be the one that calculates.
                <button type="submit" class="hidden" tabindex="-1" aria-hidden="true">{td_string!(t, norm.submit)}</button>
                {household(t, &page.state, page.rows, &page.months, present)}
                {costs(t, &page.state)}
                {incomes(t, &page.state)}
                {situation(t, &page.state)}
                <Actions>
                    <Button>{if answered { td_string!(t, norm.update) } else { td_string!(t, norm.submit) }}</Button>
                </Actions>
            </form>
            <LiveEstimate tables=page.tables practices=page.practices words=texts::live(t) />
        </div>
    }
}

/// Nobody knows the amounts of the month yet: when they will be known, and what to do until then. Never a guess.
fn not_known(context: &PageContext, state: &FormState, months: &[Month], tables: &NormTables) -> Option<AnyView> {
    let t = context.locale;
    let known = |month: &Month| tables.for_month(*month).is_some();
    // Nothing is chosen yet: the present month stands there.
    let chosen = match state.value("month") {
        "" => Month::containing(context.clock.today()).to_string(),
        month => month.to_owned(),
    };
    let asked = months.iter().find(|month| chosen == month.to_string() && !known(month))?;
    let year = asked.year().to_string();
    let when = if asked.year() > context.clock.today().year() {
        td_string!(t, norm.not_known.text, year = year).to_string()
    } else {
        td_string!(t, norm.not_known.late, year = year).to_string()
    };
    let meanwhile = months.iter().rfind(|month| known(month)).map(|month| {
        view! { <p>{td_string!(t, norm.not_known.meanwhile, month = named(t, *month)).to_string()}</p> }
    });
    let notice = view! {
        <Notice kind=Tone::Warn title=td_string!(t, norm.not_known.title)>
            <p>{when}</p>
            {meanwhile}
            <p><a href="/ansok">{td_string!(t, norm.not_known.apply)}</a></p>
        </Notice>
    };
    Some(notice.finished())
}

fn answer(t: Locale, estimate: Estimate, first: Vec<First>, state: &FormState) -> impl IntoView + use<> {
    let (about, words) = (about(t, estimate.month), texts::words(t));
    // The figures go along only when somebody asks for it.
    let figures = state
        .values
        .iter()
        .filter(|(name, value)| name != "action" && !value.is_empty())
        .map(|(name, value)| view! { <Hidden name=name.clone() value=value.clone() /> })
        .collect_view();
    view! {
        <EstimateResult estimate=estimate.clone() words=words.clone() about=about.clone() />
        <form method="post" action="/ansok/fran-raknaren">
            {figures}
            <Actions>
                <Button>{td_string!(t, norm.apply)}</Button>
                <LinkButton href="/mina-sidor/besok/boka" kind=ButtonKind::Secondary>{td_string!(t, norm.book)}</LinkButton>
                // The same figures, to another place.
                <Button kind=ButtonKind::Secondary formaction="/rakna/jamfor">{td_string!(t, norm.compare.link)}</Button>
                <Button kind=ButtonKind::Secondary formaction=NEEDED>{td_string!(t, document.needed.from_estimate)}</Button>
            </Actions>
        </form>
        <EstimateMore estimate=estimate words=words about=about first=first />
    }
}

/// A group of controls. They are made before the group, because a component's children live on their own.
fn group(legend: &'static str, hint: &'static str, controls: Vec<AnyView>) -> AnyView {
    view! { <Fieldset legend=legend hint=hint>{controls}</Fieldset> }.finished()
}

fn household(t: Locale, state: &FormState, rows: usize, months: &[Month], present: Month) -> impl IntoView + use<> {
    let choices = months.iter().map(|month| Choice::new(month.to_string(), named(t, *month))).collect();
    let who = vec![
        view! {
            <MonthField
                field=state.field("month").or(&present.to_string())
                label=td_string!(t, norm.month)
                hint=td_string!(t, norm.month_hint)
                months=choices
            />
        }
        .finished(),
        view! {
            <Radios
                field=state.field("adults").or("1")
                legend=td_string!(t, norm.adults)
                hint=td_string!(t, norm.adults_hint)
                choices=choices::adults(t)
            />
        }
        .finished(),
        view! {
            <Radios
                field=state.field("partner").or("applies")
                legend=td_string!(t, norm.partner)
                hint=td_string!(t, norm.partner_hint)
                choices=choices::partner(t)
            />
        }
        .finished(),
    ];
    let mut children: Vec<AnyView> = (0..rows).map(|row| child(t, state, row)).collect();
    // The answer to "add" opens at the new row.
    let added = state.field(&format!("child.{}.age", rows.min(MAX_CHILDREN - 1))).id;
    children.push(
        view! {
            <Hidden name="child_rows" value=rows.to_string() />
            <Actions>
                <Button
                    kind=ButtonKind::Secondary
                    name="action"
                    value="add_child"
                    formaction=format!("/rakna#{added}")
                >
                    {td_string!(t, norm.child_add)}
                </Button>
            </Actions>
            <NumberField
                field=state.field("shared_with")
                label=td_string!(t, norm.shared_with)
                hint=td_string!(t, norm.shared_with_hint)
            />
        }
        .finished(),
    );
    view! {
        {group(td_string!(t, norm.household), "", who)}
        {group(td_string!(t, norm.children), td_string!(t, norm.children_hint), children)}
    }
}

fn child(t: Locale, state: &FormState, row: usize) -> AnyView {
    let name = |part: &str| format!("child.{row}.{part}");
    let field = |part: &str| state.field(&name(part));
    let (wage, year) = (name("pupil_wage"), name("pupil_year"));
    // What was filled in must not be hidden.
    let open = [&wage, &year].iter().any(|name| !state.value(name).is_empty());
    let own = vec![
        money(state, &wage, td_string!(t, norm.child_wage_amount), ""),
        money(state, &year, td_string!(t, norm.pupil_year), td_string!(t, norm.pupil_year_hint)),
    ];
    let controls = view! {
        <NumberField field=field("age") label=td_string!(t, norm.child_age) />
        <Checkbox field=field("lunch_away") label=td_string!(t, norm.child_lunch) />
        <NumberField field=field("days") label=td_string!(t, norm.child_days) hint=td_string!(t, norm.child_days_hint) />
        <Details summary=td_string!(t, norm.child_wage) open=open>{own}</Details>
    }
    .finished();
    view! { <Fieldset legend=child_name(t, row) part=true>{controls}</Fieldset> }.finished()
}

fn money(state: &FormState, name: &str, label: &'static str, hint: &'static str) -> AnyView {
    view! { <MoneyField field=state.field(name) label=label hint=hint /> }.finished()
}

fn stimulus(t: Locale, state: &FormState, name: &str, legend: &'static str, hint: &'static str) -> AnyView {
    let field = state.field(name).or("no");
    view! { <Radios field=field legend=legend hint=hint choices=choices::stimulus(t) /> }.finished()
}

fn costs(t: Locale, state: &FormState) -> impl IntoView + use<> {
    let cost = |kind: CostKind| money(state, &cost_field(kind), texts::cost(t, kind), "");
    let rest: Vec<CostKind> = CostKind::ALL.iter().copied().filter(|kind| !COMMON_COSTS.contains(kind)).collect();
    // What was filled in must not be hidden.
    let open = rest.iter().any(|kind| !state.value(&cost_field(*kind)).is_empty());
    let more: Vec<AnyView> = rest.into_iter().map(cost).collect();
    let mut controls: Vec<AnyView> = COMMON_COSTS.into_iter().map(cost).collect();
    controls.push(view! { <Details summary=td_string!(t, norm.more_costs) open=open>{more}</Details> }.finished());
    group(td_string!(t, norm.costs), td_string!(t, norm.costs_hint), controls)
}

fn incomes(t: Locale, state: &FormState) -> impl IntoView + use<> {
    let income = |kind: IncomeKind| money(state, &income_field(kind), texts::income(t, kind), "");
    let apart = [IncomeKind::Wage, IncomeKind::PupilWage];
    let rest: Vec<IncomeKind> = IncomeKind::ALL
        .iter()
        .copied()
        .filter(|kind| !COMMON_INCOMES.contains(kind) && !apart.contains(kind))
        .collect();
    let special = [PARTNER_WAGE, "stimulus2", "previous_surplus"];
    let open = rest.iter().any(|kind| !state.value(&income_field(*kind)).is_empty())
        || special.iter().any(|name| !matches!(state.value(name), "" | "no"));
    let mut more = vec![
        money(state, PARTNER_WAGE, td_string!(t, norm.wage_partner), ""),
        stimulus(t, state, "stimulus2", td_string!(t, norm.stimulus_partner), ""),
    ];
    more.extend(rest.into_iter().map(income));
    more.push(money(
        state,
        "previous_surplus",
        td_string!(t, norm.previous_surplus),
        td_string!(t, norm.previous_surplus_hint),
    ));
    let mut controls = vec![
        income(IncomeKind::Wage),
        stimulus(t, state, "stimulus", td_string!(t, norm.stimulus), td_string!(t, norm.stimulus_hint)),
    ];
    controls.extend(COMMON_INCOMES.into_iter().map(income));
    controls.push(view! { <Details summary=td_string!(t, norm.more_incomes) open=open>{more}</Details> }.finished());
    group(td_string!(t, norm.incomes), td_string!(t, norm.incomes_hint), controls)
}

fn situation(t: Locale, state: &FormState) -> impl IntoView + use<> {
    let choices = Situation::ALL
        .iter()
        .map(|situation| Choice::new(situation.as_str(), texts::situation(t, *situation)))
        .collect();
    view! {
        <Checkboxes
            field=state.field("situation")
            legend=td_string!(t, norm.situation)
            hint=td_string!(t, norm.situation_hint)
            choices=choices
        />
    }
}
