//! A tag as clients see it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use switchboard_domain::{RawJson, Tag};
use utoipa::ToSchema;
use uuid::Uuid;

/// A tag that conversations can carry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Tag)]
pub struct TagJson<'a> {
    /// Random.
    pub id: Uuid,
    /// What people call it.
    #[schema(value_type = String, example = "urgent")]
    pub name: Cow<'a, str>,
    /// How it looks: `tag-red`, `tag-blue`, `tag-green` or `tag-purple`.
    #[schema(value_type = String, example = "tag-red")]
    pub color: Cow<'a, str>,
}

impl<'a> From<&'a Tag> for TagJson<'a> {
    fn from(tag: &'a Tag) -> Self {
        let Tag {
            id,
            name,
            color,
            created_at: _,
        } = tag;
        Self {
            id: id.as_uuid(),
            name: Cow::Borrowed(name),
            color: Cow::Borrowed(color.as_str()),
        }
    }
}

impl TagJson<'_> {
    /// The JSON text, for the event log.
    #[expect(
        clippy::expect_used,
        reason = "the sentence proves that it cannot fail"
    )]
    pub fn to_raw(&self) -> RawJson {
        let text = serde_json::to_string(self).expect("text and a UUID are always serialisable");
        RawJson::from_checked(text)
    }
}
