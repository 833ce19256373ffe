//! The application form: strings as typed, so that a draft keeps what cannot be read, and a check that names every fault
//! at once.

use super::{Door, PayTo, Way, personal_number};
use crate::{
    document::{Also, PaperAnswer, PaperKind},
    fault::{FieldCode, FieldFault},
    norm::{
        ChildRequest, CostKind, CostRequest, EstimateRequest, Field, Given, HouseholdRequest, IncomeKind,
        IncomeRequest, Month, Partner, Person, Situation,
        input::{MOST_CHILDREN, MOST_ENTRIES, MOST_KRONOR, MOST_SHARING},
    },
};
use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Letters in the need in own words.
pub const MOST_LETTERS: usize = 4000;
/// Letters in a line: a name, an account.
const LINE: usize = 200;
/// What "yes, six months in a row" means for the calculation.
const MONTHS_FOR_STIMULUS: i64 = 6;
/// What "yes, but the two years are over" means beside it: the month after the last one with jobbstimulans.
const MONTH_AFTER_STIMULUS: i64 = 25;

/// The answers as typed, valid or not. Whatever is not there is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct ApplicationForm {
    /// Of a person without e-ID: what she is called.
    pub name: String,
    /// Of a person without e-ID, if she has one and wants to.
    pub personal_number: String,
    /// The office's short name: `sodra`.
    pub office: String,
    /// The safe way to reach her: `email`, `phone`, `letter` or `none`.
    pub way: String,
    pub email: String,
    pub phone: String,
    /// Where a letter reaches her, in one line: street, postcode and town, c/o where it is another's.
    pub postal_address: String,
    /// Language of notices: `sv`, `en`, `ar`.
    pub language: String,
    /// `1`, or `2` with a spouse or sambo.
    pub adults: String,
    /// With 2 adults: `applies`, `no_right` or `not_in_application`.
    pub partner: String,
    pub children: Vec<ChildRow>,
    /// People outside the case with whom food and household costs are shared.
    pub shared_with: String,
    /// Codes of [`Situation`].
    pub situation: Vec<String>,
    pub incomes: Vec<IncomeRow>,
    /// She was asked about incomes and has none: another thing than not having been asked.
    pub no_incomes: bool,
    /// `yes`: support six months in a row right before the month (jobbstimulans of the applicant's wage). `over`: so, but
    /// the two years with it are over.
    pub stimulus: String,
    /// The same of the partner.
    pub stimulus2: String,
    /// What a pupil has earned so far this calendar year, where the row of the wage does not say. Kronor. Forms begun
    /// when it was asked once for all children have it.
    pub pupil_year: String,
    /// What was more than the norm the month before. Kronor.
    pub previous_surplus: String,
    pub costs: Vec<CostRow>,
    /// She was asked about costs and has none.
    pub no_costs: bool,
    /// The month support is asked for, `2026-11`.
    pub month: String,
    /// The need in own words.
    pub need: String,
    /// Where to pay: `account` or `none`.
    pub account: String,
    /// Clearing number and account number, as written.
    pub account_number: String,
    /// Pay the rent straight to the landlord.
    pub rent_to_landlord: bool,
    /// What else decides which papers help: codes of [`Also`].
    // Not written when empty, like the next: what was sent before there were such answers is still the same command.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// Of papers she does not send now: code of the paper → `already` or `later`. Never needed to send.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub papers: BTreeMap<String, String>,
}

/// One child.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct ChildRow {
    /// Years.
    pub age: String,
    /// Eats lunch at preschool or school every weekday.
    pub lunch_away: bool,
    /// Days in the month with the applicant; empty = all.
    pub days: String,
}

/// One income after tax.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct IncomeRow {
    /// A code of [`IncomeKind`].
    pub kind: String,
    /// Kronor.
    pub amount: String,
    /// Whose: `adult1`, `adult2`, `child1` … in the order of `children`; empty = the household's.
    pub person: String,
    /// Of a pupil's wage: what the pupil has earned so far this calendar year, this amount included. Kronor.
    // Not written when empty: what was sent before it was asked for is still the same command.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub year_to_date: String,
}

/// One cost outside the norm.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct CostRow {
    /// A code of [`CostKind`].
    pub kind: String,
    /// Kronor.
    pub amount: String,
}

impl ChildRow {
    pub fn is_blank(&self) -> bool {
        self.age.trim().is_empty() && self.days.trim().is_empty() && !self.lunch_away
    }
}

