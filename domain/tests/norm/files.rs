//! The tables we have, and every rule of the check seen to refuse a table that breaks it.

use crate::support::{TABLES, file, files};
use domain::norm::{Month, NormFile, NormTable, NormTables, NormView, TableFault, file::Entry, table::FileFaults};
use std::collections::BTreeSet;

#[test]
fn every_file_passes_and_the_years_are_those_we_know() {
    let years: Vec<_> = TABLES.iter().map(NormTable::year).collect();
    assert_eq!(years, [2014, 2015, 2017, 2019, 2021, 2022, 2023, 2024, 2025, 2026]);
}

#[test]
fn each_rule_refuses_a_table_that_breaks_it() {
    type Break = fn(&mut NormFile);
    // The class at index 2 is 3 years, 3 is 4-6, 4 is 7-10, 7 is 19-20.
    let breaks: Vec<(Break, Vec<TableFault>)> = vec![
        (|file| file.verified = false, vec![TableFault::NotVerified]),
        (|file| file.unit = "EUR".into(), vec![TableFault::WrongUnit]),
        (|file| file.year = 2025, vec![TableFault::NotTheWholeYear]),
        (|file| file.valid_to = jiff::civil::date(2026, 6, 30), vec![TableFault::NotTheWholeYear]),
        (|file| file.adults.single = 3945, vec![TableFault::NotTens(Entry::Single)]),
        (|file| file.adults.couple = 0, vec![TableFault::NotPositive(Entry::Couple)]),
        (|file| file.adults.couple = -7100, vec![TableFault::NotPositive(Entry::Couple)]),
        (|file| file.adults.single = 1_000_000_000_000, vec![TableFault::Absurd(Entry::Single)]),
        (|file| file.children[4].amount = None, vec![TableFault::Missing(Entry::Child(7))]),
        (|file| file.children[4].missing = true, vec![TableFault::Missing(Entry::Child(7))]),
        (|file| file.children[4].amount = Some(3825), vec![TableFault::NotTens(Entry::Child(7))]),
        (|file| file.children.retain(|class| class.min_age != 3), vec![TableFault::AgeWithoutClass(3)]),
        (|file| file.children.truncate(7), vec![TableFault::AgeWithoutClass(19), TableFault::AgeWithoutClass(20)]),
        (|file| file.children[4].min_age = 6, vec![TableFault::AgeInTwoClasses(6)]),
        (|file| file.children[7].max_age = 21, vec![TableFault::AgeOutside(21)]),
        (
            |file| (file.children[2].min_age, file.children[2].max_age) = (3, 2),
            vec![TableFault::ClassBackwards(3), TableFault::AgeWithoutClass(3)],
        ),
        (|file| file.children[4].amount_without_lunch = Some(3000), vec![TableFault::LunchTooOld(7)]),
        (|file| file.children[3].amount_without_lunch = Some(3060), vec![TableFault::LunchNotLower(4)]),
        (
            |file| file.children[3].amount_without_lunch = Some(2725),
            vec![TableFault::NotTens(Entry::ChildWithoutLunch(4))],
        ),
        (|file| file.children[3].amount_without_lunch = None, vec![TableFault::Missing(Entry::ChildWithoutLunch(4))]),
        (|file| file.common.persons_2 = Some(1280), vec![TableFault::CommonNotRising(2)]),
        (|file| file.common.persons_5 = None, vec![TableFault::Missing(Entry::Common(5))]),
        (|file| file.common.extra_per_person_above_7 = 200, vec![TableFault::ExtraPersonDiffers]),
        (|file| file.prisbasbelopp.as_mut().unwrap().amount = 0, vec![TableFault::NotPositive(Entry::PriceBase)]),
    ];
    for (number, (break_it, expected)) in breaks.into_iter().enumerate() {
        let mut file = file(2026);
        break_it(&mut file);
        assert_eq!(NormTable::try_from(&file), Err(expected), "break {number}");
    }
}

#[test]
fn all_faults_of_all_files_come_at_once() {
    let (mut first, mut second) = (file(2025), file(2026));
    first.verified = false;
    first.adults.single = 1;
    second.unit.clear();
    let refused = NormTables::from_files([&first, &file(2024), &second, &file(2024)]).unwrap_err();
    let expected = [
        (2025, vec![TableFault::NotVerified, TableFault::NotTens(Entry::Single)]),
        (2026, vec![TableFault::WrongUnit]),
        (2024, vec![TableFault::YearTwice]),
    ];
    assert_eq!(refused, expected.map(|(year, faults)| FileFaults { year, faults }));
}

