//! Sources that are programs of the company's own.

use crate::{Source, Timestamp, TokenId};

/// A program that speaks for a kind of channel which the hub has no connector for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomSource {
    /// Its name in data; unlike that of any connector.
    pub source: Source,
    /// What people call it.
    pub name: Option<String>,
    /// A picture.
    pub image_url: Option<String>,
    /// Where messages to be sent are posted.
    pub action_endpoint: Option<String>,
    /// The token that it calls with; no other opens anything.
    pub token: TokenId,
    /// When it was created.
    pub created_at: Timestamp,
}