impl IncomeRow {
    /// Whose it is says nothing alone.
    pub fn is_blank(&self) -> bool {
        self.kind.is_empty() && self.amount.trim().is_empty() && self.year_to_date.trim().is_empty()
    }
}

impl CostRow {
    pub fn is_blank(&self) -> bool {
        self.kind.is_empty() && self.amount.trim().is_empty()
    }
}

/// The months one can apply for on that day: the one before, the present one, the next.
pub fn months_on_offer(today: Date) -> Vec<Month> {
    let first = today.first_of_month();
    [first.checked_sub(1.month()), Ok(first), first.checked_add(1.month())]
        .into_iter()
        .filter_map(Result::ok)
        .map(Month::containing)
        .collect()
}

impl ApplicationForm {
    /// The month asked for, as its first day.
    pub fn month(&self) -> Option<Date> {
        self.month.parse::<Month>().ok().map(Month::first_day)
    }

    /// The safe way, if one was chosen.
    pub fn way(&self) -> Option<Way> {
        Way::from_name(&self.way)
    }

    /// Drops rows in which nothing stands. The incomes of a child follow it to its new place.
    pub fn drop_blank_rows(&mut self) {
        for row in &mut self.incomes {
            row.person = person_without_blank_rows(&self.children, &row.person);
        }
        self.children.retain(|row| !row.is_blank());
        self.incomes.retain(|row| !row.is_blank());
        self.costs.retain(|row| !row.is_blank());
        // What another version of the program asked about papers keeps nobody from sending.
        self.also.retain(|code| Also::from_name(code).is_some());
        self.papers
            .retain(|paper, answer| PaperKind::from_name(paper).is_some() && PaperAnswer::from_name(answer).is_some());
    }

    /// Everything that keeps the form from being sent, in the order of the pages. What an office is called the caller
    /// knows. Of what staff write down at the desk nothing is asked for: an application said aloud is one.
    pub fn faults(&self, door: Door, today: Date) -> Vec<FieldFault> {
        let mut check = Check { faults: Vec::new(), required: door != Door::Desk };
        self.check_contact(&mut check, door, today);
        self.check_household(&mut check);
        check.list("/situation", self.situation.len(), MOST_ENTRIES);
        for (index, code) in self.situation.iter().enumerate() {
            check.choice(&format!("/situation/{index}"), code, |code| Situation::from_name(code).is_some());
        }
        self.check_money(&mut check);
        match self.month.trim() {
            "" => check.missing("/month"),
            text => match text.parse::<Month>() {
                Err(_) => check.fault("/month", FieldCode::NotAMonth),
                Ok(month) if !months_on_offer(today).contains(&month) => {
                    check.fault("/month", FieldCode::UnknownChoice);
                }
                Ok(_) => {}
            },
        }
        check.text("/need", &self.need, MOST_LETTERS, true);
        match PayTo::from_name(&self.account) {
            Some(PayTo::Account) => check.line("/account_number", &self.account_number, true),
            Some(PayTo::NoAccount) => check.line("/account_number", &self.account_number, false),
            None if self.account.is_empty() => check.missing("/account"),
            None => check.fault("/account", FieldCode::UnknownChoice),
        }
        check.list("/also", self.also.len(), MOST_ENTRIES);
        check.faults
    }

    fn check_contact(&self, check: &mut Check, door: Door, today: Date) {
        check.line("/name", &self.name, door == Door::Guest);
        let number = self.personal_number.trim();
        if !number.is_empty() && personal_number(number, today).is_none() {
            check.fault("/personal_number", FieldCode::Malformed);
        }
        check.line("/office", &self.office, true);
        match self.way() {
            Some(_) => {}
            None if self.way.is_empty() => check.missing("/way"),
            None => check.fault("/way", FieldCode::UnknownChoice),
        }
        check.line("/email", &self.email, self.way() == Some(Way::Email));
        let email = self.email.trim();
        if !email.is_empty() && !check.has("/email") && !like_an_address(email) {
            check.fault("/email", FieldCode::Malformed);
        }
        check.line("/phone", &self.phone, self.way() == Some(Way::Phone));
        let digits = self.phone.chars().filter(char::is_ascii_digit).count();
        if !self.phone.trim().is_empty() && !check.has("/phone") && !(5..=20).contains(&digits) {
            check.fault("/phone", FieldCode::Malformed);
        }
        check.line("/postal_address", &self.postal_address, self.way() == Some(Way::Letter));
        check.choice("/language", &self.language, |code| matches!(code, "sv" | "en" | "ar"));
    }

