//! The words an estimate is told with, in one language, by key. One map, because every field of a struct would cost the
//! browser a piece of deserialiser.

use crate::ui::format::kronor;
use domain::norm::{Estimate, Group, Line, Person};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Finished texts by key: `shortfall`, `line.norm.child`, `notice.student` … with the placeholders `{amount}` and
/// `{number}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Words(pub BTreeMap<String, String>);

impl Words {
    /// The text of a key; empty if there is none.
    pub fn get(&self, key: &str) -> &str {
        self.0.get(key).map_or("", String::as_str)
    }

    /// The reader's language, for figures.
    pub fn language(&self) -> &str {
        self.get("language")
    }

    /// The answer in one sentence.
    pub fn headline(&self, estimate: &Estimate) -> String {
        if estimate.support > 0 {
            self.get("shortfall").replace("{amount}", &kronor(estimate.support, self.language(), self.get("unit")))
        } else if estimate.surplus > 0 {
            self.get("no_shortfall").to_owned()
        } else {
            self.get("even").to_owned()
        }
    }

    /// What a line is for.
    pub fn label(&self, line: &Line) -> String {
        let label = self.get(&format!("line.{}.{}", group(line.group), line.code.as_str()));
        match line.person {
            Some(Person::Child(number)) => label.replace("{number}", &number.to_string()),
            _ => label.to_owned(),
        }
    }

    /// Label and amount of the last line.
    pub fn total(&self, estimate: &Estimate) -> (&str, i64) {
        if estimate.surplus > 0 {
            (self.get("more"), estimate.surplus)
        } else {
            (self.get("missing"), estimate.support)
        }
    }
}

/// The group's name in keys.
pub const fn group(group: Group) -> &'static str {
    match group {
        Group::Norm => "norm",
        Group::Cost => "cost",
        Group::Income => "income",
    }
}
