//! Fields that requests of several nouns have.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use switchboard_connector::request::Text;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// An id, well-formed and perhaps unknown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Id<T>(pub(crate) T);

impl<'de, T: FromStr> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Text::deserialize(deserializer)?
            .as_str()
            .parse()
            .map(Self)
            .map_err(|_no_id| D::Error::custom("it must be a UUID"))
    }
}

/// How many entries a page has. What Airy takes for "the default" (nothing, zero, a negative number)
/// is that; numbers may come as text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageSize(usize);

impl PageSize {
    /// Most entries of one page.
    const MOST: usize = 1_000;
    /// Where the request says zero or less.
    const OTHERWISE: usize = 10;
    /// Where the request says nothing.
    const USUAL: usize = 20;

    /// The number of entries that a request wants.
    pub(crate) fn of(wanted: Option<Self>) -> usize {
        wanted.map_or(Self::USUAL, |wanted| wanted.0)
    }
}

impl<'de> Deserialize<'de> for PageSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let size = deserializer.deserialize_any(Whole(PhantomData))?;
        Ok(Self(match usize::try_from(size) {
            Ok(0) | Err(_) => Self::OTHERWISE,
            Ok(size) => size.min(Self::MOST),
        }))
    }
}

impl PartialSchema for PageSize {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(1000))
            .default(Some(20.into()))
            .into()
    }
}

impl ToSchema for PageSize {}

/// A whole number, or text that is one.
struct Whole(PhantomData<i64>);

impl Visitor<'_> for Whole {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<i64, E> {
        Ok(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<i64, E> {
        Ok(i64::try_from(number).unwrap_or(i64::MAX))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<i64, E> {
        text.trim()
            .parse()
            .map_err(|_no_number| E::custom("it must be a whole number"))
    }
}

/// A filter, a name or a cursor: any text of up to 8 KiB, or a number taken for text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FreeText(pub(crate) String);

impl FreeText {
    const LONGEST: usize = 8 * 1024;
}

impl<'de> Deserialize<'de> for FreeText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = String;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
                Ok(text.to_owned())
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<String, E> {
                Ok(number.to_string())
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<String, E> {
                Ok(number.to_string())
            }
        }
        let text = deserializer.deserialize_any(Any)?;
        if text.len() > Self::LONGEST {
            return Err(D::Error::custom("it must be at most 8,192 bytes long"));
        }
        Ok(Self(text))
    }
}

impl PartialSchema for FreeText {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .max_length(Some(Self::LONGEST))
            .into()
    }
}

impl ToSchema for FreeText {}
