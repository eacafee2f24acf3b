//! The procedure with which consoles begin.

#![expect(
    unused_qualifications,
    reason = "the code that ToSchema derives for inlined fields has them"
)]

mod config;

use super::Procedure;

/// Every procedure of clients of a hub of that version.
pub(crate) fn procedures(version: &str) -> Vec<Procedure> {
    vec![config::procedure(version)]
}
