//! Rules about channels.

use switchboard_domain::{Channel, ChannelFilter, Connection, RawJson, Source, UpstreamKey};

use super::Database;
use super::samples::{at, channel, channel_of};

pub async fn a_channel_comes_back_as_it_was_put(database: &Database) {
    let full = channel(1);
    let bare = Channel {
        image_url: None,
        upstream: None,
        connection: Connection::Disconnected,
        facts: RawJson::empty_object(),
        ..channel(2)
    };
    put(database, [&full, &bare]).await;

    for put in [full, bare] {
        let id = put.id;
        assert_eq!(database.read(move |tx| tx.channel(id)).await, Some(put));
    }
}

pub async fn an_unknown_channel_is_none(database: &Database) {
    put(database, [&channel(1)]).await;

    let found = database.read(|tx| tx.channel(channel(2).id)).await;

    assert_eq!(found, None);
}

pub async fn several_channels_are_found_by_their_ids_each_once(database: &Database) {
    put(database, [&channel(1), &channel(2), &channel(3)]).await;
    let ids = [3, 9, 1, 3].map(|number| channel(number).id);

    let mut found = database.read(move |tx| tx.channels_by_id(&ids)).await;
    found.sort_by_key(|channel| channel.id);
    let mut in_a_unit = database.write(move |tx| tx.channels_by_id(&ids)).await;
    in_a_unit.sort_by_key(|channel| channel.id);

    let mut expected = [channel(1), channel(3)];
    expected.sort_by_key(|channel| channel.id);
    assert_eq!(found, expected);
    assert_eq!(in_a_unit, expected);
    assert_eq!(database.read(|tx| tx.channels_by_id(&[])).await, []);
}

pub async fn any_text_comes_back_as_it_was_put(database: &Database) {
    let odd = Channel {
        name: "O'Neill \"Π\" 💬 \\ %_; --\r\n\u{200f}".to_owned(),
        image_url: Some(String::new()),
        facts: RawJson::from_checked(format!(r#"{{ "long" : "{}" }}"#, "x".repeat(100_000))),
        ..channel(1)
    };
    put(database, [&odd]).await;

    let found = database.read(|tx| tx.channel(channel(1).id)).await;

    assert_eq!(found, Some(odd));
}

pub async fn putting_a_channel_again_replaces_everything_but_its_creation(database: &Database) {
    put(database, [&channel(1)]).await;
    let again = Channel {
        name: "renamed".to_owned(),
        image_url: None,
        connection: Connection::Disconnected,
        upstream: Some(UpstreamKey::new("test:page:other")),
        facts: RawJson::from_checked("[1]"),
        created_at: at(1000),
        updated_at: at(1000),
        ..channel(1)
    };
    put(database, [&again]).await;

    let found = database.read(|tx| tx.channel(channel(1).id)).await;

    let expected = Channel {
        created_at: channel(1).created_at,
        ..again
    };
    assert_eq!(found, Some(expected));
}

pub async fn an_empty_database_lists_no_channels(database: &Database) {
    assert_eq!(list(database, ChannelFilter::default()).await, []);
}

pub async fn channels_are_listed_by_creation_and_then_id(database: &Database) {
    let mut same_moment: Vec<_> = (10..20)
        .map(|number| Channel {
            created_at: at(5),
            ..channel(number)
        })
        .collect();
    put(database, &same_moment).await;
    put(database, [&channel(9), &channel(1)]).await;

    let listed = list(database, ChannelFilter::default()).await;

    same_moment.sort_by_key(|channel| channel.id);
    let mut expected = vec![channel(1)];
    expected.extend(same_moment);
    expected.push(channel(9));
    assert_eq!(listed, expected);
}

pub async fn the_list_can_be_narrowed_to_a_source(database: &Database) {
    put_two_sources(database).await;

    let listed = list(database, filter(Some("left"), None)).await;

    assert_eq!(
        listed,
        [channel_of("left", 1), disconnected(channel_of("left", 3))]
    );
    assert_eq!(list(database, filter(Some("lef"), None)).await, []);
}

pub async fn the_list_can_be_narrowed_to_a_connection(database: &Database) {
    put_two_sources(database).await;

    let connected = list(database, filter(None, Some(true))).await;
    let others = list(database, filter(None, Some(false))).await;

    assert_eq!(connected, [channel_of("left", 1), channel_of("right", 2)]);
    assert_eq!(
        others,
        [
            disconnected(channel_of("left", 3)),
            disconnected(channel_of("right", 4))
        ]
    );
}

pub async fn the_list_can_be_narrowed_to_both(database: &Database) {
    put_two_sources(database).await;

    let listed = list(database, filter(Some("right"), Some(false))).await;

    assert_eq!(listed, [disconnected(channel_of("right", 4))]);
}

pub async fn an_upstream_lists_its_connected_channels_by_id(database: &Database) {
    let page = UpstreamKey::new("test:page:shared");
    let sharing = |number| Channel {
        upstream: Some(page.clone()),
        ..channel(number)
    };
    let without = Channel {
        upstream: None,
        ..channel(5)
    };
    let mut shared = vec![sharing(1), sharing(2), sharing(3)];
    put(database, &shared).await;
    put(database, [&disconnected(sharing(4)), &without, &channel(6)]).await;

    let listed = of_upstream(database, &page).await;

    shared.sort_by_key(|channel| channel.id);
    assert_eq!(listed, shared);
}

pub async fn a_channel_that_leaves_its_upstream_is_no_longer_listed_there(database: &Database) {
    let page = UpstreamKey::new("test:page:1");
    put(database, [&channel(1)]).await;
    assert_eq!(of_upstream(database, &page).await, [channel(1)]);

    put(database, [&disconnected(channel(1))]).await;
    assert_eq!(of_upstream(database, &page).await, []);

    put(database, [&channel(1)]).await;
    assert_eq!(of_upstream(database, &page).await, [channel(1)]);
}

async fn put_two_sources(database: &Database) {
    put(
        database,
        [
            &channel_of("left", 1),
            &channel_of("right", 2),
            &disconnected(channel_of("left", 3)),
            &disconnected(channel_of("right", 4)),
        ],
    )
    .await;
}

async fn put(database: &Database, channels: impl IntoIterator<Item = &Channel>) {
    let channels: Vec<_> = channels.into_iter().cloned().collect();
    database
        .write(move |tx| {
            channels
                .iter()
                .try_for_each(|channel| tx.put_channel(channel))
        })
        .await;
}

async fn list(database: &Database, filter: ChannelFilter) -> Vec<Channel> {
    database.read(move |tx| tx.channels(&filter)).await
}

async fn of_upstream(database: &Database, upstream: &UpstreamKey) -> Vec<Channel> {
    let upstream = upstream.clone();
    database
        .read(move |tx| tx.channels_of_upstream(&upstream))
        .await
}

fn filter(source: Option<&str>, connected: Option<bool>) -> ChannelFilter {
    ChannelFilter {
        source: source.map(Source::new),
        connected,
    }
}

fn disconnected(channel: Channel) -> Channel {
    Channel {
        connection: Connection::Disconnected,
        ..channel
    }
}
