//! The answers in words, group by group: for the check before sending, the copy afterwards and whoever else reads them.

use super::{fields::Step, labels::persons};
use crate::{
    i18n::{I18nLocaleTrait, Locale, td_string},
    norm::{choices, texts},
    time::month_and_year,
    ui::format::kronor,
};
use domain::{
    application::{ApplicationForm, PayTo, Way},
    norm::{CostKind, Field, IncomeKind, Month, Partner, Situation},
    visit::Office,
};

/// What was answered on one page: what each question is called and the answer. What was left out says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerGroup {
    pub step: Step,
    pub title: &'static str,
    pub lines: Vec<(String, String)>,
}

/// All answers of the form. `offices`: to name the one she chose; none where whoever reads knows it.
pub fn groups(t: Locale, form: &ApplicationForm, offices: &[Office]) -> Vec<AnswerGroup> {
    Step::ALL.into_iter().map(|step| group(t, step, form, offices)).collect()
}

/// The answers of one page.
pub fn group(t: Locale, step: Step, form: &ApplicationForm, offices: &[Office]) -> AnswerGroup {
    let mut lines = Lines { t, lines: Vec::new() };
    let title = match step {
        Step::Contact => {
            contact(&mut lines, form, offices);
            td_string!(t, application.contact.short)
        }
        Step::Household => {
            household(&mut lines, form);
            td_string!(t, application.household.short)
        }
        Step::Situation => {
            let said: Vec<&str> = form.situation.iter().map(|code| situation(t, code)).collect();
            lines.put(td_string!(t, application.situation.short), &said.join(", "));
            td_string!(t, application.situation.short)
        }
        Step::Incomes => {
            incomes(&mut lines, form);
            td_string!(t, application.incomes.short)
        }
        Step::Costs => {
            for row in form.costs.iter().filter(|row| !row.is_blank()) {
                let kind = CostKind::from_name(&row.kind).map_or(row.kind.as_str(), |kind| texts::cost(t, kind));
                lines.put(named(t, kind), &money(t, &row.amount));
            }
            lines.or_none(td_string!(t, application.costs.short), form.no_costs);
            td_string!(t, application.costs.short)
        }
        Step::Need => {
            let month = form.month.parse::<Month>().map(|month| month_and_year(t, month.year(), month.number()));
            lines.put(td_string!(t, application.need.month), &month.unwrap_or_else(|_| form.month.clone()));
            lines.put(td_string!(t, application.need.need), form.need.trim());
            td_string!(t, application.need.short)
        }
        Step::Account => {
            account(&mut lines, form);
            td_string!(t, application.account.short)
        }
    };
    AnswerGroup { step, title, lines: lines.lines }
}

struct Lines {
    t: Locale,
    lines: Vec<(String, String)>,
}

impl Lines {
    /// An answer, or that there is none.
    fn put(&mut self, term: &str, text: &str) {
        let text = if text.trim().is_empty() { td_string!(self.t, application.no_answer) } else { text };
        self.lines.push((term.to_owned(), text.to_owned()));
    }

    /// An answer to a question that not everybody meets.
    fn put_if(&mut self, term: &str, text: &str) {
        if !text.trim().is_empty() {
            self.put(term, text);
        }
    }

    /// A list without lines: she has none, or the question is not answered yet.
    fn or_none(&mut self, term: &str, none: bool) {
        if self.lines.is_empty() {
            self.put(term, if none { td_string!(self.t, application.none) } else { "" });
        }
    }
}

fn named(t: Locale, text: &str) -> &str {
    if text.is_empty() { td_string!(t, application.no_kind) } else { text }
}

/// Kronor, or what was typed instead.
fn money(t: Locale, typed: &str) -> String {
    match Field::typed(typed) {
        Field::Whole(amount) => kronor(amount, t.as_str(), td_string!(t, common.kronor)),
        _ => typed.to_owned(),
    }
}

/// What was answered about support six months in a row.
fn stimulus(t: Locale, answer: &str) -> String {
    let known = choices::stimulus(t).into_iter().find(|choice| choice.value == answer);
    known.map_or_else(|| answer.to_owned(), |choice| choice.label)
}

/// A situation in words.
fn situation(t: Locale, code: &str) -> &str {
    Situation::from_name(code).map_or(code, |situation| texts::situation(t, situation))
}

/// The safe way in words.
pub fn way(t: Locale, way: Way) -> &'static str {
    match way {
        Way::Email => td_string!(t, application.contact.way_email),
        Way::Phone => td_string!(t, application.contact.way_phone),
        Way::Letter => td_string!(t, application.contact.way_letter),
        Way::Silent => td_string!(t, application.contact.way_none),
    }
}

/// A language of notices, named in itself.
pub fn language(code: &str) -> &str {
    match code {
        "sv" => "Svenska",
        "en" => "English",
        "ar" => "العربية",
        other => other,
    }
}