    fn check_household(&self, check: &mut Check) {
        match self.adults.as_str() {
            "1" | "2" => {}
            "" => check.missing("/adults"),
            _ => check.fault("/adults", FieldCode::UnknownChoice),
        }
        if self.partner.is_empty() {
            if self.adults == "2" {
                check.missing("/partner");
            }
        } else {
            match Partner::from_name(&self.partner) {
                None => check.fault("/partner", FieldCode::UnknownChoice),
                Some(Partner::NoRight | Partner::NotInApplication) if self.adults == "1" => {
                    check.fault("/partner", FieldCode::DoesNotFit);
                }
                Some(_) => {}
            }
        }
        check.list("/children", self.children.len(), MOST_CHILDREN);
        for (index, row) in self.children.iter().enumerate().filter(|(_, row)| !row.is_blank()) {
            check.number(&format!("/children/{index}/age"), &row.age, 0, 20, true);
            check.number(&format!("/children/{index}/days"), &row.days, 1, 31, false);
        }
        check.number("/shared_with", &self.shared_with, 0, MOST_SHARING, false);
    }

    fn check_money(&self, check: &mut Check) {
        check.list("/incomes", self.incomes.len(), MOST_ENTRIES);
        for (index, row) in self.incomes.iter().enumerate().filter(|(_, row)| !row.is_blank()) {
            let kind = IncomeKind::from_name(&row.kind);
            check.kind(&format!("/incomes/{index}/kind"), &row.kind, kind.is_some());
            check.kronor(&format!("/incomes/{index}/amount"), &row.amount, true);
            check.kronor(&format!("/incomes/{index}/year_to_date"), &row.year_to_date, false);
            if !row.person.is_empty() {
                let at = format!("/incomes/{index}/person");
                match Person::from_name(&row.person) {
                    None => check.fault(&at, FieldCode::UnknownChoice),
                    Some(person) if !self.can_have(person, kind) => check.fault(&at, FieldCode::DoesNotFit),
                    Some(_) => {}
                }
            }
        }
        let known = |answer: &str| matches!(answer, "yes" | "no" | "over");
        check.choice("/stimulus", &self.stimulus, known);
        check.choice("/stimulus2", &self.stimulus2, known);
        check.kronor("/pupil_year", &self.pupil_year, false);
        check.kronor("/previous_surplus", &self.previous_surplus, false);
        check.list("/costs", self.costs.len(), MOST_ENTRIES);
        for (index, row) in self.costs.iter().enumerate().filter(|(_, row)| !row.is_blank()) {
            check.kind(&format!("/costs/{index}/kind"), &row.kind, CostKind::from_name(&row.kind).is_some());
            check.kronor(&format!("/costs/{index}/amount"), &row.amount, true);
        }
    }

    /// As the calculation sees it: a child's own earnings are not an adult's wage, and who is not there has none.
    fn can_have(&self, person: Person, kind: Option<IncomeKind>) -> bool {
        match person {
            Person::Adult1 => kind != Some(IncomeKind::PupilWage),
            Person::Adult2 => self.adults != "1" && kind != Some(IncomeKind::PupilWage),
            Person::Child(place) => usize::from(place) <= self.children.len() && kind != Some(IncomeKind::Wage),
        }
    }

    /// The answers as a question to the norm, for that month. What could not be read stays unreadable and is refused
    /// there, field by field.
    pub fn estimate_request(&self, month: Date) -> EstimateRequest {
        let children = self.children.iter().filter(|row| !row.is_blank()).map(|row| ChildRequest {
            age: Field::typed(&row.age),
            lunch_away: Field::from(row.lunch_away),
            days: Field::typed(&row.days),
            ..ChildRequest::default()
        });
        let costs = self.costs.iter().filter(|row| !row.is_blank()).map(|row| CostRequest {
            kind: text(&row.kind),
            amount: Field::typed(&row.amount),
            ..CostRequest::default()
        });
        let incomes = self.incomes.iter().filter(|row| !row.is_blank()).map(|row| self.income(row));
        let adults = if self.adults.is_empty() { Field::from(1) } else { Field::typed(&self.adults) };
        let partner = if self.adults == "2" { text(&self.partner) } else { Field::Missing };
        EstimateRequest {
            month: Field::from(Month::containing(month).to_string()),
            household: Given::Here(HouseholdRequest {
                adults,
                partner,
                children: children.collect(),
                shared_with: Field::typed(&self.shared_with),
                ..HouseholdRequest::default()
            }),
            costs: costs.collect(),
            incomes: incomes.collect(),
            previous_surplus: Field::typed(&self.previous_surplus),
            situation: Given::Here(self.situation.iter().map(|code| text(code)).collect()),
            ..EstimateRequest::default()
        }
    }

