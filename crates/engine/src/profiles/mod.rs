//! What contacts are called, where the provider has to be asked.

mod ask;

use switchboard_domain::{ConversationId, JobId, JobKind, NewJob, RawJson, Timestamp};

/// The job that asks for the contact of a conversation. One at a time for each conversation.
pub(crate) fn job(conversation: ConversationId, now: Timestamp) -> NewJob {
    NewJob {
        id: JobId::from_uuid(conversation.as_uuid()),
        kind: JobKind::FetchProfile,
        key: conversation.to_string(),
        payload: RawJson::empty_object(),
        sealed: None,
        run_at: now,
    }
}
