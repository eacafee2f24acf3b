//! What customers do on their phones.

use crate::media::MediaKind;

/// What a customer does. Which of them exist at a source its provider decides; the others are refused.
/// An `of` or `to` is the provider's id of a message, `None` the last one of the conversation.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Writes a text.
    Text(String),
    /// Answers one message.
    Reply {
        /// Which.
        to: Option<String>,
        /// The text.
        text: String,
    },
    /// Sends a picture, a recording, a film or a file.
    Media {
        /// What.
        kind: MediaKind,
        /// The text below it, where there can be one.
        caption: Option<String>,
    },
    /// Taps an answer that was offered.
    Tap {
        /// What was written on it.
        title: String,
        /// What the business is told.
        payload: String,
    },
    /// Presses a button of a template or a menu.
    Postback {
        /// What was written on it.
        title: String,
        /// What the business is told.
        payload: String,
    },
    /// Reacts to a message.
    React {
        /// To which.
        to: Option<String>,
        /// How.
        emoji: String,
    },
    /// Takes the reaction back.
    Unreact {
        /// From which.
        to: Option<String>,
    },
    /// Writes an own message anew.
    Edit {
        /// Which.
        of: Option<String>,
        /// The new text.
        text: String,
    },
    /// Takes an own message back.
    Unsend {
        /// Which.
        of: Option<String>,
    },
    /// Has the phone on: a message of the business arrives there.
    Delivered {
        /// Which.
        of: Option<String>,
    },
    /// Reads a message of the business, and all before it.
    Read {
        /// Which.
        of: Option<String>,
    },
    /// Cannot get a message of the business.
    Failed {
        /// Which.
        of: Option<String>,
    },
    /// Shares a place.
    Location {
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
    },
    /// Sends a sticker, on Instagram a heart.
    Sticker,
    /// Comes through a link or an advertisement.
    Referral {
        /// What the link says.
        reference: String,
    },
    /// Agrees to messages about a topic.
    OptIn,
    /// Mentions the business in a story.
    StoryMention,
    /// Types.
    Typing,
    /// Asks for a person instead of a machine.
    AskForPerson,
    /// Opens the conversation for the first time.
    Start,
    /// Subscribes to the bot.
    Subscribe,
    /// Leaves the bot.
    Unsubscribe,
    /// Moves to another number.
    ChangeNumber {
        /// The new one.
        to: String,
    },
    /// Wants no more messages.
    Stop,
    /// Sends what the provider does not pass on.
    Unsupported,
    /// Does what nobody has heard of yet.
    Unknown,
}

impl Act {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A picture, recording, film or file without words.
    pub const fn media(kind: MediaKind) -> Self {
        Self::Media {
            kind,
            caption: None,
        }
    }

    /// Its name at the control port.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Reply { .. } => "reply",
            Self::Media { kind, .. } => kind.name(),
            Self::Tap { .. } => "quick_reply",
            Self::Postback { .. } => "postback",
            Self::React { .. } => "reaction",
            Self::Unreact { .. } => "reaction_removed",
            Self::Edit { .. } => "edit",
            Self::Unsend { .. } => "unsend",
            Self::Delivered { .. } => "delivered",
            Self::Read { .. } => "read",
            Self::Failed { .. } => "failed",
            Self::Location { .. } => "location",
            Self::Sticker => "sticker",
            Self::Referral { .. } => "referral",
            Self::OptIn => "opt_in",
            Self::StoryMention => "story_mention",
            Self::Typing => "typing",
            Self::AskForPerson => "ask_for_person",
            Self::Start => "conversation_started",
            Self::Subscribe => "subscribed",
            Self::Unsubscribe => "unsubscribed",
            Self::ChangeNumber { .. } => "number_change",
            Self::Stop => "stop",
            Self::Unsupported => "unsupported",
            Self::Unknown => "unknown",
        }
    }

    /// The words in it.
    pub(crate) fn words(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Reply { text, .. } | Self::Edit { text, .. } => Some(text),
            Self::Media { caption, .. } => caption.as_deref(),
            Self::Tap { title, .. } | Self::Postback { title, .. } => Some(title),
            Self::React { emoji, .. } => Some(emoji),
            Self::Stop => Some("STOP"),
            _ => None,
        }
    }

    /// Which message it is about: the one that is named inside, or the last one.
    pub(crate) const fn about(&self) -> Option<&Option<String>> {
        match self {
            Self::Reply { to: id, .. }
            | Self::React { to: id, .. }
            | Self::Unreact { to: id }
            | Self::Edit { of: id, .. }
            | Self::Unsend { of: id }
            | Self::Delivered { of: id }
            | Self::Read { of: id }
            | Self::Failed { of: id } => Some(id),
            _ => None,
        }
    }

    /// Whether the phone shows it as a message of its own.
    pub(crate) const fn is_message(&self) -> bool {
        matches!(
            self,
            Self::Text(_)
                | Self::Reply { .. }
                | Self::Media { .. }
                | Self::Tap { .. }
                | Self::Postback { .. }
                | Self::Location { .. }
                | Self::Sticker
                | Self::StoryMention
                | Self::Stop
                | Self::Unsupported
        )
    }
}
