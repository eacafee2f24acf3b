//! Rules about the other handles of conversations.

use switchboard_domain::Alias;

use super::Database;
use super::conversations::put;
use super::samples::channel;
use super::samples::inbox::{conversation, conversation_id};

pub async fn aliases_are_found_by_channel_and_handle(database: &Database) {
    put(database, [conversation(1), conversation(2)]).await;
    let aliases = [
        alias(1, "a", 1),
        alias(1, "b'%_", 1),
        alias(2, "a", 2),
        alias(1, "A", 2),
        alias(1, "", 2),
    ];
    put_aliases(database, aliases.clone()).await;

    let found = find(
        database,
        &[
            (1, "b'%_"),
            (1, "a"),
            (2, "b'%_"),
            (1, "a"),
            (2, "a"),
            (3, "a"),
            (1, ""),
        ],
    )
    .await;

    let [a, b, other, _, empty] = aliases;
    assert_eq!(found, sorted(vec![a, b, other, empty]));
    assert_eq!(find(database, &[]).await, []);
}

pub async fn a_conversation_lists_all_of_its_aliases(database: &Database) {
    put(database, [conversation(1), conversation(2)]).await;
    put_aliases(
        database,
        [alias(1, "a", 1), alias(1, "b", 2), alias(2, "a", 1)],
    )
    .await;

    assert_eq!(
        aliases_of(database, 1).await,
        sorted(vec![alias(1, "a", 1), alias(2, "a", 1)])
    );
    assert_eq!(aliases_of(database, 3).await, []);
}

pub async fn an_alias_that_is_put_again_leads_elsewhere(database: &Database) {
    put(database, [conversation(1), conversation(2)]).await;
    put_aliases(database, [alias(1, "a", 1), alias(1, "b", 1)]).await;
    put_aliases(database, [alias(1, "a", 2), alias(1, "b", 1)]).await;

    assert_eq!(find(database, &[(1, "a")]).await, [alias(1, "a", 2)]);
    assert_eq!(aliases_of(database, 1).await, [alias(1, "b", 1)]);
    assert_eq!(aliases_of(database, 2).await, [alias(1, "a", 2)]);
}

/// Puts aliases in one call.
pub(super) async fn put_aliases(database: &Database, aliases: impl IntoIterator<Item = Alias>) {
    let aliases: Vec<_> = aliases.into_iter().collect();
    database.write(move |tx| tx.put_aliases(&aliases)).await;
}

/// A handle that is good for a channel and leads to a conversation.
pub(super) fn alias(on: u32, handle: &str, to: u32) -> Alias {
    Alias {
        channel: channel(on).id,
        handle: handle.to_owned(),
        conversation: conversation_id(to),
    }
}

/// The aliases of a conversation, in order.
pub(super) async fn aliases_of(database: &Database, number: u32) -> Vec<Alias> {
    sorted(
        database
            .read(move |tx| tx.aliases_of(conversation_id(number)))
            .await,
    )
}

async fn find(database: &Database, handles: &[(u32, &str)]) -> Vec<Alias> {
    let handles: Vec<_> = handles
        .iter()
        .map(|(on, handle)| (channel(*on).id, (*handle).to_owned()))
        .collect();
    sorted(database.read(move |tx| tx.aliases(&handles)).await)
}

fn sorted(mut aliases: Vec<Alias>) -> Vec<Alias> {
    aliases.sort_by_cached_key(|alias| (alias.channel, alias.handle.clone()));
    aliases
}
