//! The steps of the form: which answers belong to which, and how they are named in HTML.

use crate::ui::FormState;
use domain::{
    application::{ApplicationForm, ChildRow, CostRow, IncomeRow},
    norm::input::{MOST_CHILDREN, MOST_ENTRIES},
};

/// Steps shown to the person: the questions, the papers, the check.
pub const STEPS: u32 = 9;
/// The step between the questions and the check.
pub const PAPERS: &str = "/ansok/papper";
/// The last step.
pub const CHECK: &str = "/ansok/kontrollera";

/// A page of questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Contact,
    Household,
    Situation,
    Incomes,
    Costs,
    Need,
    Account,
}

impl Step {
    pub const ALL: [Step; 7] =
        [Step::Contact, Step::Household, Step::Situation, Step::Incomes, Step::Costs, Step::Need, Step::Account];

    pub const fn path(self) -> &'static str {
        match self {
            Step::Contact => "/ansok/kontakt",
            Step::Household => "/ansok/hushall",
            Step::Situation => "/ansok/situation",
            Step::Incomes => "/ansok/inkomster",
            Step::Costs => "/ansok/kostnader",
            Step::Need => "/ansok/behov",
            Step::Account => "/ansok/konto",
        }
    }

    /// The step with this path.
    pub fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.path() == path)
    }

    /// Counted from 1.
    pub fn number(self) -> u32 {
        (1..).zip(Self::ALL).find(|(_, step)| *step == self).map_or(1, |(number, _)| number)
    }

    /// The page after this one.
    pub fn next(self) -> &'static str {
        Self::ALL.into_iter().find(|step| *step > self).map_or(PAPERS, Step::path)
    }

    /// The page before this one; none before the first.
    pub fn previous(self) -> Option<&'static str> {
        Self::ALL.into_iter().rev().find(|step| *step < self).map(Step::path)
    }

    /// Where the answer at this pointer is given.
    pub fn of(pointer: &str) -> Self {
        match pointer.split('/').nth(1).unwrap_or_default() {
            "adults" | "partner" | "children" | "shared_with" => Step::Household,
            "situation" => Step::Situation,
            "incomes" | "stimulus" | "stimulus2" | "pupil_year" | "previous_surplus" => Step::Incomes,
            "costs" => Step::Costs,
            "month" | "need" => Step::Need,
            "account" | "account_number" | "rent_to_landlord" => Step::Account,
            _ => Step::Contact,
        }
    }
}

/// The control on the page that a fault's pointer is about.
pub fn field(pointer: &str) -> String {
    let parts: Vec<&str> = pointer.trim_start_matches('/').split('/').collect();
    match parts.as_slice() {
        ["children", row, part] => format!("child.{row}.{part}"),
        ["incomes", row, part] => format!("income.{row}.{part}"),
        ["costs", row, part] => format!("cost.{row}.{part}"),
        ["children", ..] => "child.0.age".to_owned(),
        ["incomes", ..] => "income.0.kind".to_owned(),
        ["costs", ..] => "cost.0.kind".to_owned(),
        [first, ..] => (*first).to_owned(),
        [] => String::new(),
    }
}

/// First value of that name, as typed.
pub fn value<'p>(pairs: &'p [(String, String)], name: &str) -> &'p str {
    pairs.iter().find(|(key, _)| key == name).map_or("", |(_, text)| text)
}

/// How many rows `child.0.…`, `child.1.…` were sent.
fn rows(pairs: &[(String, String)], prefix: &str, most: usize) -> usize {
    pairs
        .iter()
        .filter_map(|(name, _)| name.strip_prefix(prefix)?.strip_prefix('.')?.split('.').next()?.parse::<usize>().ok())
        .filter(|row| *row < most)
        .max()
        .map_or(0, |row| row + 1)
}

