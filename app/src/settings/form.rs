//! The form of a practice as pairs of name and typed text, and the command it stands for.

use domain::{
    FieldCode, FieldFault,
    norm::{
        Ceiling, ChildMoney, CostKind, DayDivisor, Field, LocalPractice, Month, PartMonthCommon, SavePractice, Share,
    },
};
use jiff::civil::Date;

/// Sizes of households the form asks for; the last also stands for all larger ones.
const SIZES: usize = 7;

/// What was sent, read.
pub struct PracticeForm {
    /// Complete apart from what is among the faults.
    pub command: SavePractice,
    /// Field and what is wrong with what was typed in it.
    pub faults: Vec<(String, FieldCode)>,
}

/// The field of the amount for so many people.
pub fn amount_field(kind: CostKind, persons: usize) -> String {
    format!("ceiling.{kind}.{persons}")
}

/// Costs that can have a ceiling: all that the norm does not hold already.
pub fn kinds() -> impl Iterator<Item = CostKind> {
    CostKind::ALL.iter().copied().filter(|kind| *kind != CostKind::Leisure)
}

/// How many sizes are asked for: more only where more have been saved, so that none is lost.
pub fn sizes(pairs: &[(String, String)]) -> usize {
    let typed = |size: usize| kinds().any(|kind| !value(pairs, &amount_field(kind, size)).is_empty());
    (SIZES + 1..=domain::norm::practice::MOST_SIZES).rev().find(|size| typed(*size)).unwrap_or(SIZES)
}

fn value<'p>(pairs: &'p [(String, String)], name: &str) -> &'p str {
    pairs.iter().find(|(key, _)| key == name).map_or("", |(_, text)| text.trim())
}

/// What the form shows at first: the practice one goes on from.
pub fn filled(version: i64, from: Month, content: &LocalPractice) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = [
        ("version", version.to_string()),
        ("valid_from", from.to_string()),
        ("day_divisor", day_divisor(content.day_divisor).to_owned()),
        ("part_month_common", part_month_common(content.part_month_common).to_owned()),
        ("one_of_couple.of", content.one_of_couple.of().to_string()),
        ("one_of_couple.out_of", content.one_of_couple.out_of().to_string()),
        ("child_money", child_money(content.child_money).to_owned()),
        ("surplus_rolls", content.surplus_rolls.to_string()),
    ]
    .map(|(name, text)| (name.to_owned(), text))
    .into();
    for Ceiling { kind, amounts } in &content.ceilings {
        let amounts = amounts.iter().zip(1..);
        pairs.extend(amounts.map(|(amount, size)| (amount_field(*kind, size), amount.to_string())));
    }
    pairs
}

impl PracticeForm {
    /// Reads what was sent.
    pub fn read(pairs: &[(String, String)]) -> Self {
        let mut reader = Reader { pairs, faults: Vec::new() };
        let valid_from = reader.month("valid_from");
        let content = LocalPractice {
            ceilings: reader.ceilings(),
            day_divisor: reader.choice("day_divisor", &[DayDivisor::Thirty, DayDivisor::CalendarDays], day_divisor),
            part_month_common: reader.choice(
                "part_month_common",
                &[PartMonthCommon::Full, PartMonthCommon::ByDays],
                part_month_common,
            ),
            one_of_couple: reader.share(),
            child_money: reader.choice("child_money", &[ChildMoney::Fully, ChildMoney::AtMostOwnShare], child_money),
            surplus_rolls: reader.whole("surplus_rolls", FieldCode::NotANumber).unwrap_or_default(),
        };
        let checked_on = reader.day("checked_on");
        let version = value(pairs, "version").parse().unwrap_or_default();
        let source = value(pairs, "source").to_owned();
        Self { command: SavePractice { version, valid_from, content, checked_on, source }, faults: reader.faults }
    }

    /// Everything that is wrong on this day, each field once.
    pub fn all_faults(&self, today: Date) -> Vec<(String, FieldCode)> {
        let mut faults = self.faults.clone();
        for fault in self.command.faults(today) {
            let field = self.field(&fault);
            if faults.iter().all(|(other, _)| *other != field) {
                faults.push((field, fault.code));
            }
        }
        faults
    }