fn contact(lines: &mut Lines, form: &ApplicationForm, offices: &[Office]) {
    let t = lines.t;
    lines.put_if(td_string!(t, application.contact.name), &form.name);
    lines.put_if(td_string!(t, application.contact.personal_number), &form.personal_number);
    if !offices.is_empty() {
        let chosen = offices.iter().find(|office| office.slug == form.office);
        let name = chosen.map_or(form.office.as_str(), |office| office.name.as_str());
        lines.put(td_string!(t, application.contact.office_short), name);
    }
    let chosen = form.way();
    lines.put(td_string!(t, application.contact.way_short), chosen.map_or(form.way.as_str(), |chosen| way(t, chosen)));
    // What was typed for another way is not to be used: it is shown as long as no way is chosen.
    if matches!(chosen, Some(Way::Email) | None) {
        lines.put_if(td_string!(t, application.contact.email), &form.email);
    }
    if matches!(chosen, Some(Way::Phone) | None) {
        lines.put_if(td_string!(t, application.contact.phone), &form.phone);
    }
    match chosen {
        Some(Way::Letter) => lines.put(td_string!(t, application.contact.address), form.postal_address.trim()),
        None => lines.put_if(td_string!(t, application.contact.address), form.postal_address.trim()),
        Some(Way::Email | Way::Phone | Way::Silent) => {}
    }
    lines.put_if(td_string!(t, application.contact.language), language(&form.language));
}

fn household(lines: &mut Lines, form: &ApplicationForm) {
    let t = lines.t;
    let adults = match form.adults.as_str() {
        "1" => td_string!(t, norm.adults_one),
        "2" => td_string!(t, norm.adults_two),
        other => other,
    };
    lines.put(td_string!(t, norm.adults), adults);
    if form.adults == "2" {
        let partner = match Partner::from_name(&form.partner) {
            Some(Partner::Applies) => td_string!(t, norm.partner_applies),
            Some(Partner::NoRight) => td_string!(t, norm.partner_no_right),
            Some(Partner::NotInApplication) => td_string!(t, norm.partner_not_in_application),
            None => form.partner.as_str(),
        };
        lines.put(td_string!(t, application.household.partner), partner);
    }
    let children: Vec<_> = form.children.iter().filter(|row| !row.is_blank()).collect();
    if children.is_empty() {
        lines.put(td_string!(t, norm.children), td_string!(t, application.household.no_children));
    }
    for (number, row) in (1..).zip(children) {
        let mut said = vec![td_string!(t, application.household.years, age = row.age.clone()).to_string()];
        if row.lunch_away {
            said.push(td_string!(t, application.household.lunch).to_owned());
        }
        if !row.days.trim().is_empty() {
            said.push(td_string!(t, application.household.days, days = row.days.clone()).to_string());
        }
        lines.put(&td_string!(t, norm.child, number = number.to_string()).to_string(), &said.join(", "));
    }
    lines.put_if(td_string!(t, norm.shared_with), &form.shared_with);
}

fn incomes(lines: &mut Lines, form: &ApplicationForm) {
    let t = lines.t;
    let persons = persons(t, &form.children);
    for row in form.incomes.iter().filter(|row| !row.is_blank()) {
        let kind = IncomeKind::from_name(&row.kind).map_or(row.kind.as_str(), |kind| texts::income(t, kind));
        let known = persons.iter().find(|(person, _)| *person == row.person);
        let whose = known.map_or(row.person.as_str(), |(_, label)| label);
        let of = |term: &str| if whose.is_empty() { term.to_owned() } else { format!("{term} ({whose})") };
        lines.put(&of(named(t, kind)), &money(t, &row.amount));
        lines.put_if(&of(td_string!(t, norm.pupil_year)), &money(t, form.earned_this_year(row)));
    }
    lines.or_none(td_string!(t, application.incomes.short), form.no_incomes);
    lines.put_if(td_string!(t, norm.stimulus), &stimulus(t, &form.stimulus));
    lines.put_if(td_string!(t, norm.stimulus_partner), &stimulus(t, &form.stimulus2));
    lines.put_if(td_string!(t, norm.previous_surplus), &money(t, &form.previous_surplus));
}

fn account(lines: &mut Lines, form: &ApplicationForm) {
    let t = lines.t;
    let chosen = match PayTo::from_name(&form.account) {
        Some(PayTo::Account) => td_string!(t, application.account.own),
        Some(PayTo::NoAccount) => td_string!(t, application.account.none),
        None => form.account.as_str(),
    };
    lines.put(td_string!(t, application.account.question), chosen);
    lines.put_if(td_string!(t, application.account.number), &form.account_number);
    if form.rent_to_landlord {
        lines.put(td_string!(t, application.account.rent), td_string!(t, common.yes));
    }
}
