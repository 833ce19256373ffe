//! The estimate's form as pairs of name and typed text, read into the same request REST takes.
//!
//! Runs on the server and in the browser, so both read what was typed in the same way. Fields left empty are not sent on.

use domain::norm::{
    ChildRequest, CostKind, CostRequest, EstimateRequest, Field, Given, HouseholdRequest, IncomeKind, IncomeRequest,
};

/// Rows for children at most; the law's limit here (`domain::norm`).
pub const MAX_CHILDREN: usize = 20;
/// What the answer "yes, six months in a row" means for the calculation.
const MONTHS_FOR_STIMULUS: i64 = 6;

/// The read form: the request, and which field each part of it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EstimateForm {
    pub request: EstimateRequest,
    /// Row of each child in the request.
    children: Vec<usize>,
    costs: Vec<String>,
    incomes: Vec<String>,
}

/// The field of a cost.
pub fn cost_field(kind: CostKind) -> String {
    format!("cost.{kind}")
}

/// The field of an income.
pub fn income_field(kind: IncomeKind) -> String {
    format!("income.{kind}")
}

/// The partner's wage.
pub const PARTNER_WAGE: &str = "income.wage2";

/// How many rows for children the page shows: those that were there, one more if asked for.
pub fn child_rows(pairs: &[(String, String)]) -> usize {
    let shown = value(pairs, "child_rows").parse().unwrap_or(1_usize);
    let more = usize::from(value(pairs, "action") == "add_child");
    (shown + more).clamp(1, MAX_CHILDREN)
}

fn value<'p>(pairs: &'p [(String, String)], name: &str) -> &'p str {
    pairs.iter().find(|(key, _)| key == name).map_or("", |(_, text)| text.trim())
}

impl EstimateForm {
    /// Reads what was sent or typed.
    pub fn read(pairs: &[(String, String)]) -> Self {
        let value = |name: &str| value(pairs, name);
        let mut form = Self::default();
        let couple = value("adults") == "2";
        let mut children = Vec::new();
        for row in 0..child_rows(pairs) {
            let (age, days) = (value(&format!("child.{row}.age")), value(&format!("child.{row}.days")));
            let lunch = !value(&format!("child.{row}.lunch_away")).is_empty();
            if age.is_empty() && days.is_empty() && !lunch {
                continue;
            }
            form.children.push(row);
            children.push(ChildRequest {
                age: Field::typed(age),
                lunch_away: Field::from(lunch),
                days: Field::typed(days),
                ..ChildRequest::default()
            });
        }
        let mut costs = Vec::new();
        for kind in CostKind::ALL {
            let name = cost_field(*kind);
            if value(&name).is_empty() {
                continue;
            }
            let amount = Field::typed(value(&name));
            costs.push(CostRequest { kind: Field::from(kind.as_str()), amount, ..CostRequest::default() });
            form.costs.push(name);
        }
        let mut incomes = Vec::new();
        for kind in IncomeKind::ALL {
            let name = income_field(*kind);
            if !value(&name).is_empty() {
                let mut income = IncomeRequest {
                    kind: Field::from(kind.as_str()),
                    amount: Field::typed(value(&name)),
                    ..IncomeRequest::default()
                };
                match kind {
                    IncomeKind::Wage => {
                        income.person = Field::from("adult1");
                        income.months_with_support = months(value("stimulus"));
                    }
                    IncomeKind::PupilWage => income.year_to_date = Field::typed(value("pupil_year")),
                    _ => {}
                }
                incomes.push(income);
                form.incomes.push(name);
            }
            if *kind == IncomeKind::Wage && !value(PARTNER_WAGE).is_empty() {
                // Also when she says that there is no partner: then the check says that the two do not fit.
                incomes.push(IncomeRequest {
                    kind: Field::from(kind.as_str()),
                    amount: Field::typed(value(PARTNER_WAGE)),
                    person: Field::from("adult2"),
                    months_with_support: months(value("stimulus2")),
                    ..IncomeRequest::default()
                });
                form.incomes.push(PARTNER_WAGE.to_owned());
            }
        }
        let situation = pairs
            .iter()
            .filter(|(key, text)| key == "situation" && !text.is_empty())
            .map(|(_, text)| Field::from(text.as_str()))
            .collect();
        let adults = if value("adults").is_empty() { Field::from(1) } else { Field::typed(value("adults")) };
        let partner = if couple { Field::from(value("partner")) } else { Field::Missing };
        form.request = EstimateRequest {
            month: if value("month").is_empty() { Field::Missing } else { Field::from(value("month")) },
            household: Given::Here(HouseholdRequest {
                adults,
                partner: if partner == Field::from("") { Field::Missing } else { partner },
                children: children.into_iter().collect(),
                shared_with: Field::typed(value("shared_with")),
                ..HouseholdRequest::default()
            }),
            costs: costs.into_iter().collect(),
            incomes: incomes.into_iter().collect(),
            previous_surplus: Field::typed(value("previous_surplus")),
            situation: Given::Here(situation),
            ..EstimateRequest::default()
        };
        form
    }

