//! What was called, without any secret.

use http::Method;

/// One call to a simulator. Query, headers and body are left out: they carry secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRecord {
    /// The HTTP method.
    pub method: Method,
    /// The path, without the query.
    pub path: String,
    /// What the simulator took it for: `subscribe_page`.
    pub operation: &'static str,
    /// The HTTP status of the answer; `None` if the call gets no answer.
    pub status: Option<u16>,
}
