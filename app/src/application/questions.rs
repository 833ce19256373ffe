//! The controls of each step.

use super::{
    answers,
    fields::Step,
    labels::{child, cost, income, persons},
    pages::StepPage,
};
use crate::ui::Finish;
use crate::{
    i18n::{I18nLocaleTrait, Locale, td_string},
    norm::{choices, texts},
    page::PageContext,
    time::month_and_year,
    ui::{
        Actions, Button, ButtonKind, Checkbox, Checkboxes, Choice, Details, FieldWidth, Fieldset, FormState, Lead,
        MoneyField, MonthField, NumberField, Radios, Select, TextArea, TextField,
    },
};
use domain::{
    account::Who,
    application::{PayTo, Way, months_on_offer},
    norm::{CostKind, IncomeKind, Month, Situation},
};
use leptos::prelude::*;

/// Whether nobody has confirmed who fills in.
pub fn guest(context: &PageContext) -> bool {
    matches!(context.actor.who, Who::Guest { .. })
}

/// The heading of a step.
pub fn title(t: Locale, step: Step) -> &'static str {
    match step {
        Step::Contact => td_string!(t, application.contact.title),
        Step::Household => td_string!(t, application.household.title),
        Step::Situation => td_string!(t, application.situation.title),
        Step::Incomes => td_string!(t, application.incomes.title),
        Step::Costs => td_string!(t, application.costs.title),
        Step::Need => td_string!(t, application.need.title),
        Step::Account => td_string!(t, application.account.title),
    }
}

/// The questions of the step, in order.
pub fn questions(context: &PageContext, page: &StepPage) -> Vec<AnyView> {
    let (t, state) = (context.locale, &page.state);
    match page.step {
        Step::Contact => contact(context, page),
        Step::Household => household(t, state, page.rows),
        Step::Situation => vec![situation(t, state)],
        Step::Incomes => incomes(t, page),
        Step::Costs => costs(t, state, page.rows),
        Step::Need => need(context, state),
        Step::Account => account(t, state),
    }
}

fn lead(text: &'static str) -> AnyView {
    view! { <Lead>{text}</Lead> }.finished()
}

fn contact(context: &PageContext, page: &StepPage) -> Vec<AnyView> {
    let (t, state) = (context.locale, &page.state);
    let mut controls = Vec::new();
    if guest(context) {
        controls.push(
            view! {
                <TextField
                    field=state.field("name")
                    label=td_string!(t, application.contact.name)
                    autocomplete="name"
                />
                <TextField
                    field=state.field("personal_number")
                    label=td_string!(t, application.contact.personal_number)
                    hint=td_string!(t, application.contact.personal_number_hint)
                    autocomplete="off"
                    width=FieldWidth::Medium
                    ltr=true
                />
            }
            .finished(),
        );
    }
    let offices = page.offices.iter().map(|office| Choice::new(office.slug.clone(), office.name.clone())).collect();
    let ways = Way::ALL.iter().map(|way| Choice::new(way.as_str(), answers::way(t, *way))).collect();
    let languages = ["sv", "en", "ar"].map(|code| Choice::new(code, answers::language(code))).into();
    controls.push(
        view! {
            <Select
                field=state.field("office")
                label=td_string!(t, application.contact.office)
                hint=td_string!(t, application.contact.office_hint)
                choices=offices
                empty=td_string!(t, common.choose)
            />
            <Radios
                field=state.field("way")
                legend=td_string!(t, application.contact.way)
                hint=td_string!(t, application.contact.way_hint)
                choices=ways
            />
            <TextField
                field=state.field("email")
                label=td_string!(t, application.contact.email)
                hint=td_string!(t, application.contact.email_hint)
                kind="email"
                autocomplete="email"
            />
            <TextField
                field=state.field("phone")
                label=td_string!(t, application.contact.phone)
                kind="tel"
                autocomplete="tel"
                width=FieldWidth::Medium
            />
            <TextField
                field=state.field("postal_address")
                label=td_string!(t, application.contact.address)
                hint=td_string!(t, application.contact.address_hint)
                autocomplete="address-line1"
            />
            <Select
                field=state.field("language").or(t.as_str())
                label=td_string!(t, application.contact.language)
                choices=languages
            />
        }
        .finished(),
    );
    controls
}

