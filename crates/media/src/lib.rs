//! Where files are kept, and how they are fetched: the engine's [`MediaStore`] over folders and S3
//! buckets, and its [`MediaFetch`] over HTTP with a guard against private addresses.
//!
//! [`MediaStore`]: switchboard_engine::media::MediaStore
//! [`MediaFetch`]: switchboard_engine::media::MediaFetch

#![warn(missing_docs)]

mod fetcher;
mod guard;
mod resolver;
mod s3_calls;
mod store;
mod writing;

pub use fetcher::{Fetcher, FetcherError};
pub use guard::{is_public, may_be_called};
pub use store::{Bucket, OpenError, Store};
