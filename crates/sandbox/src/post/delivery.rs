//! The log of deliveries, and of what was wrong with the hub's answers.

use axum::body::Bytes;
use http::Method;
use serde_json::{Value, json};

use crate::customers::Source;

/// One attempt to deliver a webhook, or one call of a web chat's visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The webhook's number: attempts of the same webhook share it.
    pub webhook: u64,
    /// Whose webhook it is.
    pub source: Source,
    /// The provider's ids of the messages in it.
    pub ids: Vec<String>,
    /// How it was called.
    pub method: Method,
    /// The address that was called.
    pub url: String,
    /// The headers that the provider added: content type and signature.
    pub headers: Vec<(&'static str, String)>,
    /// The bytes that were sent.
    pub body: Bytes,
    /// 1 at first.
    pub attempt: usize,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// The HTTP status of the answer; `None` if none came.
    pub status: Option<u16>,
    /// The body of the answer, or why there is none.
    pub answer: String,
}

impl Delivery {
    /// Whether the hub took it.
    pub fn is_accepted(&self) -> bool {
        self.status
            .is_some_and(|status| (200..300).contains(&status))
    }

    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Without the headers of a visitor, which hold a token, and without the answer, which may.
    pub(crate) fn shown(&self) -> Value {
        json!({
            "webhook": self.webhook,
            "source": self.source.name(),
            "message_ids": self.ids,
            "method": self.method.as_str(),
            "url": self.url,
            "body": String::from_utf8_lossy(&self.body),
            "attempt": self.attempt,
            "at": self.at,
            "status": self.status,
        })
    }
}

/// Something the hub did that the provider would not put up with, or would punish with an effect that
/// nobody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where.
    pub source: Source,
    /// What happened, in a sentence.
    pub message: String,
}
