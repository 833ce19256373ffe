//! The page of the municipality's practice: what applies, the form for a new version, what was settled before.

use super::form::{amount_field, child_money, day_divisor, kinds, part_month_common, sizes};
use crate::{
    i18n::{I18nLocaleTrait, Locale, td_string},
    norm::texts,
    page::PageContext,
    time::{long_date, month_and_year},
    ui::{
        Actions, Button, Cell, Choice, Column, DataTable, Definition, DefinitionList, Details, ErrorSummary, Fieldset,
        Finish, FormState, Hidden, HiddenKey, Lead, MoneyField, MonthField, Notice, NumberField, Radios, TextField,
        Tone,
        format::{figures, group_thousands},
    },
};
use domain::norm::{
    Ceiling, ChildMoney, CostKind, DayDivisor, Month, PartMonthCommon, PracticeHistory, PracticeVersion,
    settled::MAX_SOURCE,
};
use leptos::prelude::*;

/// What the page is made from.
pub struct NormPage {
    pub history: PracticeHistory,
    pub state: FormState,
    pub saved: bool,
}

/// How far ahead a version can begin, and how far back: as far as one can calculate on `/rakna`. In months.
const MONTHS: std::ops::RangeInclusive<i32> = -2..=14;

fn months_around(present: Month) -> Vec<Month> {
    let counted = i32::from(present.year()) * 12 + i32::from(present.number()) - 1;
    MONTHS
        .filter_map(|ahead| {
            let months = counted + ahead;
            let year = i16::try_from(months.div_euclid(12)).ok()?;
            Month::new(year, i8::try_from(months.rem_euclid(12) + 1).ok()?)
        })
        .collect()
}

fn named(t: Locale, month: Month) -> String {
    month_and_year(t, month.year(), month.number())
}

fn persons(t: Locale, size: usize, last: bool) -> String {
    let count = size.to_string();
    match (size, last) {
        (_, true) => td_string!(t, settings.norm.persons_more, count = count).to_string(),
        (1, _) => td_string!(t, settings.norm.person).to_owned(),
        _ => td_string!(t, settings.norm.persons, count = count).to_string(),
    }
}

/// A version in terms and texts.
pub fn facts(t: Locale, version: &PracticeVersion) -> Vec<(String, String)> {
    let content = &version.content;
    let own = |(term, text): (&str, String)| (term.to_owned(), text);
    let mut facts: Vec<(String, String)> = [
        (td_string!(t, settings.norm.since), named(t, version.valid_from)),
        (td_string!(t, settings.norm.checked_on), long_date(t, version.checked_on)),
        (td_string!(t, settings.norm.source), version.source.clone()),
    ]
    .map(own)
    .into();
    for Ceiling { kind, amounts } in &content.ceilings {
        let sizes = amounts.iter().zip(1..).map(|(amount, size)| {
            format!("{}: {}", persons(t, size, size == amounts.len()), figures((*amount).into(), t.as_str()))
        });
        facts.push((texts::cost(t, *kind).to_owned(), sizes.collect::<Vec<_>>().join(" · ")));
    }
    let (of, out_of) = (content.one_of_couple.of(), content.one_of_couple.out_of());
    facts.extend(
        [
            (td_string!(t, settings.norm.day_divisor), day_divisor_text(t, content.day_divisor).to_owned()),
            (td_string!(t, settings.norm.part_month), part_month_text(t, content.part_month_common).to_owned()),
            (td_string!(t, settings.norm.one_of_couple), format!("{of}/{out_of}")),
            (td_string!(t, settings.norm.child_money), child_money_text(t, content.child_money).to_owned()),
            (td_string!(t, settings.norm.surplus_rolls), content.surplus_rolls.to_string()),
        ]
        .map(own),
    );
    facts
}

fn day_divisor_text(t: Locale, choice: DayDivisor) -> &'static str {
    match choice {
        DayDivisor::Thirty => td_string!(t, settings.norm.thirty),
        DayDivisor::CalendarDays => td_string!(t, settings.norm.calendar_days),
    }
}

fn part_month_text(t: Locale, choice: PartMonthCommon) -> &'static str {
    match choice {
        PartMonthCommon::Full => td_string!(t, settings.norm.full),
        PartMonthCommon::ByDays => td_string!(t, settings.norm.by_days),
    }
}

