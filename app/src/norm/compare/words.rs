//! What a comparison is told with.

use super::form::text;
use crate::{
    i18n::{I18nLocaleTrait, Locale, td_string},
    time::month_and_year,
    ui::format::kronor,
};
use domain::norm::{ChangeKind, ChangeRequest, Comparison, Field, Line, Month, Person, Why};
use std::cmp::Ordering;

/// An amount with its unit, without its sign: the words say more or less.
fn amount(t: Locale, amount: i64) -> String {
    kronor(amount.saturating_abs(), t.as_str(), td_string!(t, common.kronor))
}

/// The answer in one sentence: what there is to live on, so that it is seen that work pays, and what is needed in support.
/// Where other people live in the household the same money is for more or for fewer, so only the support is compared.
pub fn headline(t: Locale, comparison: &Comparison) -> String {
    let (live, support) = (comparison.sums.to_live_on, comparison.sums.support);
    let (money, needed) = (amount(t, live.change), amount(t, support.change));
    let none = support.before == 0 && support.after == 0;
    match (comparison.same_people, none, live.change.cmp(&0), support.change.cmp(&0)) {
        (false, true, ..) => td_string!(t, norm.compare.headline.people_none).to_owned(),
        (false, _, _, Ordering::Greater) => {
            td_string!(t, norm.compare.headline.people_more, support = needed).to_string()
        }
        (false, _, _, Ordering::Less) => td_string!(t, norm.compare.headline.people_less, support = needed).to_string(),
        (false, _, _, Ordering::Equal) => td_string!(t, norm.compare.headline.people_same).to_owned(),
        (_, true, Ordering::Greater, _) => td_string!(t, norm.compare.headline.more_none, money = money).to_string(),
        (_, true, Ordering::Less, _) => td_string!(t, norm.compare.headline.less_none, money = money).to_string(),
        (_, _, Ordering::Greater, Ordering::Greater) => {
            td_string!(t, norm.compare.headline.more_more, money = money, support = needed).to_string()
        }
        (_, _, Ordering::Greater, Ordering::Less) => {
            td_string!(t, norm.compare.headline.more_less, money = money, support = needed).to_string()
        }
        (_, _, Ordering::Greater, Ordering::Equal) => {
            td_string!(t, norm.compare.headline.more_same, money = money).to_string()
        }
        (_, _, Ordering::Less, Ordering::Greater) => {
            td_string!(t, norm.compare.headline.less_more, money = money, support = needed).to_string()
        }
        (_, _, Ordering::Less, Ordering::Less) => {
            td_string!(t, norm.compare.headline.less_less, money = money, support = needed).to_string()
        }
        (_, _, Ordering::Less, Ordering::Equal) => {
            td_string!(t, norm.compare.headline.less_same, money = money).to_string()
        }
        (_, _, Ordering::Equal, Ordering::Greater) => {
            td_string!(t, norm.compare.headline.same_more, support = needed).to_string()
        }
        (_, _, Ordering::Equal, Ordering::Less) => {
            td_string!(t, norm.compare.headline.same_less, support = needed).to_string()
        }
        (_, _, Ordering::Equal, Ordering::Equal) => td_string!(t, norm.compare.headline.same_same).to_owned(),
    }
}

fn kind(change: &ChangeRequest) -> Option<ChangeKind> {
    ChangeKind::from_name(&text(&change.kind))
}

fn whole(field: &Field) -> i64 {
    if let Field::Whole(number) = field { *number } else { 0 }
}

/// A change, as the person would say it: "Om du arbetar 20 timmar i veckan".
pub fn said(t: Locale, change: &ChangeRequest) -> String {
    let (number, age) = (text(&change.child), text(&change.age));
    let money = amount(t, whole(&change.amount));
    match kind(change) {
        Some(ChangeKind::Work) => {
            let partner = change.person == Field::from("adult2");
            let hours = text(&change.hours);
            match (partner, hours.is_empty()) {
                (false, false) => td_string!(t, norm.compare.said.hours, hours = hours).to_string(),
                (true, false) => td_string!(t, norm.compare.said.hours_partner, hours = hours).to_string(),
                (false, true) => td_string!(t, norm.compare.said.wage, amount = money).to_string(),
                (true, true) => td_string!(t, norm.compare.said.wage_partner, amount = money).to_string(),
            }
        }
        Some(ChangeKind::ChildAge) => {
            td_string!(t, norm.compare.said.child_age, number = number, age = age).to_string()
        }
        Some(ChangeKind::ChildMovesIn) => td_string!(t, norm.compare.said.child_in, age = age).to_string(),
        Some(ChangeKind::ChildMovesOut) => td_string!(t, norm.compare.said.child_out, number = number).to_string(),
        Some(ChangeKind::MoveTogether) => td_string!(t, norm.compare.said.together).to_owned(),
        Some(ChangeKind::MoveApart) => td_string!(t, norm.compare.said.apart).to_owned(),
        Some(ChangeKind::Rent) => td_string!(t, norm.compare.said.rent, amount = money).to_string(),
        Some(ChangeKind::Month) => {
            let month = text(&change.month).parse::<Month>();
            let named = month.map_or_else(|_| String::new(), |month| month_and_year(t, month.year(), month.number()));
            td_string!(t, norm.compare.said.month, month = named).to_string()
        }
        None => String::new(),
    }
}

/// Why it changes, in the order asked, each reason once.
pub fn reasons(t: Locale, comparison: &Comparison, asked: &[ChangeRequest]) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut say = |reason| {
        if !found.contains(&reason) {
            found.push(reason);
        }
    };
    for change in asked {
        match kind(change) {
            Some(ChangeKind::Work) => {
                // Of the one it is about: nobody is told of the partner's wage. A wage of nobody is the first adult's.
                let who = if change.person == Field::from("adult2") { Person::Adult2 } else { Person::Adult1 };
                let of_who = |line: &&Line| line.person.unwrap_or(Person::Adult1) == who;
                let has = |why: Why| comparison.after.lines.iter().filter(of_who).any(|line| line.why == why);
                let (stimulus, wage) = (has(Why::IncomeStimulus), has(Why::IncomeWage));
                if stimulus {
                    say(td_string!(t, norm.compare.reason.stimulus));
                }
                if wage {
                    say(td_string!(t, norm.compare.reason.wage));
                }
                if stimulus || wage {
                    say(td_string!(t, norm.compare.reason.work_costs));
                } else {
                    say(td_string!(t, norm.compare.reason.no_wage));
                }
            }
            Some(ChangeKind::ChildAge) => say(td_string!(t, norm.compare.reason.child_age)),
            Some(ChangeKind::ChildMovesIn | ChangeKind::ChildMovesOut) => {
                say(td_string!(t, norm.compare.reason.people));
            }
            Some(ChangeKind::MoveTogether) => say(td_string!(t, norm.compare.reason.together)),
            Some(ChangeKind::MoveApart) => say(td_string!(t, norm.compare.reason.apart)),
            Some(ChangeKind::Rent) => say(td_string!(t, norm.compare.reason.rent)),
            Some(ChangeKind::Month) => say(td_string!(t, norm.compare.reason.month)),
            None => {}
        }
    }
    found
}
