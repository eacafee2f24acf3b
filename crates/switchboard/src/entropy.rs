//! The real clock and the real chance: the only place that asks the machine for either.

use std::time::{SystemTime, UNIX_EPOCH};

use rand::Rng as _;
use switchboard_domain::{Chance, Clock, Timestamp};

/// The machine's clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the Clock that everybody else takes"
    )]
    fn now(&self) -> Timestamp {
        let since_1970 = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
    }
}

/// Random numbers fit for cryptography: `ChaCha12`, keyed by the operating system for each thread and anew after 64 KiB,
/// because each request needs some, and each question to the operating system costs it 0.7 µs
/// (docs.rs/rand, `ThreadRng`, read 2026-11-29).
#[derive(Clone, Copy, Debug)]
pub struct ThreadChance;

impl Chance for ThreadChance {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the Chance that everybody else takes"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        rand::rng().fill_bytes(bytes);
    }
}
