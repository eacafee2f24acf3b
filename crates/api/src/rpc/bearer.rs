//! Tokens that callers show besides the hub's own.

use http::HeaderMap;
use http::header::AUTHORIZATION;

/// The token of a request, bare or as RFC 6750 says; `None` if it shows none.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let given = headers.get(AUTHORIZATION)?.to_str().ok()?.trim();
    let token = match given.split_at_checked("Bearer ".len()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("Bearer ") => rest.trim(),
        _ => given,
    };
    (!token.is_empty()).then_some(token)
}