    fn income(&self, row: &IncomeRow) -> IncomeRequest {
        let mut income = IncomeRequest {
            kind: text(&row.kind),
            amount: Field::typed(&row.amount),
            person: text(&person_without_blank_rows(&self.children, &row.person)),
            ..IncomeRequest::default()
        };
        match IncomeKind::from_name(&row.kind) {
            Some(IncomeKind::Wage) => {
                if income.person.is_missing() {
                    income.person = Field::from("adult1");
                }
                let answer = if row.person == "adult2" { &self.stimulus2 } else { &self.stimulus };
                if matches!(answer.as_str(), "yes" | "over") {
                    income.months_with_support = Field::from(MONTHS_FOR_STIMULUS);
                }
                if answer == "over" {
                    income.stimulus_month = Field::from(MONTH_AFTER_STIMULUS);
                }
            }
            Some(IncomeKind::PupilWage) => income.year_to_date = Field::typed(self.earned_this_year(row)),
            _ => {}
        }
        income
    }

    /// What has been earned so far this calendar year, as typed: of a pupil's wage.
    pub fn earned_this_year<'f>(&'f self, row: &'f IncomeRow) -> &'f str {
        let own = row.year_to_date.as_str();
        let once_for_all = own.trim().is_empty() && row.kind == IncomeKind::PupilWage.as_str();
        if once_for_all { &self.pupil_year } else { own }
    }

    /// Whether [`take`](Self::take) would replace something that was answered.
    pub fn has_figures(&self) -> bool {
        let mut form = self.clone();
        form.drop_blank_rows();
        let rows = form.children.len() + form.situation.len() + form.incomes.len() + form.costs.len();
        let texts = [
            form.month,
            form.adults,
            form.partner,
            form.shared_with,
            form.stimulus,
            form.stimulus2,
            form.pupil_year,
            form.previous_surplus,
        ];
        rows > 0 || form.no_incomes || form.no_costs || texts.iter().any(|text| !text.trim().is_empty())
    }

    /// Takes over the figures of an estimate: household, situation, incomes, costs and month. What else was answered stays.
    pub fn take(&mut self, request: &EstimateRequest) {
        self.month = typed(&request.month);
        if let Given::Here(household) = &request.household {
            self.adults = typed(&household.adults);
            self.partner = if self.adults == "2" { typed(&household.partner) } else { String::new() };
            self.children = here(&household.children)
                .map(|child| ChildRow {
                    age: typed(&child.age),
                    lunch_away: child.lunch_away == Field::Flag(true),
                    days: typed(&child.days),
                })
                .take(MOST_CHILDREN)
                .collect();
            self.shared_with = typed(&household.shared_with);
        }
        self.situation = match &request.situation {
            Given::Here(codes) => codes.iter().take(MOST_ENTRIES).map(typed).collect(),
            _ => Vec::new(),
        };
        self.costs = here(&request.costs)
            .map(|cost| CostRow { kind: typed(&cost.kind), amount: typed(&cost.amount) })
            .take(MOST_ENTRIES)
            .collect();
        self.no_costs = self.costs.is_empty();
        let answer = |person: &str| {
            let told = here(&request.incomes)
                .find(|income| typed(&income.person) == person && !income.months_with_support.is_missing());
            match told.map(|income| &income.stimulus_month) {
                None => String::new(),
                Some(Field::Whole(MONTH_AFTER_STIMULUS..)) => "over".to_owned(),
                Some(_) => "yes".to_owned(),
            }
        };
        (self.stimulus, self.stimulus2) = (answer("adult1"), answer("adult2"));
        self.pupil_year = String::new();
        self.incomes = here(&request.incomes)
            .map(|income| IncomeRow {
                kind: typed(&income.kind),
                amount: typed(&income.amount),
                person: typed(&income.person),
                year_to_date: typed(&income.year_to_date),
            })
            .take(MOST_ENTRIES)
            .collect();
        self.no_incomes = self.incomes.is_empty();
        self.previous_surplus = typed(&request.previous_surplus);
    }
}

/// Those entries of a list that have the right shape.
fn here<T>(list: &Given<Vec<Given<T>>>) -> impl Iterator<Item = &T> {
    let entries: &[Given<T>] = if let Given::Here(entries) = list { entries } else { &[] };
    entries.iter().filter_map(|entry| if let Given::Here(entry) = entry { Some(entry) } else { None })
}

