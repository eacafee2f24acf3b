//! Taking what a visitor writes.

use std::borrow::Cow;
use std::time::Duration;

use serde_json::value::RawValue;
use switchboard_domain::{Message, MessageId, NewEnvelope, RawJson, Source};
use switchboard_storage::StorageError;
use tokio::sync::futures::Notified;
use tokio::time::{Instant, sleep_until};

use super::written::{SEND, Written};
use super::{ChatError, SOURCE, Visitor, chat_of};
use crate::Engine;
use crate::conversations::MessageView;

/// How long a visitor waits at most for what is durable already to stand in the conversation.
const PATIENCE: Duration = Duration::from_secs(1);

/// Time between two looks at what another node may have applied.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What a visitor writes.
#[derive(Clone, Debug)]
pub struct Writing {
    /// The message, in any JSON.
    pub content: RawJson,
    /// The visitor's own name for it: of two with the same name, the first is the message.
    pub name: Option<String>,
}

impl Engine {
    /// Takes what a visitor writes. Returns when it is durable and in the conversation, but waits no longer
    /// than a second for the latter. If the visitor has given a message the same name before, that one is
    /// returned, and nothing is stored.
    pub async fn send_as_visitor(
        &self,
        visitor: Visitor,
        writing: Writing,
    ) -> Result<MessageView, ChatError> {
        let now = self.now();
        let Writing { content, name } = writing;
        let is_named = name.is_some();
        let name = name.unwrap_or_else(|| self.0.chance.uuid().to_string());
        let named = Written::name_in_channel(visitor.conversation.as_uuid(), &name);
        let id = MessageId::derive(visitor.channel, &named);
        let (channel, known) = self
            .0
            .store
            .read(move |tx| {
                let channel = chat_of(tx, visitor)?;
                let known = if is_named { tx.message(id)? } else { None };
                Ok::<_, ChatError>((channel, known))
            })
            .await?;
        if let Some(known) = known {
            return Ok(MessageView::of_new(known));
        }
        // What is applied from now on is noticed, however soon.
        let applied = self.0.envelopes_applied.notified();
        self.accept(NewEnvelope {
            source: channel.source,
            target: SEND.to_owned(),
            headers: RawJson::empty_object(),
            body: body(visitor, channel.source_channel_id.as_str(), &name, &content),
            received_at: now,
        })
        .await?;
        let message = self.once_applied(id, applied).await;
        Ok(MessageView::of_new(message.unwrap_or_else(|| {
            Message::received(
                id,
                visitor.conversation,
                Source::named(SOURCE),
                (
                    visitor.conversation.to_string(),
                    content.as_str().to_owned(),
                ),
                now,
            )
        })))
    }

    /// The message, once it is applied. `None` if that takes too long, or if the store does not answer: it is
    /// durable, and applied sooner or later.
    async fn once_applied(&self, id: MessageId, mut applied: Notified<'_>) -> Option<Message> {
        let until = Instant::now() + PATIENCE;
        loop {
            let look = (Instant::now() + LOOK_EVERY).min(until);
            tokio::select! {
                () = applied => {}
                () = sleep_until(look) => {}
            }
            applied = self.0.envelopes_applied.notified();
            let found = self
                .0
                .store
                .read(move |tx| tx.message(id))
                .await
                .inspect_err(|error: &StorageError| {
                    tracing::debug!("whether a visitor's message is applied is not known: {error}");
                })
                .ok()?;
            if found.is_some() || Instant::now() >= until {
                return found;
            }
        }
    }
}

/// What is kept of a visitor's call.
#[expect(
    clippy::expect_used,
    reason = "the sentences prove that it cannot fail"
)]
fn body(visitor: Visitor, source_channel_id: &str, name: &str, content: &RawJson) -> Vec<u8> {
    let message: &RawValue = serde_json::from_str(content.as_str()).expect("it was read as JSON");
    serde_json::to_vec(&Written {
        source_channel_id: Cow::Borrowed(source_channel_id),
        conversation_id: visitor.conversation.as_uuid(),
        name: Cow::Borrowed(name),
        message,
    })
    .expect("ids and text are JSON")
}
