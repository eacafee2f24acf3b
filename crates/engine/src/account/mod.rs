//! Keeping an account on the provider's side in line with the store.
//!
//! The store is right and the provider follows. Whoever is about to change something on the
//! provider's side first *claims* the upstream: a lock among all nodes that, by being a job, also
//! says what to look at should the claimant die. *Settling* an upstream then makes the provider
//! agree with the store: subscribed while a connected channel uses it, unsubscribed otherwise.

mod claim;
mod lock;
mod open;
mod plan;
mod settle;

pub(crate) use claim::{ClaimError, Claims, HELD_UP_TO, drop_settle, end_claims, put_settle};
pub(crate) use lock::KeyedLocks;
pub(crate) use plan::Plan;
pub(crate) use settle::means_gone;
