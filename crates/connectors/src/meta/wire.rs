//! The Graph API's words that several sources read.

use serde::{Deserialize, Deserializer};
use switchboard_domain::Secret;

use crate::secret_field;

/// The answer of `debug_token`.
#[derive(Debug, Deserialize)]
pub(crate) struct Debugged {
    pub(crate) data: TokenData,
}

/// What Meta knows about a token.
#[derive(Debug, Deserialize)]
pub(crate) struct TokenData {
    #[serde(default, deserialize_with = "optional_id")]
    pub(crate) app_id: Option<String>,
    #[serde(default, rename = "type")]
    pub(crate) kind: Option<String>,
    #[serde(default)]
    pub(crate) is_valid: bool,
    /// Seconds since 1970; 0 if it never expires.
    #[serde(default)]
    pub(crate) expires_at: i64,
    /// `None` if Meta does not tell.
    #[serde(default)]
    pub(crate) scopes: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) granular_scopes: Vec<GranularScope>,
    #[serde(default)]
    pub(crate) error: Option<TokenProblem>,
}

/// A permission that holds for some accounts only.
#[derive(Debug, Deserialize)]
pub(crate) struct GranularScope {
    pub(crate) scope: String,
    /// Absent if it holds for all.
    #[serde(default)]
    pub(crate) target_ids: Option<Vec<Id>>,
}

/// Why a token is not valid.
#[derive(Debug, Deserialize)]
pub(crate) struct TokenProblem {
    pub(crate) code: i64,
    #[serde(default)]
    pub(crate) subcode: Option<i64>,
    #[serde(default)]
    pub(crate) message: Option<String>,
}

/// The answer of `oauth/access_token`.
#[derive(Debug, Deserialize)]
pub(crate) struct Exchanged {
    #[serde(deserialize_with = "secret_field::required")]
    pub(crate) access_token: Secret,
}

/// A Facebook page.
#[derive(Debug, Deserialize)]
pub(crate) struct Page {
    #[serde(deserialize_with = "id")]
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) name_with_location_descriptor: Option<String>,
    #[serde(default, deserialize_with = "secret_field::optional")]
    pub(crate) access_token: Option<Secret>,
    #[serde(default)]
    pub(crate) picture: Option<Picture>,
    #[serde(default)]
    pub(crate) tasks: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) instagram_business_account: Option<InstagramAccount>,
}

/// A picture, one level down.
#[derive(Debug, Deserialize)]
pub(crate) struct Picture {
    #[serde(default)]
    pub(crate) data: Option<PictureData>,
}

/// A picture.
#[derive(Debug, Deserialize)]
pub(crate) struct PictureData {
    #[serde(default)]
    pub(crate) url: Option<String>,
    /// The grey shape shown for pages that have no picture.
    #[serde(default)]
    pub(crate) is_silhouette: bool,
}

/// The Instagram account that is linked to a page.
#[derive(Debug, Deserialize)]
pub(crate) struct InstagramAccount {
    #[serde(deserialize_with = "id")]
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) username: Option<String>,
    #[serde(default)]
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) profile_picture_url: Option<String>,
}

/// One page of a list.
#[derive(Debug, Deserialize)]
pub(crate) struct Listed<T> {
    pub(crate) data: Vec<T>,
    #[serde(default)]
    pub(crate) paging: Option<Paging>,
}

/// Where the list goes on.
#[derive(Debug, Deserialize)]
pub(crate) struct Paging {
    /// Carries the token.
    #[serde(default, deserialize_with = "secret_field::optional")]
    pub(crate) next: Option<Secret>,
}

/// The answer of calls that only do something.
#[derive(Debug, Deserialize)]
pub(crate) struct Done {
    pub(crate) success: bool,
}

/// An id; Meta writes some as numbers.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Id {
    Text(String),
    Number(u64),
}

impl Id {
    pub(crate) fn is(&self, id: &str) -> bool {
        match self {
            Self::Text(text) => text == id,
            Self::Number(number) => number.to_string() == id,
        }
    }

    pub(crate) fn into_string(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        }
    }
}

pub(crate) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Id::deserialize(deserializer).map(Id::into_string)
}

fn optional_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Id>::deserialize(deserializer)?.map(Id::into_string))
}
