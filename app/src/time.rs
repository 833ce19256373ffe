//! Dates and times as people read them: local time, Latin digits, month and weekday in words.

use crate::i18n::{Locale, td_string};
use jiff::{
    Timestamp,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};

/// The instant of a request, in the municipality's time.
#[derive(Clone, Debug)]
pub struct Clockwork {
    pub now: Timestamp,
    pub zone: TimeZone,
}

impl Clockwork {
    /// Today, locally.
    pub fn today(&self) -> Date {
        self.date(self.now)
    }

    /// The local day of an instant.
    pub fn date(&self, instant: Timestamp) -> Date {
        self.zone.to_datetime(instant).date()
    }

    /// The local wall-clock time of an instant.
    pub fn time(&self, instant: Timestamp) -> Time {
        self.zone.to_datetime(instant).time()
    }
}

/// "onsdag 2 december".
pub fn long_date(t: Locale, day: Date) -> String {
    td_string!(
        t,
        common.date.long,
        weekday = weekday(t, day.weekday()),
        day = day.day().to_string(),
        month = month(t, day.month())
    )
    .to_string()
}

/// "måndag 14 december 2026": a date that is kept.
pub fn date_with_year(t: Locale, day: Date) -> String {
    format!("{} {}", long_date(t, day), day.year())
}

/// "november 2026".
pub fn month_and_year(t: Locale, year: i16, number: i8) -> String {
    td_string!(t, common.date.month_and_year, month = month(t, number), year = year.to_string()).to_string()
}

/// "09.00" in Swedish, "09:00" elsewhere.
pub fn clock(t: Locale, time: Time) -> String {
    let separator = if t == Locale::sv { '.' } else { ':' };
    format!("{:02}{separator}{:02}", time.hour(), time.minute())
}

pub fn weekday(t: Locale, day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => td_string!(t, common.date.monday),
        Weekday::Tuesday => td_string!(t, common.date.tuesday),
        Weekday::Wednesday => td_string!(t, common.date.wednesday),
        Weekday::Thursday => td_string!(t, common.date.thursday),
        Weekday::Friday => td_string!(t, common.date.friday),
        Weekday::Saturday => td_string!(t, common.date.saturday),
        Weekday::Sunday => td_string!(t, common.date.sunday),
    }
}

/// The month by its number, 1 to 12.
pub fn month(t: Locale, number: i8) -> &'static str {
    match number {
        1 => td_string!(t, common.date.january),
        2 => td_string!(t, common.date.february),
        3 => td_string!(t, common.date.march),
        4 => td_string!(t, common.date.april),
        5 => td_string!(t, common.date.may),
        6 => td_string!(t, common.date.june),
        7 => td_string!(t, common.date.july),
        8 => td_string!(t, common.date.august),
        9 => td_string!(t, common.date.september),
        10 => td_string!(t, common.date.october),
        11 => td_string!(t, common.date.november),
        _ => td_string!(t, common.date.december),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    #[test]
    fn dates_read_as_people_say_them() {
        assert_eq!(long_date(Locale::sv, date(2026, 12, 2)), "onsdag 2 december");
        assert_eq!(long_date(Locale::en, date(2026, 12, 2)), "Wednesday 2 December");
        assert_eq!(long_date(Locale::ar, date(2026, 12, 2)), "الأربعاء 2 ديسمبر");
        assert_eq!(month_and_year(Locale::sv, 2026, 11), "november 2026");
        assert_eq!(clock(Locale::sv, time(9, 5, 0, 0)), "09.05");
        assert_eq!(clock(Locale::ar, time(14, 0, 0, 0)), "14:00");
    }
}
