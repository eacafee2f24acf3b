//! The procedures of templates.

#![expect(
    unused_qualifications,
    reason = "the code that ToSchema derives for inlined fields has them"
)]

mod create;
mod delete;
mod info;
mod list;
mod update;

use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_connector::RequestBody;
use switchboard_domain::TemplateId;
use switchboard_engine::templates::TemplateError;
use utoipa::ToSchema;

use super::Procedure;
use crate::error::{ApiError, Code};
use crate::rpc::field::Id;

/// Every procedure of templates.
pub(crate) fn procedures() -> Vec<Procedure> {
    vec![
        create::procedure(),
        info::procedure(),
        list::procedure(),
        update::procedure(),
        delete::procedure(),
    ]
}

/// Which template.
#[derive(Debug, Deserialize, ToSchema)]
struct WhichTemplate {
    /// The template.
    #[schema(value_type = Uuid)]
    id: Id<TemplateId>,
}

impl RequestBody for WhichTemplate {
    const REQUIRED: &'static [&'static str] = &["id"];
}

const SAMPLE_ID: &str = "1d15ca6e-8b2c-4b3a-9b7a-7f5c7c3f4d61";

fn sample() -> Value {
    json!({
        "id": SAMPLE_ID,
        "name": "awesome-template",
        "source": "facebook",
        "content": sample_content()
    })
}

fn sample_content() -> Value {
    json!({ "blueprint": "text", "payload": "[[salutation]]!" })
}

impl From<TemplateError> for ApiError {
    fn from(error: TemplateError) -> Self {
        match error {
            TemplateError::Unknown(id) => Self::new(
                Code::NotFound,
                format!("There is no template {id}; templates.list shows those there are."),
            )
            .with_field("id"),
            TemplateError::Storage(error) => error.into(),
        }
    }
}
