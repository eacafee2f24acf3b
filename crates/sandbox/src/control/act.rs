//! One thing that a customer is to do, as it is ordered.

use serde::Deserialize;

use super::{Refused, refused};
use crate::customers::Act;
use crate::media::MediaKind;

/// What a customer is to do.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ActRequest {
    pub(super) text: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) to: Option<String>,
    pub(super) title: Option<String>,
    pub(super) payload: Option<String>,
    pub(super) emoji: Option<String>,
    pub(super) latitude: Option<f64>,
    pub(super) longitude: Option<f64>,
    pub(super) reference: Option<String>,
    pub(super) number: Option<String>,
}

/// Every kind, by the name that its act gives itself.
const KINDS: &[&str] = &[
    "text",
    "reply",
    "image",
    "audio",
    "video",
    "file",
    "quick_reply",
    "postback",
    "reaction",
    "reaction_removed",
    "edit",
    "unsend",
    "delivered",
    "read",
    "failed",
    "location",
    "sticker",
    "referral",
    "opt_in",
    "story_mention",
    "typing",
    "ask_for_person",
    "conversation_started",
    "subscribed",
    "unsubscribed",
    "number_change",
    "stop",
    "unsupported",
    "unknown",
];

impl ActRequest {
    pub(super) fn act(&self) -> Result<Act, Refused> {
        let kind = self.kind.as_deref().unwrap_or("text");
        let to = self.to.clone();
        let media = |kind| Act::Media {
            kind,
            caption: self.text.clone(),
        };
        let title = || {
            self.title
                .clone()
                .or_else(|| self.text.clone())
                .unwrap_or_else(|| "Yes".to_owned())
        };
        let payload = || self.payload.clone().unwrap_or_else(|| "YES".to_owned());
        Ok(match kind {
            "text" => Act::Text(self.words()?),
            "reply" => Act::Reply {
                to,
                text: self.words()?,
            },
            "image" => media(MediaKind::Image),
            "audio" => media(MediaKind::Audio),
            "video" => media(MediaKind::Video),
            "file" => media(MediaKind::File),
            "quick_reply" => Act::Tap {
                title: title(),
                payload: payload(),
            },
            "postback" => Act::Postback {
                title: title(),
                payload: payload(),
            },
            "reaction" => Act::React {
                to,
                emoji: self.emoji.clone().unwrap_or_else(|| "👍".to_owned()),
            },
            "reaction_removed" => Act::Unreact { to },
            "edit" => Act::Edit {
                of: to,
                text: self.words()?,
            },
            "unsend" => Act::Unsend { of: to },
            "delivered" => Act::Delivered { of: to },
            "read" => Act::Read { of: to },
            "failed" => Act::Failed { of: to },
            other => return self.rarer_act(other),
        })
    }

    fn rarer_act(&self, kind: &str) -> Result<Act, Refused> {
        Ok(match kind {
            "location" => Act::Location {
                latitude: self.latitude.unwrap_or(52.520_008),
                longitude: self.longitude.unwrap_or(13.404_954),
            },
            "sticker" => Act::Sticker,
            "referral" => Act::Referral {
                reference: self
                    .reference
                    .clone()
                    .unwrap_or_else(|| "newsletter-42".to_owned()),
            },
            "opt_in" => Act::OptIn,
            "story_mention" => Act::StoryMention,
            "typing" => Act::Typing,
            "ask_for_person" => Act::AskForPerson,
            "conversation_started" => Act::Start,
            "subscribed" => Act::Subscribe,
            "unsubscribed" => Act::Unsubscribe,
            "number_change" => Act::ChangeNumber {
                to: self
                    .number
                    .clone()
                    .or_else(|| self.text.clone())
                    .ok_or_else(|| {
                        refused("number_change needs \"number\", the new one: \"+4915799999999\"")
                    })?,
            },
            "stop" => Act::Stop,
            "unsupported" => Act::Unsupported,
            "unknown" => Act::Unknown,
            other => {
                return Err(refused(&format!(
                    "kind \"{other}\" does not exist; use one of {}",
                    KINDS.join(", ")
                )));
            }
        })
    }

    fn words(&self) -> Result<String, Refused> {
        let text = self.text.clone().filter(|text| !text.is_empty());
        text.ok_or_else(|| refused("\"text\" is missing: what the customer writes"))
    }
}
