//! Bytes with places that are written over.

use std::io::Write as _;
use std::ops::Range;

use anyhow::Context as _;

/// What differs from webhook to webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Message,
    Sender,
    Seconds,
    Signature,
}

impl Field {
    /// What stands in its places at first: a letter that nothing else repeats as often.
    pub(super) fn hole(self) -> String {
        let (letter, length) = match self {
            Self::Message => ("M", 16),
            Self::Sender => ("P", 8),
            Self::Seconds => ("T", 10),
            Self::Signature => ("S", 64),
        };
        letter.repeat(length)
    }
}

/// A request, and where its fields are.
#[derive(Clone, Debug)]
pub(super) struct Template {
    bytes: Vec<u8>,
    /// Where the body begins.
    body: usize,
    places: Vec<(Field, Range<usize>)>,
}

impl Template {
    pub(super) fn new(head: String, body: &str) -> anyhow::Result<Self> {
        let begin = head.len();
        let text = head + body;
        let mut places = Vec::new();
        for field in [
            Field::Message,
            Field::Sender,
            Field::Seconds,
            Field::Signature,
        ] {
            let hole = field.hole();
            let found = text
                .match_indices(&hole)
                .map(|(start, hole)| (field, start..start + hole.len()));
            let before = places.len();
            places.extend(found);
            anyhow::ensure!(places.len() > before, "the template has no {field:?}");
        }
        Ok(Self {
            bytes: text.into_bytes(),
            body: begin,
            places,
        })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn body(&self) -> &[u8] {
        self.bytes.get(self.body..).unwrap_or_default()
    }

    /// Writes a number with leading zeros into all places of a field.
    pub(super) fn digits(&mut self, field: Field, number: u64) -> anyhow::Result<()> {
        self.write(field, |place| {
            let width = place.len();
            let mut place = place;
            write!(place, "{number:0width$}")
        })
    }

    /// Writes bytes in hexadecimal digits.
    pub(super) fn hexadecimal(&mut self, field: Field, bytes: &[u8]) -> anyhow::Result<()> {
        self.write(field, |place| {
            hex::encode_to_slice(bytes, place).map_err(std::io::Error::other)
        })
    }

    fn write(
        &mut self,
        field: Field,
        mut into: impl FnMut(&mut [u8]) -> std::io::Result<()>,
    ) -> anyhow::Result<()> {
        for (_, place) in self.places.iter().filter(|(of, _)| *of == field) {
            let place = self.bytes.get_mut(place.clone()).unwrap_or_default();
            into(place).with_context(|| format!("a {field:?} does not fit its place"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template() -> Template {
        let head = format!("to {}\n", Field::Signature.hole());
        let body = format!(
            "{0} {1} {0} {2}",
            Field::Sender.hole(),
            Field::Message.hole(),
            Field::Seconds.hole()
        );
        Template::new(head, &body).unwrap()
    }

    #[test]
    fn all_places_of_a_field_are_written() {
        let mut template = template();

        template.digits(Field::Sender, 42).unwrap();
        template.digits(Field::Message, 7).unwrap();
        template.digits(Field::Seconds, 1_700_000_000).unwrap();

        assert_eq!(
            template.body(),
            b"00000042 0000000000000007 00000042 1700000000"
        );
    }

    #[test]
    fn what_is_too_long_for_its_place_is_an_error() {
        assert!(template().digits(Field::Sender, 123_456_789).is_err());
        assert!(template().hexadecimal(Field::Signature, &[1]).is_err());
    }

    #[test]
    fn a_field_that_is_missing_is_an_error() {
        assert!(Template::new(String::new(), "MMMMMMMMMMMMMMMM").is_err());
    }
}
