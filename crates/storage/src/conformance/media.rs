//! Rules about what is noted about copied files.

use switchboard_domain::{
    Channel, Contact, Conversation, CustomSource, MediaCopy, Merge, MetadataRecord,
    MetadataSubject, MetadataValue, Named, RawJson, Template, User,
};

use super::Database;
use super::conversations::put;
use super::messages::{add, one, seq};
use super::samples::inbox::{conversation, conversation_id, message_id, new_message, silent};
use super::samples::one_of_each::{custom_source, record, template, user};
use super::samples::people::contact;
use super::samples::{at, channel};
use crate::{Shown, Swept};

pub async fn notes_of_copied_files_come_back_by_message_and_then_link(database: &Database) {
    let bare = MediaCopy {
        link: "z".to_owned(),
        ..copy(1, "")
    };
    let full = MediaCopy {
        key: Some("ab/cd".to_owned()),
        content_type: Some("image/png; a=\"ä\"".to_owned()),
        size: Some(1 << 40),
        error: Some("it's \"odd\" 💬".to_owned()),
        ..copy(1, "Z?a=%20'")
    };
    let others = [copy(2, "b"), copy(2, "a"), copy(3, "a")];
    put_message_copies(
        database,
        [&others[..], &[bare.clone(), full.clone()]].concat(),
    )
    .await;

    let some = copies(database, &[2, 1, 9, 2]).await;

    let mut expected = vec![bare, full, others[0].clone(), others[1].clone()];
    expected.sort_by_cached_key(|copy| (copy.message, copy.link.clone()));
    assert_eq!(some, expected);
    assert_eq!(copies(database, &[9]).await, []);
    assert_eq!(copies(database, &[]).await, []);
}

pub async fn what_is_shown_with_conversations_is_found_with_one_question(database: &Database) {
    let elsewhere = Conversation {
        channel: channel(9).id,
        ..conversation(4)
    };
    let mut pictured = conversation(1);
    pictured.avatar_url.value = Some("https://a.example/1".to_owned());
    let shown = [conversation(2), pictured, silent(3), elsewhere];
    put(database, shown.clone()).await;
    add(
        database,
        [1, 2, 5].map(|number| new_message(number, number)),
    )
    .await;
    let [picture, of_nobody_shown] = [1, 5].map(|of| MediaCopy {
        message: MediaCopy::for_pictures_of(conversation_id(of)),
        conversation: conversation_id(of),
        ..copy(of, "picture")
    });
    let files = vec![
        copy(2, "b"),
        copy(2, "a"),
        copy(5, "a"),
        picture.clone(),
        of_nobody_shown,
    ];
    put_message_copies(database, files).await;
    let about = |subject| MetadataRecord {
        subject,
        ..record()
    };
    let records = [
        about(MetadataSubject::Conversation(conversation_id(3))),
        about(MetadataSubject::Channel(channel(1).id)),
        record(),
        about(MetadataSubject::Message(message_id(5))),
    ];
    let noted = records.clone();
    database
        .write(move |tx| {
            tx.put_channel(&channel(1))?;
            tx.put_metadata(&noted)
        })
        .await;

    let asked = shown.clone();
    let mut found = database.read(move |tx| tx.shown_with(&asked)).await;
    let asked = shown.clone();
    let mut found_while_writing = database.write(move |tx| tx.shown_with(&asked)).await;
    let nothing = database.read(|tx| tx.shown_with(&[])).await;

    found.messages.sort_by_key(|message| message.id);
    found_while_writing
        .messages
        .sort_by_key(|message| message.id);
    assert_eq!(found, found_while_writing);
    assert_eq!(found.channels, [channel(1)]);
    let mut messages = [message_id(1), message_id(2)];
    messages.sort();
    let ids: Vec<_> = found.messages.iter().map(|message| message.id).collect();
    assert_eq!(ids, messages);
    let mut copies = vec![copy(2, "a"), copy(2, "b"), picture];
    copies.sort_by_key(|copy| copy.message);
    assert_eq!(found.copies, copies);
    let mut noted = records.to_vec();
    noted.retain(|record| record.subject != MetadataSubject::Message(message_id(5)));
    noted.sort_by_key(|record| record.subject);
    assert_eq!(found.records, noted);
    assert_eq!(nothing, Shown::default());
}

