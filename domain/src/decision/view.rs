//! Decisions as the two sides see them: the caseworker's draft, and the paper the person reads.

use super::{
    calculation::Calculation,
    content::{DecisionContent, NeedKind, Outcome},
    demand::{EarlierDecision, NeededLine},
    law::AppealRoute,
};
use crate::{
    fault::FieldFault,
    id::{ApplicationId, CaseId, DecisionId},
    message::{Ahead, Unread},
    norm::Month,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DecisionStatus {
    /// Changes by versions; nobody but the caseworkers knows of it.
    Draft,
    /// Never changes.
    Published,
}

impl DecisionStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            DecisionStatus::Draft => "draft",
            DecisionStatus::Published => "published",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [DecisionStatus::Draft, DecisionStatus::Published].into_iter().find(|status| status.as_str() == name)
    }
}

/// A decision in a line, for the case's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DecisionSummary {
    pub decision_id: DecisionId,
    pub application_id: ApplicationId,
    pub status: DecisionStatus,
    #[cfg_attr(feature = "schema", schema(value_type = String, example = "2026-11"))]
    pub period: Month,
    pub outcome: Outcome,
    /// What is paid out, in kronor.
    pub amount: i64,
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = DateTime))]
    pub decided_at: Option<Timestamp>,
    /// Who decided, by name.
    pub decided_by: Option<String>,
}

/// Saves a draft over the version it was read with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SaveDecision {
    /// 0 when there was none.
    pub version: i64,
    pub content: DecisionContent,
}

/// The draft's new version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SavedDecision {
    pub version: i64,
}

/// Publishes the draft as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PublishDecision {
    /// Of the draft that was read: what is published is what was seen.
    pub version: i64,
    /// Of the verified figures that were seen; 0, the default, is the applicant's own.
    #[serde(default)]
    pub figures: i64,
    /// `practice` of the calculation that was seen; 0, the default, is none.
    // Left out where there is none: a key remembers the command as it was before this field.
    #[serde(default, skip_serializing_if = "is_default")]
    pub practice: i64,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PublishedDecision {
    pub decision_id: DecisionId,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub decided_at: Timestamp,
}

/// A section one may choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SectionChoice {
    pub section: String,
    pub cite: String,
    pub heading: String,
    /// A refusal or reduction may rest on it.
    pub settled: bool,
    /// The needs it usually decides.
    pub fits: Vec<NeedKind>,
}

/// A section a decision cites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CitedSection {
    pub section: String,
    pub cite: String,
}

/// When a party received it, and that party's last day to appeal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DecisionReceipt {
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub received_at: Timestamp,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub last_day: Date,
}

/// Everything a decision says to the person it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DecisionPaper {
    pub outcome: Outcome,
    /// What is paid out, in kronor.
    pub amount: i64,
    pub content: DecisionContent,
    pub calculation: Calculation,
    /// The sections the lines name, as they are cited.
    pub sections: Vec<CitedSection>,
    /// Who decided, by name.
    pub decided_by: String,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub decided_at: Timestamp,
    /// The case's number.
    pub case_number: String,
    /// Where an appeal is handed in: the office of the board that decided.
    pub office_name: String,
    pub office_street: String,
    /// Absent in a preview: nobody has received it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<DecisionReceipt>,
}

/// A decision in the person's list. Of one she has not opened nothing is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DecisionItem {
    pub decision_id: DecisionId,
    pub opened: bool,
    /// The month it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, example = "2026-11"))]
    pub period: Option<Month>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<DecisionReceipt>,
    /// The ways to appeal it: the receipt's last day is for the court alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub appeal_routes: Vec<AppealRoute>,
}

/// A decision as the person reads it. Before she has opened it there is nothing but its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReadDecision {
    pub decision_id: DecisionId,
    pub opened: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionPaper>,
}

/// A decision as the caseworker sees it: the saved draft, or what the figures propose, or what was published.
#[expect(clippy::struct_excessive_bools, reason = "each says something else, and REST shows each by its name")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StaffDecision {
    pub case_id: CaseId,
    pub case_number: String,
    pub application_id: ApplicationId,
    /// Absent until something has been saved.
    pub decision_id: Option<DecisionId>,
    pub status: DecisionStatus,
    /// 0 until something has been saved.
    pub version: i64,
    pub content: DecisionContent,
    /// The figures it rests on; absent where they cannot be calculated with.
    pub calculation: Option<Calculation>,
    /// The figures are a caseworker's, not the applicant's own.
    pub verified: bool,
    /// The version of the verified figures; 0 for the applicant's own.
    pub figures: i64,
    /// The version of what the municipality has settled by which the applicant's own figures are calculated; 0 where nothing
    /// is, and for verified figures, which keep the one they were saved with.
    pub practice: i64,
    /// The lines the figures ask for now: a draft must have them all.
    pub needed: Vec<NeededLine>,
    /// What has been published in the case for the same month: none of it is among the needed lines.
    pub earlier: Vec<EarlierDecision>,
    /// What is granted beyond the calculation, in kronor; 0 where it is not more, or published.
    pub more_than_calculated: i64,
    /// The sections that can be cited today.
    pub sections: Vec<SectionChoice>,
    /// The reader works on the case: she may save and publish.
    pub mine: bool,
    /// Somebody works on the case.
    pub taken: bool,
    /// A party only claims to be who she is: she is told of the decision, and can read it, once the desk has confirmed it.
    pub identity_claimed: bool,
    /// What stands in the way of publishing.
    pub faults: Vec<FieldFault>,
    /// A refusal or reduction rests on a section nobody has confirmed.
    pub law_unsettled: bool,
    /// Of a draft: the parties, and how each will come to know of it.
    pub ahead: Vec<Ahead>,
    /// Of a published decision: the parties who have not received it and whom no staff have told, and how each comes to know
    /// of it.
    pub unread: Vec<Unread>,
    /// What the person will read, or reads.
    pub paper: Option<DecisionPaper>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_practice_the_command_is_what_a_key_remembers_from_before() {
        let command = PublishDecision { version: 2, figures: 1, practice: 0 };
        let sent = serde_json::to_string(&command).expect("JSON");
        assert_eq!(sent, r#"{"version":2,"figures":1}"#);
        assert_eq!(serde_json::from_str::<PublishDecision>(&sent).expect("a command"), command);
        let with = PublishDecision { practice: 3, ..command };
        assert_eq!(serde_json::to_string(&with).expect("JSON"), r#"{"version":2,"figures":1,"practice":3}"#);
    }
}
