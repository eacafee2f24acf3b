//! A user as clients see them.

use std::borrow::Cow;

use serde::Serialize;
use switchboard_domain::User;
use utoipa::ToSchema;

use crate::iso;

/// Somebody who works with the hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserJson<'a> {
    /// `<provider>:<id>`.
    #[schema(value_type = String, example = "github:12345")]
    pub id: Cow<'a, str>,
    /// What people call them.
    #[schema(value_type = Option<String>, example = "Barbara Liskov")]
    pub name: Option<Cow<'a, str>>,
    /// A picture.
    #[schema(value_type = Option<String>)]
    pub avatar_url: Option<Cow<'a, str>>,
    /// When they were first seen.
    #[schema(example = "2020-10-25T21:24:54.560Z")]
    pub first_seen_at: String,
    /// When they were last seen.
    #[schema(example = "2020-10-25T21:24:54.560Z")]
    pub last_seen_at: String,
}

impl<'a> From<&'a User> for UserJson<'a> {
    fn from(user: &'a User) -> Self {
        let User {
            id,
            name,
            avatar_url,
            first_seen_at,
            last_seen_at,
        } = user;
        Self {
            id: Cow::Borrowed(id),
            name: name.as_deref().map(Cow::Borrowed),
            avatar_url: avatar_url.as_deref().map(Cow::Borrowed),
            first_seen_at: iso(*first_seen_at),
            last_seen_at: iso(*last_seen_at),
        }
    }
}
