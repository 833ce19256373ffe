//! The norm (riksnorm) and the estimate (provberäkning): what a household needs in a month, what it has, what is missing.
//!
//! Support is the norm, plus reasonable costs outside it, minus counted incomes: 12 kap. 1 and 7 §§
//! socialtjänstlagen (2025:400), amounts from 12 kap. 2-3 §§ socialtjänstförordningen (2025:468). All amounts are whole
//! kronor per month. An estimate is always preliminary, because the board decides for each household; nothing here can
//! say no.
//!
//! ```text
//! EstimateRequest ── check(&NormTables) ──► EstimateInput ── estimate(&LocalPractice) ──► Estimate
//!   as it arrived      every fault at once     cannot be wrong                             lines, sums, notices
//! ```
//!
//! Where to read what:
//! - [`method`]: the calculation itself, one file for each period of law. Start here.
//! - [`law`]: which act, chapter and section applies from which day.
//! - [`practice`]: what is no law but the municipality's way; [`settled`]: its dated versions.
//! - [`table`], [`file`](mod@file): the yearly amounts and the checks they pass before anybody is calculated with them.
//! - [`change`], [`compare`]: what if? Two estimates beside each other.
//! - [`request`], [`input`]: what may be asked. [`estimate`]: what is answered. [`kind`]: the words of both.
//! - [`first`](mod@first): what else to apply for or do.

mod apply;
mod raw;

pub mod change;
pub mod compare;
pub mod estimate;
pub mod file;
pub mod first;
pub mod input;
pub mod kind;
pub mod law;
pub mod method;
pub mod month;
pub mod practice;
pub mod request;
pub mod settled;
pub mod share;
pub mod table;

pub use apply::{Changed, apply};
pub use change::{Change, ChangeRequest};
pub use compare::{CompareRequest, Comparison, Difference, Sum, Sums};
pub use estimate::{Estimate, Group, Line, LineCode, Notice};
pub use file::{NormFile, NormView, TableFault};
pub use first::{DecidedBy, First, FirstStep, first_steps};
pub use input::EstimateInput;
pub use kind::{ChangeKind, CostKind, IncomeKind, NormCode, NoticeCode, Partner, Person, Situation, Status, Why};
pub use law::LawRef;
pub use month::Month;
pub use practice::{Ceiling, ChildMoney, DayDivisor, LocalPractice, PartMonthCommon, Practices};
pub use raw::{Field, Given};
pub use request::{ChildRequest, CostRequest, EstimateRequest, HouseholdRequest, IncomeRequest};
pub use settled::{PracticeHistory, PracticeVersion, PracticeView, SavePractice, Settled};
pub use share::Share;
pub use table::{NormTable, NormTables};

/// Whole kronor. Signed, because a balance can be short.
pub type Kronor = i64;
