//! Every worked example in `worked-examples.toml`, published or computed, is an assertion. The file drives: an example
//! of a kind nobody knows fails.

use crate::support::{TABLES, estimate};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, path::Path};

#[derive(Deserialize)]
struct Examples {
    example: Vec<Example>,
}

#[derive(Deserialize)]
struct Example {
    id: String,
    kind: String,
    year: Option<i16>,
    household_size: Option<u8>,
    adults: Option<u8>,
    #[serde(default)]
    children: Vec<ExampleChild>,
    #[serde(default)]
    costs: Costs,
    counted_incomes: Option<BTreeMap<String, i64>>,
    net_wage: Option<i64>,
    months_in_a_row_with_support: Option<u8>,
    youth_work_income_so_far_this_year: Option<i64>,
    expected_norm: Option<i64>,
    expected_balance: Option<i64>,
    expected_support: Option<i64>,
    expected_counted: Option<i64>,
    expected_extra_per_person: Option<i64>,
}

#[derive(Deserialize)]
struct ExampleChild {
    age: u8,
    lunch: bool,
}

/// `0`, or a table of costs.
#[derive(Deserialize)]
#[serde(untagged)]
enum Costs {
    Sum(i64),
    ByKind(BTreeMap<String, i64>),
}

impl Default for Costs {
    fn default() -> Self {
        Self::Sum(0)
    }
}

impl Example {
    fn body(&self) -> Value {
        let children: Vec<_> =
            self.children.iter().map(|child| json!({ "age": child.age, "lunch_away": !child.lunch })).collect();
        let costs: Vec<_> = match &self.costs {
            Costs::Sum(sum) => {
                assert_eq!(*sum, 0, "{}: which costs?", self.id);
                Vec::new()
            }
            Costs::ByKind(costs) => {
                costs.iter().map(|(kind, amount)| json!({ "kind": kind, "amount": amount })).collect()
            }
        };
        let incomes: Vec<_> = (self.counted_incomes.iter().flatten())
            .map(|(kind, amount)| json!({ "kind": if kind == "net_wage" { "wage" } else { kind }, "amount": amount }))
            .collect();
        json!({
            "month": format!("{}-06", self.year.unwrap()),
            "household": { "adults": self.adults.unwrap(), "children": children },
            "costs": costs,
            "incomes": incomes,
        })
    }

    /// Compares whatever the example states, and fails if it states nothing.
    fn check(&self) {
        match self.kind.as_str() {
            "norm" | "full" => {
                let answer = estimate(self.body());
                assert_eq!(Some(answer.norm_total), self.expected_norm, "{}", self.id);
                if let Some(balance) = self.expected_balance {
                    assert_eq!(answer.balance, balance, "{}", self.id);
                }
                if let Some(support) = self.expected_support {
                    assert_eq!(answer.support, support, "{}", self.id);
                }
            }
            "shared_household_adult" => {
                let answer = estimate(json!({
                    "month": format!("{}-06", self.year.unwrap()),
                    "household": { "adults": 1, "shared_with": self.household_size.unwrap() - 1 },
                }));
                assert_eq!(Some(answer.norm_total), self.expected_norm, "{}", self.id);
            }
            "extra_person" => {
                let table = TABLES.year(self.year.unwrap()).unwrap();
                assert_eq!(Some(table.extra_person()), self.expected_extra_per_person, "{}", self.id);
                assert_eq!(Some(table.common(8) - table.common(7)), self.expected_extra_per_person, "{}", self.id);
            }
            "income" => {
                let incomes = match (self.net_wage, self.youth_work_income_so_far_this_year) {
                    (Some(wage), None) => vec![json!({
                        "kind": "wage", "amount": wage, "person": "adult1",
                        "months_with_support": self.months_in_a_row_with_support,
                    })],
                    // Whatever part of the year's earnings fell in this month, none of it counts.
                    (None, Some(so_far)) => [0, 1, 4000, so_far]
                        .map(|amount| json!({ "kind": "pupil_wage", "amount": amount, "year_to_date": so_far }))
                        .to_vec(),
                    _ => panic!("{}: which income?", self.id),
                };
                let year = self.year.unwrap_or(2026);
                for income in incomes {
                    let body =
                        json!({ "month": format!("{year}-06"), "household": { "adults": 1 }, "incomes": [income] });
                    assert_eq!(Some(estimate(body).incomes_total), self.expected_counted, "{}: {income}", self.id);
                }
            }
            kind => panic!("{}: unknown kind {kind}", self.id),
        }
    }
}

#[test]
fn every_worked_example_holds() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("worked-examples.toml");
    let examples: Examples = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(examples.example.len(), 15);
    for example in examples.example {
        example.check();
    }
}