    /// The field on the page that a fault is about.
    pub fn field(&self, fault: &FieldFault) -> String {
        let parts: Vec<&str> = fault.pointer.trim_start_matches('/').split('/').collect();
        let amount = |index: &str, size: usize| {
            let ceiling = index.parse().ok().and_then(|index: usize| self.command.content.ceilings.get(index));
            ceiling.map_or_else(String::new, |ceiling| amount_field(ceiling.kind, size))
        };
        match parts.as_slice() {
            ["content", "ceilings", index, "amounts", size] => {
                amount(index, size.parse().map_or(1, |place: usize| place + 1))
            }
            ["content", "ceilings", index, ..] => amount(index, 1),
            ["content", "one_of_couple"] => "one_of_couple.of".to_owned(),
            ["content", field] | [field] => (*field).to_owned(),
            _ => String::new(),
        }
    }
}

struct Reader<'p> {
    pairs: &'p [(String, String)],
    faults: Vec<(String, FieldCode)>,
}

impl Reader<'_> {
    fn fault(&mut self, field: impl Into<String>, code: FieldCode) {
        self.faults.push((field.into(), code));
    }

    /// A number as people write it; none where nothing or something else was typed, which is a fault.
    fn whole<T: TryFrom<i64>>(&mut self, field: &str, otherwise: FieldCode) -> Option<T> {
        let (found, code) = match Field::typed(value(self.pairs, field)) {
            Field::Whole(number) => (T::try_from(number).ok(), FieldCode::OutOfRange),
            Field::Missing => (None, FieldCode::Required),
            _ => (None, otherwise),
        };
        if found.is_none() {
            self.fault(field, code);
        }
        found
    }

    fn choice<T: Copy>(&mut self, field: &str, all: &[T; 2], name: fn(T) -> &'static str) -> T {
        let [default, _] = *all;
        all.iter().copied().find(|choice| name(*choice) == value(self.pairs, field)).unwrap_or_else(|| {
            self.fault(field, FieldCode::UnknownChoice);
            default
        })
    }

    fn share(&mut self) -> Share {
        let of = self.whole("one_of_couple.of", FieldCode::NotANumber);
        let out_of = self.whole("one_of_couple.out_of", FieldCode::NotANumber);
        let (Some(of), Some(out_of)) = (of, out_of) else { return Share::HALF };
        Share::new(of, out_of).unwrap_or_else(|| {
            self.fault("one_of_couple.of", FieldCode::OutOfRange);
            Share::HALF
        })
    }

    fn month(&mut self, field: &str) -> Month {
        value(self.pairs, field).parse().unwrap_or_else(|_| {
            self.fault(field, FieldCode::NotAMonth);
            Month::containing(FINE_DAY)
        })
    }

    fn day(&mut self, field: &str) -> Date {
        let typed = value(self.pairs, field);
        typed.parse().unwrap_or_else(|_| {
            self.fault(field, if typed.is_empty() { FieldCode::Required } else { FieldCode::NotADate });
            FINE_DAY
        })
    }

    /// Amounts from one person upwards; what is left empty at the end says that nothing more is settled.
    fn ceilings(&mut self) -> Vec<Ceiling> {
        let sizes = sizes(self.pairs);
        let mut ceilings = Vec::new();
        for kind in kinds() {
            let fields: Vec<String> = (1..=sizes).map(|size| amount_field(kind, size)).collect();
            let filled =
                fields.iter().rposition(|field| !value(self.pairs, field).is_empty()).map_or(0, |last| last + 1);
            let amounts: Vec<u32> = fields
                .iter()
                .take(filled)
                .map(|field| self.whole(field, FieldCode::NotAnAmount))
                .map(|amount| amount.unwrap_or(0))
                .collect();
            if !amounts.is_empty() {
                ceilings.push(Ceiling { kind, amounts });
            }
        }
        ceilings
    }
}

/// Stands where something else was typed, which is among the faults: a day with which nothing more is wrong.
const FINE_DAY: Date = jiff::civil::date(2000, 1, 1);

