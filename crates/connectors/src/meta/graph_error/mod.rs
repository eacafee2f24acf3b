//! What the Graph API's errors mean, by code and subcode.
//!
//! Codes: developers.facebook.com/docs/graph-api/guides/error-handling,
//! …/docs/messenger-platform/error-codes and …/docs/whatsapp/cloud-api/support/error-codes, all
//! read 2026-11-22. Meta asks to decide on the code and not on the HTTP status.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use switchboard_connector::{Answer, Effect, ErrorClass, ProviderError};

use crate::http_status;

/// The body of an error, which may come with HTTP 200 too.
#[derive(Debug, Deserialize)]
struct Refused {
    error: GraphError,
}

#[derive(Debug, Deserialize)]
struct GraphError {
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    code: i64,
    #[serde(default)]
    error_subcode: Option<i64>,
    #[serde(default)]
    is_transient: bool,
}

/// One object's share of its budget, in the header `X-Business-Use-Case-Usage`.
#[derive(Debug, Deserialize)]
struct Usage {
    /// Minutes.
    #[serde(default)]
    estimated_time_to_regain_access: u64,
}

/// Accepts an answer that is no error.
pub(crate) fn check(answer: &Answer) -> Result<(), ProviderError> {
    match serde_json::from_slice::<Refused>(&answer.body) {
        Ok(Refused { error }) if error.code != 0 || !answer.is_success() => {
            Err(refusal(answer, error))
        }
        _ => http_status::check(answer),
    }
}

fn refusal(answer: &Answer, error: GraphError) -> ProviderError {
    let GraphError {
        message,
        code,
        error_subcode,
        is_transient,
    } = error;
    let message = message
        .filter(|message| !message.trim().is_empty())
        .unwrap_or_else(|| format!("Meta answered HTTP {} without a reason", answer.status));
    let mut error = match class(code, error_subcode) {
        Some(class) => http_status::classed(answer, class, message),
        None => http_status::refusal(answer, message),
    };
    if is_transient && error.class == ErrorClass::Retry {
        error.effect = Effect::None;
    }
    if error.class == ErrorClass::Throttle && error.retry_after.is_none() {
        error.retry_after = regain(answer);
    }
    error.with_code(written(code, error_subcode))
}

/// A code as people look it up: `190/463`.
pub(crate) fn written(code: i64, subcode: Option<i64>) -> String {
    subcode.map_or_else(|| code.to_string(), |subcode| format!("{code}/{subcode}"))
}

/// The class of a code; `None` for codes that nobody has documented.
pub(crate) fn class(code: i64, subcode: Option<i64>) -> Option<ErrorClass> {
    let class = match (code, subcode) {
        // The person blocked us or is gone; the second one comes with several codes.
        (551, _) | (_, Some(1_545_041)) | (100, Some(2_018_001)) => ErrorClass::Recipient,
        (10, Some(2_018_278 | 2_534_022)) => ErrorClass::Window,
        (10, Some(1_893_063)) => ErrorClass::Policy,
        (100, Some(33)) => ErrorClass::Config,
        (100, Some(2_018_108)) => ErrorClass::Permission,
        (code, _) => return plain_class(code),
    };
    Some(class)
}

/// The class of a code whose subcode tells nothing more.
fn plain_class(code: i64) -> Option<ErrorClass> {
    let class = match code {
        1 | 2 | 1_200 | 131_000 | 131_016 | 131_053 => ErrorClass::Retry,
        4 | 17 | 32 | 613 | 80_001 | 80_002 | 80_006 | 80_007 | 130_429 | 131_048 | 131_056
        | 133_016 => ErrorClass::Throttle,
        0 | 102 | 104 | 190 => ErrorClass::Reauth,
        3 | 10 | 131_030 | 200..=299 => ErrorClass::Permission,
        131_047 => ErrorClass::Window,
        131_026 | 131_049 | 131_050 => ErrorClass::Recipient,
        100 | 131_008 | 131_009 | 131_021 | 131_051 | 132_000 | 132_001 | 132_005 | 132_007
        | 132_012 | 132_015 | 132_016 => ErrorClass::Content,
        368 | 131_031 => ErrorClass::Policy,
        33 | 101 | 803 | 2_635 | 131_042 | 131_045 | 133_010 => ErrorClass::Config,
        _ => return None,
    };
    Some(class)
}

/// When the budget of the busiest object is free again.
fn regain(answer: &Answer) -> Option<Duration> {
    let header = answer.headers.get("x-business-use-case-usage")?;
    let usage: BTreeMap<String, Vec<Usage>> = serde_json::from_slice(header.as_bytes()).ok()?;
    let minutes = usage
        .into_values()
        .flatten()
        .map(|usage| usage.estimated_time_to_regain_access)
        .max()
        .filter(|minutes| *minutes > 0)?;
    Some(Duration::from_secs(minutes.saturating_mul(60)))
}

#[cfg(test)]
mod tests;
