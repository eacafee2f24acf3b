//! What became of our messages
//! (developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components#statuses-object, read
//! 2026-11-22).

use switchboard_connector::Inbound;
use switchboard_domain::{Receipt, Timestamp};

use super::super::our_message;
use super::wire::{Status, StatusError};
use crate::inbound_json::{self, found, missing};

/// `at` is its time if it carries none.
pub(super) fn read(at: Timestamp, status: Status<'_>) -> Inbound {
    let Some(id) = status.id else {
        return missing("statuses.id");
    };
    let Some(kind) = status.kind else {
        return missing("statuses.status");
    };
    let receipt = match &*kind {
        "sent" => Receipt::Sent,
        "delivered" => Receipt::Delivered,
        // A voice message that was played was seen before.
        "read" | "played" => Receipt::Seen,
        "failed" => Receipt::Failed,
        "deleted" => return Inbound::Nothing("statuses.deleted".to_owned()),
        other => return Inbound::Unknown(format!("statuses.{}", inbound_json::kind(other))),
    };
    let errors = found(status.errors).into_iter().flatten();
    let reasons: Vec<String> = errors.filter_map(reason).collect();
    let is_told = receipt == Receipt::Failed && !reasons.is_empty();
    Inbound::Confirmed {
        target: id.into_string(),
        correlation: found(status.biz_opaque_callback_data).and_then(|data| our_message(&data)),
        receipt,
        at: status.timestamp.0.unwrap_or(at),
        error: is_told.then(|| reasons.join("; ")),
    }
}

/// `(131047) Re-engagement message: Message failed to send because …`
fn reason(error: StatusError<'_>) -> Option<String> {
    let title = error.title.as_deref().or(error.message.as_deref());
    let details = found(error.error_data).and_then(|data| data.details);
    let words: Vec<&str> = title.into_iter().chain(details.as_deref()).collect();
    let code = error.code.map(|code| format!("({})", &*code));
    let words = Some(words.join(": ")).filter(|words| !words.is_empty());
    let parts: Vec<String> = code.into_iter().chain(words).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}
