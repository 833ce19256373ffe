//! How the calculation is done, one file for each period of law behind one interface.
//!
//! A reform is a new file and a new row in the list here. Old months keep their own way, also years later in an appeal.

mod until_2026;

use super::{Kronor, estimate::Sheet, input::EstimateInput, month::Month, practice::LocalPractice};
use std::fmt::Debug;

/// A way of calculating. Each step writes its lines on the sheet, which adds them up.
pub trait Method: Debug + Sync {
    /// Whether the way applies to support for this month.
    fn applies_to(&self, month: Month) -> bool;

    /// What the household needs by the norm.
    fn norm(&self, input: &EstimateInput<'_>, practice: &LocalPractice, sheet: &mut Sheet);

    /// What it needs beside the norm.
    fn costs(&self, input: &EstimateInput<'_>, practice: &LocalPractice, sheet: &mut Sheet);

    /// What it has.
    fn incomes(&self, input: &EstimateInput<'_>, practice: &LocalPractice, sheet: &mut Sheet);

    /// What counts of what was left from earlier months.
    fn surplus(&self, input: &EstimateInput<'_>, practice: &LocalPractice) -> Kronor;

    /// What should be said beside the figures; comes last and sees the sums.
    fn notices(&self, input: &EstimateInput<'_>, sheet: &mut Sheet);
}

/// Every way we know.
const METHODS: [&dyn Method; 1] = [&until_2026::Until2026];

/// The way that applies to this month; `None` where it is not known yet.
pub fn of(month: Month) -> Option<&'static dyn Method> {
    METHODS.into_iter().find(|method| method.applies_to(month))
}
