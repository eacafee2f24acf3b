//! What custom sources post: refused as a whole, or stored and applied.

use super::hub::FuzzedHub;
use switchboard_domain::Source;
use switchboard_engine::sources::WebhookError;

/// Does that with one input.
pub fn run(hub: &FuzzedHub, body: &[u8]) {
    let posted = hub
        .engine
        .receive_from_source(Source::new("fuzzed"), body.to_vec());
    match hub.wait(posted) {
        Ok(()) => {
            let applied = hub.wait(hub.engine.apply_envelopes());
            assert!(
                applied.is_ok(),
                "what was taken can be applied: {applied:?}"
            );
        }
        Err(WebhookError::Malformed(_)) => {}
        Err(WebhookError::Invalid(invalid)) => assert!(!invalid.to_string().is_empty()),
        Err(WebhookError::Storage(error)) => panic!("{error}"),
    }
}