/// The value of the choice.
pub const fn day_divisor(choice: DayDivisor) -> &'static str {
    match choice {
        DayDivisor::Thirty => "thirty",
        DayDivisor::CalendarDays => "calendar_days",
    }
}

/// The value of the choice.
pub const fn part_month_common(choice: PartMonthCommon) -> &'static str {
    match choice {
        PartMonthCommon::Full => "full",
        PartMonthCommon::ByDays => "by_days",
    }
}

/// The value of the choice.
pub const fn child_money(choice: ChildMoney) -> &'static str {
    match choice {
        ChildMoney::Fully => "fully",
        ChildMoney::AtMostOwnShare => "at_most_own_share",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(changes: &[(&str, &str)], content: &LocalPractice) -> Vec<(String, String)> {
        let mut pairs = filled(3, "2027-01".parse().expect("a month"), content);
        pairs.extend([("checked_on", "2026-11-20"), ("source", "Riktlinjer 2026")].map(|(a, b)| (a.into(), b.into())));
        pairs.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        pairs.extend(changes.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
        pairs
    }

    fn full() -> LocalPractice {
        LocalPractice {
            day_divisor: DayDivisor::CalendarDays,
            part_month_common: PartMonthCommon::ByDays,
            one_of_couple: Share::new(2, 3).expect("a share"),
            child_money: ChildMoney::AtMostOwnShare,
            surplus_rolls: 2,
            ceilings: vec![
                Ceiling { kind: CostKind::Rent, amounts: (1..=9).map(|size| 6000 + size * 500).collect() },
                Ceiling { kind: CostKind::Glasses, amounts: vec![1500] },
            ],
        }
    }

    #[test]
    fn what_is_shown_is_read_back_as_it_was() {
        for content in [LocalPractice::default(), full()] {
            let form = PracticeForm::read(&changed(&[], &content));
            assert_eq!(form.faults, []);
            assert_eq!(form.all_faults("2026-11-22".parse().expect("a day")), []);
            assert_eq!(form.command.content, content);
            assert_eq!((form.command.version, form.command.source.as_str()), (3, "Riktlinjer 2026"));
        }
    }

    #[test]
    fn every_fault_finds_its_field_at_once() {
        let form = PracticeForm::read(&changed(
            &[
                ("valid_from", "i vår"),
                ("ceiling.rent.1", "7 000 kr"),
                ("ceiling.rent.2", ""),
                ("ceiling.rent.3", "mycket"),
                ("ceiling.rent.4", "6999"),
                ("ceiling.glasses.1", "0"),
                ("child_money", "x"),
                ("one_of_couple.of", "3"),
                ("one_of_couple.out_of", "2"),
                ("surplus_rolls", "13"),
                ("checked_on", "2026-11-23"),
                ("source", " "),
            ],
            &LocalPractice::default(),
        ));
        let mut found = form.all_faults("2026-11-22".parse().expect("a day"));
        found.sort_by(|a, b| a.0.cmp(&b.0));
        let expected = [
            ("ceiling.glasses.1", FieldCode::OutOfRange),
            ("ceiling.rent.2", FieldCode::Required),
            ("ceiling.rent.3", FieldCode::NotAnAmount),
            ("ceiling.rent.4", FieldCode::DoesNotFit),
            ("checked_on", FieldCode::OutOfRange),
            ("child_money", FieldCode::UnknownChoice),
            ("one_of_couple.of", FieldCode::OutOfRange),
            ("source", FieldCode::Required),
            ("surplus_rolls", FieldCode::OutOfRange),
            ("valid_from", FieldCode::NotAMonth),
        ];
        assert_eq!(found, expected.map(|(field, code)| (field.to_owned(), code)));
        let nothing = PracticeForm::read(&changed(&[("one_of_couple.of", "0")], &LocalPractice::default()));
        let found = nothing.all_faults("2026-11-22".parse().expect("a day"));
        assert_eq!(found, [("one_of_couple.of".to_owned(), FieldCode::OutOfRange)]);
        let empty = PracticeForm::read(&[]);
        assert!(empty.faults.contains(&("checked_on".to_owned(), FieldCode::Required)));
    }
}
