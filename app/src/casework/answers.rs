//! An application's answers as facts, for the staff: what was written, in the order it was asked; what was left empty is
//! left out.

use super::texts;
use crate::{
    i18n::{Locale, td_string},
    language::language_name,
    norm::texts as norm,
    ui::Definition,
};
use domain::{
    application::{ApplicationForm, PayTo, Way},
    norm::{ChildRequest, Field, Situation},
};

/// All answers of a sent form.
pub fn answers(t: Locale, form: &ApplicationForm) -> Vec<Definition> {
    let mut facts = Vec::new();
    let mut add = |term: &str, text: String| {
        if !text.trim().is_empty() {
            facts.push(Definition::new(term, text));
        }
    };
    add(td_string!(t, casework.answers.need), form.need.clone());
    add(td_string!(t, casework.answers.name), form.name.clone());
    add(td_string!(t, casework.answers.personal_number), form.personal_number.clone());
    add(td_string!(t, casework.answers.way), way(t, form));
    if !matches!(form.language.as_str(), "" | "sv") {
        add(td_string!(t, casework.answers.language), language_name(t, &form.language));
    }
    add(td_string!(t, casework.answers.household), household(t, form));
    for (place, row) in (1..).zip(&form.children) {
        let child = ChildRequest {
            age: Field::typed(&row.age),
            lunch_away: Field::from(row.lunch_away),
            days: Field::typed(&row.days),
            ..ChildRequest::default()
        };
        add(&texts::child_name(t, place), texts::child(t, &child));
    }
    let situation: Vec<String> = form
        .situation
        .iter()
        .map(|code| Situation::from_name(code).map_or_else(|| code.clone(), |code| norm::situation(t, code).to_owned()))
        .collect();
    add(td_string!(t, casework.answers.situation), situation.join(" · "));
    for row in &form.incomes {
        let amount = texts::amount(t, &Field::typed(&row.amount));
        let whose = texts::person(t, &row.person);
        let text = if whose.is_empty() { amount } else { format!("{amount} · {whose}") };
        add(&texts::income(t, &row.kind), text);
    }
    let yes = |answer: &str| if answer == "yes" { td_string!(t, common.yes).to_owned() } else { String::new() };
    add(td_string!(t, casework.answers.stimulus), yes(&form.stimulus));
    add(td_string!(t, casework.answers.stimulus_partner), yes(&form.stimulus2));
    add(td_string!(t, casework.figures.year), texts::amount(t, &Field::typed(&form.pupil_year)));
    add(td_string!(t, norm.sum.previous), texts::amount(t, &Field::typed(&form.previous_surplus)));
    for row in &form.costs {
        add(&texts::cost(t, &row.kind), texts::amount(t, &Field::typed(&row.amount)));
    }
    add(td_string!(t, casework.answers.account), account(t, form));
    if form.rent_to_landlord {
        add(td_string!(t, casework.answers.rent_to_landlord), td_string!(t, common.yes).to_owned());
    }
    facts
}

/// The safe way to reach her, and nothing else: no other way is to be used.
fn way(t: Locale, form: &ApplicationForm) -> String {
    match form.way() {
        Some(Way::Email) => td_string!(t, casework.answers.way_email, address = form.email.clone()).to_string(),
        Some(Way::Phone) => td_string!(t, casework.answers.way_phone, number = form.phone.clone()).to_string(),
        Some(Way::Letter) => td_string!(t, casework.answers.way_letter).to_owned(),
        Some(Way::Silent) => td_string!(t, casework.answers.way_none).to_owned(),
        None => String::new(),
    }
}

fn household(t: Locale, form: &ApplicationForm) -> String {
    let mut parts = Vec::new();
    if !form.adults.is_empty() {
        parts.push(texts::adults(t, &form.adults).to_owned());
    }
    if form.adults == "2" {
        parts.push(texts::partner(t, &form.partner).to_owned());
    }
    if !matches!(form.shared_with.trim(), "" | "0") {
        parts.push(td_string!(t, casework.answers.shared, number = form.shared_with.clone()).to_string());
    }
    parts.join(" · ")
}

fn account(t: Locale, form: &ApplicationForm) -> String {
    match PayTo::from_name(&form.account) {
        Some(PayTo::Account) => form.account_number.clone(),
        Some(PayTo::NoAccount) => td_string!(t, casework.answers.account_none).to_owned(),
        None => String::new(),
    }
}
