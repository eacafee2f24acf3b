//! The hub's settings: defaults, then the configuration file, then the environment.
//!
//! All settings are read here, once, as text with its origin; [`Config`] is what they mean. A
//! setting nobody knows, or one that makes no sense, is a [`Problem`] that says how to mend it.

mod meaning;
mod media;
mod origin;
mod problem;
mod retention;
mod settings;

use std::net::SocketAddr;
use std::path::PathBuf;

use switchboard_connector::Settings;
use switchboard_domain::Secret;
use switchboard_engine::Retention;
use switchboard_engine::media::MediaPolicies;
use switchboard_media::Bucket;
use url::Url;

pub use origin::Raw;
pub use problem::{Problem, Problems};

/// What the settings mean.
#[derive(Clone, Debug)]
pub struct Config {
    /// `server.listen`.
    pub listen: SocketAddr,
    /// `server.public_url`, with a path that ends in `/`.
    pub public_url: Option<Url>,
    /// `store.url`.
    pub store: StoreUrl,
    /// `security.system_token`.
    pub system_token: Option<Secret>,
    /// `security.allow_anonymous`.
    pub allow_anonymous: bool,
    /// `security.allowed_origins`.
    pub allowed_origins: Vec<String>,
    /// `security.webhook_allowlist`, checked to be address ranges.
    pub webhook_allowlist: Vec<String>,
    /// `security.secret_key`.
    pub secret_key: Option<Secret>,
    /// `sources.<section>.*` of every connector.
    pub sources: Vec<Settings>,
    /// `retention.*`.
    pub retention: Retention,
    /// `media.*`.
    pub media: MediaConfig,
}

/// What becomes of files.
#[derive(Clone, Debug)]
pub struct MediaConfig {
    /// `media.store` and `media.s3_*`.
    pub place: MediaPlace,
    /// `media.max_bytes`.
    pub max_bytes: u64,
    /// `media.policy` and `media.policies.<source>`.
    pub policies: MediaPolicies,
}

/// Where files are kept.
#[derive(Clone, Debug)]
pub enum MediaPlace {
    /// In this folder.
    Folder(PathBuf),
    /// In a bucket.
    Bucket(Bucket),
}

/// Where the hub stores.
#[derive(Clone, Debug)]
pub enum StoreUrl {
    /// Embedded, in this file.
    Sqlite(PathBuf),
    /// A PostgreSQL server; the URL may hold a password.
    Postgres(Secret),
}

impl Config {
    /// Reads the settings' meaning. Reports every problem, not only the first.
    pub fn read(raw: Raw) -> Result<Self, Problems> {
        meaning::read(raw)
    }

    /// Where the key that seals credentials lies when none is configured: beside the database.
    pub fn key_file(&self) -> PathBuf {
        match &self.store {
            StoreUrl::Sqlite(path) => path.with_extension("key"),
            StoreUrl::Postgres(_) => PathBuf::from("data/switchboard.key"),
        }
    }
}

#[cfg(test)]
mod tests;