    /// The field on the page that a fault's pointer is about.
    pub fn field(&self, pointer: &str) -> String {
        let parts: Vec<&str> = pointer.trim_start_matches('/').split('/').collect();
        let numbered = |index: &str| index.parse::<usize>().unwrap_or(usize::MAX);
        match parts.as_slice() {
            ["household", "children", index, part] => {
                let row = self.children.get(numbered(index)).copied().unwrap_or_default();
                format!("child.{row}.{part}")
            }
            ["household", part] => (*part).to_owned(),
            ["costs", index, ..] => self.costs.get(numbered(index)).cloned().unwrap_or_else(|| "costs".to_owned()),
            ["incomes", index, "months_with_support" | "stimulus_month"] => {
                let partner = self.incomes.get(numbered(index)).is_some_and(|name| name == PARTNER_WAGE);
                if partner { "stimulus2".to_owned() } else { "stimulus".to_owned() }
            }
            ["incomes", _, "year_to_date"] => "pupil_year".to_owned(),
            ["incomes", index, ..] => {
                self.incomes.get(numbered(index)).cloned().unwrap_or_else(|| "incomes".to_owned())
            }
            ["situation", ..] => "situation".to_owned(),
            [first, ..] => (*first).to_owned(),
            [] => String::new(),
        }
    }
}

fn months(answer: &str) -> Field {
    if answer == "yes" { Field::from(MONTHS_FOR_STIMULUS) } else { Field::Missing }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(given: &[(&str, &str)]) -> Vec<(String, String)> {
        given.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn empty_rows_and_fields_are_left_out_and_faults_find_their_field() {
        let form = EstimateForm::read(&pairs(&[
            ("month", "2026-11"),
            ("adults", "2"),
            ("partner", "applies"),
            ("child_rows", "3"),
            ("child.0.age", ""),
            ("child.1.age", "nio"),
            ("child.2.age", "4"),
            ("child.2.lunch_away", "true"),
            ("cost.rent", "8 200"),
            ("cost.union", ""),
            ("cost.dental", "tusen"),
            ("income.wage2", "9000"),
            ("stimulus2", "yes"),
        ]));
        assert_eq!(form.field("/household/children/0/age"), "child.1.age");
        assert_eq!(form.field("/household/children/1/lunch_away"), "child.2.lunch_away");
        assert_eq!(form.field("/costs/1/amount"), "cost.dental");
        assert_eq!(form.field("/incomes/0/amount"), "income.wage2");
        assert_eq!(form.field("/incomes/0/months_with_support"), "stimulus2");
        assert_eq!(form.field("/month"), "month");
        let Given::Here(costs) = form.request.costs else { panic!("no costs") };
        assert_eq!(costs.len(), 2);
    }

    #[test]
    fn a_partners_wage_without_a_partner_is_sent_on_for_the_check_to_refuse() {
        let form = EstimateForm::read(&pairs(&[("adults", "1"), ("income.wage", "100"), ("income.wage2", "9000")]));
        let Given::Here(incomes) = &form.request.incomes else { panic!("no incomes") };
        let Some(Given::Here(partner)) = incomes.get(1) else { panic!("the partner's wage is not there") };
        assert_eq!(partner.person, Field::from("adult2"));
        assert_eq!(form.field("/incomes/1/person"), PARTNER_WAGE);
    }

    #[test]
    fn a_row_is_added_only_when_asked_for_and_never_beyond_the_limit() {
        assert_eq!(child_rows(&[]), 1);
        assert_eq!(child_rows(&pairs(&[("child_rows", "2"), ("action", "add_child")])), 3);
        assert_eq!(child_rows(&pairs(&[("child_rows", "999"), ("action", "add_child")])), MAX_CHILDREN);
        assert_eq!(child_rows(&pairs(&[("child_rows", "x")])), 1);
    }
}
