//! Openings: the office's weekly pattern, turned into slots day by day.
//!
//! A pattern says a wall-clock time. Its instant is worked out for each day by itself, so a 09.00 slot is at 09.00
//! before and after the clocks change (Sundays at 02.00 and 03.00 in Europe/Stockholm).

use crate::id::OfficeId;
use crate::visit::VisitKind;
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time, Weekday},
    tz::{AmbiguousOffset, TimeZone},
};

/// "Every Monday and Wednesday 09.00, 45 minutes, 3 seats."
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    pub office: OfficeId,
    pub kind: VisitKind,
    /// Days of the week on which it recurs.
    pub weekdays: Vec<Weekday>,
    /// Local wall-clock start.
    pub starts: Time,
    pub minutes: i32,
    pub seats: i32,
}

/// One slot's instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotTime {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

impl Opening {
    /// The slot of this opening on `day`, if it recurs then.
    ///
    /// A wall-clock time that does not exist that day (02.30 on the night the clocks go forward) gives no slot; one
    /// that exists twice gives the first. The slot's length is real minutes.
    pub fn on(&self, day: Date, zone: &TimeZone) -> Option<SlotTime> {
        if !self.weekdays.contains(&day.weekday()) {
            return None;
        }
        let local = zone.to_ambiguous_zoned(day.to_datetime(self.starts));
        if matches!(local.offset(), AmbiguousOffset::Gap { .. }) {
            return None;
        }
        let starts_at = local.earlier().ok()?.timestamp();
        let ends_at = starts_at.checked_add(SignedDuration::from_mins(i64::from(self.minutes))).ok()?;
        Some(SlotTime { starts_at, ends_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};
    use uuid::Uuid;

    fn opening(weekday: Weekday, starts: Time) -> Opening {
        Opening {
            office: OfficeId(Uuid::nil()),
            kind: VisitKind::FirstVisit,
            weekdays: vec![weekday],
            starts,
            minutes: 45,
            seats: 3,
        }
    }

    fn stockholm() -> TimeZone {
        TimeZone::get("Europe/Stockholm").expect("bundled time zones")
    }

    #[test]
    fn keeps_the_wall_clock_over_both_clock_changes() {
        let monday = opening(Weekday::Monday, time(9, 0, 0, 0));
        // 2026: clocks go forward on 29 March, back on 25 October.
        for (day, utc) in [
            (date(2026, 3, 23), "2026-03-23T08:00:00Z"),
            (date(2026, 3, 30), "2026-03-30T07:00:00Z"),
            (date(2026, 10, 19), "2026-10-19T07:00:00Z"),
            (date(2026, 10, 26), "2026-10-26T08:00:00Z"),
        ] {
            assert_eq!(monday.on(day, &stockholm()).map(|slot| slot.starts_at.to_string()).as_deref(), Some(utc));
        }
    }

    #[test]
    fn an_hour_that_does_not_exist_gives_no_slot() {
        assert_eq!(opening(Weekday::Sunday, time(2, 30, 0, 0)).on(date(2026, 3, 29), &stockholm()), None);
    }

    #[test]
    fn an_hour_that_exists_twice_gives_the_first_and_lasts_its_minutes() {
        let slot = opening(Weekday::Sunday, time(2, 30, 0, 0)).on(date(2026, 10, 25), &stockholm()).expect("a slot");
        assert_eq!(slot.starts_at.to_string(), "2026-10-25T00:30:00Z");
        assert_eq!(slot.ends_at.to_string(), "2026-10-25T01:15:00Z");
    }

    #[test]
    fn other_weekdays_give_no_slot() {
        assert_eq!(opening(Weekday::Monday, time(9, 0, 0, 0)).on(date(2026, 11, 24), &stockholm()), None);
    }
}
