//! The procedures of contacts.

#![expect(
    unused_qualifications,
    reason = "the code that ToSchema derives for inlined fields has them"
)]

mod create;
mod delete;
mod erase;
mod fields;
mod import;
mod info;
mod list;
mod merge;
mod recent_messages;
mod unmerge;
mod update;

use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_connector::RequestBody;
use switchboard_domain::ContactId;
use utoipa::ToSchema;

use super::Procedure;
use crate::rpc::field::Id;

/// Every procedure of contacts.
pub(crate) fn procedures() -> Vec<Procedure> {
    vec![
        create::procedure(),
        import::procedure(),
        list::procedure(),
        info::procedure(),
        update::procedure(),
        merge::procedure(),
        unmerge::procedure(),
        delete::procedure(),
        erase::procedure(),
        recent_messages::procedure(),
    ]
}

/// Which contact.
#[derive(Debug, Deserialize, ToSchema)]
struct WhichContact {
    /// The contact.
    #[schema(value_type = Uuid)]
    id: Id<ContactId>,
}

impl RequestBody for WhichContact {
    const REQUIRED: &'static [&'static str] = &["id"];
}

const SAMPLE_ID: &str = "6b80b10c-ae6e-4995-844d-c56c4da11623";
const OTHER_ID: &str = "2b5e6f2a-9f7d-4f0c-8a4e-1f5b7d0c3a96";
const SAMPLE_CONVERSATION: &str = "0bfbe07d-bc7a-5c55-a066-fb9d22870f0c";

fn sample() -> Value {
    json!({
        "id": SAMPLE_ID,
        "display_name": "Grace Hopper",
        "avatar_url": "http://example.org/avatar.jpeg",
        "title": "Rear admiral",
        "gender": "female",
        "timezone": 1,
        "locale": "en_US",
        "organization_name": "United States Navy",
        "via": { "phone": "+49157123456" },
        "address": {
            "organization_name": null,
            "address_line1": "1 Main Street",
            "address_line2": null,
            "postal_code": "22201",
            "city": "Arlington",
            "state": "Virginia",
            "country": "USA"
        },
        "conversations": { SAMPLE_CONVERSATION: "facebook" },
        "metadata": { "erp": { "id": 42 } },
        "created_at": 1_603_661_094_560_i64,
        "updated_at": null
    })
}

fn sample_changes() -> Value {
    json!({
        "display_name": "Grace Hopper",
        "via": { "phone": "+49157123456" },
        "address": { "city": "Arlington" },
        "metadata": { "erp": { "id": 42 } }
    })
}
