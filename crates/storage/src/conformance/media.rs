//! Rules about what is noted about copied files.

use switchboard_domain::MediaCopy;

use super::Database;
use super::samples::at;
use super::samples::inbox::{conversation_id, message_id};

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
