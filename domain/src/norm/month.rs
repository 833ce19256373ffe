//! A calendar month: the period support is applied for, and what decides which year's norm applies.

use jiff::civil::{Date, date};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// A calendar month, written `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    // Kept as its first day, so that order and length come from the calendar library.
    first: Date,
}

/// The text is not a month written as `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAMonth;

impl Month {
    /// The month with this number, 1 to 12.
    pub fn new(year: i16, month: i8) -> Option<Self> {
        Date::new(year, month, 1).ok().map(Self::containing)
    }

    /// The month this day lies in.
    pub fn containing(day: Date) -> Self {
        Self { first: day.first_of_month() }
    }

    /// For constants only: a number that is no month does not compile.
    pub(super) const fn fixed(year: i16, month: i8) -> Self {
        Self { first: date(year, month, 1) }
    }

    pub fn year(self) -> i16 {
        self.first.year()
    }

    /// January is 1.
    pub fn number(self) -> i8 {
        self.first.month()
    }

    pub const fn first_day(self) -> Date {
        self.first
    }

    /// Calendar days in the month, 28 to 31.
    pub fn days(self) -> u8 {
        self.first.days_in_month().unsigned_abs()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.number())
    }
}

impl FromStr for Month {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        // Digits only: the number parser alone would let `+026-+1` through.
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        match text.split_once('-') {
            Some((year, month)) if year.len() == 4 && month.len() == 2 && digits(year) && digits(month) => {
                Self::new(year.parse().map_err(|_| NotAMonth)?, month.parse().map_err(|_| NotAMonth)?).ok_or(NotAMonth)
            }
            _ => Err(NotAMonth),
        }
    }
}

impl fmt::Display for NotAMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a month written as 2026-11")
    }
}

impl std::error::Error for NotAMonth {}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