#[test]
fn an_unverified_table_is_refused_for_everything_that_is_wrong_with_it() {
    // As the only source for 2020 would have been written down.
    let mut file = file(2019);
    (file.year, file.verified) = (2020, false);
    (file.valid_from, file.valid_to) = (jiff::civil::date(2020, 1, 1), jiff::civil::date(2020, 12, 31));
    (file.children[4].amount, file.children[4].missing) = (None, true);
    assert_eq!(NormTable::try_from(&file), Err(vec![TableFault::NotVerified, TableFault::Missing(Entry::Child(7))]));
}

#[test]
fn a_file_with_a_field_nobody_knows_is_refused() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/riksnorm/2026.toml");
    let text = std::fs::read_to_string(path).unwrap();
    assert!(toml::from_str::<NormFile>(&text).is_ok());
    assert!(toml::from_str::<NormFile>(&format!("surprise = 1\n{text}")).is_err());
}

#[test]
fn amounts_without_lunch_are_used_only_where_they_are_verified() {
    let unverified: BTreeSet<_> = [2022, 2024].into();
    for table in TABLES.iter() {
        for age in 0..=20 {
            let known = age <= 6 && !unverified.contains(&table.year());
            assert_eq!(table.child_without_lunch(age).is_some(), known, "{} {age}", table.year());
        }
    }
    let view = NormView::try_from(&file(2024)).unwrap();
    assert!(view.children.iter().all(|class| class.amount_without_lunch.is_none()));
}

#[test]
fn an_unverified_prisbasbelopp_is_as_good_as_none() {
    let mut file = file(2026);
    file.prisbasbelopp.as_mut().unwrap().verified = false;
    assert_eq!(NormTable::try_from(&file).unwrap().price_base(), None);
    assert_eq!(TABLES.year(2026).unwrap().price_base(), Some(59_200));
    assert_eq!(TABLES.year(2017).unwrap().price_base(), None);
}

#[test]
fn a_month_has_the_table_of_its_year_or_none() {
    let table = |month: &str| TABLES.for_month(month.parse::<Month>().unwrap()).map(NormTable::year);
    assert_eq!(table("2025-12"), Some(2025));
    assert_eq!(table("2026-01"), Some(2026));
    assert_eq!(table("2026-12"), Some(2026));
    assert_eq!(table("2020-06"), None);
    assert_eq!(table("2027-01"), None);
    assert_eq!(table("2013-12"), None);
}

#[test]
fn a_table_for_2027_is_not_enough_without_its_way_of_calculating() {
    let mut file = file(2026);
    (file.year, file.valid_from, file.valid_to) =
        (2027, jiff::civil::date(2027, 1, 1), jiff::civil::date(2027, 12, 31));
    let tables = NormTables::from_files([&file]).unwrap();
    assert!(tables.year(2027).is_some());
    assert!(tables.for_month("2027-01".parse().unwrap()).is_none());
}

#[test]
fn tables_travel_whole_and_small() {
    let text = serde_json::to_string(&*TABLES).unwrap();
    assert_eq!(serde_json::from_str::<NormTables>(&text).unwrap(), *TABLES);
    let two_years = serde_json::to_string(&TABLES.between(2025, 2026)).unwrap();
    assert!(two_years.len() < 600, "{} bytes: {two_years}", two_years.len());
    // A class that is missing is refused, not filled in.
    assert!(serde_json::from_str::<NormTables>(&text.replace("[20,", "[19,")).is_err());
}

#[test]
fn the_public_view_says_what_the_file_says() {
    for file in files() {
        let view = NormView::try_from(&file).unwrap();
        assert_eq!((view.adults.single, view.adults.couple), (file.adults.single, file.adults.couple));
        for (shown, written) in view.children.iter().zip(&file.children) {
            assert_eq!(
                (shown.min_age, shown.max_age, Some(shown.amount)),
                (written.min_age, written.max_age, written.amount)
            );
        }
        assert_eq!(view.source_urls, file.source_urls);
        assert_eq!(view.common.persons[6] + view.common.extra_person, TABLES.year(file.year).unwrap().common(8));
    }
}

#[test]
fn every_amount_is_last_years_uplifted_and_rounded_up_to_ten() {
    // An observation that has held since 2023, not a rule of law: it catches slips when a table is entered.
    for (year, per_mille) in [(2023, 1086), (2024, 1087), (2025, 1028), (2026, 1007)] {
        let (before, now) = (TABLES.year(year - 1).unwrap(), TABLES.year(year).unwrap());
        let uplift = |amount: i64| (amount * per_mille + 9_999) / 10_000 * 10;
        assert_eq!((uplift(before.single()), uplift(before.couple())), (now.single(), now.couple()), "{year}");
        for age in 0..=20 {
            assert_eq!(uplift(before.child(age)), now.child(age), "{year}: {age} years");
        }
        for size in 1..=7 {
            assert_eq!(uplift(before.common(size)), now.common(size), "{year}: {size} persons");
        }
    }
}