/// Takes the answers of one step as they were sent. Browsers send a line break as two letters.
pub fn read(step: Step, pairs: &[(String, String)], guest: bool, form: &mut ApplicationForm) {
    let text = |name: &str| value(pairs, name).replace("\r\n", "\n");
    let flag = |name: &str| !value(pairs, name).is_empty();
    match step {
        Step::Contact => {
            if guest {
                form.name = text("name");
                form.personal_number = text("personal_number");
            }
            form.office = text("office");
            form.way = text("way");
            form.email = text("email");
            form.phone = text("phone");
            form.postal_address = text("postal_address");
            form.language = text("language");
        }
        Step::Household => {
            form.adults = text("adults");
            // What was chosen about a partner who is not there says nothing.
            form.partner = if form.adults == "1" { String::new() } else { text("partner") };
            form.children = (0..rows(pairs, "child", MOST_CHILDREN))
                .map(|row| ChildRow {
                    age: text(&format!("child.{row}.age")),
                    lunch_away: flag(&format!("child.{row}.lunch_away")),
                    days: text(&format!("child.{row}.days")),
                })
                .collect();
            form.shared_with = text("shared_with");
        }
        Step::Situation => {
            let chosen = pairs.iter().filter(|(name, code)| name == "situation" && !code.is_empty());
            form.situation = chosen.map(|(_, code)| code.clone()).take(MOST_ENTRIES).collect();
        }
        Step::Incomes => {
            form.incomes = (0..rows(pairs, "income", MOST_ENTRIES))
                .map(|row| IncomeRow {
                    kind: text(&format!("income.{row}.kind")),
                    amount: text(&format!("income.{row}.amount")),
                    person: text(&format!("income.{row}.person")),
                    year_to_date: text(&format!("income.{row}.year_to_date")),
                })
                .collect();
            form.no_incomes = form.incomes.iter().all(IncomeRow::is_blank);
            form.stimulus = text("stimulus");
            form.stimulus2 = text("stimulus2");
            // The rows have it: they were shown with what was told once for all.
            form.pupil_year = String::new();
            form.previous_surplus = text("previous_surplus");
        }
        Step::Costs => {
            form.costs = (0..rows(pairs, "cost", MOST_ENTRIES))
                .map(|row| CostRow {
                    kind: text(&format!("cost.{row}.kind")),
                    amount: text(&format!("cost.{row}.amount")),
                })
                .collect();
            form.no_costs = form.costs.iter().all(CostRow::is_blank);
        }
        Step::Need => {
            form.month = text("month");
            form.need = text("need");
        }
        Step::Account => {
            form.account = text("account");
            form.account_number = text("account_number");
            form.rent_to_landlord = flag("rent_to_landlord");
        }
    }
}

/// Adds an empty row to the list of the step and gives the name of its first control.
pub fn add_row(step: Step, form: &mut ApplicationForm) -> String {
    fn grow<T: Default>(rows: &mut Vec<T>, most: usize) -> usize {
        // Without any there is an empty one on the page already.
        if rows.is_empty() {
            rows.push(T::default());
        }
        if rows.len() < most {
            rows.push(T::default());
        }
        rows.len() - 1
    }
    match step {
        Step::Household => format!("child.{}.age", grow(&mut form.children, MOST_CHILDREN)),
        Step::Incomes => format!("income.{}.kind", grow(&mut form.incomes, MOST_ENTRIES)),
        Step::Costs => format!("cost.{}.kind", grow(&mut form.costs, MOST_ENTRIES)),
        Step::Contact | Step::Situation | Step::Need | Step::Account => String::new(),
    }
}

