//! Exact parts of an amount, rounded to whole kronor only once and in the person's favour.

use super::Kronor;
use serde::{Deserialize, Serialize};

/// A part of a whole, such as 15 of 30 days, 3 of 4 persons or 75 of 100. Never more than the whole.
///
/// Kept unreduced, so that a line can show how it came about: `3820 × 15/30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(try_from = "Parts")]
pub struct Share {
    of: u32,
    out_of: u32,
}

#[derive(Deserialize)]
struct Parts {
    of: u32,
    out_of: u32,
}

impl TryFrom<Parts> for Share {
    type Error = &'static str;

    fn try_from(Parts { of, out_of }: Parts) -> Result<Self, Self::Error> {
        Self::new(of, out_of).ok_or("a share is at least 0, at most the whole, in at most 10,000 parts")
    }
}

impl Share {
    pub const WHOLE: Self = Self { of: 1, out_of: 1 };
    pub const HALF: Self = Self { of: 1, out_of: 2 };

    /// `None` unless `of` ≤ `out_of` and 1 ≤ `out_of` ≤ 10,000. The upper bound keeps two shares multiplied far from
    /// overflow.
    pub const fn new(of: u32, out_of: u32) -> Option<Self> {
        if of <= out_of && 1 <= out_of && out_of <= 10_000 { Some(Self { of, out_of }) } else { None }
    }

    /// `of` parts of `out_of`; everything when there are as many parts as the whole or more.
    pub const fn capped(of: u32, out_of: u32) -> Self {
        if of >= out_of {
            return Self::WHOLE;
        }
        match Self::new(of, out_of) {
            Some(share) => share,
            None => Self::WHOLE,
        }
    }

    pub const fn of(self) -> u32 {
        self.of
    }

    pub const fn out_of(self) -> u32 {
        self.out_of
    }

    pub const fn is_whole(self) -> bool {
        self.of == self.out_of
    }

    /// This share of that share: half of 3/4.
    #[must_use]
    pub const fn times(self, other: Self) -> Self {
        match (self.is_whole(), other.is_whole()) {
            (true, _) => other,
            (_, true) => self,
            _ => Self { of: self.of * other.of, out_of: self.out_of * other.out_of },
        }
    }

    /// The share of a need: a started krona is a whole krona.
    pub fn round_up(self, amount: Kronor) -> Kronor {
        let (of, out_of) = (Kronor::from(self.of), Kronor::from(self.out_of));
        // Amounts are never negative here, so this is the ceiling.
        (amount * of + out_of - 1) / out_of
    }

    /// The share of a counted income: a started krona is left to the person.
    pub fn round_down(self, amount: Kronor) -> Kronor {
        amount * Kronor::from(self.of) / Kronor::from(self.out_of)
    }
}
