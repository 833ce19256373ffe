//! The changes somebody typed, beside the figures of the estimate, read into the question REST takes.
//!
//! All its fields begin with `change.`: every other field is a figure of the estimate and is only carried along.

use crate::norm::form::{EstimateForm, MONTH_AFTER_STIMULUS, MONTHS_FOR_STIMULUS};
use domain::norm::{ChangeKind, ChangeRequest, ChildRequest, CompareRequest, Field, Given};

/// The adults, as their fields are called.
const ADULTS: [&str; 2] = ["adult1", "adult2"];

/// Whether a field belongs to the estimate's own form.
pub fn is_figure(name: &str) -> bool {
    !name.starts_with("change.") && name != "action"
}

/// What the household is like, as far as the changes on offer depend on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Household {
    pub couple: bool,
    /// The children's ages, as typed.
    pub ages: Vec<String>,
}

impl Household {
    pub fn of(figures: &EstimateForm) -> Self {
        let Given::Here(household) = &figures.request.household else { return Self::default() };
        let children = if let Given::Here(children) = &household.children { children.as_slice() } else { &[] };
        let age = |child: &Given<ChildRequest>| match child {
            Given::Here(child) => text(&child.age),
            _ => String::new(),
        };
        Self { couple: household.adults == Field::from(2), ages: children.iter().map(age).collect() }
    }
}

/// What a field holds, as text.
pub fn text(field: &Field) -> String {
    match field {
        Field::Whole(number) => number.to_string(),
        Field::Text(text) => text.clone(),
        _ => String::new(),
    }
}

/// A change, and which field of the page each part of it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub change: ChangeRequest,
    /// Part of the change and field of the page; the first stands for the whole.
    fields: Vec<(&'static str, String)>,
}

/// All changes, in the order they stand on the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeForm {
    pub asked: Vec<Asked>,
}

/// The field for a part of what an adult works.
pub fn work_field(person: &str, part: &str) -> String {
    format!("change.work.{person}.{part}")
}

/// The field for a part of a child that is there; children are numbered from 1.
pub fn child_field(number: usize, part: &str) -> String {
    format!("change.child.{number}.{part}")
}

fn kind(kind: ChangeKind) -> ChangeRequest {
    ChangeRequest { kind: Field::from(kind.as_str()), ..ChangeRequest::default() }
}

/// One choice out of a list, as it was sent.
fn chosen(text: &str) -> Field {
    if text.is_empty() { Field::Missing } else { Field::from(text) }
}