/// The button that adds a row. The answer to it opens at the new one.
fn add(step: Step, words: &'static str) -> AnyView {
    view! {
        <Actions>
            <Button kind=ButtonKind::Secondary name="action" value="add" formaction=step.path() formnovalidate=true>{words}</Button>
        </Actions>
    }
    .finished()
}

fn household(t: Locale, state: &FormState, rows: usize) -> Vec<AnyView> {
    let mut children: Vec<AnyView> = (0..rows)
        .map(|row| {
            let field = |part: &str| state.field(&format!("child.{row}.{part}"));
            let controls = view! {
                <NumberField field=field("age") label=td_string!(t, norm.child_age) />
                <Checkbox field=field("lunch_away") label=td_string!(t, norm.child_lunch) />
                <NumberField field=field("days") label=td_string!(t, norm.child_days) hint=td_string!(t, norm.child_days_hint) />
            }
            .finished();
            view! { <Fieldset legend=child(t, row) part=true>{controls}</Fieldset> }.finished()
        })
        .collect();
    children.push(add(Step::Household, td_string!(t, norm.child_add)));
    vec![
        view! {
            <Radios
                field=state.field("adults")
                legend=td_string!(t, norm.adults)
                hint=td_string!(t, norm.adults_hint)
                choices=choices::adults(t)
            />
            <Radios
                field=state.field("partner")
                legend=td_string!(t, norm.partner)
                hint=td_string!(t, norm.partner_hint)
                choices=choices::partner(t)
            />
            <Fieldset legend=td_string!(t, norm.children) hint=td_string!(t, norm.children_hint)>{children}</Fieldset>
            <NumberField
                field=state.field("shared_with")
                label=td_string!(t, norm.shared_with)
                hint=td_string!(t, norm.shared_with_hint)
            />
        }
        .finished(),
    ]
}

fn situation(t: Locale, state: &FormState) -> AnyView {
    let choices = Situation::ALL
        .iter()
        .map(|situation| Choice::new(situation.as_str(), texts::situation(t, *situation)))
        .collect();
    view! {
        <Checkboxes
            field=state.field("situation")
            legend=td_string!(t, norm.situation)
            hint=td_string!(t, application.situation.hint)
            choices=choices
        />
    }
    .finished()
}

