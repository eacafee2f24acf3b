//! The procedures of users.

#![expect(
    unused_qualifications,
    reason = "the code that ToSchema derives for inlined fields has them"
)]

mod list;

use super::Procedure;

/// Every procedure of users.
pub(crate) fn procedures() -> Vec<Procedure> {
    vec![list::procedure()]
}
