//! Casework (handläggning): the intake list, the case (ärende, akt), who works on it, the caseworker's verified figures
//! beside the applicant's, and notes.
//!
//! Everything here is for the staff of the case's own office. All amounts are whole kronor.

pub mod calculation;

pub use calculation::{Deviations, SaveCalculation};

use crate::{
    application::{Application, ApplicationKind, Door, Way},
    decision::DecisionSummary,
    document::DocumentInfo,
    fault::FieldFault,
    id::{ApplicationId, CaseId, NoteId, PersonId, StaffId},
    message::{Told, Unread},
    norm::{Estimate, EstimateRequest, Month},
    reception::WalkIn,
    visit::Visit,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Characters in one note.
pub const MAX_NOTE: usize = 10_000;

/// Which applications of the intake list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum IntakeFilter {
    /// In cases the asking member of staff works on.
    Mine,
    /// In cases nobody works on.
    Nobody,
    /// Those, decided or not, about which staff are to tell somebody and have not yet: by telephone, by letter, at the desk,
    /// otherwise where no e-mail went, or after some days where she has not said how.
    Unreached,
    #[default]
    All,
}

impl IntakeFilter {
    pub const ALL: [IntakeFilter; 4] =
        [IntakeFilter::Mine, IntakeFilter::Nobody, IntakeFilter::Unreached, IntakeFilter::All];

    /// The name in REST and in the audit log.
    pub fn as_str(self) -> &'static str {
        match self {
            IntakeFilter::Mine => "mine",
            IntakeFilter::Nobody => "nobody",
            IntakeFilter::Unreached => "unreached",
            IntakeFilter::All => "all",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|filter| filter.as_str() == name)
    }
}

/// Where in the intake list to begin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum IntakeFrom {
    /// With the oldest.
    #[default]
    Start,
    /// Right behind this application.
    After(ApplicationId),
    /// So far back that this application would come next.
    Before(ApplicationId),
}

/// A part of the intake list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntakeQuery {
    pub filter: IntakeFilter,
    pub from: IntakeFrom,
    /// At most this many.
    pub limit: usize,
}

/// Applications of an office that have no published decision yet, oldest first: a part of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IntakeList {
    pub office_name: String,
    /// The local day the ages are counted to.
    pub day: Date,
    pub items: Vec<IntakeItem>,
    /// There are older ones before this.
    pub previous: Option<ApplicationId>,
    /// There are younger ones after this.
    pub next: Option<ApplicationId>,
}

/// One application that waits for its decision. No name: the list stands open on a screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct IntakeItem {
    pub application_id: ApplicationId,
    pub case_id: CaseId,
    /// The case's number.
    pub number: String,
    pub kind: ApplicationKind,
    /// The month support is asked for.
    #[cfg_attr(feature = "schema", schema(value_type = String, example = "2026-11"))]
    pub month: Month,
    pub door: Door,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub arrived_at: Timestamp,
    /// Whole local days since it arrived; 0 is today.
    pub days: i32,
    /// Who applied only claims to be who she says: the desk is to confirm it.
    pub identity_claimed: bool,
    /// Nobody yet when absent.
    pub handler: Option<Handler>,
    /// Papers that belong to the application.
    pub papers: i64,
    /// Staff are to tell somebody about it, as [`IntakeFilter::Unreached`] says.
    pub unreached: bool,
}

/// Who works on a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Handler {
    pub staff_id: StaffId,
    pub name: String,
}

/// A case in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CaseHead {
    pub case_id: CaseId,
    pub number: String,
    /// The office's short name.
    pub office: String,
    pub office_name: String,
    pub status: CaseStatus,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub opened_at: Timestamp,
    /// Nobody yet when absent.
    pub handler: Option<Handler>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CaseStatus {
    Open,
    Closed,
}

impl CaseStatus {
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "open" => Some(CaseStatus::Open),
            "closed" => Some(CaseStatus::Closed),
            _ => None,
        }
    }
}

/// Somebody a case is about (part).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Party {
    pub person_id: PersonId,
    pub name: String,
    pub role: PartyRole,
    /// Who she is has not been confirmed yet.
    pub identity_claimed: bool,
    /// The safe way to reach her; absent when she has not said.
    pub way: Option<Way>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PartyRole {
    Applicant,
    Partner,
}

impl PartyRole {
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "applicant" => Some(PartyRole::Applicant),
            "partner" => Some(PartyRole::Partner),
            _ => None,
        }
    }
}

/// The whole case, as its office works on it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CaseView {
    #[serde(flatten)]
    pub head: CaseHead,
    pub parties: Vec<Party>,
    /// Newest first.
    pub applications: Vec<CaseApplication>,
    /// The parties' visits at this office, by time.
    pub visits: Vec<Visit>,
    /// When a party came to this office without a booked time and said who she is, by time.
    pub walk_ins: Vec<WalkIn>,
    pub decisions: Vec<DecisionSummary>,
    /// Messages of which staff are to tell a party, and how, in the order they were written.
    pub unreached: Vec<Unread>,
    /// What staff have told a party that she has not read since, in the order she was told. No receipt.
    pub told: Vec<Told>,
    /// In the order they were written.
    pub notes: Vec<Note>,
}

/// An application with what has been added to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CaseApplication {
    pub application: Application,
    pub papers: Vec<DocumentInfo>,
    /// Version of the saved calculation; 0 when there is none.
    pub calculation_version: i64,
}

/// What somebody of the staff wrote down. Never changed, never removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Note {
    pub note_id: NoteId,
    /// Who wrote it.
    pub author: String,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub written_at: Timestamp,
    pub text: String,
}

/// Writes a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WriteNote {
    /// 1 to 10,000 characters.
    pub text: String,
}

/// The calculation of one application, side by side.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CalculationView {
    pub case: CaseHead,
    pub application_id: ApplicationId,
    /// The month support is asked for.
    #[cfg_attr(feature = "schema", schema(value_type = String, example = "2026-11"))]
    pub month: Month,
    /// As the applicant wrote them.
    pub stated: Figures,
    /// As last saved by a caseworker; the applicant's as long as nothing has been.
    pub verified: Figures,
    /// Why lines of `verified` differ from `stated`.
    pub deviations: BTreeMap<String, String>,
    /// 0 when nothing has been saved.
    pub version: i64,
    pub saved: Option<Saved>,
    /// The municipality calculates otherwise now than when this was saved. Both sides are as they were then; saving again
    /// takes what applies now.
    pub practice_changed: bool,
    /// The version of what the municipality has settled for the month, by which figures are calculated that are saved now;
    /// 0 where nothing is. Saving names it, so that none takes effect unseen.
    pub practice: i64,
}

/// Who saved a version, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Saved {
    pub by: String,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
}

/// A question to the norm and its answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Figures {
    pub request: EstimateRequest,
    /// Absent when it cannot be calculated: `faults` says why.
    pub estimate: Option<Estimate>,
    pub faults: Vec<FieldFault>,
}

impl Figures {
    /// The month's norm is not known: nothing is wrong with the figures themselves.
    pub fn norm_not_known(&self) -> bool {
        self.faults.iter().any(|fault| fault.code == crate::FieldCode::NormNotKnown)
    }
}
