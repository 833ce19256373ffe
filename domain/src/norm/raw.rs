//! Values as they arrive, before anybody has judged them: a wrong type is a fault in one field, never a body that
//! cannot be read, so that all faults can be told at once.

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use std::fmt;

/// A field that should hold a number, a word or yes/no, and may hold anything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Field {
    /// Absent or null.
    #[default]
    Missing,
    /// A whole number; beyond 64 bits the nearest that fits, which is out of every range anyway.
    Whole(i64),
    Text(String),
    Flag(bool),
    /// A fraction, a list or an object: right nowhere.
    Odd,
}

impl Field {
    /// What somebody typed into a form: digits become a number, also as `8 200`, `8 200 kr` or `٨٬٢٠٠`; empty is missing;
    /// all else stays text, for the check to refuse where a number is wanted.
    pub fn typed(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::Missing;
        }
        let number = text.strip_suffix("kr").unwrap_or(text).trim_end();
        let sign_and_digits: String =
            number.chars().filter(|c| !c.is_whitespace() && *c != ARABIC_THOUSANDS).map(latin_digit).collect();
        sign_and_digits.parse().map_or_else(|_| Self::Text(text.to_owned()), Self::Whole)
    }

    pub const fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }
}

/// Separates thousands in numbers written with Arabic digits.
const ARABIC_THOUSANDS: char = '\u{66c}';

/// A digit of the Arabic or the Persian keyboard as its Latin one; everything else as it is.
fn latin_digit(letter: char) -> char {
    let value = match letter {
        '\u{660}'..='\u{669}' => u32::from(letter) - 0x660,
        '\u{6f0}'..='\u{6f9}' => u32::from(letter) - 0x6f0,
        _ => return letter,
    };
    char::from_digit(value, 10).unwrap_or(letter)
}

impl From<i64> for Field {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl From<bool> for Field {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Field {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Missing | Self::Odd => serializer.serialize_none(),
            Self::Whole(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
        }
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Field;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E: Error>(self) -> Result<Field, E> {
        Ok(Field::Missing)
    }

    fn visit_none<E: Error>(self) -> Result<Field, E> {
        Ok(Field::Missing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Field, D::Error> {
        Field::deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Field, E> {
        Ok(Field::Flag(flag))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Field, E> {
        Ok(Field::Whole(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Field, E> {
        Ok(Field::Whole(i64::try_from(number).unwrap_or(i64::MAX)))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Field, E> {
        Ok(Field::Odd)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Field, E> {
        Ok(Field::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Field, E> {
        Ok(Field::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Field, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Field::Odd)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Field, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Field::Odd)
    }
}

/// A list or an object that may be something else, or not be there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Given<T> {
    /// Absent or null.
    #[default]
    Missing,
    Here(T),
    /// Of another shape.
    Odd,
}

impl<T> Given<T> {
    pub const fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }
}

impl<T> From<T> for Given<T> {
    fn from(value: T) -> Self {
        Self::Here(value)
    }
}

impl<T> FromIterator<T> for Given<Vec<Given<T>>> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::Here(items.into_iter().map(Given::Here).collect())
    }
}

impl<T: Serialize> Serialize for Given<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Here(value) => value.serialize(serializer),
            Self::Missing | Self::Odd => serializer.serialize_none(),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Tried<T> {
            Null(()),
            Right(T),
            Wrong(IgnoredAny),
        }
        Ok(match Tried::deserialize(deserializer)? {
            Tried::Null(()) => Self::Missing,
            Tried::Right(value) => Self::Here(value),
            Tried::Wrong(_) => Self::Odd,
        })
    }
}

/// Names of fields the object should not have. Values are dropped unread.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unknown(pub(super) Vec<String>);

impl Unknown {
    /// So many are named, each this long: an answer need not repeat a flood. Names and characters.
    const MOST: usize = 20;
    const LONGEST: usize = 64;
}

impl<'de> Deserialize<'de> for Unknown {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;

        impl<'de> Visitor<'de> for Names {
            type Value = Unknown;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the rest of an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Unknown, A::Error> {
                let mut names = Vec::new();
                while let Some((name, IgnoredAny)) = object.next_entry::<String, IgnoredAny>()? {
                    if names.len() < Unknown::MOST {
                        names.push(name.chars().take(Unknown::LONGEST).collect());
                    }
                }
                Ok(Unknown(names))
            }
        }

        deserializer.deserialize_map(Names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_becomes_a_number_in_any_digits() {
        for (typed, number) in [
            ("8200", 8200),
            (" 8 200 kr ", 8200),
            ("-5", -5),
            ("٨٢٠٠", 8200),
            ("٨٬٢٠٠", 8200),
            ("۸ ۲۰۰", 8200),
            ("٠١٢٣٤٥٦٧٨٩", 123_456_789),
            ("۰۱۲۳۴۵۶۷۸۹", 123_456_789),
        ] {
            assert_eq!(Field::typed(typed), Field::Whole(number), "{typed}");
        }
        for text in ["8,5", "٨٫٥", "åtta", "٬"] {
            assert_eq!(Field::typed(text), Field::Text(text.to_owned()), "{text}");
        }
        assert_eq!(Field::typed("  "), Field::Missing);
    }
}
