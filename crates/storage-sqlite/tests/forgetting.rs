//! What is erased of a person is gone from every file of the database.

#![expect(
    clippy::unwrap_used,
    reason = "a test whose database does not open fails"
)]

use std::collections::BTreeMap;
use std::path::Path;

use switchboard_domain::{
    Alias, ChannelId, Contact, ContactId, Conversation, ConversationFilter, ConversationId,
    DeliveryState, EnvelopeId, LastMessage, Message, MessageId, MessageSequence, MetadataRecord,
    MetadataSubject, MetadataValue, Named, NewEnvelope, NewMessage, ParkedChange, ProfileFetch,
    ProviderKey, RawJson, Source, Timestamp, WordPattern,
};
use switchboard_storage::{
    ConversationQuery, SearchText, StorageError, Store, Swept, Touches, WriteTx,
};
use switchboard_storage_sqlite::{SqliteOptions, open};
use tempfile::tempdir;
use uuid::Uuid;

/// Begins every word that says something about those who are erased, and nothing else.
const CANARY: &str = "canary";

const PEOPLE: u128 = 600;

async fn write(
    store: &Store,
    work: impl Fn(&mut dyn WriteTx) -> Result<(), StorageError> + Send + 'static,
) {
    store
        .write(Touches::nothing(), move |tx| work(tx))
        .await
        .unwrap();
}

/// Every other person is erased.
fn word(person: u128, of: &str) -> String {
    let begin = if person.is_multiple_of(2) {
        CANARY
    } else {
        "keeper"
    };
    format!("{begin}{person}{of}")
}

fn channel() -> ChannelId {
    ChannelId::from_uuid(Uuid::from_u128(1))
}

fn source() -> Source {
    Source::named("test")
}

/// Spread over all ids, so that pages split and merge.
fn spread(person: u128) -> Uuid {
    Uuid::from_u128(person.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835))
}

fn conversation_id(person: u128) -> ConversationId {
    ConversationId::from_uuid(spread(person))
}

fn message_id(person: u128, number: u128) -> MessageId {
    MessageId::from_uuid(spread(person * 1000 + number))
}

fn named(text: String) -> Named {
    Named {
        value: Some(text),
        said_at: None,
        by_user: false,
    }
}

fn conversation(person: u128) -> Conversation {
    Conversation {
        id: conversation_id(person),
        channel: channel(),
        source: source(),
        handle: word(person, "handle"),
        created_at: Timestamp::from_millis(1),
        last_message: Some(LastMessage {
            id: message_id(person, 2),
            sequence: MessageSequence(3),
            sent_at: Timestamp::from_millis(1),
        }),
        last_inbound_at: None,
        message_count: 0,
        unread_count: 0,
        read_through: None,
        delivered_until: None,
        seen_until: None,
        display_name: named(word(person, "name")),
        avatar_url: named(word(person, "avatar").repeat(9)),
        profile: ProfileFetch::Fetched,
        state: None,
        tags: Vec::new(),
        contact: contact_id(person),
    }
}

fn message(person: u128, number: u128) -> NewMessage {
    let text = format!("so says {} to us", word(person, "text"));
    let key = ProviderKey::from_uuid(spread(person * 1000 + number + 500));
    NewMessage {
        message: Message {
            id: message_id(person, number),
            sequence: MessageSequence(0),
            conversation: conversation_id(person),
            source: source(),
            // Some hundred bytes, or some thousand, which SQLite stores differently.
            content: text.repeat(if number == 0 { 200 } else { 5 }),
            from_contact: true,
            sender: word(person, "sender"),
            sent_at: Timestamp::from_millis(1),
            updated_at: None,
            delivery: DeliveryState::Delivered,
            provider_id: Some(word(person, "provider")),
            provider_key: Some(key),
            receipt: None,
            edits: 0,
            unsent: false,
            envelope: None,
        },
        text: Some(text),
    }
}

fn records(person: u128) -> [MetadataRecord; 2] {
    let record = |subject| MetadataRecord {
        subject,
        key: word(person, "key"),
        value: MetadataValue::Text(word(person, "value")),
        written_at: Timestamp::from_millis(1),
    };
    [
        record(MetadataSubject::Conversation(conversation_id(person))),
        record(MetadataSubject::Message(message_id(person, 0))),
    ]
}

fn contact_id(person: u128) -> ContactId {
    ContactId::from_uuid(spread(person + 7777))
}

