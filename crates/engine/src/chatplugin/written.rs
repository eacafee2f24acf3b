//! What a visitor writes, as it is kept until it is applied.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use switchboard_connector::{Entry, Inbound, InboundMessage, MessageName, Origin};
use switchboard_domain::SourceChannelId;
use uuid::Uuid;

use crate::words::text_of_content;

/// Where visitors write, and how envelopes of theirs are known.
pub(crate) const SEND: &str = "/chatplugin.send";

/// What is kept: the message as it was written, and what the visitor's token said, instead of the token.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Written<'w> {
    #[serde(borrow)]
    pub(super) source_channel_id: Cow<'w, str>,
    pub(super) conversation_id: Uuid,
    /// The visitor's own name of the message, or one that is random.
    #[serde(borrow)]
    pub(super) name: Cow<'w, str>,
    #[serde(borrow)]
    pub(super) message: &'w RawValue,
}

impl Written<'_> {
    /// What a message is called among those of its channel: visitors choose names without knowing of each
    /// other.
    pub(super) fn name_in_channel(conversation: Uuid, name: &str) -> String {
        format!("{conversation} {name}")
    }
}

/// Reads what a visitor has written.
pub(crate) fn read_written(body: &[u8]) -> Entry {
    let written: Written<'_> = match serde_json::from_slice(body) {
        Ok(written) => written,
        Err(error) => {
            return Entry {
                channel: None,
                what: Inbound::Malformed(format!(
                    "it is not what a visitor's message is kept as: {error}"
                )),
            };
        }
    };
    let content = written.message.get().to_owned();
    let visitor = written.conversation_id.to_string();
    let name = MessageName::InChannel(Written::name_in_channel(
        written.conversation_id,
        &written.name,
    ));
    Entry {
        channel: Some(SourceChannelId::new(written.source_channel_id)),
        what: Inbound::Message(Box::new(InboundMessage {
            name,
            provider_id: None,
            handles: vec![visitor.clone()],
            sender: visitor,
            origin: Origin::Contact,
            sent_at: None,
            text: text_of_content(&content),
            content,
            media: Vec::new(),
            profile: None,
            notes: Vec::new(),
            conversation_notes: Vec::new(),
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_visitors_message_says_so() {
        for body in [
            "",
            "{}",
            "[]",
            r#"{"source_channel_id":"a","conversation_id":"7","name":"1","message":1}"#,
        ] {
            let entry = read_written(body.as_bytes());

            assert!(
                matches!(entry.what, Inbound::Malformed(_)),
                "{body}: {entry:?}"
            );
        }
    }
}
