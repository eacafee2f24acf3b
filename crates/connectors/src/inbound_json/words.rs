//! Ids and times, in the several ways in which providers write them.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use switchboard_domain::Timestamp;

/// A text; numbers are taken as the text they are written with. Borrowed where it holds no escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word<'a>(pub(crate) Cow<'a, str>);

impl Word<'_> {
    pub(crate) fn into_string(self) -> String {
        self.0.into_owned()
    }
}

impl Deref for Word<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Word<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordVisitor).map(Word)
    }
}

struct WordVisitor;

impl<'de> Visitor<'de> for WordVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a number")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(number.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(number.to_string()))
    }
}

/// Below it a number counts seconds, from it on milliseconds.
const FIRST_MILLISECOND: i64 = 1_000_000_000_000;

/// From it on, in the year 5138, a number is no time.
const END_OF_TIME: i64 = 100_000_000_000_000;

/// A time in seconds or milliseconds since 1970, as a number or a text; `None` if it is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Moment(pub(crate) Option<Timestamp>);

impl Moment {
    fn of(number: i64) -> Self {
        let millis = match number {
            1..FIRST_MILLISECOND => number.checked_mul(1_000),
            FIRST_MILLISECOND..END_OF_TIME => Some(number),
            _ => None,
        };
        Self(millis.map(Timestamp::from_millis))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MomentVisitor)
    }
}

struct MomentVisitor;

impl Visitor<'_> for MomentVisitor {
    type Value = Moment;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Moment, E> {
        Ok(text.parse().map_or_else(|_| Moment::default(), Moment::of))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Moment, E> {
        Ok(i64::try_from(number).map_or_else(|_| Moment::default(), Moment::of))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Moment, E> {
        Ok(Moment::of(number))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Moment, E> {
        Ok(Moment::default())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Moment, E> {
        Ok(Moment::default())
    }

    fn visit_unit<E: Error>(self) -> Result<Moment, E> {
        Ok(Moment::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_may_be_a_number() {
        for (text, word) in [
            ("\"a\\u0062\"", "ab"),
            ("17841400000000001", "17841400000000001"),
            ("-1", "-1"),
        ] {
            assert_eq!(&*serde_json::from_str::<Word<'_>>(text).unwrap(), word);
        }
        for text in ["null", "true", "[]", "{}"] {
            assert!(serde_json::from_str::<Word<'_>>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_word_without_escapes_is_borrowed_even_where_it_is_optional() {
        let word: Option<Word<'_>> = serde_json::from_str("\"4915712345678\"").unwrap();

        assert!(matches!(word, Some(Word(Cow::Borrowed("4915712345678")))));
    }

    #[test]
    fn seconds_and_milliseconds_are_told_apart() {
        for (text, millis) in [
            ("1790000000000", Some(1_790_000_000_000)),
            ("1790000000", Some(1_790_000_000_000)),
            ("\"1790000000\"", Some(1_790_000_000_000)),
            ("\"1790000000123\"", Some(1_790_000_000_123)),
            ("0", None),
            ("-5", None),
            ("1.5", None),
            ("null", None),
            ("true", None),
            ("\"\"", None),
            ("\"soon\"", None),
            ("99999999999999999", None),
            ("18446744073709551615", None),
        ] {
            let moment: Moment = serde_json::from_str(text).unwrap();

            assert_eq!(moment.0.map(Timestamp::as_millis), millis, "{text}");
        }
    }
}