fn child_money_text(t: Locale, choice: ChildMoney) -> &'static str {
    match choice {
        ChildMoney::Fully => td_string!(t, settings.norm.fully),
        ChildMoney::AtMostOwnShare => td_string!(t, settings.norm.at_most_own_share),
    }
}

/// The whole page.
pub fn norm(context: &PageContext, page: NormPage) -> impl IntoView + use<> {
    let t = context.locale;
    let NormPage { history, state, saved } = page;
    let present = Month::containing(context.clock.today());
    let coming = history.0.iter().map(|version| version.valid_from).filter(|from| *from > present);
    let mut coming: Vec<Month> = coming.collect();
    coming.sort_unstable();
    coming.dedup();
    let coming = coming
        .into_iter()
        .filter_map(|month| {
            let title = td_string!(t, settings.norm.coming, month = named(t, month)).to_string();
            Some(view! { <h2>{title}</h2>{list(t, history.of(month)?)} }.finished())
        })
        .collect_view();
    let now = match history.of(present) {
        Some(version) => list(t, version),
        None => view! { <p>{td_string!(t, settings.norm.none)}</p> }.finished(),
    };
    view! {
        <ErrorSummary title=td_string!(t, common.summary) state=state.clone() labels=labels(t, &state) />
        {saved.then(|| view! {
            <Notice kind=Tone::Good><p>{td_string!(t, settings.norm.saved)}</p></Notice>
        })}
        <h1>{td_string!(t, settings.norm.title)}</h1>
        <Lead>{td_string!(t, settings.norm.lead)}</Lead>
        <h2>{td_string!(t, settings.norm.now, month = named(t, present)).to_string()}</h2>
        {now}
        {coming}
        <h2>{td_string!(t, settings.norm.new)}</h2>
        {form(context, &state, present)}
        {earlier(context, &history)}
    }
    .finished()
}

fn list(t: Locale, version: &PracticeVersion) -> AnyView {
    let items = facts(t, version).into_iter().map(|(term, text)| Definition::new(term, text)).collect();
    view! { <DefinitionList items=items /> }.finished()
}

/// What each field is called, for the summary.
fn labels(t: Locale, state: &FormState) -> Vec<(String, String)> {
    let own = |(name, label): (&str, &str)| (name.to_owned(), label.to_owned());
    let mut labels: Vec<(String, String)> = [
        ("valid_from", td_string!(t, settings.norm.valid_from)),
        ("day_divisor", td_string!(t, settings.norm.day_divisor)),
        ("part_month_common", td_string!(t, settings.norm.part_month)),
        ("one_of_couple.of", td_string!(t, settings.norm.one_of_couple)),
        ("one_of_couple.out_of", td_string!(t, settings.norm.one_of_couple)),
        ("child_money", td_string!(t, settings.norm.child_money)),
        ("surplus_rolls", td_string!(t, settings.norm.surplus_rolls)),
        ("checked_on", td_string!(t, settings.norm.checked_on)),
        ("source", td_string!(t, settings.norm.source)),
    ]
    .map(own)
    .into();
    let sizes = sizes(&state.values);
    for kind in kinds() {
        labels.extend((1..=sizes).map(|size| {
            let label = format!("{} · {}", texts::cost(t, kind), persons(t, size, size == sizes));
            (amount_field(kind, size), label)
        }));
    }
    labels
}

fn form(context: &PageContext, state: &FormState, present: Month) -> AnyView {
    let t = context.locale;
    let months = months_around(present).into_iter().map(|month| Choice::new(month.to_string(), named(t, month)));
    let ceilings: Vec<AnyView> = kinds().map(|kind| ceiling(t, state, kind)).collect();
    view! {
        <form method="post" action=super::norm::PAGE novalidate autocomplete="off">
            <HiddenKey value=context.fresh_key.to_string() />
            <Hidden name="version" value=state.value("version").to_owned() />
            <MonthField
                field=state.field("valid_from")
                label=td_string!(t, settings.norm.valid_from)
                hint=td_string!(t, settings.norm.valid_from_hint)
                months=months.collect()
            />
            <Fieldset
                legend=td_string!(t, settings.norm.ceilings)
                hint=td_string!(t, settings.norm.ceilings_hint)
                id="tak"
            >
                {ceilings}
            </Fieldset>
            {choices(t, state)}
            <TextField
                field=state.field("checked_on")
                label=td_string!(t, settings.norm.checked_on)
                hint=td_string!(t, settings.norm.checked_on_hint)
                kind="date"
            />
            <TextField
                field=state.field("source")
                label=td_string!(t, settings.norm.source)
                hint=td_string!(t, settings.norm.source_hint)
                maxlength=u32::try_from(MAX_SOURCE).unwrap_or_default()
            />
            <Actions>
                <Button>{td_string!(t, settings.norm.save)}</Button>
            </Actions>
        </form>
    }
    .finished()
}

