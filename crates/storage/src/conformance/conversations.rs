//! Rules about conversations: how they are kept, found and tagged.

use switchboard_domain::{
    Conversation, ConversationId, LastMessage, MessageSequence, Named, ProfileFetch, Source, TagId,
};

use super::Database;
use super::samples::inbox::{
    conversation, conversation_id, message_id, silent, spoken_at, tag, tag_id,
};
use super::samples::people::contact_id;
use super::samples::{at, channel};

pub async fn a_conversation_comes_back_as_it_was_put(database: &Database) {
    let bare = Conversation {
        handle: String::new(),
        ..silent(2)
    };
    put(database, [full(1), bare.clone()]).await;

    assert_eq!(one(database, 1).await, Some(full(1)));
    assert_eq!(one(database, 2).await, Some(bare));
}

pub async fn every_state_of_a_profile_comes_back(database: &Database) {
    let states = [
        ProfileFetch::NotNeeded,
        ProfileFetch::Pending,
        ProfileFetch::Fetched,
        ProfileFetch::Failed,
    ];
    let conversations = (1..).zip(states).map(|(number, profile)| Conversation {
        profile,
        ..conversation(number)
    });
    put(database, conversations).await;

    for (number, profile) in (1..).zip(states) {
        assert_eq!(one(database, number).await.unwrap().profile, profile);
    }
}

pub async fn putting_a_conversation_again_replaces_it(database: &Database) {
    put(database, [full(1), silent(2)]).await;
    let (emptied, filled) = (
        Conversation {
            handle: "new".to_owned(),
            channel: channel(2).id,
            created_at: at(99),
            contact: contact_id(9),
            ..silent(1)
        },
        Conversation {
            id: conversation_id(2),
            ..full(1)
        },
    );
    put(database, [emptied.clone(), filled.clone()]).await;

    assert_eq!(one(database, 1).await, Some(emptied));
    assert_eq!(one(database, 2).await, Some(filled));
}

pub async fn conversations_that_do_not_exist_are_left_out(database: &Database) {
    put(database, (1..=3).map(conversation)).await;

    let some = several(database, &[3, 9, 1, 3, 8, 9, 1]).await;
    let none = several(database, &[8, 9]).await;
    let nothing = several(database, &[]).await;

    let mut expected = [conversation(1), conversation(3)];
    expected.sort_by_key(|conversation| conversation.id);
    assert_eq!(some, expected);
    assert_eq!((none, nothing), (vec![], vec![]));
}

pub async fn putting_no_conversations_changes_nothing(database: &Database) {
    put(database, [conversation(1)]).await;
    put(database, []).await;

    assert_eq!(one(database, 1).await, Some(conversation(1)));
}

pub async fn putting_a_conversation_leaves_its_tags_alone(database: &Database) {
    put_tags(database, 1..=3).await;
    let wrong = Conversation {
        tags: vec![tag_id(3)],
        ..conversation(1)
    };
    put(database, [wrong.clone()]).await;
    let at_first = one(database, 1).await.unwrap().tags;
    add_tags(database, 1, [1, 2]).await;
    put(database, [wrong]).await;
    let after_putting_three = one(database, 1).await.unwrap().tags;
    put(database, [conversation(1)]).await;
    let after_putting_none = one(database, 1).await.unwrap().tags;

    assert_eq!(at_first, []);
    assert_eq!(after_putting_three, in_order([1, 2]));
    assert_eq!(after_putting_none, in_order([1, 2]));
}

pub async fn tags_are_listed_in_the_order_of_their_ids(database: &Database) {
    put_tags(database, 1..=8).await;
    put(database, [conversation(1), conversation(2)]).await;

    let added = add_tags(database, 1, [5, 3, 8, 1, 7]).await;

    assert_eq!(added, [true; 5]);
    assert_eq!(
        one(database, 1).await.unwrap().tags,
        in_order([1, 3, 5, 7, 8])
    );
    assert_eq!(one(database, 2).await.unwrap().tags, []);
}

