//! The estimate's form as pairs of name and typed text, read into the same request REST takes.
//!
//! Runs on the server and in the browser, so both read what was typed in the same way. Fields left empty are not sent on.

use domain::norm::{
    ChildRequest, CostKind, CostRequest, EstimateRequest, Field, Given, HouseholdRequest, IncomeKind, IncomeRequest,
};

/// Rows for children at most; the law's limit here (`domain::norm`).
pub const MAX_CHILDREN: usize = 20;
/// What the answer "yes, six months in a row" means for the calculation.
pub const MONTHS_FOR_STIMULUS: i64 = 6;
/// What "yes, but the two years are over" means beside it: the month after the last one with jobbstimulans.
pub const MONTH_AFTER_STIMULUS: i64 = 25;

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
            let part = |part: &str| value(&format!("child.{row}.{part}"));
            let (age, days) = (part("age"), part("days"));
            let lunch = !part("lunch_away").is_empty();
            // A wage without an age is a child whose age is missing: the check says so.
            if [age, days, part("pupil_wage"), part("pupil_year")].iter().all(|text| text.is_empty()) && !lunch {
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
        let mut add = |kind: IncomeKind, person: Field, name: String, beside: &str| {
            if value(&name).is_empty() {
                return;
            }
            let mut income = IncomeRequest {
                kind: Field::from(kind.as_str()),
                amount: Field::typed(value(&name)),
                person,
                ..IncomeRequest::default()
            };
            if kind == IncomeKind::PupilWage {
                income.year_to_date = Field::typed(value(beside));
            } else {
                (income.months_with_support, income.stimulus_month) = stimulus(value(beside));
            }
            incomes.push(income);
            form.incomes.push(name);
        };
        for kind in IncomeKind::ALL {
            match kind {
                IncomeKind::Wage => {
                    add(*kind, Field::from("adult1"), income_field(*kind), "stimulus");
                    // Also when she says that there is no partner: then the check says that the two do not fit.
                    add(*kind, Field::from("adult2"), PARTNER_WAGE.to_owned(), "stimulus2");
                }
                IncomeKind::PupilWage => {
                    for (place, row) in form.children.iter().enumerate() {
                        let child = Field::from(format!("child{}", place + 1));
                        add(*kind, child, format!("child.{row}.pupil_wage"), &format!("child.{row}.pupil_year"));
                    }
                }
                _ => add(*kind, Field::Missing, income_field(*kind), ""),
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
        let income = |index: &str| self.incomes.get(numbered(index)).cloned().unwrap_or_else(|| "incomes".to_owned());
        match parts.as_slice() {
            ["household", "children", index, part] => {
                let row = self.children.get(numbered(index)).copied().unwrap_or_default();
                format!("child.{row}.{part}")
            }
            ["household", part] => (*part).to_owned(),
            ["costs", index, ..] => self.costs.get(numbered(index)).cloned().unwrap_or_else(|| "costs".to_owned()),
            ["incomes", index, "months_with_support" | "stimulus_month"] => {
                if income(index) == PARTNER_WAGE {
                    "stimulus2".to_owned()
                } else {
                    "stimulus".to_owned()
                }
            }
            ["incomes", index, "year_to_date"] => income(index).replace("pupil_wage", "pupil_year"),
            ["incomes", index, ..] => income(index),
            ["situation", ..] => "situation".to_owned(),
            [first, ..] => (*first).to_owned(),
            [] => String::new(),
        }
    }
}

/// Months in a row with support, and which month of the two years with jobbstimulans this is.
fn stimulus(answer: &str) -> (Field, Field) {
    match answer {
        "yes" => (Field::from(MONTHS_FOR_STIMULUS), Field::Missing),
        "over" => (Field::from(MONTHS_FOR_STIMULUS), Field::from(MONTH_AFTER_STIMULUS)),
        _ => (Field::Missing, Field::Missing),
    }
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

    fn incomes(form: &EstimateForm) -> Vec<&IncomeRequest> {
        let Given::Here(incomes) = &form.request.incomes else { panic!("no incomes") };
        incomes.iter().filter_map(|income| if let Given::Here(income) = income { Some(income) } else { None }).collect()
    }

    #[test]
    fn each_child_has_its_own_wage_and_its_own_place() {
        let form = EstimateForm::read(&pairs(&[
            ("child_rows", "4"),
            ("child.0.pupil_year", ""),
            ("child.1.age", "16"),
            ("child.1.pupil_wage", "40 000"),
            ("child.2.age", "9"),
            ("child.3.pupil_wage", "500"),
            ("child.3.pupil_year", "x"),
            ("income.wage", "100"),
            ("income.pupil_wage", "7"),
        ]));
        let of: Vec<_> =
            incomes(&form).into_iter().map(|income| (&income.kind, &income.person, &income.amount)).collect();
        let (wage, pupil) = (Field::from("wage"), Field::from("pupil_wage"));
        let [adult, first, third] = ["adult1", "child1", "child3"].map(Field::from);
        assert_eq!(
            of,
            [
                (&wage, &adult, &Field::Whole(100)),
                (&pupil, &first, &Field::Whole(40_000)),
                (&pupil, &third, &Field::Whole(500)),
            ]
        );
        assert_eq!(form.field("/incomes/1/amount"), "child.1.pupil_wage");
        assert_eq!(form.field("/incomes/2/person"), "child.3.pupil_wage");
        assert_eq!(form.field("/incomes/2/year_to_date"), "child.3.pupil_year");
        // The wage is not lost with the age: it is the age that is asked for.
        assert_eq!(form.field("/household/children/2/age"), "child.3.age");
    }

    #[test]
    fn two_years_with_jobbstimulans_can_be_over() {
        for (answer, months, month) in [
            ("yes", Field::Whole(6), Field::Missing),
            ("over", Field::Whole(6), Field::Whole(25)),
            ("no", Field::Missing, Field::Missing),
        ] {
            for (wage, question) in [("income.wage", "stimulus"), (PARTNER_WAGE, "stimulus2")] {
                let form = EstimateForm::read(&pairs(&[("adults", "2"), (wage, "100"), (question, answer)]));
                let told = incomes(&form);
                let wage = told.first().expect("a wage");
                assert_eq!((&wage.months_with_support, &wage.stimulus_month), (&months, &month), "{answer}");
                assert_eq!(form.field("/incomes/0/stimulus_month"), question);
            }
        }
    }

    #[test]
    fn a_row_is_added_only_when_asked_for_and_never_beyond_the_limit() {
        assert_eq!(child_rows(&[]), 1);
        assert_eq!(child_rows(&pairs(&[("child_rows", "2"), ("action", "add_child")])), 3);
        assert_eq!(child_rows(&pairs(&[("child_rows", "999"), ("action", "add_child")])), MAX_CHILDREN);
        assert_eq!(child_rows(&pairs(&[("child_rows", "x")])), 1);
    }
}
