//! Google's words for events, service accounts and tokens.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use switchboard_domain::Secret;

use crate::secret_field;

/// The key file of a service account, as far as we need it.
#[derive(Deserialize)]
pub(crate) struct KeyFile {
    pub(crate) client_email: String,
    #[serde(default)]
    pub(crate) private_key_id: Option<String>,
    /// PEM.
    #[serde(deserialize_with = "secret_field::required")]
    pub(crate) private_key: Secret,
    #[serde(default = "default_token_uri")]
    pub(crate) token_uri: String,
}

fn default_token_uri() -> String {
    "https://oauth2.googleapis.com/token".to_owned()
}

/// What the service account claims when it asks for a token.
#[derive(Debug, Serialize)]
pub(crate) struct Claims<'a> {
    pub(crate) iss: &'a str,
    pub(crate) scope: &'static str,
    pub(crate) aud: &'a str,
    pub(crate) iat: i64,
    pub(crate) exp: i64,
}

/// A token was issued.
#[derive(Debug, Deserialize)]
pub(crate) struct Issued {
    #[serde(deserialize_with = "secret_field::required")]
    #[expect(dead_code, reason = "connecting only proves that there is one")]
    pub(crate) access_token: Secret,
}

/// A token was refused.
#[derive(Debug, Deserialize)]
pub(crate) struct Refused {
    pub(crate) error: String,
    #[serde(default)]
    pub(crate) error_description: Option<String>,
}

/// What an agent's webhook is told. Written out again it is what Airy stores: these keys, in this
/// order, without those that are null.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event<'a> {
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) agent: Option<&'a RawValue>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) conversation_id: Option<&'a RawValue>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) custom_agent_id: Option<&'a RawValue>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) context: Option<&'a RawValue>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<&'a RawValue>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) survey_response: Option<&'a RawValue>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) suggestion_response: Option<&'a RawValue>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) receipts: Option<&'a RawValue>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) user_status: Option<&'a RawValue>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) send_time: Option<&'a RawValue>,
    #[serde(borrow, default, skip_serializing)]
    pub(crate) request_id: Option<&'a RawValue>,
}

/// The keys of an [`Event`].
pub(crate) const EVENT_KEYS: [&str; 11] = [
    "agent",
    "conversationId",
    "customAgentId",
    "context",
    "message",
    "surveyResponse",
    "suggestionResponse",
    "receipts",
    "userStatus",
    "sendTime",
    "requestId",
];

/// Who writes, from where.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Context {
    #[serde(default)]
    pub(crate) user_info: Option<UserInfo>,
}

/// What Google tells about a person.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserInfo {
    #[serde(default)]
    pub(crate) display_name: Option<String>,
}

/// What a person wrote.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Written {
    #[serde(default)]
    pub(crate) message_id: Option<String>,
    #[serde(default)]
    pub(crate) text: Option<String>,
}

/// What a person answered to a survey.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Surveyed {
    #[serde(default)]
    pub(crate) question_response_text: Option<String>,
}

/// The suggestion that a person tapped.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tapped {
    #[serde(default)]
    pub(crate) text: Option<String>,
    #[serde(default)]
    pub(crate) postback_data: Option<String>,
}

/// What became of messages of ours.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Receipts<'a> {
    #[serde(borrow)]
    pub(crate) receipts: Vec<&'a RawValue>,
    #[serde(default)]
    pub(crate) create_time: Option<String>,
}

/// What became of one message of ours.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Confirmation {
    /// `conversations/…/messages/…`
    pub(crate) message: String,
    pub(crate) receipt_type: String,
}

/// What a person does or wants.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserStatus {
    #[serde(default)]
    pub(crate) is_typing: Option<bool>,
    #[serde(default)]
    pub(crate) requested_live_agent: Option<bool>,
}
