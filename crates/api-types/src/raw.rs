//! Free JSON on its way out.

use serde_json::value::RawValue;
use switchboard_domain::RawJson;

/// The same value, to be put into an answer unread.
pub(crate) fn raw_value(json: &RawJson) -> &RawValue {
    serde_json::from_str(json.as_str()).unwrap_or(RawValue::NULL)
}
