//! What Twilio tells of messages of ours
//! (twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks, read 2026-11-22).

use switchboard_connector::{Delivery, Entry, Inbound};
use switchboard_domain::{MessageId, Receipt, SourceChannelId};

use super::form::Form;
use super::inbound::malformed;
use crate::inbound_json::kind;

/// Whether a form is a status call-back. Numbers that were set up by hand have them sent to the address
/// of messages: there a form that tells the status of a message that was not received is one.
pub(crate) fn is_one(form: &Form, target: &str) -> bool {
    let path = target.split('?').next().unwrap_or_default();
    path.ends_with("/status")
        || form
            .get("MessageStatus")
            .is_some_and(|status| status != "received")
}

/// What a status call-back says. The sender is ours; a Messaging Service that has not chosen one yet
/// does not tell it.
pub(crate) fn entry(form: &Form, delivery: Delivery<'_>) -> Entry {
    let status = form.get("MessageStatus").or_else(|| form.get("SmsStatus"));
    let (Some(status), Some(target)) = (status, form.get("MessageSid")) else {
        return malformed("the form has no parameter MessageStatus or MessageSid".to_owned());
    };
    let receipt = match status {
        "accepted" | "queued" | "sending" | "sent" => Some(Receipt::Sent),
        "delivered" => Some(Receipt::Delivered),
        "read" => Some(Receipt::Seen),
        "undelivered" | "failed" => Some(Receipt::Failed),
        _ => None,
    };
    let what = match (receipt, status) {
        (Some(receipt), _) => Inbound::Confirmed {
            target: target.to_owned(),
            correlation: correlation(delivery.target),
            receipt,
            at: delivery.received_at,
            error: form
                .get("ErrorCode")
                .filter(|_| receipt == Receipt::Failed)
                .map(str::to_owned),
        },
        (None, "scheduled" | "canceled" | "partially_delivered" | "receiving" | "received") => {
            Inbound::Nothing(status.to_owned())
        }
        (None, unknown) => Inbound::Unknown(kind(unknown)),
    };
    Entry {
        channel: form.address("From").map(SourceChannelId::new),
        what,
    }
}

/// The message of ours that the address of the call names, which is signed with everything else.
fn correlation(target: &str) -> Option<MessageId> {
    let (_, query) = target.split_once('?')?;
    let (_, id) =
        url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "message_id")?;
    id.parse().ok()
}
