//! Codes of casework in the reader's language, and figures as people read them.

use crate::{
    i18n::{I18nLocaleTrait, Locale, td_string},
    norm::texts,
    page::PageContext,
    time::clock,
    ui::format::kronor,
};
use domain::{
    application::{ApplicationKind, Door},
    casework::calculation::{HOUSEHOLD, PREVIOUS_SURPLUS, children, costs, incomes},
    decision::{DecisionStatus, Outcome},
    norm::{ChildRequest, CostKind, EstimateRequest, Field, Given, IncomeKind, IncomeRequest, Person},
    reception::WalkIn,
    visit::VisitStatus,
};

pub fn kind(t: Locale, kind: ApplicationKind) -> &'static str {
    match kind {
        ApplicationKind::First => td_string!(t, casework.kind.first),
        ApplicationKind::Renewal => td_string!(t, casework.kind.renewal),
        ApplicationKind::Supplementary => td_string!(t, casework.kind.supplementary),
    }
}

pub fn door(t: Locale, door: Door) -> &'static str {
    match door {
        Door::Portal => td_string!(t, casework.door.portal),
        Door::Guest => td_string!(t, casework.door.guest),
        Door::Desk => td_string!(t, casework.door.desk),
    }
}

pub fn outcome(t: Locale, outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Granted => td_string!(t, casework.outcome.granted),
        Outcome::Partly => td_string!(t, casework.outcome.partly),
        Outcome::Refused => td_string!(t, casework.outcome.refused),
    }
}

pub fn decision_status(t: Locale, status: DecisionStatus) -> &'static str {
    match status {
        DecisionStatus::Draft => td_string!(t, casework.decisions.draft),
        DecisionStatus::Published => td_string!(t, casework.decisions.published),
    }
}

pub fn visit_status(t: Locale, status: VisitStatus) -> &'static str {
    match status {
        VisitStatus::Booked => td_string!(t, casework.visits.booked),
        VisitStatus::Cancelled => td_string!(t, casework.visits.cancelled),
    }
}

/// Where a walk-in is, and since when. It begins and ends on one day.
pub fn walk_in_status(context: &PageContext, walk_in: &WalkIn) -> String {
    let t = context.locale;
    let at = |instant| clock(t, context.clock.time(instant));
    match (walk_in.called_at, walk_in.done_at) {
        (_, Some(done)) => td_string!(t, casework.walk_ins.done, time = at(done)).to_string(),
        (Some(called), None) => td_string!(t, casework.walk_ins.called, time = at(called)).to_string(),
        (None, None) => td_string!(t, casework.walk_ins.waiting).to_owned(),
    }
}

/// Whole kronor.
pub fn money(t: Locale, amount: i64) -> String {
    kronor(amount, t.as_str(), td_string!(t, common.kronor))
}

/// An amount as it was typed: in kronor where it can be read, otherwise as it stands.
pub fn amount(t: Locale, field: &Field) -> String {
    match field {
        Field::Whole(amount) => money(t, *amount),
        other => typed(other),
    }
}

/// What somebody would have typed to mean this.
pub fn typed(field: &Field) -> String {
    match field {
        Field::Missing | Field::Odd => String::new(),
        Field::Whole(number) => number.to_string(),
        Field::Text(text) => text.clone(),
        Field::Flag(flag) => flag.to_string(),
    }
}

/// A kind of cost by its code; a code nobody knows as it stands.
pub fn cost(t: Locale, code: &str) -> String {
    CostKind::from_name(code).map_or_else(|| code.to_owned(), |kind| texts::cost(t, kind).to_owned())
}

/// A kind of income by its code.
pub fn income(t: Locale, code: &str) -> String {
    IncomeKind::from_name(code).map_or_else(|| code.to_owned(), |kind| texts::income(t, kind).to_owned())
}

/// Whose an income is; empty for the household's.
pub fn person(t: Locale, code: &str) -> String {
    match Person::from_name(code) {
        Some(Person::Adult1) => td_string!(t, casework.person.adult1).to_owned(),
        Some(Person::Adult2) => td_string!(t, casework.person.adult2).to_owned(),
        Some(Person::Child(place)) => child_name(t, usize::from(place)),
        None => code.to_owned(),
    }
}

