//! Saying something at a sandbox that runs in another process, through its control port.

use std::fmt;

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::outgoing;

/// Why nothing could be said there.
#[derive(Debug)]
#[non_exhaustive]
pub enum NoSandbox {
    /// Nobody listens at the address.
    NotRunning {
        /// The address.
        control_url: String,
    },
    /// Whoever listens at the address is no sandbox.
    NotASandbox {
        /// The address.
        control_url: String,
    },
    /// The sandbox refuses, in a sentence.
    Refused {
        /// The sentence.
        message: String,
    },
}

impl fmt::Display for NoSandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRunning { control_url } => write!(
                f,
                "no sandbox is running at {control_url}; start one with `switchboard sandbox`, or give \
                 its control address with --control"
            ),
            Self::NotASandbox { control_url } => write!(
                f,
                "what answers at {control_url} is no sandbox; give the control address that `switchboard \
                 sandbox` prints with --control"
            ),
            Self::Refused { message } => f.write_str(message),
        }
    }
}

impl std::error::Error for NoSandbox {}

/// Who says what, and where, at a sandbox elsewhere.
#[derive(Clone, Copy, Debug, Default)]
pub struct Remark<'a> {
    /// The source.
    pub source: &'a str,
    /// The words.
    pub text: Option<&'a str>,
    /// The customer's name or id.
    pub from: Option<&'a str>,
    /// The account at the provider.
    pub channel: Option<&'a str>,
    /// The kind of act.
    pub kind: Option<&'a str>,
    /// The message it is about, by its id; otherwise the last one.
    pub to: Option<&'a str>,
    /// The emoji of a reaction.
    pub emoji: Option<&'a str>,
    /// The number that somebody changes to.
    pub number: Option<&'a str>,
    /// What stands on what is tapped.
    pub title: Option<&'a str>,
    /// What tapping it means to the hub.
    pub payload: Option<&'a str>,
    /// How often the same call is delivered; otherwise once.
    pub repeat: Option<usize>,
}

/// What became of it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct Heard {
    /// The provider's id of the message.
    pub message_id: Option<String>,
    /// The source.
    pub source: String,
    /// The account it was said to.
    pub channel: String,
    /// Who said it.
    pub customer: Speaker,
    /// `accepted`, `refused`, `no_answer` or `not_sent`.
    pub outcome: String,
    /// The HTTP status of the hub's answer.
    pub status: Option<u16>,
    /// Why it was not accepted.
    pub why: Option<String>,
}

/// Who said something.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct Speaker {
    /// The provider's id.
    pub id: String,
    /// The name.
    pub name: String,
}

/// Lets a customer do something at the sandbox whose control port is at `control_url`.
pub async fn say_at(control_url: &str, remark: Remark<'_>) -> Result<Heard, NoSandbox> {
    let request = json!({
        "source": remark.source,
        "text": remark.text,
        "from": remark.from,
        "channel": remark.channel,
        "kind": remark.kind,
        "to": remark.to,
        "emoji": remark.emoji,
        "number": remark.number,
        "title": remark.title,
        "payload": remark.payload,
        "repeat": remark.repeat,
    });
    let control_url = control_url.trim_end_matches('/').to_owned();
    let sent = outgoing::client()
        .post(format!("{control_url}/sandbox.say"))
        // The sandbox itself waits for the hub.
        .timeout(outgoing::WEBHOOK_TIMEOUT * 6)
        .json(&request)
        .send()
        .await;
    let Ok(response) = sent else {
        return Err(NoSandbox::NotRunning { control_url });
    };
    let status = response.status();
    let answer: Value = response.json().await.unwrap_or_default();
    if status.is_success()
        && let Ok(heard) = serde_json::from_value(answer.clone())
    {
        return Ok(heard);
    }
    match answer.get("message").and_then(Value::as_str) {
        // Whoever else listens there does not know the path.
        Some(message) if status == StatusCode::BAD_REQUEST => Err(NoSandbox::Refused {
            message: message.to_owned(),
        }),
        _ => Err(NoSandbox::NotASandbox { control_url }),
    }
}
