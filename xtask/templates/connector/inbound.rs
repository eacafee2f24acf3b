//! What Newcomer tells of an account's conversations.

use serde_json::value::RawValue;
use switchboard_connector::{Delivery, Entry, Inbound, InboundMessage, MessageName, Origin};
use switchboard_domain::{SourceChannelId, Timestamp};

use super::wire::{Brought, Written};
use crate::inbound_json::problem;

/// What a delivery says, in its order.
///
/// What is understood but nothing to keep is [`Inbound::Nothing`], what this version does not know is
/// [`Inbound::Unknown`]: operators see both.
pub(crate) fn entries(delivery: Delivery<'_>) -> Vec<Entry> {
    match serde_json::from_slice::<Brought<'_>>(delivery.body) {
        Ok(brought) => brought
            .messages
            .into_iter()
            .map(|message| Entry {
                channel: Some(SourceChannelId::new(brought.account_id.clone())),
                what: said(message),
            })
            .collect(),
        Err(error) => vec![Entry {
            channel: None,
            what: Inbound::Malformed(problem(&error)),
        }],
    }
}

fn said(message: &RawValue) -> Inbound {
    let written: Written = match serde_json::from_str(message.get()) {
        Ok(written) => written,
        Err(error) => return Inbound::Malformed(problem(&error)),
    };
    Inbound::Message(Box::new(InboundMessage {
        provider_id: Some(written.id.clone()),
        name: MessageName::InChannel(written.id),
        handles: vec![written.from.clone()],
        sender: written.from,
        origin: Origin::Contact,
        sent_at: written.sent_at.map(Timestamp::from_millis),
        content: message.get().to_owned(),
        text: written.text,
        media: Vec::new(),
        profile: None,
        notes: Vec::new(),
        conversation_notes: Vec::new(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "a call as the provider's documentation prints it")]
    fn the_provider_s_call_becomes_a_message() {
        let call = "{}";

        let entries = entries(Delivery {
            target: "/newcomer",
            body: call.as_bytes(),
            received_at: Timestamp::from_millis(1_790_000_000_000),
        });
        let [
            Entry {
                channel: Some(account),
                what: Inbound::Message(message),
            },
        ] = entries.as_slice()
        else {
            panic!("this has to be a call as the provider's documentation prints it: {entries:?}")
        };

        assert_eq!(account.as_str(), "4711");
        assert_eq!(message.text.as_deref(), Some("the text in that call"));
    }
}
