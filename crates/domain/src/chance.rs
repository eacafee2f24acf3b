//! Where randomness comes from: it is passed in, never taken.

use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};

/// A source of random bytes: ids, nonces, jitter.
pub trait Chance: Send + Sync + Debug {
    /// Fills `bytes` with randomness fit for cryptography.
    fn fill(&self, bytes: &mut [u8]);

    /// A random number, all values equally likely.
    fn number(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A random version 4 UUID (RFC 9562).
    fn uuid(&self) -> uuid::Uuid {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

/// A repeatable sequence for tests: different bytes at each call, the same ones in each run.
#[derive(Debug, Default)]
pub struct FixedChance(AtomicU64);

impl FixedChance {
    /// Starts the sequence that belongs to `seed`.
    pub fn seeded(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Chance for FixedChance {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let step = self.0.fetch_add(1, Ordering::Relaxed);
            // SplitMix64 (Steele, Lea and Flood 2014): spreads a counter over all 64 bits.
            let mut word = step.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            word ^= word >> 31;
            for (to, from) in chunk.iter_mut().zip(word.to_le_bytes()) {
                *to = from;
            }
        }
    }
}
