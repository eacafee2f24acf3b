//! Reading the JSON that providers send: in the order it was written, and so that one part that cannot
//! be read does not cost the others.

mod apart;
mod compact;
mod flat;
mod members;
mod splice;
mod words;

pub(crate) use apart::{Loose, Slot, found, object, problem};
pub(crate) use compact::compact;
pub(crate) use flat::{flat, value};
pub(crate) use members::members;
pub(crate) use splice::with_text;
pub(crate) use words::{Moment, Word};

use switchboard_connector::Inbound;

/// What is said of something that lacks `field`.
pub(crate) fn missing(field: &str) -> Inbound {
    Inbound::Malformed(format!("{field} is missing"))
}

/// A name that the provider chose, short enough for operators to read.
pub(crate) fn kind(name: &str) -> String {
    name.chars().take(64).collect()
}
