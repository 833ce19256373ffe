//! Applications (ansökningar): what a person asks for, as she wrote it and as it arrived.
//!
//! Anybody may apply and gets a written decision; in doubt it is an application (9 and 20 §§ förvaltningslagen). So
//! little must be answered, papers never, and what cannot be read is asked again, not refused.

mod answer_time;
mod form;
mod number;
mod papers;

pub use answer_time::answer_by;
pub use form::{ApplicationForm, ChildRow, CostRow, IncomeRow, MOST_LETTERS, months_on_offer};
pub use number::personal_number;
pub use papers::PaperNotes;

use crate::id::{ApplicationId, CaseId, PersonId, StaffId};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// Days a draft is kept that nobody touches, and the code that opens it.
pub const DRAFT_DAYS: i64 = 30;

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:tt,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$variant_doc])* #[serde(rename = $code)] $variant,)+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in the database, in REST and in forms.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == name)
            }
        }
    )+};
}

names! {
    /// Through which door an application came.
    Door {
        /// Signed in.
        Portal = "portal",
        /// Without e-ID: who it is from is only claimed until somebody has looked.
        Guest = "guest",
        /// With staff at the desk.
        Desk = "desk",
    }

    /// What an application is in its case.
    ApplicationKind {
        First = "first",
        /// For a later month (återansökan).
        Renewal = "renewal",
        /// One more for a month that was applied for (komplettering): joined, never refused.
        Supplementary = "supplementary",
    }

    /// The safe way to reach a person. Nothing is ever sent another way.
    Way {
        Email = "email",
        Phone = "phone",
        Letter = "letter",
        /// Not at all: she comes or signs in.
        Silent = "none",
    }

    /// Where money can be paid.
    PayTo {
        /// To an account of her own.
        Account = "account",
        /// She has none: an answer like any other.
        NoAccount = "none",
    }
}

/// An application as it arrived. What was sent is never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Application {
    pub application_id: ApplicationId,
    pub case_id: CaseId,
    /// The case's number, `2026-01432`.
    pub number: String,
    pub person_id: PersonId,
    pub kind: ApplicationKind,
    pub door: Door,
    /// Who took it, at the desk.
    pub staff_id: Option<StaffId>,
    /// The month support is asked for, as its first day.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub month: Date,
    /// The answers, as sent.
    pub content: ApplicationForm,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub arrived_at: Timestamp,
}

impl ApplicationKind {
    /// What an application for `month` is in a case that already holds applications for `others`.
    pub fn beside(month: Date, others: &[Date]) -> Self {
        if others.contains(&month) {
            Self::Supplementary
        } else if others.iter().any(|other| *other < month) {
            Self::Renewal
        } else {
            Self::First
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn what_an_application_is_follows_from_the_months_before_it() {
        let (october, november) = (date(2026, 10, 1), date(2026, 11, 1));
        assert_eq!(ApplicationKind::beside(november, &[]), ApplicationKind::First);
        assert_eq!(ApplicationKind::beside(november, &[november]), ApplicationKind::Supplementary);
        assert_eq!(ApplicationKind::beside(november, &[october]), ApplicationKind::Renewal);
        assert_eq!(ApplicationKind::beside(november, &[october, november]), ApplicationKind::Supplementary);
        assert_eq!(ApplicationKind::beside(october, &[november]), ApplicationKind::First);
    }

    #[test]
    fn names_are_found_again() {
        for door in Door::ALL {
            assert_eq!(Door::from_name(door.as_str()), Some(*door));
        }
        assert_eq!(Way::from_name("none"), Some(Way::Silent));
        assert_eq!(Way::from_name("pigeon"), None);
    }
}
