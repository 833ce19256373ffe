//! The last day to appeal: every kind of closed day, over several years.

#![expect(clippy::expect_used, reason = "what a test relies on, also in its helper functions")]

use domain::appeal::{easter, is_closed, last_day, next_working_day};
use jiff::{
    ToSpan,
    civil::{Date, Weekday, date},
};
use proptest::prelude::*;

/// Three weeks before: the day on which what ends on `day` was received.
fn received(day: Date) -> Date {
    day.checked_sub(3.weeks()).expect("a day")
}

/// Year, month, day.
type Day = (i16, i8, i8);

/// Name, the day three weeks after receipt, and the last day that makes.
const CASES: &[(&str, Day, Day)] = &[
    // Ordinary weekdays stay.
    ("måndag", (2026, 12, 14), (2026, 12, 14)),
    ("fredag", (2026, 11, 27), (2026, 11, 27)),
    ("lördag", (2026, 11, 28), (2026, 11, 30)),
    ("lördag", (2027, 2, 13), (2027, 2, 15)),
    ("söndag", (2026, 11, 29), (2026, 11, 30)),
    ("söndag", (2027, 2, 14), (2027, 2, 15)),
    ("nyårsdagen, torsdag", (2026, 1, 1), (2026, 1, 2)),
    ("nyårsdagen, fredag", (2027, 1, 1), (2027, 1, 4)),
    ("nyårsdagen, lördag", (2028, 1, 1), (2028, 1, 3)),
    ("nyårsdagen, måndag", (2029, 1, 1), (2029, 1, 2)),
    ("trettondedag jul, tisdag", (2026, 1, 6), (2026, 1, 7)),
    ("trettondedag jul, onsdag", (2027, 1, 6), (2027, 1, 7)),
    ("trettondedag jul, torsdag", (2028, 1, 6), (2028, 1, 7)),
    ("trettondedag jul, lördag", (2029, 1, 6), (2029, 1, 8)),
    ("långfredagen", (2025, 4, 18), (2025, 4, 22)),
    ("långfredagen", (2026, 4, 3), (2026, 4, 7)),
    ("långfredagen", (2027, 3, 26), (2027, 3, 30)),
    ("långfredagen", (2028, 4, 14), (2028, 4, 18)),
    ("påskdagen", (2025, 4, 20), (2025, 4, 22)),
    ("påskdagen", (2026, 4, 5), (2026, 4, 7)),
    ("påskdagen", (2027, 3, 28), (2027, 3, 30)),
    ("annandag påsk", (2025, 4, 21), (2025, 4, 22)),
    ("annandag påsk", (2026, 4, 6), (2026, 4, 7)),
    ("annandag påsk", (2027, 3, 29), (2027, 3, 30)),
    ("annandag påsk", (2038, 4, 26), (2038, 4, 27)),
    ("första maj, torsdag", (2025, 5, 1), (2025, 5, 2)),
    ("första maj, fredag", (2026, 5, 1), (2026, 5, 4)),
    ("första maj, lördag", (2027, 5, 1), (2027, 5, 3)),
    ("första maj, måndag", (2028, 5, 1), (2028, 5, 2)),
    ("Kristi himmelsfärdsdag", (2025, 5, 29), (2025, 5, 30)),
    ("Kristi himmelsfärdsdag", (2026, 5, 14), (2026, 5, 15)),
    ("Kristi himmelsfärdsdag", (2027, 5, 6), (2027, 5, 7)),
    ("Kristi himmelsfärdsdag", (2035, 5, 3), (2035, 5, 4)),
    ("pingstdagen", (2025, 6, 8), (2025, 6, 9)),
    ("pingstdagen", (2026, 5, 24), (2026, 5, 25)),
    ("pingstdagen", (2027, 5, 16), (2027, 5, 17)),
    ("nationaldagen, fredag", (2025, 6, 6), (2025, 6, 9)),
    ("nationaldagen, lördag", (2026, 6, 6), (2026, 6, 8)),
    ("nationaldagen, söndag", (2027, 6, 6), (2027, 6, 7)),
    ("nationaldagen, tisdag", (2028, 6, 6), (2028, 6, 7)),
    ("midsommarafton", (2025, 6, 20), (2025, 6, 23)),
    ("midsommarafton", (2026, 6, 19), (2026, 6, 22)),
    ("midsommarafton", (2027, 6, 25), (2027, 6, 28)),
    ("midsommardagen", (2025, 6, 21), (2025, 6, 23)),
    ("midsommardagen", (2026, 6, 20), (2026, 6, 22)),
    ("midsommardagen", (2027, 6, 26), (2027, 6, 28)),
    ("alla helgons dag", (2025, 11, 1), (2025, 11, 3)),
    ("alla helgons dag", (2026, 10, 31), (2026, 11, 2)),
    ("alla helgons dag", (2027, 11, 6), (2027, 11, 8)),
    ("julafton, onsdag: den längsta väntan", (2025, 12, 24), (2025, 12, 29)),
    ("julafton, torsdag", (2026, 12, 24), (2026, 12, 28)),
    ("julafton, fredag", (2027, 12, 24), (2027, 12, 27)),
    ("julafton, måndag", (2029, 12, 24), (2029, 12, 27)),
    ("juldagen, torsdag", (2025, 12, 25), (2025, 12, 29)),
    ("juldagen, fredag", (2026, 12, 25), (2026, 12, 28)),
    ("juldagen, måndag", (2028, 12, 25), (2028, 12, 27)),
    ("annandag jul, fredag", (2025, 12, 26), (2025, 12, 29)),
    ("annandag jul, lördag", (2026, 12, 26), (2026, 12, 28)),
    ("annandag jul, tisdag", (2028, 12, 26), (2028, 12, 27)),
    ("nyårsafton, onsdag", (2025, 12, 31), (2026, 1, 2)),
    ("nyårsafton, torsdag", (2026, 12, 31), (2027, 1, 4)),
    ("nyårsafton, fredag", (2027, 12, 31), (2028, 1, 3)),
];

