//! When an applicant hears from the municipality at the latest, where it has promised that.
//!
//! No rule in law gives a day for a first answer: an application is dealt with as simply, quickly and cheaply as possible
//! (9 § förvaltningslagen), and only after six months may a decision be demanded (12 §). So the number of days is the
//! municipality's own, with dates (`application_answer_time`); without one the receipt names no day.

use crate::appeal::next_working_day;
use jiff::civil::Date;

/// The last day: so many working days after the day of arrival, which is not counted. Both are local days.
pub fn answer_by(arrived: Date, working_days: u16) -> Date {
    let mut day = arrived;
    for _ in 0..working_days {
        // The calendar's own end, the year 9999.
        let Ok(next) = day.tomorrow() else { return day };
        day = next_working_day(next);
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn only_working_days_count_and_the_day_of_arrival_does_not() {
        for (arrived, days, last) in [
            (date(2026, 11, 23), 8, date(2026, 12, 3)),
            (date(2026, 11, 23), 1, date(2026, 11, 24)),
            (date(2026, 11, 27), 1, date(2026, 11, 30)),
            // A Saturday and a Sunday arrive as on the Friday.
            (date(2026, 11, 28), 1, date(2026, 11, 30)),
            (date(2026, 11, 29), 1, date(2026, 11, 30)),
            // Christmas: the 24th and 25th, the weekend, New Year's Eve and Day, the weekend, trettondedag jul.
            (date(2026, 12, 23), 1, date(2026, 12, 28)),
            (date(2026, 12, 30), 2, date(2027, 1, 5)),
            (date(2026, 11, 23), 0, date(2026, 11, 23)),
        ] {
            assert_eq!(answer_by(arrived, days), last, "{arrived} and {days}");
        }
        assert_eq!(answer_by(Date::MAX, 5), Date::MAX);
    }
}
