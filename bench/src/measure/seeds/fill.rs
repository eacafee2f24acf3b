//! Writing an archive through the storage contract, in big units of work.

use anyhow::Context as _;
use switchboard_domain::{LastMessage, NewMessage};
use switchboard_storage::{StorageError, Store, Touches};

use super::archive::Archive;
use super::held::channels;

/// Conversations, or messages, of a unit of work.
const UNIT: usize = 10_000;

/// Writes everything. Afterwards the store is closed.
pub(super) fn fill(store: &Store, archive: &Archive) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let filled = runtime.block_on(async {
        put_channels(store).await?;
        let mut first = 0;
        while first < archive.conversations() {
            let last = (first + u64::try_from(UNIT)?).min(archive.conversations());
            put_conversations(store, archive, first..last).await?;
            first = last;
        }
        let mut places = archive.places();
        loop {
            let unit: Vec<_> = places.by_ref().take(UNIT).collect();
            if unit.is_empty() {
                return anyhow::Ok(());
            }
            add_messages(store, archive, &unit).await?;
        }
    });
    store.close();
    filled.with_context(|| format!("the database {} cannot be filled", archive.name))
}

async fn put_channels(store: &Store) -> Result<(), StorageError> {
    let channels = channels();
    store
        .write(Touches::nothing(), move |tx| {
            channels
                .iter()
                .try_for_each(|channel| tx.put_channel(channel))
        })
        .await
}

/// Conversations without messages, their contacts and what they are found by.
async fn put_conversations(
    store: &Store,
    archive: &Archive,
    indices: std::ops::Range<u64>,
) -> Result<(), StorageError> {
    let conversations: Vec<_> = indices
        .clone()
        .map(|index| archive.conversation(index))
        .collect();
    let contacts: Vec<_> = indices
        .clone()
        .map(|index| archive.contact(index))
        .collect();
    let words: Vec<_> = indices.map(|index| archive.words(index)).collect();
    store
        .write(Touches::nothing(), move |tx| {
            tx.put_conversations(&conversations)?;
            tx.add_contacts(&contacts)?;
            for (conversation, words) in conversations.iter().zip(&words) {
                for (key, words) in words {
                    tx.put_words(conversation.id, key, words)?;
                }
            }
            Ok(())
        })
        .await
}

/// Messages, and the newest message of conversations whose last is among them.
async fn add_messages(
    store: &Store,
    archive: &Archive,
    places: &[(u64, u64)],
) -> Result<(), StorageError> {
    let messages: Vec<NewMessage> = places
        .iter()
        .map(|&(index, place)| archive.message(index, place))
        .collect();
    let ended: Vec<_> = places
        .iter()
        .map(|&(index, place)| {
            archive
                .is_last(index, place)
                .then(|| archive.conversation(index))
        })
        .collect();
    store
        .write(Touches::nothing(), move |tx| {
            let sequences = tx.add_messages(&messages)?;
            let mut complete = Vec::new();
            for ((message, sequence), ended) in messages.iter().zip(sequences).zip(&ended) {
                let (Some(sequence), Some(conversation)) = (sequence, ended) else {
                    continue;
                };
                let mut conversation = conversation.clone();
                conversation.last_message = Some(LastMessage {
                    id: message.message.id,
                    sequence,
                    sent_at: message.message.sent_at,
                });
                complete.push(conversation);
            }
            tx.put_conversations(&complete)
        })
        .await
}

#[cfg(test)]
mod tests {
    use switchboard_domain::{Conversation, ConversationFilter, Range};
    use switchboard_storage::ConversationQuery;
    use switchboard_storage_sqlite::SqliteOptions;

    use super::super::archive::Mark;
    use super::super::held::id_of;
    use super::*;

    /// What a database that was filled with the archive and closed has of these conversations.
    fn kept(archive: &Archive, filter: ConversationFilter) -> (Vec<Conversation>, u64) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("seed.db");
        let open = || switchboard_storage_sqlite::open(&file, SqliteOptions::default()).unwrap();
        fill(&open(), archive).unwrap();
        let store = open();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let page = runtime
            .block_on(store.read(move |tx| {
                let query = ConversationQuery {
                    filter,
                    cursor: None,
                    limit: 1_000,
                };
                tx.conversation_page(&query)
            }))
            .unwrap();
        store.close();
        (page.conversations, page.total)
    }

    #[test]
    fn every_conversation_is_there_with_its_newest_message() {
        let archive = Archive::of_conversations(100);

        let (conversations, total) = kept(&archive, ConversationFilter::All);

        assert_eq!((conversations.len(), total), (100, 100));
        for index in 0..100 {
            let id = id_of(index);
            let found = conversations.iter().find(|found| found.id == id).unwrap();
            let newest = archive.message(index, 9).message;
            assert_eq!(found.last_message.unwrap().id, newest.id);
            assert_eq!(found.last_message.unwrap().sent_at, newest.sent_at);
        }
    }

    #[test]
    fn unread_conversations_can_be_found() {
        let archive = Archive::of_conversations(100);
        let unread = Range {
            from: Some(1),
            to: None,
        };

        let (_, total) = kept(&archive, ConversationFilter::UnreadCount(unread));

        assert_eq!(total, archive.count(&[Mark::Unread]));
    }
}
