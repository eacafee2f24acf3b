//! Parts of a body that are read each for itself.

use serde::de::{Deserialize, Deserializer};
use serde_json::error::Category;
use serde_json::value::RawValue;

/// A part of a larger value. With `APART` it is cut out first, so that what is wrong in it stays in
/// it; without, it is read along with the rest, which is faster and fails with the rest. Readers try
/// the fast way and fall back to the other one.
#[derive(Debug)]
pub(crate) struct Slot<T, const APART: bool>(pub(crate) Result<T, String>);

/// Something that nobody depends on: of another shape than expected it counts as absent.
pub(crate) type Loose<T> = Option<Slot<T, true>>;

/// What a [`Loose`] part holds.
pub(crate) fn found<T>(loose: Loose<T>) -> Option<T> {
    loose.and_then(|slot| slot.0.ok())
}

impl<'de, T: Deserialize<'de>, const APART: bool> Deserialize<'de> for Slot<T, APART> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !APART {
            return T::deserialize(deserializer).map(|part| Self(Ok(part)));
        }
        let raw = <&'de RawValue>::deserialize(deserializer)?;
        Ok(Self(
            serde_json::from_str(raw.get()).map_err(|error| problem(&error)),
        ))
    }
}

/// Reads an object. Without this, lists would pass for objects whose members have no names.
pub(crate) fn object<'json, T: Deserialize<'json>>(json: &'json str) -> Result<T, String> {
    if !json.starts_with('{') {
        return Err("this is no object".to_owned());
    }
    serde_json::from_str(json).map_err(|error| problem(&error))
}

/// What is wrong, without the text itself: people have written it.
pub(crate) fn problem(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        Category::Data => "a value is of an unexpected type",
        Category::Eof => "the JSON ends too early",
        Category::Syntax | Category::Io => "this is no JSON",
    };
    format!("{what} (line {}, column {})", error.line(), error.column())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Part {
        number: u8,
    }

    #[test]
    fn what_is_wrong_in_a_part_stays_in_it() {
        let text = r#"[{"number": 1}, {"number": "canary"}, {"number": 3}]"#;

        assert!(serde_json::from_str::<Vec<Slot<Part, false>>>(text).is_err());
        let parts: Vec<Slot<Part, true>> = serde_json::from_str(text).unwrap();

        let numbers: Vec<_> = parts
            .into_iter()
            .map(|part| part.0.map(|part| part.number))
            .collect();
        let wrong = "a value is of an unexpected type (line 1, column 19)".to_owned();
        assert_eq!(numbers, [Ok(1), Err(wrong), Ok(3)]);
    }
}
