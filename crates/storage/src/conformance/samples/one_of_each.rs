//! One of each thing that rules about every noun write.

use switchboard_domain::{
    CustomSource, MediaCopy, Merge, MetadataRecord, MetadataSubject, MetadataValue, RawJson,
    Source, Template, TemplateId, TokenId, User,
};

use super::at;
use super::inbox::{message, message_id};
use super::people::contact;

/// A record of message 1.
pub(in super::super) fn record() -> MetadataRecord {
    MetadataRecord {
        subject: MetadataSubject::Message(message_id(1)),
        key: "key".to_owned(),
        value: MetadataValue::Bool(true),
        written_at: at(1),
    }
}

/// Contact 5, merged into contact 1.
pub(in super::super) fn merge() -> Merge {
    Merge {
        source: contact(5),
        destination: contact(1),
        merged_at: at(1),
    }
}

/// A template.
pub(in super::super) fn template() -> Template {
    Template {
        id: TemplateId::from_uuid(message_id(1).as_uuid()),
        name: "template".to_owned(),
        source: Source::named("test"),
        content: RawJson::empty_object(),
    }
}

/// A user.
pub(in super::super) fn user() -> User {
    User {
        id: "google:1".to_owned(),
        name: None,
        avatar_url: None,
        first_seen_at: at(1),
        last_seen_at: at(1),
    }
}

/// A custom source.
pub(in super::super) fn custom_source() -> CustomSource {
    CustomSource {
        source: Source::named("own"),
        name: None,
        image_url: None,
        action_endpoint: None,
        token: TokenId::from_uuid(message_id(7).as_uuid()),
        created_at: at(1),
    }
}

/// A note of a file of message 1.
pub(in super::super) fn copy() -> MediaCopy {
    MediaCopy {
        message: message_id(1),
        conversation: message(1, 1).conversation,
        link: "link".to_owned(),
        key: Some("media".to_owned()),
        content_type: None,
        size: None,
        error: None,
        updated_at: at(1),
    }
}