/// "Barn 2".
pub fn child_name(t: Locale, place: usize) -> String {
    td_string!(t, norm.child, number = place.to_string()).to_string()
}

/// What a line of the calculation is called (`domain::casework::calculation`).
pub fn line(t: Locale, name: &str) -> String {
    let parts: Vec<&str> = name.split('.').collect();
    match parts.as_slice() {
        [HOUSEHOLD] => td_string!(t, casework.figures.household).to_owned(),
        [PREVIOUS_SURPLUS] => td_string!(t, norm.sum.previous).to_owned(),
        ["child", place] => child_name(t, place.parse().unwrap_or_default()),
        ["cost", kind] => cost(t, kind),
        ["cost", kind, place] => format!("{} {place}", cost(t, kind)),
        ["income", kind] => income(t, kind),
        ["income", kind, rest @ ..] => {
            let rest: Vec<String> = rest.iter().map(|part| person(t, part)).collect();
            format!("{} · {}", income(t, kind), rest.join(" "))
        }
        _ => name.to_owned(),
    }
}

/// What a request says in a line; nothing said is a dash.
pub fn said(t: Locale, request: &EstimateRequest, name: &str) -> String {
    let said = if name == HOUSEHOLD {
        household(t, request)
    } else if name == PREVIOUS_SURPLUS {
        amount(t, &request.previous_surplus)
    } else if let Some((_, row)) = children(request).into_iter().find(|(line, _)| line == name) {
        child(t, row)
    } else if let Some((_, row)) = costs(request).into_iter().find(|(line, _)| line == name) {
        amount(t, &row.amount)
    } else if let Some((_, row)) = incomes(request).into_iter().find(|(line, _)| line == name) {
        income_said(t, row)
    } else {
        String::new()
    };
    if said.is_empty() { "–".to_owned() } else { said }
}

fn income_said(t: Locale, row: &IncomeRequest) -> String {
    let mut parts = vec![amount(t, &row.amount)];
    let mut also = |label: &str, field: &Field| {
        if !field.is_missing() {
            parts.push(format!("{label}: {}", typed(field)));
        }
    };
    also(td_string!(t, casework.figures.months), &row.months_with_support);
    also(td_string!(t, casework.figures.stimulus_month), &row.stimulus_month);
    also(td_string!(t, casework.figures.year), &row.year_to_date);
    parts.join(" · ")
}

/// "4 år · äter lunch borta · 15 dagar".
pub fn child(t: Locale, row: &ChildRequest) -> String {
    let mut parts = vec![td_string!(t, casework.answers.years, years = typed(&row.age)).to_string()];
    if row.lunch_away == Field::Flag(true) {
        parts.push(td_string!(t, casework.answers.lunch).to_owned());
    }
    if !row.days.is_missing() {
        parts.push(td_string!(t, casework.answers.days, days = typed(&row.days)).to_string());
    }
    parts.join(" · ")
}

fn household(t: Locale, request: &EstimateRequest) -> String {
    let Given::Here(household) = &request.household else { return String::new() };
    let mut parts = vec![adults(t, &typed(&household.adults)).to_owned()];
    if household.adults == Field::Whole(2) {
        parts.push(partner(t, &typed(&household.partner)).to_owned());
    }
    if !matches!(household.shared_with, Field::Missing | Field::Whole(0)) {
        let shared = typed(&household.shared_with);
        parts.push(td_string!(t, casework.answers.shared, number = shared).to_string());
    }
    parts.join(" · ")
}

pub fn adults(t: Locale, code: &str) -> &'static str {
    match code {
        "2" => td_string!(t, casework.answers.adults_two),
        _ => td_string!(t, casework.answers.adults_one),
    }
}

pub fn partner(t: Locale, code: &str) -> &'static str {
    match code {
        "no_right" => td_string!(t, casework.answers.partner_no_right),
        "not_in_application" => td_string!(t, casework.answers.partner_not_in_application),
        _ => td_string!(t, casework.answers.partner_applies),
    }
}
