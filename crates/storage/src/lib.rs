//! The storage contract: what the engine may ask of a database, whichever it is.
//!
//! A **unit of work** is a synchronous closure that runs on a thread of the store
//! ([`Store::write`], [`Store::read`]). It cannot wait for a network, so no transaction is ever held
//! over a provider call. What it writes becomes visible and durable as a whole before its answer is
//! given, or not at all.
//!
//! A backend is three loops, one that serves [`WriteQueue`], one that serves [`AcceptQueue`] and some that
//! serve [`ReadQueue`], and one implementation of [`ReadTx`] and [`WriteTx`]. The conformance suite
//! (feature `conformance`) says what they must do; every backend runs it.

#![warn(missing_docs)]

mod arrival;
#[cfg(feature = "conformance")]
pub mod conformance;
mod error;
mod inbox;
mod one_read;
mod priority;
mod queue;
mod store;
mod tx;
mod unit;

pub use arrival::{Arrival, Caller};
pub use error::StorageError;
pub use inbox::{InboxFilter, Tally, TallyNumbers, TallyState};
pub use one_read::OneRead;
pub use priority::works_behind_others;
pub use queue::{AcceptQueue, BatchQueue, QueueLimits, ReadQueue, WriteQueue};
pub use store::{Queues, Store, Writers};
pub use tx::{
    COUNTED, ChannelReads, ChannelWrites, ContactReads, ContactWrites, ConversationPage,
    ConversationQuery, ConversationReads, ConversationWrites, CredentialReads, CredentialWrites,
    CustomSourceReads, CustomSourceWrites, EnvelopeReads, EnvelopeWrites, EventReads, EventWrites,
    JobReads, JobWrites, MediaReads, MediaWrites, MessageReads, MessageWrites, MetadataReads,
    MetadataWrites, ProofWrites, ReadTx, Revision, SearchText, Shown, ShownReads, Swept, TagReads,
    TagWrites, TemplateReads, TemplateWrites, UpkeepWrites, UserReads, UserWrites, Wanted, WriteTx,
    shown_kind_by_kind,
};
pub use unit::{Asks, ReadUnit, Touches, Verdict, WriteUnit};
