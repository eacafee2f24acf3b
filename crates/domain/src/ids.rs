//! Identifiers, a type each.

use std::fmt;
use std::str::FromStr;

use sha1::{Digest, Sha1};
use uuid::Uuid;

use crate::{Source, SourceChannelId};

/// The id that Airy derives from `parts`, so that an installation can be moved with its ids kept: the
/// first 16 bytes of SHA-1 over the parts with nothing between, the version nibble set to 5 and the
/// variant bits to 10. Not an RFC 9562 name-based UUID.
fn derived(parts: &[&str]) -> Uuid {
    let mut hash = Sha1::new();
    for part in parts {
        hash.update(part.as_bytes());
    }
    let digest: [u8; 20] = hash.finalize().into();
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(digest) {
        *to = from;
    }
    uuid::Builder::from_bytes(bytes)
        .with_version(uuid::Version::Sha1)
        .with_variant(uuid::Variant::RFC4122)
        .into_uuid()
}

/// Text of a UUID, on the stack.
fn text_of(id: Uuid, buffer: &mut [u8; 36]) -> &str {
    id.hyphenated().encode_lower(buffer)
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// The id behind a UUID that was stored or received.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    };
}

uuid_id! {
    /// Names one connected account, for ever.
    ChannelId
}

uuid_id! {
    /// Names one thread of messages with one contact, or one group, on one channel.
    ConversationId
}

uuid_id! {
    /// Names one message.
    MessageId
}

uuid_id! {
    /// Names one entry of the address book.
    ContactId
}

uuid_id! {
    /// Names a tag that conversations carry.
    TagId
}

uuid_id! {
    /// Names a template of a message.
    TemplateId
}

uuid_id! {
    /// Names one token that the hub has given to a custom source.
    TokenId
}

uuid_id! {
    /// What an event is about: events of one subject are read in the order they were committed.
    EventSubject
}

uuid_id! {
    /// Names one job.
    JobId
}

uuid_id! {
    /// Names one running process of the hub; random at each start.
    NodeId
}

impl ContactId {
    /// In a conversation: nobody holds it since its contact was deleted, as far as anybody has looked.
    pub const NOBODY: Self = Self(Uuid::nil());
}

impl ChannelId {
    /// The id of an account, as Airy derives it: from source and account name. Airy leaves the source
    /// out for Viber, and so do we.
    pub fn derive(source: &Source, source_channel_id: &SourceChannelId) -> Self {
        let source = match source.as_str() {
            "viber" => "",
            name => name,
        };
        Self(derived(&[source, source_channel_id.as_str()]))
    }
}

impl ConversationId {
    /// The id of the conversation with `handle` on a channel, as Airy derives it.
    pub fn derive(channel: ChannelId, handle: &str) -> Self {
        Self(derived(&[text_of(channel.0, &mut [0; 36]), handle]))
    }

    /// The id of a conversation of a custom source, which names conversations across its channels.
    pub fn of_custom_source(source: &Source, conversation: &str) -> Self {
        Self(derived(&[source.as_str(), conversation]))
    }
}

impl MessageId {
    /// The id of a message that is named by `name` on a channel, as Airy derives it.
    pub fn derive(channel: ChannelId, name: &str) -> Self {
        Self(derived(&[text_of(channel.0, &mut [0; 36]), name]))
    }

    /// The id of a message whose provider gives names that are unique everywhere.
    pub fn of_global_name(name: &str) -> Self {
        Self(derived(&[name]))
    }
}

impl ContactId {
    /// The id of the contact that a conversation brings with it, as Airy derives it.
    pub fn of_conversation(conversation: ConversationId) -> Self {
        Self(derived(&[text_of(conversation.0, &mut [0; 36])]))
    }
}

impl From<ChannelId> for EventSubject {
    fn from(channel: ChannelId) -> Self {
        Self(channel.0)
    }
}

impl From<ConversationId> for EventSubject {
    fn from(conversation: ConversationId) -> Self {
        Self(conversation.0)
    }
}

impl From<TagId> for EventSubject {
    fn from(tag: TagId) -> Self {
        Self(tag.0)
    }
}

impl From<ContactId> for EventSubject {
    fn from(contact: ContactId) -> Self {
        Self(contact.0)
    }
}

/// Finds a message by its provider's own name: a fingerprint of the channel and that name, 16 bytes
/// of SHA-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderKey(Uuid);

impl ProviderKey {
    /// The key of a message that the provider calls `name`.
    pub fn derive(channel: ChannelId, name: &str) -> Self {
        Self(derived(&[
            "provider:",
            text_of(channel.0, &mut [0; 36]),
            name,
        ]))
    }

    /// The key behind a stored UUID.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The fingerprint in the shape of a UUID.
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

/// Where an envelope stands among all that were received. Grows in the order of commits; may have
/// gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnvelopeId(i64);

impl EnvelopeId {
    /// Before the first envelope.
    pub const START: Self = Self(0);

    /// The id behind a stored or received number.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for EnvelopeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(source: &str, account: &str) -> String {
        ChannelId::derive(&Source::new(source), &SourceChannelId::new(account)).to_string()
    }

    /// Worked out by hand with `sha1sum`: take the first 32 hexadecimal digits, write 5 over the
    /// 13th, and over the 17th the digit whose two high bits are 10 and whose low bits are kept.
    #[test]
    fn channel_ids_are_those_of_airy() {
        assert_eq!(
            id("facebook", "7562107744668308"),
            "0686be1a-84e3-5135-9960-3269161887e5"
        );
        assert_eq!(
            id("whatsapp", "103874789095437"),
            "62e6ae05-b9be-513b-bce3-334f9a2f22da"
        );
        assert_eq!(
            id("twilio.whatsapp", "whatsapp:+12345678"),
            "fd36548b-d30a-52a6-bd1c-871e7bc631c6"
        );
    }

    #[test]
    fn a_viber_channel_is_named_by_its_account_alone() {
        assert_eq!(
            id("viber", "viber account id"),
            "3b091b8d-a906-5e21-8417-21b4578fdf3a"
        );
    }

    #[test]
    fn conversation_message_and_contact_ids_are_those_of_airy() {
        let channel: ChannelId = "62e6ae05-b9be-513b-bce3-334f9a2f22da".parse().unwrap();
        let conversation = ConversationId::derive(channel, "49157123456");

        assert_eq!(
            conversation.to_string(),
            "5d861bfe-1da9-55ff-bace-77e8b9eddcd4"
        );
        assert_eq!(
            MessageId::of_global_name(
                "wamid.HBgNNDkxNTc4NjA4MTQ0MhUCABIYFDNFQjBENUJBMzUyRjg5OURGMTkyAA=="
            )
            .to_string(),
            "c9673778-81a1-5771-aa26-c5c2d21020c0"
        );
        let conversation: ConversationId = "0bfbe07d-bc7a-5c55-a066-fb9d22870f0c".parse().unwrap();
        assert_eq!(
            ContactId::of_conversation(conversation).to_string(),
            "75c51939-63c5-5a57-8d68-52dd552ddf42"
        );
    }

    #[test]
    fn nothing_stands_between_source_and_account() {
        assert_eq!(id("test", "test"), "51abb963-6078-5efb-b888-d8457a7c76f8");
        assert_eq!(id("ab", "c"), id("a", "bc"));
    }
}
