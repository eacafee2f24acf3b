//! The name of one request, in the answer and in the log.

use http::{HeaderMap, HeaderName, HeaderValue};
use switchboard_domain::Chance;
use uuid::Uuid;

/// The header that carries it, both ways.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest id of a caller that is kept.
const LIMIT: usize = 128;

/// The name of one request: visible ASCII.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(HeaderValue);

impl RequestId {
    /// The caller's id if it is usable, else a new random one.
    pub(crate) fn of(headers: &HeaderMap, chance: &dyn Chance) -> Self {
        headers
            .get(X_REQUEST_ID)
            .filter(|id| is_usable(id.as_bytes()))
            .map_or_else(|| Self::random(chance), |id| Self(id.clone()))
    }

    #[expect(
        clippy::expect_used,
        reason = "the sentence proves that it cannot fail"
    )]
    fn random(chance: &dyn Chance) -> Self {
        let mut text = Uuid::encode_buffer();
        let text = chance.uuid().hyphenated().encode_lower(&mut text);
        Self(HeaderValue::from_str(text).expect("hexadecimal digits and dashes fit in a header"))
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    pub(crate) fn into_header(self) -> HeaderValue {
        self.0
    }
}

/// Whether an id can go into headers, JSON and logs as it is.
fn is_usable(id: &[u8]) -> bool {
    (1..=LIMIT).contains(&id.len()) && id.iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use switchboard_domain::FixedChance;

    use super::*;

    fn id_for(sent: &[u8]) -> RequestId {
        let sent = HeaderValue::from_bytes(sent).unwrap();
        RequestId::of(
            &HeaderMap::from_iter([(X_REQUEST_ID, sent)]),
            &FixedChance::seeded(1),
        )
    }

    #[test]
    fn a_usable_id_is_kept() {
        for sent in ["a", "0c8f-77/x:{}", &"x".repeat(128)] {
            assert_eq!(id_for(sent.as_bytes()).as_str(), sent);
        }
    }

    #[test]
    fn an_id_that_is_empty_too_long_or_not_visible_ascii_is_replaced() {
        let long = "x".repeat(129);
        for sent in ["", "two words", "tab\tbed", "schlüssel", &long] {
            let id = id_for(sent.as_bytes());

            assert_eq!(Uuid::parse_str(id.as_str()).unwrap().get_version_num(), 4);
        }
    }

    #[test]
    fn two_requests_never_share_an_id() {
        let chance = FixedChance::seeded(1);
        let one = RequestId::of(&HeaderMap::new(), &chance);
        let other = RequestId::of(&HeaderMap::new(), &chance);

        assert_ne!(one.as_str(), other.as_str());
    }
}
