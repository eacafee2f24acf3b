//! Rules about custom sources.

use switchboard_domain::{Chance as _, CustomSource, FixedChance, Source, TokenId};

use super::Database;
use super::samples::at;

pub async fn a_custom_source_comes_back_as_it_was_put(database: &Database) {
    let full = CustomSource {
        name: Some("it's \"odd\" 💬".to_owned()),
        image_url: Some("https://example.org/a".to_owned()),
        action_endpoint: Some("https://example.org/b".to_owned()),
        ..source("full", 1)
    };
    let replaced = CustomSource {
        action_endpoint: Some("https://example.org/c".to_owned()),
        token: TokenId::from_uuid(FixedChance::seeded(9).uuid()),
        ..source("replaced", 9)
    };
    put_sources(
        database,
        vec![full.clone(), source("bare", 1), source("replaced", 0)],
    )
    .await;
    put_sources(database, vec![replaced.clone()]).await;

    let find = async |name: &'static str| {
        database
            .read(move |tx| tx.custom_source(&Source::named(name)))
            .await
    };
    assert_eq!(find("full").await, Some(full.clone()));
    assert_eq!(find("bare").await, Some(source("bare", 1)));
    assert_eq!(find("Full").await, None);
    let all = database.read(|tx| tx.custom_sources()).await;
    assert_eq!(all, [source("bare", 1), full, replaced]);
}

pub async fn a_custom_source_is_deleted_once(database: &Database) {
    put_sources(database, vec![source("one", 1), source("other", 1)]).await;

    let deleted = database
        .write(|tx| {
            Ok(["one", "one", "none"].map(|name| tx.delete_custom_source(&Source::named(name))))
        })
        .await;

    assert_eq!(deleted.map(Result::unwrap), [true, false, false]);
    let all = database.read(|tx| tx.custom_sources()).await;
    assert_eq!(all, [source("other", 1)]);
}

async fn put_sources(database: &Database, sources: Vec<CustomSource>) {
    database
        .write(move |tx| {
            sources
                .iter()
                .try_for_each(|source| tx.put_custom_source(source))
        })
        .await;
}

fn source(name: &str, second: i64) -> CustomSource {
    CustomSource {
        source: Source::new(name),
        name: None,
        image_url: None,
        action_endpoint: None,
        token: TokenId::from_uuid(FixedChance::seeded(1).uuid()),
        created_at: at(second),
    }
}
