//! `media.*`: files that users and visitors hand in.

mod upload;

use super::Procedure;
use crate::limits::Limits;

/// Every procedure about files.
pub(super) fn procedures(limits: &Limits) -> Vec<Procedure> {
    upload::procedures(limits)
}
