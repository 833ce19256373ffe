//! The desk (reception). It serves all kinds of errands and sees a time and a number, never a name it does not need,
//! a reason, or whether a case exists (OSL 26 kap. 1 §).
//!
//! Everybody who comes gets a number of one series: booked visitors keep the number they were given with their visit,
//! others get the next. Nobody is asked why.

use crate::{
    fault::{FieldCode, FieldFault},
    id::{PersonId, TicketId, VisitId},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// The first number of a day's series.
pub const FIRST_NUMBER: i32 = 100;
/// The last number of three digits, which can be called out and remembered. The series goes on after it only when none of
/// them is free: a number is one person's for the whole day.
pub const LAST_SHORT_NUMBER: i32 = 999;
/// Persons a search shows at most. Who is not among them writes more of the name.
pub const MOST_HITS: usize = 20;
/// Letters a search for a name needs, so that nobody leafs through everybody.
pub const LEAST_LETTERS: usize = 2;
/// Letters in a name.
const MOST_LETTERS: usize = 200;

/// Today's booked visitors at one office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeskDay {
    /// The office's short name.
    pub office: String,
    pub office_name: String,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub day: Date,
    pub visitors: Vec<DeskVisitor>,
}

/// One booked visitor, as much as the desk may know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeskVisitor {
    pub visit_id: VisitId,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub starts_at: Timestamp,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub ends_at: Timestamp,
    /// What the visitor says instead of a name.
    pub number: i32,
    pub interpreter: bool,
    pub language: Option<String>,
    /// Access needs the visitor wrote for the desk.
    pub needs: Option<String>,
}

/// What the desk has before it: the booked visitors and today's tickets, in the order they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskBoard {
    pub day: DeskDay,
    pub tickets: Vec<Ticket>,
}

/// Somebody's place in the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Ticket {
    pub ticket_id: TicketId,
    /// Unique at the office today.
    pub number: i32,
    pub status: TicketStatus,
    /// The booked visit the person came for.
    pub visit_id: Option<VisitId>,
    /// Who it is, where she said so. Of a booked visitor only the on-call caseworker is told.
    pub person_id: Option<PersonId>,
    /// The name she gave at the desk. Never a booked visitor's.
    pub name: Option<String>,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub registered_at: Timestamp,
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = DateTime))]
    pub called_at: Option<Timestamp>,
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = DateTime))]
    pub done_at: Option<Timestamp>,
}

impl Ticket {
    /// Somebody is behind the number, whether the desk sees who or not.
    pub fn is_of_somebody(&self) -> bool {
        self.person_id.is_some() || self.visit_id.is_some()
    }
}

/// A ticket of somebody who came without a booked time and said who she is, as her case shows it: that she was here, and
/// no reason, since nobody asks for one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WalkIn {
    pub ticket_id: TicketId,
    pub office_name: String,
    pub status: TicketStatus,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub registered_at: Timestamp,
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = DateTime))]
    pub called_at: Option<Timestamp>,
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = DateTime))]
    pub done_at: Option<Timestamp>,
}

/// Where a ticket is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    Waiting,
    /// The number is on the screen.
    Called,
    /// The talk is over.
    Done,
}

impl TicketStatus {
    pub const ALL: [TicketStatus; 3] = [TicketStatus::Waiting, TicketStatus::Called, TicketStatus::Done];

    /// The name in the database and in REST.
    pub fn as_str(self) -> &'static str {
        match self {
            TicketStatus::Waiting => "waiting",
            TicketStatus::Called => "called",
            TicketStatus::Done => "done",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// Registers somebody who has come. Nothing at all is just a number; otherwise one of the three.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RegisterWalkIn {
    /// Somebody who was found by searching.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<PersonId>,
    /// Somebody new who says her name: identity to be confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A booked visitor who has come: her ticket has the visit's own number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit_id: Option<VisitId>,
}

impl RegisterWalkIn {
    /// Trimmed, and a blank name is none.
    #[must_use]
    pub fn tidy(mut self) -> Self {
        self.name = self.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        self
    }

    /// Everything that is wrong with the command.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        if self.person_id.is_some() && (self.name.is_some() || self.visit_id.is_some()) {
            faults.push(FieldFault::new("/person_id", FieldCode::DoesNotFit));
        } else if self.name.is_some() && self.visit_id.is_some() {
            faults.push(FieldFault::new("/name", FieldCode::DoesNotFit));
        }
        faults.extend(self.name.as_deref().and_then(|name| name_fault("/name", name)));
        faults
    }
}

/// What is wrong with a name, if anything.
pub fn name_fault(pointer: &str, name: &str) -> Option<FieldFault> {
    if name.chars().count() > MOST_LETTERS {
        Some(FieldFault::new(pointer, FieldCode::TooLong))
    } else if name.contains(char::is_control) {
        Some(FieldFault::new(pointer, FieldCode::Malformed))
    } else {
        None
    }
}

