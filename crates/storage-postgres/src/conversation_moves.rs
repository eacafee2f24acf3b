//! Conversations that a message has moved within lists, and that are otherwise as they were.
//!
//! Nearly every conversation that is written is one. It has a third of the columns, and costs that much less to
//! send, to read and to write.

use switchboard_domain::{Conversation, Timestamp};
use switchboard_storage::StorageError;

use crate::batch::Batch;
use crate::stored::{column, natural};

/// By the primary key. All are locked already.
pub(crate) const MOVE: &str = "
    UPDATE conversations
    SET last_message_id = moved.last_message_id,
        last_message_sequence = moved.last_message_sequence,
        last_message_at = moved.last_message_at,
        last_inbound_at = moved.last_inbound_at,
        message_count = moved.message_count,
        unread_count = moved.unread_count,
        display_name_said_at = moved.display_name_said_at
    FROM (
        SELECT unnest($1::uuid[]) AS moved_id, unnest($2::uuid[]) AS last_message_id,
               unnest($3::bigint[]) AS last_message_sequence,
               unnest($4::bigint[]) AS last_message_at, unnest($5::bigint[]) AS last_inbound_at,
               unnest($6::bigint[]) AS message_count, unnest($7::bigint[]) AS unread_count,
               unnest($8::bigint[]) AS display_name_said_at
    ) AS moved
    WHERE id = moved_id";

/// Whether a conversation differs in nothing but what [`MOVE`] writes. Tags are written apart.
pub(crate) fn is_only_moved(before: &Conversation, after: &Conversation) -> bool {
    let Conversation {
        id,
        channel,
        source,
        handle,
        created_at,
        last_message: _,
        last_inbound_at: _,
        message_count: _,
        unread_count: _,
        read_through,
        delivered_until,
        seen_until,
        display_name,
        avatar_url,
        profile,
        state,
        tags: _,
        contact,
    } = before;
    *id == after.id
        && *channel == after.channel
        && *source == after.source
        && *handle == after.handle
        && *created_at == after.created_at
        && *read_through == after.read_through
        && *delivered_until == after.delivered_until
        && *seen_until == after.seen_until
        && display_name.value == after.display_name.value
        && display_name.by_user == after.display_name.by_user
        && *avatar_url == after.avatar_url
        && *profile == after.profile
        && *state == after.state
        && *contact == after.contact
}

/// Writes what a message changes of conversations, while the unit goes on. All are locked already, so they are written
/// in the order that lists have, in which the indexes grow at their end.
pub(crate) fn put(batch: &mut Batch<'_>, all: &mut [&Conversation]) -> Result<(), StorageError> {
    all.sort_unstable_by_key(|one| (one.last_message.map(|last| last.sent_at), one.id));
    batch.change_meanwhile(
        MOVE,
        vec![
            Box::new(column(all, |one| one.id.as_uuid())),
            Box::new(column(all, |one| {
                one.last_message.map(|last| last.id.as_uuid())
            })),
            Box::new(column(all, |one| {
                one.last_message.map(|last| last.sequence.0)
            })),
            Box::new(column(all, |one| {
                one.last_message.map(|last| last.sent_at.as_millis())
            })),
            Box::new(column(all, |one| {
                one.last_inbound_at.map(Timestamp::as_millis)
            })),
            Box::new(column(all, |one| natural(one.message_count))),
            Box::new(column(all, |one| natural(one.unread_count))),
            Box::new(column(all, |one| {
                one.display_name.said_at.map(Timestamp::as_millis)
            })),
        ],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use switchboard_domain::{
        ChannelId, ContactId, ConversationId, LastMessage, MessageId, MessageSequence, Named,
        ProfileFetch, Source, TagId,
    };
    use uuid::Uuid;

    use super::*;

    fn conversation() -> Conversation {
        Conversation::begun(
            ConversationId::from_uuid(Uuid::from_u128(1)),
            ChannelId::from_uuid(Uuid::from_u128(2)),
            Source::named("whatsapp"),
            "4915",
            Timestamp::from_millis(1),
        )
    }

    #[test]
    fn a_message_moves_a_conversation_and_changes_no_more() {
        let before = conversation();
        let after = Conversation {
            last_message: Some(LastMessage {
                id: MessageId::from_uuid(Uuid::from_u128(4)),
                sequence: MessageSequence(5),
                sent_at: Timestamp::from_millis(6),
            }),
            last_inbound_at: Some(Timestamp::from_millis(6)),
            message_count: 1,
            unread_count: 1,
            display_name: Named {
                said_at: Some(Timestamp::from_millis(6)),
                ..Named::default()
            },
            tags: vec![TagId::from_uuid(Uuid::from_u128(7))],
            ..conversation()
        };

        assert!(is_only_moved(&before, &after));
    }

    #[test]
    fn whatever_else_changes_is_written_with_all_of_it() {
        let changes: [fn(&mut Conversation); 15] = [
            |one| one.channel = ChannelId::from_uuid(Uuid::from_u128(9)),
            |one| one.source = Source::named("facebook"),
            |one| one.handle = "4916".to_owned(),
            |one| one.created_at = Timestamp::from_millis(9),
            |one| one.read_through = Some(MessageSequence(9)),
            |one| one.delivered_until = Some(Timestamp::from_millis(9)),
            |one| one.seen_until = Some(Timestamp::from_millis(9)),
            |one| one.display_name.value = Some("Ada".to_owned()),
            |one| one.display_name.by_user = true,
            |one| one.avatar_url.value = Some("https://a.example".to_owned()),
            |one| one.avatar_url.said_at = Some(Timestamp::from_millis(9)),
            |one| one.avatar_url.by_user = true,
            |one| one.profile = ProfileFetch::Pending,
            |one| one.state = Some("OPEN".to_owned()),
            |one| one.contact = ContactId::from_uuid(Uuid::from_u128(9)),
        ];
        for change in changes {
            let mut changed = conversation();
            change(&mut changed);
            assert!(!is_only_moved(&conversation(), &changed), "{changed:?}");
        }
    }
}