/// Whose an income is when blank rows of children are not counted: a child's place, from 1, is that among the others. Of
/// a child that was taken out it is the household's.
fn person_without_blank_rows(children: &[ChildRow], person: &str) -> String {
    let rows = match Person::from_name(person) {
        Some(Person::Child(number)) => children.get(..usize::from(number)).unwrap_or_default(),
        _ => &[],
    };
    match rows.last() {
        None => person.to_owned(),
        Some(last) if last.is_blank() => String::new(),
        Some(_) => format!("child{}", rows.iter().filter(|row| !row.is_blank()).count()),
    }
}

/// A code, or nothing.
fn text(code: &str) -> Field {
    if code.is_empty() { Field::Missing } else { Field::from(code) }
}

/// What somebody would have typed to mean this.
fn typed(field: &Field) -> String {
    match field {
        Field::Missing | Field::Odd => String::new(),
        Field::Whole(number) => number.to_string(),
        Field::Text(text) => text.clone(),
        Field::Flag(flag) => flag.to_string(),
    }
}

/// Something before an @, something with a dot after it, no spaces. Whether it exists only a letter to it can tell.
fn like_an_address(text: &str) -> bool {
    let fine = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with('.');
    text.is_ascii()
        && !text.contains(|letter: char| letter.is_whitespace() || matches!(letter, '<' | '>' | ',' | ';' | '"'))
        && text
            .split_once('@')
            .is_some_and(|(who, host)| fine(who) && fine(host) && host.contains('.') && !host.contains('@'))
}

/// Gathers faults: one a field.
struct Check {
    faults: Vec<FieldFault>,
    /// Whether a missing answer is a fault.
    required: bool,
}

impl Check {
    fn fault(&mut self, pointer: &str, code: FieldCode) {
        if !self.has(pointer) {
            self.faults.push(FieldFault::new(pointer, code));
        }
    }

    fn missing(&mut self, pointer: &str) {
        if self.required {
            self.fault(pointer, FieldCode::Required);
        }
    }

    fn has(&self, pointer: &str) -> bool {
        self.faults.iter().any(|fault| fault.pointer == pointer)
    }

    fn list(&mut self, pointer: &str, length: usize, most: usize) {
        if length > most {
            self.fault(pointer, FieldCode::TooMany);
        }
    }

    fn line(&mut self, pointer: &str, text: &str, required: bool) {
        self.text(pointer, text, LINE, required);
        if text.contains(['\n', '\r', '\t']) {
            self.fault(pointer, FieldCode::Malformed);
        }
    }

    fn text(&mut self, pointer: &str, text: &str, most: usize, required: bool) {
        if required && text.trim().is_empty() {
            self.missing(pointer);
        }
        if text.chars().count() > most {
            self.fault(pointer, FieldCode::TooLong);
        }
        // NUL cannot be stored; other control characters have no place in a sentence.
        if text.contains(|letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) {
            self.fault(pointer, FieldCode::Malformed);
        }
    }

    /// One of a few, or nothing.
    fn choice(&mut self, pointer: &str, text: &str, known: impl Fn(&str) -> bool) {
        if !text.is_empty() && !known(text) {
            self.fault(pointer, FieldCode::UnknownChoice);
        }
    }

    fn kind(&mut self, pointer: &str, text: &str, known: bool) {
        if text.is_empty() {
            self.missing(pointer);
        } else if !known {
            self.fault(pointer, FieldCode::UnknownChoice);
        }
    }

    fn number(&mut self, pointer: &str, text: &str, least: i64, most: i64, required: bool) {
        self.whole(pointer, text, least, most, required, FieldCode::NotANumber);
    }

    fn kronor(&mut self, pointer: &str, text: &str, required: bool) {
        self.whole(pointer, text, 0, MOST_KRONOR, required, FieldCode::NotAnAmount);
    }

    fn whole(&mut self, pointer: &str, text: &str, least: i64, most: i64, required: bool, otherwise: FieldCode) {
        match Field::typed(text) {
            Field::Whole(number) if (least..=most).contains(&number) => {}
            Field::Whole(_) => self.fault(pointer, FieldCode::OutOfRange),
            Field::Missing if required => self.missing(pointer),
            Field::Missing => {}
            _ => self.fault(pointer, otherwise),
        }
    }
}

#[cfg(test)]
mod tests;
