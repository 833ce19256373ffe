//! The questions of `/dokument-du-behover` as pairs of name and text, read also from what was typed on `/rakna`: the names
//! are the same where the questions are.

use domain::{
    document::{Also, Home, Occasion, PapersQuestion},
    norm::{CostKind, IncomeKind, Situation},
};

/// Incomes and costs on offer: those that decide which papers are needed.
pub const INCOMES: [IncomeKind; 12] = [
    IncomeKind::Wage,
    IncomeKind::Unemployment,
    IncomeKind::ActivityGrant,
    IncomeKind::SicknessBenefit,
    IncomeKind::ParentalBenefit,
    IncomeKind::HousingAllowance,
    IncomeKind::Maintenance,
    IncomeKind::StudentAid,
    IncomeKind::EstablishmentAllowance,
    IncomeKind::Pension,
    IncomeKind::ChildBenefit,
    IncomeKind::Other,
];
pub const COSTS: [CostKind; 9] = [
    CostKind::Electricity,
    CostKind::HomeInsurance,
    CostKind::UnemploymentFund,
    CostKind::Union,
    CostKind::WorkTravel,
    CostKind::Childcare,
    CostKind::Medical,
    CostKind::Medicine,
    CostKind::Dental,
];
pub const SITUATIONS: [Situation; 2] = [Situation::Business, Situation::Assets];

/// The codes after `income.` or `cost.` of amounts typed on `/rakna`: an empty field says that there is none.
fn typed<'p>(pairs: &'p [(String, String)], prefix: &str) -> impl Iterator<Item = &'p str> {
    pairs.iter().filter(|(_, text)| !text.trim().is_empty()).filter_map(move |(name, _)| name.strip_prefix(prefix))
}

/// The chosen values of that name.
fn chosen<'p>(pairs: &'p [(String, String)], name: &str) -> impl Iterator<Item = &'p str> {
    pairs.iter().filter(move |(key, _)| key == name).map(|(_, code)| code.as_str())
}

/// In the order of `all`, each once; what nobody knows says nothing.
fn known<T: Copy + PartialEq>(codes: Vec<T>, all: &[T]) -> Vec<T> {
    all.iter().copied().filter(|one| codes.contains(one)).collect()
}

/// What was answered. Nothing has to be.
pub fn read(pairs: &[(String, String)]) -> PapersQuestion {
    let value = |name: &str| chosen(pairs, name).next().unwrap_or_default();
    let of_estimate = |code: &str| if code == "wage2" { Some(IncomeKind::Wage) } else { IncomeKind::from_name(code) };
    let of_child =
        |part: &str| typed(pairs, "child.").any(|name| name.rsplit_once('.').is_some_and(|(_, own)| own == part));
    let pupil = of_child(IncomeKind::PupilWage.as_str()).then_some(IncomeKind::PupilWage);
    let incomes = typed(pairs, "income.").chain(chosen(pairs, "income")).filter_map(of_estimate).chain(pupil).collect();
    let costs = typed(pairs, "cost.").chain(chosen(pairs, "cost")).filter_map(CostKind::from_name).collect();
    let (incomes, costs) = (known(incomes, IncomeKind::ALL), known(costs, CostKind::ALL));
    let situation = known(chosen(pairs, "situation").filter_map(Situation::from_name).collect(), Situation::ALL);
    let home = Home::from_name(value("home")).or_else(|| Home::told_by(&situation, &costs));
    PapersQuestion {
        occasion: Occasion::from_name(value("occasion")),
        partner: value("adults") == "2",
        children: value("children") == "yes" || of_child("age"),
        home,
        incomes,
        costs,
        situation,
        also: known(chosen(pairs, "also").filter_map(Also::from_name).collect(), Also::ALL),
    }
}

/// The answers as the form shows them.
pub fn values(question: &PapersQuestion) -> Vec<(String, String)> {
    let mut values = Vec::new();
    let mut put = |name: &str, value: &str| values.push((name.to_owned(), value.to_owned()));
    put("occasion", question.occasion().as_str());
    put("adults", if question.partner { "2" } else { "1" });
    put("children", if question.children { "yes" } else { "no" });
    if let Some(home) = question.home {
        put("home", home.as_str());
    }
    question.incomes.iter().for_each(|kind| put("income", kind.as_str()));
    question.costs.iter().for_each(|kind| put("cost", kind.as_str()));
    question.situation.iter().for_each(|code| put("situation", code.as_str()));
    question.also.iter().for_each(|code| put("also", code.as_str()));
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(given: &[(&str, &str)]) -> Vec<(String, String)> {
        given.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn what_was_typed_for_the_estimate_answers_here_too() {
        let question = read(&pairs(&[
            ("adults", "2"),
            ("child.0.age", "4"),
            ("child.0.pupil_wage", "500"),
            ("child.1.age", ""),
            ("cost.rent", "8 200"),
            ("cost.dental", "tusen"),
            ("cost.union", ""),
            ("income.wage2", "9000"),
            ("income.nonsense", "1"),
            ("situation", "business"),
        ]));
        assert_eq!(
            question,
            PapersQuestion {
                partner: true,
                children: true,
                home: Some(Home::Rents),
                incomes: vec![IncomeKind::Wage, IncomeKind::PupilWage],
                costs: vec![CostKind::Rent, CostKind::Dental],
                situation: vec![Situation::Business],
                ..PapersQuestion::default()
            }
        );
        assert!(!read(&pairs(&[("child.0.age", " "), ("child.0.days", "3")])).children);
    }

    #[test]
    fn what_the_form_shows_is_what_it_sends_back() {
        let question = PapersQuestion {
            occasion: Some(Occasion::Renewal),
            partner: true,
            children: false,
            home: Some(Home::Owns),
            incomes: vec![IncomeKind::Wage, IncomeKind::Other],
            costs: vec![CostKind::Dental],
            situation: vec![Situation::Assets],
            also: vec![Also::Moved, Also::Ill],
        };
        assert_eq!(read(&values(&question)), question);
    }
}
