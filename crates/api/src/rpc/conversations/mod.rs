//! The procedures of conversations.

#![expect(
    unused_qualifications,
    reason = "the code that ToSchema derives for inlined fields has them"
)]

mod act;
mod info;
mod list;

use serde_json::{Value, json};

use super::Procedure;

/// Every procedure of conversations.
pub(crate) fn procedures() -> Vec<Procedure> {
    let mut procedures = vec![list::procedure(), info::procedure()];
    procedures.extend(act::procedures());
    procedures
}

const SAMPLE_ID: &str = "0bfbe07d-bc7a-5c55-a066-fb9d22870f0c";

/// Names of the same fields that callers in camel case use.
const CAMEL_CASE: &[(&str, &str)] = &[
    ("conversationId", "conversation_id"),
    ("pageSize", "page_size"),
    ("tagId", "tag_id"),
    ("displayName", "display_name"),
];

fn sample() -> Value {
    json!({
        "id": SAMPLE_ID,
        "created_at": "2020-10-25T21:24:54.560Z",
        "channel": {
            "id": "0686be1a-84e3-5135-9960-3269161887e5",
            "source": "facebook",
            "source_channel_id": "7562107744668308",
            "metadata": { "name": "my page" },
            "connected": true
        },
        "metadata": {
            "contact": { "display_name": "Grace Hopper" },
            "unread_count": 1,
            "tags": { "f339c325-8614-43cb-a70a-e83d81bf56fc": "" }
        },
        "last_message": super::messages::sample()
    })
}
