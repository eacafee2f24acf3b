//! See `filters.rs` beside the folder.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use switchboard_fuzz::hub::FuzzedHub;

/// One hub for all inputs: what it has taken in only makes later ones more interesting.
static HUB: LazyLock<FuzzedHub> = LazyLock::new(FuzzedHub::begin);

fuzz_target!(|filters: &str| switchboard_fuzz::filters::run(&HUB, filters));