fn incomes(t: Locale, page: &StepPage) -> Vec<AnyView> {
    let state = &page.state;
    let mut controls = vec![lead(td_string!(t, application.incomes.lead))];
    for row in 0..page.rows {
        let name = |part: &str| format!("income.{row}.{part}");
        let field = |part: &str| state.field(&name(part));
        let kinds = IncomeKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), texts::income(t, *kind))).collect();
        let whose = persons(t, &page.children).into_iter().map(|(person, label)| Choice::new(person, label)).collect();
        let pupils = state.value(&name("kind")) == IncomeKind::PupilWage.as_str();
        let open = pupils || !state.value(&name("year_to_date")).is_empty();
        let year = (open || !page.children.is_empty()).then(|| {
            let year = view! {
                <MoneyField
                    field=field("year_to_date")
                    label=td_string!(t, norm.pupil_year)
                    hint=td_string!(t, norm.pupil_year_hint)
                />
            }
            .finished();
            view! { <Details summary=texts::income(t, IncomeKind::PupilWage) open=open>{year}</Details> }.finished()
        });
        let inside = view! {
            <Select
                field=field("kind")
                label=td_string!(t, application.incomes.kind)
                choices=kinds
                empty=td_string!(t, common.choose)
            />
            <MoneyField field=field("amount") label=td_string!(t, application.incomes.amount) />
            <Select
                field=field("person")
                label=td_string!(t, application.incomes.person)
                choices=whose
                empty=td_string!(t, application.incomes.households)
            />
            {year}
        }
        .finished();
        controls.push(view! { <Fieldset legend=income(t, row) part=true>{inside}</Fieldset> }.finished());
    }
    controls.push(add(Step::Incomes, td_string!(t, application.incomes.add)));
    let stimulus = |name: &str, legend: &'static str, hint: &'static str| {
        let field = state.field(name);
        view! { <Radios field=field legend=legend hint=hint choices=choices::stimulus(t) /> }.finished()
    };
    let special = ["stimulus", "stimulus2", "previous_surplus"];
    // What was filled in must not be hidden.
    let open = special.iter().any(|name| !state.value(name).is_empty());
    let more = vec![
        stimulus("stimulus", td_string!(t, norm.stimulus), td_string!(t, norm.stimulus_hint)),
        stimulus("stimulus2", td_string!(t, norm.stimulus_partner), ""),
        view! {
            <MoneyField
                field=state.field("previous_surplus")
                label=td_string!(t, norm.previous_surplus)
                hint=td_string!(t, norm.previous_surplus_hint)
            />
        }
        .finished(),
    ];
    controls
        .push(view! { <Details summary=td_string!(t, application.incomes.more) open=open>{more}</Details> }.finished());
    controls
}

fn costs(t: Locale, state: &FormState, rows: usize) -> Vec<AnyView> {
    let mut controls = vec![lead(td_string!(t, application.costs.lead))];
    for row in 0..rows {
        let field = |part: &str| state.field(&format!("cost.{row}.{part}"));
        let kinds = CostKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), texts::cost(t, *kind))).collect();
        let inside = view! {
            <Select
                field=field("kind")
                label=td_string!(t, application.costs.kind)
                choices=kinds
                empty=td_string!(t, common.choose)
            />
            <MoneyField field=field("amount") label=td_string!(t, application.costs.amount) />
        }
        .finished();
        controls.push(view! { <Fieldset legend=cost(t, row) part=true>{inside}</Fieldset> }.finished());
    }
    controls.push(add(Step::Costs, td_string!(t, application.costs.add)));
    controls
}

fn need(context: &PageContext, state: &FormState) -> Vec<AnyView> {
    let t = context.locale;
    let today = context.clock.today();
    let months = months_on_offer(today)
        .into_iter()
        .map(|month| Choice::new(month.to_string(), month_and_year(t, month.year(), month.number())))
        .collect();
    vec![
        view! {
            <MonthField
                field=state.field("month").or(&Month::containing(today).to_string())
                label=td_string!(t, application.need.month)
                hint=td_string!(t, norm.month_hint)
                months=months
            />
            <TextArea
                field=state.field("need")
                label=td_string!(t, application.need.need)
                hint=td_string!(t, application.need.hint)
                rows=6
            />
        }
        .finished(),
    ]
}

fn account(t: Locale, state: &FormState) -> Vec<AnyView> {
    vec![
        view! {
            <Radios
                field=state.field("account")
                legend=td_string!(t, application.account.question)
                choices=vec![
                    Choice::new(PayTo::Account.as_str(), td_string!(t, application.account.own)),
                    Choice::new(PayTo::NoAccount.as_str(), td_string!(t, application.account.none))
                        .hint(td_string!(t, application.account.none_hint)),
                ]
            />
            <TextField
                field=state.field("account_number")
                label=td_string!(t, application.account.number)
                hint=td_string!(t, application.account.number_hint)
                autocomplete="off"
                ltr=true
            />
            <Checkbox field=state.field("rent_to_landlord") label=td_string!(t, application.account.rent) />
        }
        .finished(),
    ]
}
