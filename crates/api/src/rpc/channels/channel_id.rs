//! The id of a channel, in a request.

use serde::de::{Deserialize, Deserializer, Error};
use switchboard_connector::request::Text;
use switchboard_domain::ChannelId;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

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

impl PartialSchema for ChannelIdText {
    fn schema() -> RefOr<Schema> {
        let uuid = SchemaFormat::KnownFormat(KnownFormat::Uuid);
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(uuid))
            .into()
    }
}

impl ToSchema for ChannelIdText {}