fn contact(person: u128) -> Contact {
    Contact {
        id: contact_id(person),
        display_name: Some(word(person, "contact")),
        name_is_generated: false,
        avatar_url: None,
        title: Some(word(person, "title")),
        gender: None,
        timezone: None,
        locale: None,
        organization_name: None,
        via: BTreeMap::from([("phone".to_owned(), word(person, "phone"))]),
        address: None,
        conversations: BTreeMap::from([(conversation_id(person), source())]),
        metadata: None,
        created_at: Timestamp::from_millis(1),
        updated_at: None,
    }
}

fn put_person(tx: &mut dyn WriteTx, person: u128) -> Result<(), StorageError> {
    tx.append_envelope(&NewEnvelope {
        source: source(),
        target: "/test".to_owned(),
        headers: RawJson::empty_object(),
        body: format!("the body of {} came", word(person, "body")).into_bytes(),
        received_at: Timestamp::from_millis(1),
    })?;
    let messages = [0, 1, 2].map(|number| message(person, number));
    tx.add_messages(&messages)?;
    tx.put_conversations(&[conversation(person)])?;
    tx.put_aliases(&[Alias {
        channel: channel(),
        handle: word(person, "alias"),
        conversation: conversation_id(person),
    }])?;
    tx.put_words(
        conversation_id(person),
        "display_name",
        &[word(person, "first"), word(person, "last")],
    )?;
    tx.put_metadata(&records(person))?;
    tx.park(&[ParkedChange {
        target: messages[0].message.provider_key.unwrap(),
        change: RawJson::from_checked(format!("\"{}\"", word(person, "change"))),
        envelope: None,
        parked_at: Timestamp::from_millis(1),
    }])?;
    tx.put_contact(&contact(person))
}

fn erase_person(tx: &mut dyn WriteTx, person: u128) -> Result<(), StorageError> {
    tx.erase_conversation(conversation_id(person))?;
    tx.delete_contact(contact_id(person))?;
    let body = word(person, "body").into_bytes();
    tx.erase_envelopes(&[body], EnvelopeId::START, 1000)?;
    Ok(())
}

/// The words in which the canary can be found, with their files.
fn traces(folder: &Path) -> Vec<String> {
    let mut traces = Vec::new();
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let bytes = std::fs::read(&path).unwrap();
        for (at, window) in bytes.windows(CANARY.len()).enumerate() {
            if window == CANARY.as_bytes() {
                let word: Vec<u8> = bytes.iter().copied().skip(at).take(24).collect();
                traces.push(format!("{name} {at}: {}", word.escape_ascii()));
            }
        }
    }
    traces
}

/// How many conversations are found by a word of a message.
async fn with_text(store: &Store, word: String) -> usize {
    let query = ConversationQuery {
        filter: ConversationFilter::Text(WordPattern::Word(word)),
        cursor: None,
        limit: 10,
    };
    let page: Result<_, StorageError> = store.read(move |tx| tx.conversation_page(&query)).await;
    page.unwrap().conversations.len()
}

/// Puts everybody, in several units, and erases every other one.
async fn put_and_erase(store: &Store) {
    for start in 0..6 {
        write(store, move |tx| {
            (start..PEOPLE)
                .step_by(6)
                .try_for_each(|person| put_person(tx, person))
        })
        .await;
    }
    for start in [0, 2, 4] {
        write(store, move |tx| {
            (start..PEOPLE)
                .step_by(6)
                .try_for_each(|person| erase_person(tx, person))
        })
        .await;
    }
}

/// Overwrites what was left, some pages at a time.
async fn sweep(store: &Store) {
    let mut from = Swept::NOTHING;
    loop {
        let swept: Result<_, StorageError> = store
            .write(Touches::nothing(), move |tx| {
                tx.overwrite_leftovers(from, 50)
            })
            .await;
        match swept.unwrap() {
            Some(further) => from = further,
            None => break,
        }
    }
}

/// Where rows move between pages, SQLite leaves copies of some in the space between. Seldom, so it
/// takes many people to see it.
#[tokio::test]
async fn copies_that_rows_have_left_where_they_were_are_swept_up() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let store = open(&path, SqliteOptions::default()).unwrap();
    put_and_erase(&store).await;
    store.close();
    let before = traces(folder.path());
    assert!(!before.is_empty(), "there is nothing to sweep up");
    assert!(before.iter().all(|trace| trace.starts_with("hub.db ")));

    let store = open(&path, SqliteOptions::default()).unwrap();
    sweep(&store).await;
    store.close();

    let traces = traces(folder.path());
    assert!(traces.is_empty(), "{}: {traces:#?}", traces.len());
    let problems: String = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(problems, "ok");
}

