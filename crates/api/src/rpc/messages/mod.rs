//! The procedures of messages and of metadata.

#![expect(
    unused_qualifications,
    reason = "the code that ToSchema derives for inlined fields has them"
)]

mod list;
mod suggest_replies;
mod upsert_metadata;

use serde_json::{Value, json};
use switchboard_engine::messages::MessagesError;

use super::Procedure;
use crate::error::{ApiError, Code};

/// Every procedure of messages and of metadata.
pub(crate) fn procedures() -> Vec<Procedure> {
    let mut procedures = vec![list::procedure(), upsert_metadata::procedure()];
    procedures.extend(suggest_replies::procedures());
    procedures
}

const SAMPLE_ID: &str = "adf43014-3114-5185-b14e-bcc98d4c5df1";

/// Names of the same fields that callers in camel case use.
const CAMEL_CASE: &[(&str, &str)] = &[
    ("conversationId", "conversation_id"),
    ("messageId", "message_id"),
    ("pageSize", "page_size"),
];

pub(super) fn sample() -> Value {
    json!({
        "id": SAMPLE_ID,
        "content": { "text": "Hello" },
        "sent_at": "2020-10-25T21:24:54.560Z",
        "delivery_state": "delivered",
        "from_contact": true,
        "source": "facebook",
        "metadata": {},
        "sender": { "id": "4383398935030571", "name": null, "avatar_url": null }
    })
}

impl From<MessagesError> for ApiError {
    fn from(error: MessagesError) -> Self {
        match error {
            MessagesError::UnknownConversation(id) => {
                Self::new(Code::NotFound, format!("There is no conversation {id}."))
            }
            MessagesError::Unknown(id) => {
                Self::new(Code::NotFound, format!("There is no message {id}."))
            }
            MessagesError::Cursor(cursor) => Self::new(
                Code::InvalidRequest,
                format!(
                    "The field cursor is wrong: {cursor} is no message of this conversation; send \
                     what messages.list gave as next_cursor."
                ),
            )
            .with_field("cursor"),
            MessagesError::Storage(error) => error.into(),
        }
    }
}