pub async fn a_tag_is_put_on_a_conversation_once(database: &Database) {
    put_tags(database, 1..=2).await;
    put(database, [conversation(1), conversation(2)]).await;

    let added = [
        add_tags(database, 1, [1, 1]).await,
        add_tags(database, 1, [1, 2]).await,
        add_tags(database, 2, [1]).await,
    ];

    assert_eq!(added, [vec![true, false], vec![false, true], vec![true]]);
    assert_eq!(one(database, 1).await.unwrap().tags, in_order([1, 2]));
}

pub async fn a_tag_is_taken_off_one_conversation(database: &Database) {
    put_tags(database, 1..=2).await;
    put(database, [conversation(1), conversation(2)]).await;
    add_tags(database, 1, [1, 2]).await;
    add_tags(database, 2, [1]).await;

    let removed = database
        .write(|tx| {
            Ok([
                tx.remove_tag(conversation_id(1), tag_id(1))?,
                tx.remove_tag(conversation_id(1), tag_id(1))?,
                tx.remove_tag(conversation_id(2), tag_id(2))?,
            ])
        })
        .await;

    assert_eq!(removed, [true, false, false]);
    assert_eq!(one(database, 1).await.unwrap().tags, [tag_id(2)]);
    assert_eq!(one(database, 2).await.unwrap().tags, [tag_id(1)]);
}

/// Puts conversations in one call, after the channels they are held on.
pub(super) async fn put(
    database: &Database,
    conversations: impl IntoIterator<Item = Conversation>,
) {
    let conversations: Vec<_> = conversations.into_iter().collect();
    database
        .write(move |tx| {
            (1..=3).try_for_each(|number| tx.put_channel(&channel(number)))?;
            tx.put_conversations(&conversations)
        })
        .await;
}

/// The `number`th conversation as it is stored.
pub(super) async fn one(database: &Database, number: u32) -> Option<Conversation> {
    database
        .read(move |tx| tx.conversation(conversation_id(number)))
        .await
}

/// Makes tags.
pub(super) async fn put_tags(database: &Database, numbers: std::ops::RangeInclusive<u32>) {
    database
        .write(move |tx| {
            numbers
                .clone()
                .try_for_each(|number| tx.put_tag(&tag(number)))
        })
        .await;
}

/// Puts tags on a conversation.
pub(super) async fn add_tags<const N: usize>(
    database: &Database,
    conversation: u32,
    tags: [u32; N],
) -> Vec<bool> {
    database
        .write(move |tx| {
            tags.into_iter()
                .map(|tag| tx.add_tag(conversation_id(conversation), tag_id(tag)))
                .collect()
        })
        .await
}

async fn several(database: &Database, numbers: &[u32]) -> Vec<Conversation> {
    let ids: Vec<ConversationId> = numbers.iter().copied().map(conversation_id).collect();
    let mut found = database.read(move |tx| tx.conversations(&ids)).await;
    found.sort_by_key(|conversation| conversation.id);
    found
}

fn in_order<const N: usize>(numbers: [u32; N]) -> Vec<TagId> {
    let mut ids = numbers.map(tag_id).to_vec();
    ids.sort_unstable();
    ids
}

/// A conversation with a value in every column.
fn full(number: u32) -> Conversation {
    Conversation {
        source: Source::named("twilio.whatsapp"),
        channel: channel(3).id,
        handle: "whatsapp:+49 'ä' \"💬\" \\ %_".to_owned(),
        created_at: at(-7),
        last_message: Some(LastMessage {
            id: message_id(77),
            sequence: MessageSequence(i64::MAX),
            sent_at: at(70),
        }),
        last_inbound_at: Some(at(69)),
        message_count: 1 << 40,
        unread_count: 1 << 33,
        read_through: Some(MessageSequence(i64::MAX - 1)),
        delivered_until: Some(at(67)),
        seen_until: Some(at(66)),
        display_name: Named {
            value: Some("Zoë \"O'Neill\" 💬".to_owned()),
            said_at: Some(at(65)),
            by_user: true,
        },
        avatar_url: Named {
            value: Some("https://example.org/a?b=%20".to_owned()),
            said_at: Some(at(64)),
            by_user: false,
        },
        profile: ProfileFetch::Pending,
        state: Some("on hold".to_owned()),
        contact: contact_id(3),
        ..spoken_at(number, 1)
    }
}
