//! The note of a file that is to be copied, and the job that does it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use switchboard_connector::MediaLink;
use switchboard_domain::{
    ChannelId, Conversation, ConversationId, Job, JobId, JobKind, MediaCopy, Message, MessageId,
    NewJob, RawJson, Timestamp,
};
use uuid::Uuid;

/// What a job that copies has to know.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) message: Uuid,
    pub(super) channel: Uuid,
    pub(super) link: String,
}

impl Order {
    /// The order of a job; `None` if it says nothing, or nothing we understand.
    pub(super) fn of(job: &Job) -> Option<Self> {
        serde_json::from_str(job.payload.as_str()).ok()
    }

    pub(super) fn message(&self) -> MessageId {
        MessageId::from_uuid(self.message)
    }

    pub(super) fn channel(&self) -> ChannelId {
        ChannelId::from_uuid(self.channel)
    }
}

/// The name of one file of one message.
pub(super) fn name_of(message: MessageId, link: &str) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(message.as_uuid().as_bytes());
    hash.update(link.as_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    let mut name = [0; 16];
    name.iter_mut()
        .zip(digest)
        .for_each(|(to, from)| *to = from);
    Uuid::from_bytes(name)
}

/// The key of the job that copies a file.
pub(crate) fn job_of(copy: &MediaCopy) -> String {
    name_of(copy.message, &copy.link).to_string()
}

/// The note of a file that is to be copied, and the job that does it.
pub(crate) fn copy_of(
    message: &Message,
    channel: ChannelId,
    link: &MediaLink,
    now: Timestamp,
) -> (MediaCopy, NewJob) {
    ordered((message.id, message.conversation), channel, &link.link, now)
}

/// The note of a picture that is to be copied, and the job that does it.
pub(super) fn copy_of_picture(
    conversation: &Conversation,
    link: &str,
    now: Timestamp,
) -> (MediaCopy, NewJob) {
    let holder = MediaCopy::for_pictures_of(conversation.id);
    ordered((holder, conversation.id), conversation.channel, link, now)
}

#[expect(
    clippy::expect_used,
    reason = "the sentence proves that it cannot fail"
)]
fn ordered(
    (message, conversation): (MessageId, ConversationId),
    channel: ChannelId,
    link: &str,
    now: Timestamp,
) -> (MediaCopy, NewJob) {
    let name = name_of(message, link);
    let copy = MediaCopy {
        message,
        conversation,
        link: link.to_owned(),
        key: None,
        content_type: None,
        size: None,
        error: None,
        updated_at: now,
    };
    let order = Order {
        message: message.as_uuid(),
        channel: channel.as_uuid(),
        link: link.to_owned(),
    };
    let payload = serde_json::to_string(&order).expect("ids and text are JSON");
    let job = NewJob {
        id: JobId::from_uuid(name),
        kind: JobKind::CopyMedia,
        key: name.to_string(),
        payload: RawJson::from_checked(payload),
        sealed: None,
        run_at: now,
    };
    (copy, job)
}