pub async fn a_note_of_a_copied_file_can_be_replaced(database: &Database) {
    let used = async |key: &'static str| database.read(move |tx| tx.is_media_used(key)).await;
    let lying = |message, key: &str| MediaCopy {
        key: Some(key.to_owned()),
        ..copy(message, "a")
    };
    put_message_copies(
        database,
        vec![lying(1, "one"), lying(2, "one"), lying(3, "two")],
    )
    .await;
    let before = [used("one").await, used("two").await, used("on").await];
    put_message_copies(database, vec![copy(1, "a"), lying(3, "three")]).await;
    let after = [used("one").await, used("two").await, used("three").await];

    assert_eq!(before, [true, true, false]);
    assert_eq!(after, [true, false, true], "message 2 still has `one`");
    assert_eq!(copies(database, &[1]).await, [copy(1, "a")]);
}

pub async fn a_text_is_mentioned_wherever_people_see_it(database: &Database) {
    let address = |name: &str| Some(format!("https://hub.example/media/{name}.png?signature=1"));
    database
        .write(move |tx| {
            tx.put_channel(&Channel {
                image_url: address("a-channel"),
                ..channel(1)
            })?;
            let mut said = new_message(1, 1);
            said.message.content = format!("MediaUrl0={}", address("a-message").unwrap());
            tx.put_conversations(&[Conversation {
                avatar_url: Named {
                    value: address("a-conversation"),
                    ..Named::default()
                },
                ..conversation(1)
            }])?;
            tx.add_messages(&[said])?;
            tx.put_metadata(&[MetadataRecord {
                value: MetadataValue::Text(address("a-note").unwrap()),
                ..record()
            }])?;
            let pictured = |number, name| Contact {
                avatar_url: address(name),
                ..contact(number)
            };
            tx.put_contact(&pictured(1, "a-contact"))?;
            tx.put_merge(&Merge {
                source: pictured(2, "a-merged-contact"),
                destination: contact(1),
                merged_at: at(1),
            })?;
            tx.put_template(&Template {
                content: RawJson::from_checked(format!("{:?}", address("a-template").unwrap())),
                ..template()
            })?;
            tx.put_custom_source(&CustomSource {
                image_url: address("a-source"),
                ..custom_source()
            })?;
            tx.put_user(&User {
                avatar_url: address("a-user"),
                ..user()
            })
        })
        .await;

    for name in [
        "a-channel",
        "a-message",
        "a-conversation",
        "a-note",
        "a-contact",
        "a-merged-contact",
        "a-template",
        "a-source",
        "a-user",
    ] {
        let key = format!("{name}.png");
        assert!(
            database.read(move |tx| tx.is_mentioned(&key)).await,
            "{name}"
        );
    }
    for other in [
        "a-stranger.png",
        "a-message.jpg",
        "A-MESSAGE.png",
        "a_note.png",
    ] {
        assert!(
            !database.read(move |tx| tx.is_mentioned(other)).await,
            "{other}"
        );
    }
}

pub async fn what_is_left_beside_rows_can_be_overwritten_in_steps(database: &Database) {
    put(database, [conversation(1), conversation(2)]).await;
    add(
        database,
        (1..=200).map(|number| new_message(1 + number % 2, number)),
    )
    .await;
    database
        .write(|tx| tx.erase_conversation(conversation_id(1)))
        .await;
    let before = seq(database, 1).await;

    let mut from = Some(Swept::NOTHING);
    while let Some(place) = from {
        from = database
            .write(move |tx| tx.overwrite_leftovers(place, 7))
            .await;
        assert!(from.is_none_or(|next| next > place), "{from:?}");
    }

    assert!(before.is_some());
    assert_eq!(seq(database, 1).await, before);
    assert_eq!(one(database, message_id(2)).await, None);
}

pub async fn notes_of_the_files_of_one_message_can_be_removed(database: &Database) {
    put_message_copies(database, vec![copy(1, "a"), copy(1, "b"), copy(2, "a")]).await;

    database
        .write(|tx| tx.delete_media_copies(message_id(1)))
        .await;
    database
        .write(|tx| tx.delete_media_copies(message_id(9)))
        .await;

    assert_eq!(copies(database, &[1, 2]).await, [copy(2, "a")]);
}

async fn put_message_copies(database: &Database, copies: Vec<MediaCopy>) {
    database
        .write(move |tx| copies.iter().try_for_each(|copy| tx.put_media_copy(copy)))
        .await;
}

async fn copies(database: &Database, messages: &[u32]) -> Vec<MediaCopy> {
    let ids: Vec<_> = messages.iter().copied().map(message_id).collect();
    database.read(move |tx| tx.media_copies(&ids)).await
}

fn copy(message: u32, link: &str) -> MediaCopy {
    MediaCopy {
        message: message_id(message),
        conversation: conversation_id(1),
        link: link.to_owned(),
        key: None,
        content_type: None,
        size: None,
        error: None,
        updated_at: at(1),
    }
}