/// The amounts of one kind of cost. Closed where nothing is settled: most kinds have no ceiling.
fn ceiling(t: Locale, state: &FormState, kind: CostKind) -> AnyView {
    let sizes = sizes(&state.values);
    let open = (1..=sizes).any(|size| state.error(&amount_field(kind, size)).is_some());
    let typed: Vec<String> = (1..=sizes)
        .map(|size| state.value(&amount_field(kind, size)).trim().to_owned())
        .filter(|amount| !amount.is_empty())
        .map(|amount| amount.parse().map_or(amount, group_thousands))
        .collect();
    let name = texts::cost(t, kind);
    let summary = if typed.is_empty() { name.to_owned() } else { format!("{name}: {}", typed.join(" · ")) };
    let amounts: Vec<AnyView> = (1..=sizes)
        .map(|size| {
            let field = state.field(&amount_field(kind, size));
            view! { <MoneyField field=field label=persons(t, size, size == sizes) unit=td_string!(t, common.kronor) /> }
                .finished()
        })
        .collect();
    view! { <Details summary=summary open=open><Fieldset legend=name part=true>{amounts}</Fieldset></Details> }
        .finished()
}

fn choices(t: Locale, state: &FormState) -> AnyView {
    let days = [DayDivisor::Thirty, DayDivisor::CalendarDays];
    let part = [PartMonthCommon::Full, PartMonthCommon::ByDays];
    let money = [ChildMoney::Fully, ChildMoney::AtMostOwnShare];
    let couple = vec![
        view! { <NumberField field=state.field("one_of_couple.of") label=td_string!(t, settings.norm.of) /> }
            .finished(),
        view! { <NumberField field=state.field("one_of_couple.out_of") label=td_string!(t, settings.norm.out_of) /> }
            .finished(),
    ];
    view! {
        <Radios
            field=state.field("day_divisor")
            legend=td_string!(t, settings.norm.day_divisor)
            choices=days.map(|choice| Choice::new(day_divisor(choice), day_divisor_text(t, choice))).into()
        />
        <Radios
            field=state.field("part_month_common")
            legend=td_string!(t, settings.norm.part_month)
            choices=part.map(|choice| Choice::new(part_month_common(choice), part_month_text(t, choice))).into()
        />
        <Fieldset legend=td_string!(t, settings.norm.one_of_couple) hint=td_string!(t, settings.norm.one_of_couple_hint) id="par">
            {couple}
        </Fieldset>
        <Radios
            field=state.field("child_money")
            legend=td_string!(t, settings.norm.child_money)
            hint=td_string!(t, settings.norm.child_money_hint)
            choices=money.map(|choice| Choice::new(child_money(choice), child_money_text(t, choice))).into()
        />
        <NumberField
            field=state.field("surplus_rolls")
            label=td_string!(t, settings.norm.surplus_rolls)
            hint=td_string!(t, settings.norm.surplus_rolls_hint)
        />
    }
    .finished()
}

/// Every version, the newest first: nothing that was settled is ever gone.
fn earlier(context: &PageContext, history: &PracticeHistory) -> AnyView {
    let t = context.locale;
    let text = |text: String| Cell::from(text);
    let rows = history.0.iter().rev().map(|version| {
        let saved = long_date(t, context.clock.date(version.saved_at));
        let cells = vec![
            text(named(t, version.valid_from)),
            text(version.source.clone()),
            text(long_date(t, version.checked_on)),
            text(td_string!(t, settings.norm.saved_by, name = version.by.clone(), day = saved).to_string()),
        ];
        cells.into()
    });
    view! {
        <DataTable
            caption=td_string!(t, settings.norm.history)
            id="historik"
            columns=vec![
                Column::new(td_string!(t, settings.norm.since)),
                Column::new(td_string!(t, settings.norm.source)),
                Column::new(td_string!(t, settings.norm.checked_on)),
                Column::new(td_string!(t, settings.norm.when)),
            ]
            rows=rows.collect()
            empty=td_string!(t, settings.norm.history_none)
        />
    }
    .finished()
}
