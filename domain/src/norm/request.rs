//! What is asked of an estimate, as it arrived. Nothing in it can be trusted before
//! [`check`](EstimateRequest::check): any field may be missing, of the wrong type or absurd.
//!
//! `POST /api/v1/estimates`. The page and the island fill the same type, so every door has the same faults.

use super::raw::{Field, Given, Unknown};
use serde::{Deserialize, Serialize};

/// A question: what would the norm say for this household in this month? All amounts are whole kronor for the month.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EstimateRequest {
    /// The month support is for, `2026-11`.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = String, required = true, example = "2026-11"))]
    pub month: Field,
    #[serde(default, skip_serializing_if = "Given::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = HouseholdRequest, required = true))]
    pub household: Given<HouseholdRequest>,
    /// Costs outside the norm. At most 50.
    #[serde(default, skip_serializing_if = "Given::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = Vec<CostRequest>, max_items = 50))]
    pub costs: Given<Vec<Given<CostRequest>>>,
    /// Incomes after tax. At most 50.
    #[serde(default, skip_serializing_if = "Given::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = Vec<IncomeRequest>, max_items = 50))]
    pub incomes: Given<Vec<Given<IncomeRequest>>>,
    /// What was more than the norm in an earlier month and is left. Kronor, default 0.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = i64, minimum = 0, maximum = 1_000_000))]
    pub previous_surplus: Field,
    /// How many months ago that was; 1 is the month before. Older than the municipality lets it roll does not count.
    /// Default 1.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = i64, minimum = 1, maximum = 600))]
    pub surplus_age: Field,
    /// What else is so; answered with notices. At most 50.
    #[serde(default, skip_serializing_if = "Given::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = Vec<super::Situation>, max_items = 50))]
    pub situation: Given<Vec<Field>>,
    #[serde(flatten, skip_serializing)]
    #[cfg_attr(feature = "schema", schema(ignore))]
    pub unknown: Unknown,
}

/// Who lives together and applies together.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct HouseholdRequest {
    /// 1, or 2 for spouses, registered partners and sambor.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = i64, required = true, minimum = 1, maximum = 2))]
    pub adults: Field,
    /// With 2 adults: how the partner stands to the application. Default `applies`.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = super::Partner))]
    pub partner: Field,
    /// Those the adults must support, 0 to 20 years. At most 20.
    #[serde(default, skip_serializing_if = "Given::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = Vec<ChildRequest>, max_items = 20))]
    pub children: Given<Vec<Given<ChildRequest>>>,
    /// People outside the case with whom food and household costs are shared. Not a lodger with a household of their
    /// own. Default 0.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = i64, minimum = 0, maximum = 20))]
    pub shared_with: Field,
    #[serde(flatten, skip_serializing)]
    #[cfg_attr(feature = "schema", schema(ignore))]
    pub unknown: Unknown,
}

/// A child or pupil in the household.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChildRequest {
    /// Years. At 19 and 20 a school pupil.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = i64, required = true, minimum = 0, maximum = 20))]
    pub age: Field,
    /// Eats lunch away from home five days a week. Default no; makes no difference from 7 years.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = bool))]
    pub lunch_away: Field,
    /// Days in the household, 1 to the days of the month. Default all.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = i64, minimum = 1, maximum = 31))]
    pub days: Field,
    #[serde(flatten, skip_serializing)]
    #[cfg_attr(feature = "schema", schema(ignore))]
    pub unknown: Unknown,
}

/// A cost outside the norm.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CostRequest {
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = super::CostKind, required = true))]
    pub kind: Field,
    /// Kronor.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = i64, required = true, minimum = 0, maximum = 1_000_000))]
    pub amount: Field,
    #[serde(flatten, skip_serializing)]
    #[cfg_attr(feature = "schema", schema(ignore))]
    pub unknown: Unknown,
}

/// An income after tax.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct IncomeRequest {
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = super::IncomeKind, required = true))]
    pub kind: Field,
    /// Kronor.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = i64, required = true, minimum = 0, maximum = 1_000_000))]
    pub amount: Field,
    /// Whose it is: `adult1`, `adult2`, `child1` … in the order of `children`. Default: the household's. A `wage`
    /// belongs to an adult, a `pupil_wage` to a child.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = String, example = "adult1"))]
    pub person: Field,
    /// Of a wage: months in a row with support right before `month`. Default 0.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = i64, minimum = 0, maximum = 600))]
    pub months_with_support: Field,
    /// Of a wage: which month of the two years with jobbstimulans this is. Default 1.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = i64, minimum = 1, maximum = 600))]
    pub stimulus_month: Field,
    /// Of a pupil's wage: what the pupil has earned so far this calendar year, this amount included. Kronor, default
    /// this amount alone.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = i64, minimum = 0, maximum = 1_000_000))]
    pub year_to_date: Field,
    #[serde(flatten, skip_serializing)]
    #[cfg_attr(feature = "schema", schema(ignore))]
    pub unknown: Unknown,
}
