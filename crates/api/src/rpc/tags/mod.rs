//! The procedures of tags.

#![expect(
    unused_qualifications,
    reason = "the code that ToSchema derives for inlined fields has them"
)]

mod create;
mod delete;
mod list;
mod update;

use serde_json::{Value, json};
use switchboard_connector::request::{InvalidRequest, Text};
use switchboard_domain::TagColor;
use switchboard_engine::tags::TagError;

use super::Procedure;
use crate::error::{ApiError, Code};

/// Every procedure of tags.
pub(crate) fn procedures() -> Vec<Procedure> {
    vec![
        create::procedure(),
        list::procedure(),
        update::procedure(),
        delete::procedure(),
    ]
}

const SAMPLE_ID: &str = "f339c325-8614-43cb-a70a-e83d81bf56fc";

fn sample() -> Value {
    json!({ "id": SAMPLE_ID, "name": "urgent", "color": "tag-red" })
}

/// The sentence is Airy's.
fn color_of(text: &Text) -> Result<TagColor, InvalidRequest> {
    TagColor::parse(text.as_str()).ok_or_else(|| {
        let colors = TagColor::ALL.map(TagColor::as_str).join(", ");
        InvalidRequest::field("color", format!("Tag color must be one of [{colors}]"))
    })
}

impl From<TagError> for ApiError {
    fn from(error: TagError) -> Self {
        match error {
            TagError::Unknown(id) => Self::new(
                Code::NotFound,
                format!("There is no tag {id}; tags.list shows those there are."),
            )
            .with_field("id"),
            TagError::Storage(error) => error.into(),
        }
    }
}