/// Somebody a search found: enough to tell people of one name apart, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PersonHit {
    pub person_id: PersonId,
    pub name: String,
    pub year_of_birth: Option<i16>,
}

/// What the desk hands over when it has registered an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeskReceipt {
    /// The case's number, `2026-01432`, by which somebody who is not confirmed is found again: her case is new. Absent for
    /// a confirmed person, whose number could tell the desk that there was a case before (OSL 26 kap. 1 §).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub arrived_at: Timestamp,
}

/// An application whose sender's identity is to be confirmed, as the desk sees it beside the ID paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct IdentityClaim {
    pub number: String,
    /// What the person says she is called; empty when she did not say.
    pub name: String,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub arrived_at: Timestamp,
}

/// Asks for the application of a receipt. In a body, since an address ends up in logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FindClaim {
    /// As it stands on the receipt.
    pub case_number: String,
}

/// Confirms who somebody is, by the receipt she shows and her ID paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmIdentity {
    /// As it stands on the receipt.
    pub case_number: String,
    /// As it stands on the ID paper.
    pub personal_number: String,
    /// The number has been compared once more although its check digit does not fit.
    #[serde(default)]
    pub sure: bool,
}

/// What the waiting room sees: numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    pub office_name: String,
    /// Called and not done, the last called first.
    pub called: Vec<i32>,
}

/// A case number as it is kept, from what people type: `2026-01432` also for `2026 1432`.
pub fn case_number(text: &str) -> Option<String> {
    let mut parts = text.split([' ', '-', '–', '\u{a0}']).filter(|part| !part.is_empty());
    let (year, number) = (parts.next()?, parts.next()?);
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fine = parts.next().is_none() && year.len() == 4 && number.len() <= 9 && digits(year) && digits(number);
    fine.then(|| format!("{year}-{number:0>5}"))
}

/// Whether the last digit of a personal number (`yyyymmddnnnn`) fits the others (Luhn over the last ten). Numbers with
/// letters in them have no check digit.
pub fn check_digit_fits(number: &str) -> bool {
    if number.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return true;
    }
    let digits: Vec<u32> = number.chars().filter_map(|letter| letter.to_digit(10)).collect();
    let Some(last) = digits.len().checked_sub(10).and_then(|from| digits.get(from..)) else { return false };
    let sum: u32 =
        (0..).zip(last).map(|(place, digit)| digit * (2 - place % 2)).map(|part| part / 10 + part % 10).sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_walk_in_is_one_thing_or_nothing() {
        let (person, visit) = (Some(PersonId(Uuid::nil())), Some(VisitId(Uuid::nil())));
        let name = Some("Sara".to_owned());
        let faults = |person_id, name: Option<&str>, visit_id| {
            let command = RegisterWalkIn { person_id, name: name.map(str::to_owned), visit_id }.tidy();
            command.faults().into_iter().map(|fault| (fault.pointer, fault.code)).collect::<Vec<_>>()
        };
        for (person, name, visit) in
            [(None, None, None), (person, None, None), (None, name.as_deref(), None), (None, None, visit)]
        {
            assert_eq!(faults(person, name, visit), []);
        }
        assert_eq!(faults(person, Some("  "), None), [], "a blank name is none");
        assert_eq!(faults(person, None, visit), [("/person_id".to_owned(), FieldCode::DoesNotFit)]);
        assert_eq!(faults(None, Some("Sara"), visit), [("/name".to_owned(), FieldCode::DoesNotFit)]);
        assert_eq!(faults(None, Some("a\u{0}b"), None), [("/name".to_owned(), FieldCode::Malformed)]);
        assert_eq!(faults(None, Some(&"å".repeat(200)), None), []);
        assert_eq!(faults(None, Some(&"å".repeat(201)), None), [("/name".to_owned(), FieldCode::TooLong)]);
    }

    #[test]
    fn case_numbers_are_read_as_people_type_them() {
        for (typed, kept) in [
            ("2026-01432", "2026-01432"),
            (" 2026 - 1432", "2026-01432"),
            ("2026 1", "2026-00001"),
            ("2026–123456", "2026-123456"),
        ] {
            assert_eq!(case_number(typed).as_deref(), Some(kept), "{typed}");
        }
        for bad in ["", "01432", "2026-", "26-01432", "2026-014a2", "2026-0123456789", "-1"] {
            assert_eq!(case_number(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_check_digit_finds_one_wrong_digit_and_two_exchanged() {
        // Of the published test series.
        let good = "191212121212";
        assert!(check_digit_fits(good));
        for place in 2..12 {
            for digit in b'0'..=b'9' {
                let mut wrong = good.as_bytes().to_vec();
                if wrong[place] == digit {
                    continue;
                }
                wrong[place] = digit;
                assert!(!check_digit_fits(std::str::from_utf8(&wrong).expect("digits")), "{wrong:?}");
            }
        }
        assert!(!check_digit_fits("191212122112"));
        assert!(check_digit_fits("19850199T0A0"), "no check digit");
        assert!(!check_digit_fits(""));
    }
}