/// The answers of one step as the page shows them.
pub fn state(step: Step, form: &ApplicationForm) -> FormState {
    let mut values: Vec<(String, String)> = Vec::new();
    let mut put = |name: String, text: &str| {
        if !text.is_empty() {
            values.push((name, text.to_owned()));
        }
    };
    match step {
        Step::Contact => {
            for (name, text) in [
                ("name", &form.name),
                ("personal_number", &form.personal_number),
                ("office", &form.office),
                ("way", &form.way),
                ("email", &form.email),
                ("phone", &form.phone),
                ("postal_address", &form.postal_address),
                ("language", &form.language),
            ] {
                put(name.to_owned(), text);
            }
        }
        Step::Household => {
            put("adults".to_owned(), &form.adults);
            put("partner".to_owned(), &form.partner);
            for (row, child) in form.children.iter().enumerate() {
                put(format!("child.{row}.age"), &child.age);
                put(format!("child.{row}.lunch_away"), if child.lunch_away { "true" } else { "" });
                put(format!("child.{row}.days"), &child.days);
            }
            put("shared_with".to_owned(), &form.shared_with);
        }
        Step::Situation => form.situation.iter().for_each(|code| put("situation".to_owned(), code)),
        Step::Incomes => {
            for (row, income) in form.incomes.iter().enumerate() {
                put(format!("income.{row}.kind"), &income.kind);
                put(format!("income.{row}.amount"), &income.amount);
                put(format!("income.{row}.person"), &income.person);
                put(format!("income.{row}.year_to_date"), form.earned_this_year(income));
            }
            put("stimulus".to_owned(), &form.stimulus);
            put("stimulus2".to_owned(), &form.stimulus2);
            put("previous_surplus".to_owned(), &form.previous_surplus);
        }
        Step::Costs => {
            for (row, cost) in form.costs.iter().enumerate() {
                put(format!("cost.{row}.kind"), &cost.kind);
                put(format!("cost.{row}.amount"), &cost.amount);
            }
        }
        Step::Need => {
            put("month".to_owned(), &form.month);
            put("need".to_owned(), &form.need);
        }
        Step::Account => {
            put("account".to_owned(), &form.account);
            put("account_number".to_owned(), &form.account_number);
            put("rent_to_landlord".to_owned(), if form.rent_to_landlord { "true" } else { "" });
        }
    }
    FormState { values, ..FormState::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_follow_each_other() {
        assert_eq!(Step::Contact.next(), "/ansok/hushall");
        assert_eq!(Step::Account.next(), PAPERS);
        assert_eq!((Step::Contact.previous(), Step::Household.previous()), (None, Some("/ansok/kontakt")));
        assert_eq!((Step::Contact.number(), Step::Account.number()), (1, 7));
    }

    #[test]
    fn what_a_page_shows_is_what_it_sends_back() {
        let form = ApplicationForm {
            name: "Å".into(),
            way: "email".into(),
            adults: "2".into(),
            partner: "applies".into(),
            children: vec![
                ChildRow { age: "4".into(), lunch_away: true, days: "15".into() },
                ChildRow { age: "nio".into(), ..ChildRow::default() },
            ],
            situation: vec!["student".into(), "no_home".into()],
            incomes: vec![
                IncomeRow { kind: "wage".into(), amount: "x".into(), person: "adult2".into(), ..IncomeRow::default() },
                IncomeRow {
                    kind: "pupil_wage".into(),
                    amount: "500".into(),
                    person: "child1".into(),
                    year_to_date: "60 000".into(),
                },
            ],
            stimulus: "yes".into(),
            costs: vec![CostRow { kind: "rent".into(), amount: "8 200".into() }],
            month: "2026-11".into(),
            need: "a\nb".into(),
            account: "none".into(),
            rent_to_landlord: true,
            ..ApplicationForm::default()
        };
        let mut again = ApplicationForm::default();
        for step in Step::ALL {
            read(step, &state(step, &form).values, true, &mut again);
        }
        assert_eq!(again, form);
    }

    #[test]
    fn a_year_told_once_for_all_moves_into_the_rows() {
        let wage = IncomeRow { kind: "pupil_wage".into(), amount: "500".into(), ..IncomeRow::default() };
        let mut form =
            ApplicationForm { incomes: vec![wage], pupil_year: "60 000".into(), ..ApplicationForm::default() };
        let shown = state(Step::Incomes, &form).values;
        read(Step::Incomes, &shown, false, &mut form);
        let row = form.incomes.first().expect("a row");
        assert_eq!((row.year_to_date.as_str(), form.pupil_year.as_str()), ("60 000", ""));
    }

    #[test]
    fn every_fault_finds_its_page_and_its_control() {
        assert_eq!((Step::of("/children/1/age"), field("/children/1/age").as_str()), (Step::Household, "child.1.age"));
        assert_eq!((Step::of("/incomes/0/kind"), field("/incomes/0/kind").as_str()), (Step::Incomes, "income.0.kind"));
        assert_eq!((Step::of("/situation/2"), field("/situation/2").as_str()), (Step::Situation, "situation"));
        assert_eq!((Step::of("/email"), field("/email").as_str()), (Step::Contact, "email"));
    }

    #[test]
    fn a_row_is_added_below_those_there_are_and_never_beyond_the_most() {
        let mut form = ApplicationForm::default();
        assert_eq!(add_row(Step::Costs, &mut form), "cost.1.kind");
        assert_eq!(add_row(Step::Costs, &mut form), "cost.2.kind");
        form.children = vec![ChildRow::default(); MOST_CHILDREN];
        assert_eq!(add_row(Step::Household, &mut form), format!("child.{}.age", MOST_CHILDREN - 1));
        assert_eq!(form.children.len(), MOST_CHILDREN);
    }
}
