//! Identifiers, a type each.

use std::fmt;
use std::str::FromStr;

use sha1::{Digest, Sha1};
use uuid::Uuid;

use crate::{Source, SourceChannelId};

/// Names one connected account, for ever.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelId(Uuid);

impl ChannelId {
    /// The id of an account, as Airy derives it, so that an installation can be moved with its ids
    /// kept: the first 16 bytes of SHA-1 over source and account name with nothing between, the
    /// version nibble set to 5 and the variant bits to 10. Not an RFC 9562 name-based UUID. Airy
    /// leaves the source out for Viber, and so do we.
    pub fn derive(source: &Source, source_channel_id: &SourceChannelId) -> Self {
        let mut hash = Sha1::new();
        if source.as_str() != "viber" {
            hash.update(source.as_str().as_bytes());
        }
        hash.update(source_channel_id.as_str().as_bytes());
        let digest: [u8; 20] = hash.finalize().into();
        let mut bytes = [0; 16];
        for (to, from) in bytes.iter_mut().zip(digest) {
            *to = from;
        }
        Self(
            uuid::Builder::from_bytes(bytes)
                .with_version(uuid::Version::Sha1)
                .with_variant(uuid::Variant::RFC4122)
                .into_uuid(),
        )
    }

    /// The id behind a UUID that was stored or received.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The UUID.
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for ChannelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ChannelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ChannelId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

/// What an event is about: events of one subject are read in the order they were committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventSubject(Uuid);

impl EventSubject {
    /// The subject behind a stored UUID.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The UUID.
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl From<ChannelId> for EventSubject {
    fn from(channel: ChannelId) -> Self {
        Self(channel.0)
    }
}

/// Names one job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct JobId(Uuid);

impl JobId {
    /// The id behind a random or stored UUID.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The UUID.
    pub const fn as_uuid(self) -> Uuid {
        self.0
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
    fn nothing_stands_between_source_and_account() {
        assert_eq!(id("test", "test"), "51abb963-6078-5efb-b888-d8457a7c76f8");
        assert_eq!(id("ab", "c"), id("a", "bc"));
    }
}