#[tokio::test]
async fn sweeping_takes_nothing_from_those_who_are_not_erased() {
    let folder = tempdir().unwrap();
    let store = open(&folder.path().join("hub.db"), SqliteOptions::default()).unwrap();
    put_and_erase(&store).await;

    sweep(&store).await;
    // While everybody else goes on writing.
    write(&store, |tx| {
        (PEOPLE..PEOPLE + 50).try_for_each(|person| put_person(tx, person))
    })
    .await;
    sweep(&store).await;

    assert_those_who_are_not_erased_are_there(&store).await;
    store.close();
}

/// The proof that nothing is left but those copies: a database that is written anew has none.
#[tokio::test]
async fn an_erased_person_leaves_no_trace_in_a_compacted_database() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let store = open(&path, SqliteOptions::default()).unwrap();
    write(&store, |tx| put_person(tx, 2)).await;
    store.close();
    assert!(!traces(folder.path()).is_empty(), "the scan finds nothing");

    let store = open(&path, SqliteOptions::default()).unwrap();
    write(&store, |tx| erase_person(tx, 2)).await;
    put_and_erase(&store).await;
    store.close();
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch("VACUUM")
        .unwrap();

    let traces = traces(folder.path());
    assert!(traces.is_empty(), "{}: {traces:#?}", traces.len());
}

#[tokio::test]
async fn an_erased_person_leaves_no_trace_in_a_running_hub() {
    let folder = tempdir().unwrap();
    let store = open(&folder.path().join("hub.db"), SqliteOptions::default()).unwrap();
    write(&store, |tx| {
        (0..20).try_for_each(|person| put_person(tx, person))
    })
    .await;

    write(&store, |tx| {
        (0..20)
            .step_by(2)
            .try_for_each(|person| erase_person(tx, person))
    })
    .await;
    // The log is emptied before the thread that writes turns to the next unit.
    write(&store, |_tx| Ok(())).await;

    let traces = traces(folder.path());
    assert!(traces.is_empty(), "{}: {traces:#?}", traces.len());
    store.close();
}

#[tokio::test]
async fn those_who_are_not_erased_stay() {
    let folder = tempdir().unwrap();
    let store = open(&folder.path().join("hub.db"), SqliteOptions::default()).unwrap();
    put_and_erase(&store).await;

    assert_those_who_are_not_erased_are_there(&store).await;
    store.close();
}

async fn assert_those_who_are_not_erased_are_there(store: &Store) {
    for person in (1..PEOPLE).step_by(2) {
        let read: Result<_, StorageError> = store
            .read(move |tx| {
                Ok((
                    tx.conversation(conversation_id(person))?,
                    tx.message_page(conversation_id(person), None, 10)?.len(),
                    tx.metadata(&records(person).map(|record| record.subject))?,
                    tx.contact(contact_id(person))?,
                ))
            })
            .await;
        let (found, messages, metadata, held) = read.unwrap();
        assert_eq!(found, Some(conversation(person)));
        assert_eq!(messages, 3);
        assert_eq!(with_text(store, word(person, "text")).await, 1);
        assert_eq!(metadata, records(person));
        assert_eq!(held, Some(contact(person)));
    }
    assert_eq!(with_text(store, word(2, "text")).await, 0);
}

#[tokio::test]
async fn a_message_that_is_taken_back_leaves_no_trace() {
    let folder = tempdir().unwrap();
    let store = open(&folder.path().join("hub.db"), SqliteOptions::default()).unwrap();
    write(&store, |tx| {
        let mut new = message(2, 0);
        new.message.sender = String::new();
        new.message.provider_id = None;
        tx.add_messages(&[new]).map(drop)
    })
    .await;
    assert!(!traces(folder.path()).is_empty(), "the scan finds nothing");

    write(&store, |tx| {
        let mut taken_back = tx.message(message_id(2, 0))?.unwrap();
        taken_back.content = String::new();
        taken_back.unsent = true;
        tx.put_message(&taken_back, &SearchText::Gone)
    })
    .await;
    write(&store, |_tx| Ok(())).await;

    let traces = traces(folder.path());
    assert!(traces.is_empty(), "{traces:#?}");
    store.close();
}
