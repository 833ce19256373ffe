//! Decisions (beslut): what the board grants and refuses, need by need, with its reasons, its sections of law and how each
//! part is appealed.
//!
//! ```text
//! Calculation ── proposal ──► DecisionContent ── faults(&DecisionLaw, day) ──► published, never changed again
//!   the figures                 the caseworker's draft    everything at once
//! ```
//!
//! All amounts are whole kronor to be paid out for the month, so that the lines sum to what the person gets. FL 31-33 §§
//! say what a decision holds; which section of law may be cited on which day is data: `domain/law.toml`.

mod calculation;
mod content;
mod demand;
mod law;
mod view;

pub use calculation::{Calculation, CalculationLine, proposal};
pub use content::{
    DecisionContent, DecisionLine, MOST_AMOUNT, MOST_LINES, MOST_REASON, MOST_REASONS, MOST_SECTIONS, Need, NeedKind,
    OneSentence, Outcome,
};
pub use demand::{Demand, EarlierDecision, NeededLine, missing_lines};
pub use law::{AppealRoute, Confirmation, DecisionLaw, LawFault, LawFile, LawRow};
pub use view::{
    CitedSection, DecisionItem, DecisionPaper, DecisionReceipt, DecisionStatus, DecisionSummary, PublishDecision,
    PublishedDecision, ReadDecision, SaveDecision, SavedDecision, SectionChoice, StaffDecision,
};
