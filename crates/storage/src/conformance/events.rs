//! Rules about the event log.

use switchboard_domain::{Event, EventBody, EventKind, NewEvent, Position, RawJson};

use super::Database;
use super::samples::{at, channel, event, number_of};

pub async fn an_event_comes_back_as_it_was_appended(database: &Database) {
    let mut odd = event(1);
    odd.body = EventBody::Told(RawJson::from_checked(r#"{ "b": "💬", "a": [1.50, null] }"#));
    let put = odd.clone();
    database.write(move |tx| tx.append_event(&put)).await;

    let events = after(database, Position::START, 10).await;

    let expected: Vec<_> = events
        .iter()
        .map(|found| Event {
            position: found.position,
            kind: odd.kind,
            subject: odd.subject,
            body: odd.body.clone(),
            occurred_at: odd.occurred_at,
        })
        .collect();
    assert_eq!(events.len(), 1);
    assert_eq!(events, expected);
}

pub async fn an_event_may_say_no_more_than_what_it_is_about(database: &Database) {
    let about = NewEvent {
        body: EventBody::About(channel(7).id.as_uuid()),
        ..event(1)
    };
    let put = about.clone();
    database.write(move |tx| tx.append_event(&put)).await;

    let events = after(database, Position::START, 10).await;

    let bodies: Vec<_> = events.into_iter().map(|event| event.body).collect();
    assert_eq!(bodies, [about.body]);
}

pub async fn events_of_every_kind_come_back_as_that_kind(database: &Database) {
    database
        .write(|tx| {
            EventKind::ALL
                .into_iter()
                .try_for_each(|kind| tx.append_event(&NewEvent { kind, ..event(1) }))
        })
        .await;

    let events = after(database, Position::START, 100).await;

    let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, EventKind::ALL);
}

pub async fn no_more_old_events_are_dropped_than_asked_for_the_oldest_first(database: &Database) {
    append(database, 1..=5).await;

    let dropped = database.write(|tx| tx.drop_events(at(5), 3)).await;

    let left = after(database, Position::START, 10).await;
    assert_eq!((dropped, numbers(&left)), (3, vec![4, 5]));
}

pub async fn an_event_of_the_moment_before_which_others_are_dropped_stays(database: &Database) {
    append(database, 1..=5).await;

    let dropped = [
        database.write(|tx| tx.drop_events(at(1), 10)).await,
        database.write(|tx| tx.drop_events(at(4), 10)).await,
        database.write(|tx| tx.drop_events(at(4), 10)).await,
    ];

    let left = after(database, Position::START, 10).await;
    assert_eq!((dropped, numbers(&left)), ([0, 3, 0], vec![4, 5]));
}

pub async fn a_position_is_never_given_again_when_events_were_dropped(database: &Database) {
    append(database, 1..=3).await;
    let before = last(database).await;
    database.write(|tx| tx.drop_events(at(100), 10)).await;

    let store = database.reopened().await;
    store
        .write(crate::Touches::nothing(), |tx| tx.append_event(&event(4)))
        .await
        .unwrap();
    let events = store
        .read(move |tx| tx.events_after(before, 10))
        .await
        .unwrap();

    assert_eq!(numbers(&events), [4]);
    super::database::close(store).await;
}

pub async fn an_empty_log_ends_at_its_start(database: &Database) {
    assert_eq!(last(database).await, Position::START);
    assert_eq!(after(database, Position::START, 10).await, []);
}

pub async fn positions_come_after_the_start_and_grow(database: &Database) {
    append(database, 1..=3).await;
    append(database, 4..=6).await;

    let events = after(database, Position::START, 100).await;

    assert_eq!(numbers(&events), [1, 2, 3, 4, 5, 6]);
    assert!(
        events.first().unwrap().position > Position::START
            && events.is_sorted_by(|one, next| one.position < next.position),
        "{events:?}"
    );
}

pub async fn the_last_position_is_that_of_the_newest_event(database: &Database) {
    append(database, 1..=3).await;
    let before = last(database).await;
    append(database, 4..=4).await;

    let events = after(database, before, 10).await;

    assert_eq!(numbers(&events), [4]);
    assert_eq!(last(database).await, events.first().unwrap().position);
}

pub async fn events_of_one_unit_keep_their_order(database: &Database) {
    let order = [5, 1, 4, 2, 3];
    database
        .write(move |tx| {
            order
                .iter()
                .try_for_each(|number| tx.append_event(&event(*number)))
        })
        .await;

    let events = after(database, Position::START, 10).await;

    assert_eq!(numbers(&events), order);
}

pub async fn the_log_can_be_read_page_by_page(database: &Database) {
    append(database, 1..=10).await;

    let mut cursor = Position::START;
    let mut pages = Vec::new();
    loop {
        let page = after(database, cursor, 4).await;
        let Some(newest) = page.last() else { break };
        cursor = newest.position;
        pages.push(numbers(&page));
    }

    assert_eq!(pages, [vec![1, 2, 3, 4], vec![5, 6, 7, 8], vec![9, 10]]);
    assert_eq!(cursor, last(database).await);
}

pub async fn a_page_of_no_events_is_empty(database: &Database) {
    append(database, 1..=2).await;

    assert_eq!(after(database, Position::START, 0).await, []);
}

pub async fn a_page_may_be_as_long_as_a_number_can_say(database: &Database) {
    append(database, 1..=2).await;

    let events = after(database, Position::START, usize::MAX).await;

    assert_eq!(numbers(&events), [1, 2]);
}

pub async fn nothing_comes_after_the_end_of_the_log(database: &Database) {
    append(database, 1..=2).await;

    let end = last(database).await;

    assert_eq!(after(database, end, 10).await, []);
    assert_eq!(after(database, Position::new(i64::MAX), 10).await, []);
}

pub async fn a_position_is_never_given_twice(database: &Database) {
    append(database, 1..=2).await;
    let before = last(database).await;

    let store = database.reopened().await;
    store
        .write(crate::Touches::nothing(), |tx| tx.append_event(&event(3)))
        .await
        .unwrap();
    let events = store
        .read(move |tx| tx.events_after(before, 10))
        .await
        .unwrap();

    assert_eq!(numbers(&events), [3]);
    super::database::close(store).await;
}

async fn append(database: &Database, numbers: std::ops::RangeInclusive<u32>) {
    database
        .write(move |tx| {
            numbers
                .clone()
                .try_for_each(|number| tx.append_event(&event(number)))
        })
        .await;
}

async fn after(database: &Database, position: Position, limit: usize) -> Vec<Event> {
    database
        .read(move |tx| tx.events_after(position, limit))
        .await
}

async fn last(database: &Database) -> Position {
    database.read(|tx| tx.last_position()).await
}

fn numbers(events: &[Event]) -> Vec<u32> {
    events.iter().map(|event| number_of(&event.body)).collect()
}
