//! Who writes, and to which account.

use super::Source;

/// The customer of whom nobody has said who it is.
pub const SAMPLE_CUSTOMER: &str = "Ada Lovelace";

/// A customer with a phone, writing to one account of the hub. The same name on the same source is the
/// same person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    pub(crate) source: Source,
    /// A name, or an id that the provider has given out before.
    pub(crate) from: String,
    pub(crate) channel: String,
    pub(crate) hides_number: bool,
    pub(crate) hides_profile: bool,
    pub(crate) username: Option<String>,
}

impl Customer {
    /// Ada Lovelace, writing to the sample account of a source.
    pub fn of(source: Source) -> Self {
        Self {
            source,
            from: SAMPLE_CUSTOMER.to_owned(),
            channel: source.sample_channel().to_owned(),
            hides_number: false,
            hides_profile: false,
            username: None,
        }
    }

    /// Somebody else: a name, or the id of a person who wrote before. On SMS and WhatsApp also a
    /// number with its plus.
    #[must_use]
    pub fn named(mut self, name_or_id: impl Into<String>) -> Self {
        self.from = name_or_id.into();
        self
    }

    /// To another account: its id at the provider. A web chat may be named by its channel id too.
    #[must_use]
    pub fn on(mut self, channel: impl Into<String>) -> Self {
        self.channel = channel.into();
        self
    }

    /// With a username on WhatsApp: messages carry the business-scoped user id too.
    #[must_use]
    pub fn with_username(mut self, username: impl Into<String>) -> Self {
        self.username = Some(username.into());
        self
    }

    /// With a WhatsApp number that the business does not see: only the business-scoped user id is sent.
    #[must_use]
    pub const fn hiding_number(mut self) -> Self {
        self.hides_number = true;
        self
    }

    /// With a name and a picture that the app may not see.
    #[must_use]
    pub const fn hiding_profile(mut self) -> Self {
        self.hides_profile = true;
        self
    }
}

impl From<Source> for Customer {
    fn from(source: Source) -> Self {
        Self::of(source)
    }
}

impl From<&Self> for Customer {
    fn from(customer: &Self) -> Self {
        customer.clone()
    }
}
