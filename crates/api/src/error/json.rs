//! The body of every answer that is an error.

use serde::Serialize;
use utoipa::ToSchema;

use super::Code;

/// What went wrong.
#[derive(Serialize, ToSchema)]
#[schema(as = Error)]
pub(crate) struct ErrorJson<'a> {
    /// What happened and what to do, as a sentence for people.
    #[schema(example = "The field page_id is required.")]
    pub(crate) message: &'a str,
    /// What kind of error it is, for programs.
    pub(crate) code: Code,
    /// The same as the answer's header `x-request-id`; the log knows it too.
    #[schema(example = "9f3c2c5e-0d8a-4a57-9d35-2f4c1f6f0a11")]
    pub(crate) request_id: &'a str,
    /// The first field that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "page_id")]
    pub(crate) field: Option<&'a str>,
    /// What the provider said, if it was the provider who refused or did not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ProviderFailureJson>, nullable = false)]
    pub(crate) provider: Option<&'a ProviderFailureJson>,
}

/// What a provider said.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ProviderFailure)]
pub(crate) struct ProviderFailureJson {
    /// The source whose provider was asked.
    #[schema(example = "facebook")]
    pub(crate) source: String,
    /// What it means: `reauth` (the token is dead), `permission`, `config` (unknown or wrongly set
    /// up account), `content`, `policy`, `window`, `recipient`; `retry` and `throttle` pass by
    /// themselves.
    #[schema(example = "reauth")]
    pub(crate) class: &'static str,
    /// The provider's own code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "190/463")]
    pub(crate) code: Option<String>,
}
