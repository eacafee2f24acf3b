//! See `connectors.rs` beside the folder.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| switchboard_fuzz::connectors::run(input));
