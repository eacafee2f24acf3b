//! The id of a channel, in a request.

use serde::de::{Deserialize, Deserializer, Error};
use switchboard_connector::request::Text;
use switchboard_domain::ChannelId;

/// The id of a channel, well-formed and perhaps unknown.
#[derive(Clone, Copy, Debug)]
pub(super) struct ChannelIdText(pub(super) ChannelId);

impl<'de> Deserialize<'de> for ChannelIdText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Text::deserialize(deserializer)?
            .as_str()
            .parse()
            .map(Self)
            .map_err(|_error| D::Error::custom("it must be a UUID, as channels.list shows it"))
    }
}
