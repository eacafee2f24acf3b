//! The sources that customers write through.

use std::fmt;
use std::str::FromStr;

/// Where a customer writes: the name of a source in the hub's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Messenger.
    Facebook,
    /// Instagram's direct messages.
    Instagram,
    /// WhatsApp through Meta's Cloud API.
    WhatsApp,
    /// Google's Business Messages.
    Google,
    /// SMS through Twilio.
    TwilioSms,
    /// WhatsApp through Twilio.
    TwilioWhatsApp,
    /// Viber.
    Viber,
    /// The hub's own chat on a web site.
    Chatplugin,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 8] = [
        Self::Facebook,
        Self::Instagram,
        Self::WhatsApp,
        Self::Google,
        Self::TwilioSms,
        Self::TwilioWhatsApp,
        Self::Viber,
        Self::Chatplugin,
    ];

    /// Its name in the hub's data.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Facebook => "facebook",
            Self::Instagram => "instagram",
            Self::WhatsApp => "whatsapp",
            Self::Google => "google",
            Self::TwilioSms => "twilio.sms",
            Self::TwilioWhatsApp => "twilio.whatsapp",
            Self::Viber => "viber",
            Self::Chatplugin => "chatplugin",
        }
    }

    /// The account of the printed sample requests, which customers write to unless they name another.
    pub const fn sample_channel(self) -> &'static str {
        match self {
            Self::Facebook => "fb-page-id-1",
            Self::Instagram => "ig-account-id",
            Self::WhatsApp => "1234567",
            Self::Google => "gbm-id",
            Self::TwilioSms => "+491234567",
            Self::TwilioWhatsApp => "whatsapp:+491234567",
            Self::Viber => "pa:75346594275468546724",
            Self::Chatplugin => "website-identifier-42",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|source| source.name() == text);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("source \"{text}\" does not exist; use one of {names}")
        })
    }
}
