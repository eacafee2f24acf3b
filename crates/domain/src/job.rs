//! What is to be done, once, later.

use crate::{JobId, RawJson, Sealed, Timestamp};

/// The kinds of job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// Somebody is changing an account on the provider's side; due when they must be dead.
    ClaimAccount,
    /// Bring an account on the provider's side in line with what is stored.
    SettleAccount,
    /// Ask the provider what the contact of a conversation is called. The key is the conversation.
    FetchProfile,
    /// Copy a file that a message links to. The key is the message and the link.
    CopyMedia,
    /// Import an echo of a message that no send of ours has claimed. The key is the provider's name.
    ImportEcho,
    /// Erase a person with everything that is known of them. The key is the contact.
    EraseContact,
    /// See that the files of an erased person are gone, and what the database has kept beside its rows.
    /// The key is the contact.
    FinishErasure,
    /// Remove a file from the media store, unless something still needs it. The key is the file's.
    ForgetMedia,
}

/// A stored job has a kind this program does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown kind of job `{0}`")]
pub struct UnknownJobKind(pub String);

impl JobKind {
    /// The name in the store and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClaimAccount => "account.claim",
            Self::SettleAccount => "account.settle",
            Self::FetchProfile => "profile.fetch",
            Self::CopyMedia => "media.copy",
            Self::ImportEcho => "echo.import",
            Self::EraseContact => "contact.erase",
            Self::FinishErasure => "contact.erase.finish",
            Self::ForgetMedia => "media.forget",
        }
    }

    /// The kind with that name.
    pub fn parse(name: &str) -> Result<Self, UnknownJobKind> {
        match name {
            "account.claim" => Ok(Self::ClaimAccount),
            "account.settle" => Ok(Self::SettleAccount),
            "profile.fetch" => Ok(Self::FetchProfile),
            "media.copy" => Ok(Self::CopyMedia),
            "echo.import" => Ok(Self::ImportEcho),
            "contact.erase" => Ok(Self::EraseContact),
            "contact.erase.finish" => Ok(Self::FinishErasure),
            "media.forget" => Ok(Self::ForgetMedia),
            other => Err(UnknownJobKind(other.into())),
        }
    }
}

/// A job to be written down. At most one of a kind and key exists at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// Random.
    pub id: JobId,
    /// What to do.
    pub kind: JobKind,
    /// To what; one job of this kind per key.
    pub key: String,
    /// How, in the JSON of whoever runs this kind.
    pub payload: RawJson,
    /// The secret part of how.
    pub sealed: Option<Sealed>,
    /// Not before this moment.
    pub run_at: Timestamp,
}

/// A job as it lies in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its name.
    pub id: JobId,
    /// What to do.
    pub kind: JobKind,
    /// To what.
    pub key: String,
    /// How.
    pub payload: RawJson,
    /// The secret part of how.
    pub sealed: Option<Sealed>,
    /// Not before this moment; while somebody works on it, the end of the lease.
    pub run_at: Timestamp,
    /// How often it was begun.
    pub attempts: u32,
}
