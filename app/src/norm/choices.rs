//! Choices that several forms offer.

use crate::{
    i18n::{Locale, td_string},
    ui::Choice,
};
use domain::norm::Partner;

/// One adult, or two.
pub fn adults(t: Locale) -> Vec<Choice> {
    vec![Choice::new("1", td_string!(t, norm.adults_one)), Choice::new("2", td_string!(t, norm.adults_two))]
}

/// How a partner stands to the application. Never why.
pub fn partner(t: Locale) -> Vec<Choice> {
    let text = |partner| match partner {
        Partner::Applies => td_string!(t, norm.partner_applies),
        Partner::NoRight => td_string!(t, norm.partner_no_right),
        Partner::NotInApplication => td_string!(t, norm.partner_not_in_application),
    };
    Partner::ALL.iter().map(|partner| Choice::new(partner.as_str(), text(*partner))).collect()
}

/// Whether somebody has had support six months in a row, and whether the two years with jobbstimulans are over.
pub fn stimulus(t: Locale) -> Vec<Choice> {
    vec![
        Choice::new("no", td_string!(t, common.no)),
        Choice::new("yes", td_string!(t, common.yes)),
        Choice::new("over", td_string!(t, norm.stimulus_over)),
    ]
}
