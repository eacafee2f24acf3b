//! What Newcomer says, in its own words.

use serde::Deserialize;

/// An account, as the provider describes it.
#[derive(Debug, Deserialize)]
pub(crate) struct Profile {
    pub(crate) id: String,
    pub(crate) name: String,
}
