//! What no act says and every municipality settles for itself. None of it is law and none of it is verified for a
//! particular municipality: it is data, with the most common way as the default, and an estimate that rests on it says
//! so in a notice.

use super::{month::Month, share::Share};
use serde::{Deserialize, Serialize};

/// A municipality's way of calculating, where the law leaves it open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LocalPractice {
    /// What a child's days in the household are divided by. Default: 30.
    pub day_divisor: DayDivisor,
    /// How a child who is there part of the month counts in the common costs. Default: fully.
    pub part_month_common: PartMonthCommon,
    /// How much of the couple's personal costs, and of the common costs, falls on the one who applies when the partner
    /// has no right or is not in the application. Default: half.
    pub one_of_couple: Share,
}

impl Default for LocalPractice {
    fn default() -> Self {
        Self { day_divisor: DayDivisor::Thirty, part_month_common: PartMonthCommon::Full, one_of_couple: Share::HALF }
    }
}

/// How long a month is when a child's days are counted. That they are counted in days: SOSFS 2013:1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayDivisor {
    /// Every month has 30 days; 30 or more are the whole month.
    Thirty,
    /// The calendar days of the month.
    CalendarDays,
}

impl DayDivisor {
    /// In days.
    pub fn days(self, month: Month) -> u8 {
        match self {
            Self::Thirty => 30,
            Self::CalendarDays => month.days(),
        }
    }
}

/// How a child who is there part of the month counts in the size of the household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartMonthCommon {
    /// As a whole person: the home must have room for the child all month.
    Full,
    /// By days: the common costs lie between those of the smaller and the larger household. Our reading of "by days";
    /// a municipality confirms it before choosing it.
    ByDays,
}
