//! Text that comes back letter by letter, whatever it is.
//!
//! PostgreSQL stores no U+0000, and what people and providers write may hold one. It is written as two
//! characters instead, the first of which, U+001A, is doubled in the same way where it stands for itself.

use std::borrow::Cow;
use std::error::Error;

use bytes::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};

const ESCAPE: char = '\u{1A}';

/// Text on its way to the server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'a>(pub(crate) &'a str);

impl ToSql for Text<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        written(self.0).as_ref().to_sql(ty, out)
    }

    fn accepts(ty: &Type) -> bool {
        <&str as ToSql>::accepts(ty)
    }

    to_sql_checked!();
}

/// Text as the server has it.
pub(crate) fn written(text: &str) -> Cow<'_, str> {
    if !text.contains(['\0', ESCAPE]) {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len() + 2);
    for character in text.chars() {
        match character {
            '\0' => written.extend([ESCAPE, '0']),
            ESCAPE => written.extend([ESCAPE, ESCAPE]),
            other => written.push(other),
        }
    }
    Cow::Owned(written)
}

/// The text behind what the server has.
pub(crate) fn read(written: &str) -> String {
    let mut text = String::with_capacity(written.len());
    let mut rest = written;
    while let Some((before, after)) = rest.split_once(ESCAPE) {
        text.push_str(before);
        if let Some(after) = after.strip_prefix('0') {
            text.push('\0');
            rest = after;
        } else {
            text.push(ESCAPE);
            rest = after.strip_prefix(ESCAPE).unwrap_or(after);
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back() {
        for text in [
            "",
            "plain",
            "\0",
            "a\0b",
            "\u{1A}",
            "\u{1A}0",
            "\0\u{1A}\0",
            "\u{1A}\u{1A}0",
            "grüße \u{1F600}\0",
        ] {
            let written = written(text);

            assert!(!written.contains('\0'), "{written:?}");
            assert_eq!(read(&written), text);
        }
    }
}
