//! Appeals (överklagande): the last day.
//!
//! An appeal must have arrived within three weeks from the day the appellant received the decision (FL 44 §): the last day
//! is the same weekday three weeks later. Where that is a Saturday, a Sunday, a public holiday (lagen 1989:253 om allmänna
//! helgdagar), Midsummer Eve, Christmas Eve or New Year's Eve, the next day that is none of them counts (lagen 1930:173
//! om beräkning av lagstadgad tid, 2 §). The list is the one in force since 2005, when 6 June became a public holiday.

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

/// Weeks to appeal (FL 44 §).
const WEEKS: i32 = 3;

/// The last day on which an appeal against a decision received on `received` is in time. Both are local days.
pub fn last_day(received: Date) -> Date {
    next_working_day(received.saturating_add(WEEKS.weeks()))
}

/// `date` itself, or the first day after it that is no closed day.
pub fn next_working_day(date: Date) -> Date {
    let mut day = date;
    while is_closed(day) {
        // The calendar's own end, the year 9999.
        let Ok(next) = day.tomorrow() else { return day };
        day = next;
    }
    day
}

/// Whether time set by law does not end on this day.
pub fn is_closed(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) || is_holiday_or_eve(date)
}

/// A public holiday, or one of the three eves that count as such. Påskdagen, pingstdagen, midsommardagen and alla helgons
/// dag always are Sundays or Saturdays; they stand here because the law names them.
fn is_holiday_or_eve(date: Date) -> bool {
    let weekday = date.weekday();
    match (date.month(), date.day()) {
        // Nyårsdagen, trettondedag jul, första maj, nationaldagen, julafton, juldagen, annandag jul, nyårsafton.
        (1, 1 | 6) | (5, 1) | (6, 6) | (12, 24 | 25 | 26 | 31) => true,
        // Midsommarafton: the Friday before midsommardagen.
        (6, 19..=25) if weekday == Weekday::Friday => true,
        // Midsommardagen; alla helgons dag.
        (6, 20..=26) | (10, 31) | (11, 1..=6) if weekday == Weekday::Saturday => true,
        _ => {
            let easter = easter(date.year());
            // Långfredagen, påskdagen, annandag påsk, Kristi himmelsfärdsdag (the sixth Thursday after), pingstdagen.
            [-2, 0, 1, 39, 49].into_iter().any(|days: i32| easter.saturating_add(days.days()) == date)
        }
    }
}

/// Påskdagen: the first Sunday after the ecclesiastical full moon on or next after 21 March, by the anonymous Gregorian
/// computus.
pub fn easter(year: i16) -> Date {
    // 22 March is the earliest Easter Sunday.
    let earliest = Date::new(year, 3, 22).unwrap_or(Date::MIN);
    let year = i32::from(year);
    let golden = year.rem_euclid(19);
    let (century, in_century) = (year.div_euclid(100), year.rem_euclid(100));
    // The solar and lunar corrections of the century.
    let skipped = century.div_euclid(4);
    let lunar = (8 * century + 13).div_euclid(25);
    // Days from 21 March to the full moon, with the two exceptions of the calendar.
    let moon = (19 * golden + century - skipped - lunar + 15).rem_euclid(30);
    let exception = (golden + 11 * moon).div_euclid(319);
    // From there to the Sunday.
    let leap = in_century.div_euclid(4);
    let sunday = (2 * (century.rem_euclid(4) + leap) - in_century.rem_euclid(4) - moon + exception + 32).rem_euclid(7);
    let after = moon - exception + sunday;
    earliest.saturating_add(after.days())
}
