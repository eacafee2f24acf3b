//! Tags of conversations, and the users who set them.

use crate::{TagId, Timestamp};

/// A tag that conversations can carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Random.
    pub id: TagId,
    /// What people call it.
    pub name: String,
    /// How it looks.
    pub color: TagColor,
    /// When it was made: the order of lists.
    pub created_at: Timestamp,
}

/// The colours there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagColor {
    /// `tag-red`
    Red,
    /// `tag-blue`
    Blue,
    /// `tag-green`
    Green,
    /// `tag-purple`
    Purple,
}

impl TagColor {
    /// Every colour.
    pub const ALL: [Self; 4] = [Self::Red, Self::Blue, Self::Green, Self::Purple];

    /// The name clients see.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Red => "tag-red",
            Self::Blue => "tag-blue",
            Self::Green => "tag-green",
            Self::Purple => "tag-purple",
        }
    }

    /// The colour with that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|color| color.as_str() == name)
    }
}

/// Somebody who works with the hub, as the identity provider told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// `<provider>:<id>`.
    pub id: String,
    /// What people call them.
    pub name: Option<String>,
    /// A picture.
    pub avatar_url: Option<String>,
    /// When they were first seen.
    pub first_seen_at: Timestamp,
    /// When they were last seen.
    pub last_seen_at: Timestamp,
}
