//! A template of a message as clients see it.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::value::RawValue;
use switchboard_domain::Template;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::raw::raw_value;

/// A template of a message.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Template)]
pub struct TemplateJson<'a> {
    /// Random.
    pub id: Uuid,
    /// What people call it.
    #[schema(value_type = String, example = "awesome-template")]
    pub name: Cow<'a, str>,
    /// The source whose words its content is in.
    #[schema(value_type = String, example = "facebook")]
    pub source: Cow<'a, str>,
    /// The message: any JSON.
    #[schema(value_type = Value)]
    pub content: &'a RawValue,
}

impl<'a> From<&'a Template> for TemplateJson<'a> {
    fn from(template: &'a Template) -> Self {
        let Template {
            id,
            name,
            source,
            content,
        } = template;
        Self {
            id: id.as_uuid(),
            name: Cow::Borrowed(name),
            source: Cow::Borrowed(source.as_str()),
            content: raw_value(content),
        }
    }
}
