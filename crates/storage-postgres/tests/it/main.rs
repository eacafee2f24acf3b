//! What PostgreSQL adds to the contract: addresses, servers that go away, batches that fail in parts.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "these are how tests fail"
)]

mod accepting;
mod ahead;
mod batches;
mod duplicates;
mod faults;
mod fencing;
mod hard_texts;
mod held;
mod memory;
mod opening;
mod plans;
mod positions;
mod samples;
mod slow;
