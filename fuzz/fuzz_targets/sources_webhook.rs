//! What custom sources post: refused as a whole, or stored and applied.

#![no_main]

use libfuzzer_sys::fuzz_target;
use switchboard_domain::Source;
use switchboard_engine::sources::WebhookError;
use switchboard_fuzz::HUB;

fuzz_target!(|body: &[u8]| {
    let posted = HUB
        .engine
        .receive_from_source(Source::new("fuzzed"), body.to_vec());
    match HUB.wait(posted) {
        Ok(()) => {
            let applied = HUB.wait(HUB.engine.apply_envelopes());
            assert!(applied.is_ok(), "what was taken can be applied: {applied:?}");
        }
        Err(WebhookError::Invalid { problem, .. }) => assert!(!problem.is_empty()),
        Err(WebhookError::Storage(error)) => panic!("{error}"),
    }
});
