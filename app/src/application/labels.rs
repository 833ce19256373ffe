//! What the controls of a step are called, for the summary of what is wrong: several have the same message.

use super::fields::Step;
use crate::i18n::{Locale, td_string};
use domain::{application::ChildRow, norm::Person};

/// What each control is called, for the summary.
pub fn labels(t: Locale, step: Step, rows: usize) -> Vec<(String, String)> {
    let own = |(name, label): (&str, &str)| (name.to_owned(), label.to_owned());
    let mut labels: Vec<(String, String)> = Vec::new();
    let row = |row: usize, legend: String, parts: &[(&str, &str)], prefix: &str, labels: &mut Vec<(String, String)>| {
        for (part, label) in parts {
            labels.push((format!("{prefix}.{row}.{part}"), format!("{legend} · {label}")));
        }
    };
    match step {
        Step::Contact => labels.extend(
            [
                ("name", td_string!(t, application.contact.name)),
                ("personal_number", td_string!(t, application.contact.personal_number)),
                ("office", td_string!(t, application.contact.office)),
                ("way", td_string!(t, application.contact.way)),
                ("email", td_string!(t, application.contact.email)),
                ("phone", td_string!(t, application.contact.phone)),
                ("postal_address", td_string!(t, application.contact.address)),
                ("language", td_string!(t, application.contact.language)),
            ]
            .map(own),
        ),
        Step::Household => {
            labels.extend(
                [
                    ("adults", td_string!(t, norm.adults)),
                    ("partner", td_string!(t, norm.partner)),
                    ("shared_with", td_string!(t, norm.shared_with)),
                ]
                .map(own),
            );
            for number in 0..rows {
                let parts = [("age", td_string!(t, norm.child_age)), ("days", td_string!(t, norm.child_days))];
                row(number, child(t, number), &parts, "child", &mut labels);
            }
        }
        Step::Situation => labels.push(own(("situation", td_string!(t, norm.situation)))),
        Step::Incomes => {
            for number in 0..rows {
                let parts = [
                    ("kind", td_string!(t, application.incomes.kind)),
                    ("amount", td_string!(t, application.incomes.amount)),
                    ("person", td_string!(t, application.incomes.person)),
                    ("year_to_date", td_string!(t, norm.pupil_year)),
                ];
                row(number, income(t, number), &parts, "income", &mut labels);
            }
            labels.extend(
                [
                    ("stimulus", td_string!(t, norm.stimulus)),
                    ("stimulus2", td_string!(t, norm.stimulus_partner)),
                    ("previous_surplus", td_string!(t, norm.previous_surplus)),
                ]
                .map(own),
            );
        }
        Step::Costs => {
            for number in 0..rows {
                let parts = [
                    ("kind", td_string!(t, application.costs.kind)),
                    ("amount", td_string!(t, application.costs.amount)),
                ];
                row(number, cost(t, number), &parts, "cost", &mut labels);
            }
        }
        Step::Need => labels.extend(
            [("month", td_string!(t, application.need.month)), ("need", td_string!(t, application.need.need))].map(own),
        ),
        Step::Account => labels.extend(
            [
                ("account", td_string!(t, application.account.question)),
                ("account_number", td_string!(t, application.account.number)),
            ]
            .map(own),
        ),
    }
    labels
}

/// "Barn 1".
pub fn child(t: Locale, row: usize) -> String {
    td_string!(t, norm.child, number = (row + 1).to_string()).to_string()
}

/// Those an income can be of, each with its code: the adults, and each of these children.
pub fn persons(t: Locale, children: &[ChildRow]) -> Vec<(String, String)> {
    let adults = [
        (Person::Adult1, td_string!(t, application.incomes.mine)),
        (Person::Adult2, td_string!(t, application.incomes.partners)),
    ];
    let adults = adults.map(|(person, label)| (person.to_string(), label.to_owned()));
    let children = children.iter().enumerate().map(|(row, one)| {
        let label = if one.age.trim().is_empty() {
            child(t, row)
        } else {
            td_string!(t, norm.compare.child, number = (row + 1).to_string(), age = one.age.clone()).to_string()
        };
        (format!("child{}", row + 1), label)
    });
    adults.into_iter().chain(children).collect()
}

/// "Inkomst 1".
pub fn income(t: Locale, row: usize) -> String {
    td_string!(t, application.incomes.row, number = (row + 1).to_string()).to_string()
}

/// "Kostnad 1".
pub fn cost(t: Locale, row: usize) -> String {
    td_string!(t, application.costs.row, number = (row + 1).to_string()).to_string()
}