impl ChangeForm {
    /// Reads what was typed. Empty fields are no change.
    pub fn read(pairs: &[(String, String)], household: &Household) -> Self {
        let value = |name: &str| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, text)| text.trim());
        let mut asked = Vec::new();
        for person in ADULTS {
            let typed = |part| value(&work_field(person, part));
            let (hours, hourly, amount) = (typed("hours"), typed("hourly"), typed("amount"));
            if [hours, hourly, amount].iter().all(|text| text.is_empty()) {
                continue;
            }
            // What is answered here stands instead of what was answered in the estimate.
            let (support, month) = match typed("stimulus") {
                "yes" => (Field::from(MONTHS_FOR_STIMULUS), Field::from(1)),
                "over" => (Field::from(MONTHS_FOR_STIMULUS), Field::from(MONTH_AFTER_STIMULUS)),
                "no" => (Field::from(0), Field::Missing),
                _ => (Field::Missing, Field::Missing),
            };
            let change = ChangeRequest {
                person: Field::from(person),
                hours: Field::typed(hours),
                hourly: Field::typed(hourly),
                amount: Field::typed(amount),
                months_with_support: support,
                stimulus_month: month,
                ..kind(ChangeKind::Work)
            };
            let parts = ["hours", "hourly", "amount"].map(|part| (part, work_field(person, part)));
            let support = ("months_with_support", work_field(person, "stimulus"));
            asked.push(Asked { change, fields: parts.into_iter().chain([support]).collect() });
        }
        for number in 1..=household.ages.len() {
            let child = || Field::typed(&number.to_string());
            let (age, out) = (child_field(number, "age"), child_field(number, "out"));
            if !value(&age).is_empty() {
                let change =
                    ChangeRequest { child: child(), age: Field::typed(value(&age)), ..kind(ChangeKind::ChildAge) };
                asked.push(Asked { change, fields: vec![("age", age)] });
            }
            if !value(&out).is_empty() {
                let change = ChangeRequest { child: child(), ..kind(ChangeKind::ChildMovesOut) };
                asked.push(Asked { change, fields: vec![("child", out)] });
            }
        }
        let (age, lunch, days) = (value("change.new.age"), value("change.new.lunch_away"), value("change.new.days"));
        if [age, lunch, days].iter().any(|text| !text.is_empty()) {
            let change = ChangeRequest {
                age: Field::typed(age),
                lunch_away: Field::from(!lunch.is_empty()),
                days: Field::typed(days),
                ..kind(ChangeKind::ChildMovesIn)
            };
            let fields = ["age", "lunch_away", "days"].map(|part| (part, format!("change.new.{part}"))).into();
            asked.push(Asked { change, fields });
        }
        let (partner, amount) = (value("change.partner"), value("change.partner.amount"));
        // An income without a partner is sent on, for the check to say that something is missing.
        if !matches!(partner, "" | "no") || !amount.is_empty() {
            let change = ChangeRequest {
                partner: Field::from(partner),
                amount: Field::typed(amount),
                income: chosen(value("change.partner.income")),
                ..kind(ChangeKind::MoveTogether)
            };
            let fields = vec![
                ("partner", "change.partner".to_owned()),
                ("amount", "change.partner.amount".to_owned()),
                ("income", "change.partner.income".to_owned()),
            ];
            asked.push(Asked { change, fields });
        }
        for (kind_of, name, part) in [
            (ChangeKind::MoveApart, "change.apart", "kind"),
            (ChangeKind::Rent, "change.rent", "amount"),
            (ChangeKind::Month, "change.month", "month"),
        ] {
            let typed = value(name);
            if typed.is_empty() {
                continue;
            }
            let mut change = kind(kind_of);
            match kind_of {
                ChangeKind::Rent => change.amount = Field::typed(typed),
                ChangeKind::Month => change.month = Field::from(typed),
                _ => {}
            }
            asked.push(Asked { change, fields: vec![(part, name.to_owned())] });
        }
        Self { asked }
    }

    /// The question.
    pub fn question(&self, figures: &EstimateForm) -> CompareRequest {
        CompareRequest {
            estimate: Given::Here(figures.request.clone()),
            changes: self.asked.iter().map(|asked| asked.change.clone()).collect(),
            ..CompareRequest::default()
        }
    }

    /// The field on the page that a fault's pointer is about; `None` where it is about the figures.
    pub fn field(&self, pointer: &str) -> Option<String> {
        let (index, part) = pointer.strip_prefix("/changes/")?.split_once('/')?;
        let asked = self.asked.get(index.parse::<usize>().ok()?)?;
        let named = asked.fields.iter().find(|(name, _)| *name == part).or(asked.fields.first());
        named.map(|(_, field)| field.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(given: &[(&str, &str)], household: &Household) -> ChangeForm {
        let pairs: Vec<_> = given.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        ChangeForm::read(&pairs, household)
    }

    #[test]
    fn empty_fields_are_no_change_and_faults_find_their_field() {
        let household = Household { couple: false, ages: vec!["4".to_owned(), "9".to_owned()] };
        let untouched = [("change.work.adult1.stimulus", "no"), ("change.partner", "no"), ("change.rent", " ")];
        assert_eq!(read(&untouched, &household), ChangeForm::default());

        let form = read(
            &[
                ("cost.rent", "8200"),
                ("change.work.adult1.hours", "20"),
                ("change.work.adult1.hourly", "x"),
                ("change.child.2.out", "true"),
                ("change.child.3.out", "true"),
                ("change.partner.amount", "100"),
                ("change.month", "2026-12"),
            ],
            &household,
        );
        assert_eq!(form.asked.len(), 4, "there is no third child");
        for (pointer, field) in [
            ("/changes/0/hourly", "change.work.adult1.hourly"),
            ("/changes/0/person", "change.work.adult1.hours"),
            ("/changes/1/kind", "change.child.2.out"),
            ("/changes/2/partner", "change.partner"),
            ("/changes/3/month", "change.month"),
        ] {
            assert_eq!(form.field(pointer).as_deref(), Some(field), "{pointer}");
        }
        assert_eq!(form.field("/estimate/month"), None);
        assert_eq!(form.field("/changes/9/kind"), None);
    }

    #[test]
    fn an_answer_about_support_stands_instead_of_the_estimates() {
        for (answer, months, month) in [
            ("yes", Field::Whole(6), Field::Whole(1)),
            ("over", Field::Whole(6), Field::Whole(25)),
            ("no", Field::Whole(0), Field::Missing),
            ("", Field::Missing, Field::Missing),
        ] {
            let typed = [("change.work.adult1.amount", "100"), ("change.work.adult1.stimulus", answer)];
            let form = read(&typed, &Household::default());
            let work = &form.asked.first().expect("a change").change;
            assert_eq!((&work.months_with_support, &work.stimulus_month), (&months, &month), "{answer}");
        }
    }

    #[test]
    fn figures_and_changes_have_names_of_their_own() {
        for (name, figure) in [
            ("cost.rent", true),
            ("child.0.age", true),
            ("child.0.pupil_wage", true),
            ("child.0.pupil_year", true),
            ("change.rent", false),
            ("action", false),
        ] {
            assert_eq!(is_figure(name), figure, "{name}");
        }
    }
}