#[test]
fn every_closed_day_moves_the_last_day() {
    for (name, (year, month, day), (to_year, to_month, to_day)) in CASES {
        let (on, expected) = (date(*year, *month, *day), date(*to_year, *to_month, *to_day));
        assert_eq!(last_day(received(on)), expected, "{name} {on}");
        assert_eq!(is_closed(on), on != expected, "{name} {on}");
    }
}

#[test]
fn weekdays_beside_the_closed_ones_stay() {
    for day in [
        // Trettondagsafton, skärtorsdagen, valborgsmässoafton, annandag pingst (no holiday since 2005), the day after
        // Kristi himmelsfärdsdag, Thursday before midsummer, Friday before alla helgons dag, lilla julafton.
        date(2026, 1, 5),
        date(2026, 4, 2),
        date(2026, 4, 30),
        date(2026, 5, 25),
        date(2026, 5, 15),
        date(2026, 6, 18),
        date(2026, 10, 30),
        date(2026, 12, 23),
        date(2026, 12, 30),
        // Fridays in June that are no Midsummer Eve.
        date(2026, 6, 26),
        date(2027, 6, 18),
    ] {
        assert_eq!(last_day(received(day)), day);
        assert_eq!(next_working_day(day), day);
    }
}

#[test]
fn the_same_weekday_three_weeks_later() {
    // Opened Monday 23 November 2026: Monday 14 December.
    assert_eq!(last_day(date(2026, 11, 23)), date(2026, 12, 14));
    // Over a year's end.
    assert_eq!(last_day(date(2026, 12, 17)), date(2027, 1, 7));
}

#[test]
fn easter_by_published_tables() {
    for (year, month, day) in [
        (1818, 3, 22),
        (1943, 4, 25),
        (1954, 4, 18),
        (1981, 4, 19),
        (2000, 4, 23),
        (2008, 3, 23),
        (2011, 4, 24),
        (2024, 3, 31),
        (2025, 4, 20),
        (2026, 4, 5),
        (2027, 3, 28),
        (2028, 4, 16),
        (2029, 4, 1),
        (2030, 4, 21),
        (2038, 4, 25),
        (2049, 4, 18),
        (2076, 4, 19),
    ] {
        assert_eq!(easter(year), date(year, month, day));
    }
}

#[test]
fn four_to_twelve_weekdays_a_year_are_closed() {
    for year in 2005..2105 {
        let closed_weekdays = date(year, 1, 1)
            .series(1.day())
            .take_while(|day| day.year() == year)
            .filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && is_closed(*day))
            .count();
        // Always on weekdays: långfredagen, annandag påsk, Kristi himmelsfärdsdag, midsommarafton. Never: påskdagen,
        // pingstdagen, midsommardagen, alla helgons dag. The other eight fall as they fall.
        assert!((4..=12).contains(&closed_weekdays), "{year}: {closed_weekdays}");
    }
}

#[test]
fn the_end_of_the_calendar_is_no_loop() {
    assert_eq!(last_day(Date::MAX), Date::MAX);
    assert_eq!(next_working_day(Date::MAX), Date::MAX);
}

proptest! {
    #[test]
    fn never_a_closed_day_and_never_long_after(days in 0_i32..36_500) {
        let received = date(2005, 1, 1).saturating_add(days.days());
        let last = last_day(received);
        prop_assert!(!is_closed(last));
        prop_assert!(!matches!(last.weekday(), Weekday::Saturday | Weekday::Sunday));
        let waited = received.until(last).expect("days").get_days();
        prop_assert!((21..=21 + 6).contains(&waited), "{received}: {waited}");
        // Nothing open is skipped.
        let mut day = received.saturating_add(21.days());
        while day < last {
            prop_assert!(is_closed(day));
            day = day.tomorrow().expect("a day");
        }
    }

    #[test]
    fn later_received_is_never_earlier_due(days in 0_i32..36_500) {
        let received = date(2005, 1, 1).saturating_add(days.days());
        prop_assert!(last_day(received) <= last_day(received.tomorrow().expect("a day")));
    }

    #[test]
    fn easter_is_a_sunday_between_22_march_and_25_april(year in 1583_i16..9999) {
        let sunday = easter(year);
        prop_assert_eq!(sunday.weekday(), Weekday::Sunday);
        prop_assert!((date(year, 3, 22)..=date(year, 4, 25)).contains(&sunday));
    }
}
