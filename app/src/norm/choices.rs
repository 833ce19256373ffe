//! Choices that several forms offer.

use crate::{
    i18n::{Locale, td_string},
    ui::Choice,
};

/// Whether somebody has had support six months in a row, and whether the two years with jobbstimulans are over.
pub fn stimulus(t: Locale) -> Vec<Choice> {
    vec![
        Choice::new("no", td_string!(t, common.no)),
        Choice::new("yes", td_string!(t, common.yes)),
        Choice::new("over", td_string!(t, norm.stimulus_over)),
    ]
}
