//! Rules about tags.

use switchboard_domain::{Tag, TagColor};

use super::Database;
use super::conversations::{add_tags, one, put, put_tags};
use super::samples::at;
use super::samples::inbox::{conversation, tag, tag_id};

pub async fn a_tag_comes_back_as_it_was_put(database: &Database) {
    let tags = (1..).zip(TagColor::ALL).map(|(number, color)| Tag {
        name: "it's \"odd\" 💬 \\ %_".to_owned(),
        color,
        ..tag(number)
    });
    let tags: Vec<_> = tags.collect();
    put_all(database, tags.clone()).await;

    for tag in tags {
        let id = tag.id;
        assert_eq!(database.read(move |tx| tx.tag(id)).await, Some(tag));
    }
    assert_eq!(database.read(|tx| tx.tag(tag_id(9))).await, None);
}

pub async fn tags_are_listed_by_creation_and_then_id(database: &Database) {
    let mut tags: Vec<_> = (1..=12)
        .map(|number: u32| Tag {
            created_at: at((number % 3).into()),
            ..tag(number)
        })
        .collect();
    put_all(database, tags.clone()).await;
    let renamed = Tag {
        name: "renamed".to_owned(),
        color: TagColor::Purple,
        created_at: at(9),
        ..tag(1)
    };
    put_all(database, vec![renamed.clone()]).await;
    tags[0] = renamed;

    tags.sort_by_key(|tag| (tag.created_at, tag.id));
    assert_eq!(database.read(|tx| tx.tags()).await, tags);
}

pub async fn a_deleted_tag_is_taken_off_every_conversation(database: &Database) {
    put_tags(database, 1..=2).await;
    put(database, [conversation(1), conversation(2)]).await;
    add_tags(database, 1, [1, 2]).await;
    add_tags(database, 2, [1]).await;

    let deleted = database
        .write(|tx| {
            Ok([
                tx.delete_tag(tag_id(1))?,
                tx.delete_tag(tag_id(1))?,
                tx.delete_tag(tag_id(9))?,
            ])
        })
        .await;

    assert_eq!(deleted, [true, false, false]);
    assert_eq!(database.read(|tx| tx.tags()).await, [tag(2)]);
    assert_eq!(one(database, 1).await.unwrap().tags, [tag_id(2)]);
    assert_eq!(one(database, 2).await.unwrap().tags, []);
}

async fn put_all(database: &Database, tags: Vec<Tag>) {
    database
        .write(move |tx| tags.iter().try_for_each(|tag| tx.put_tag(tag)))
        .await;
}
