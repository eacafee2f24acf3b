//! Rules about filters of conversations by what is one value, and about how filters combine.

use switchboard_domain::{ConversationFilter as Filter, Range, TextPattern};

use super::Database;
use super::conversation_pages::listed;
use super::conversations::put;
use super::corpus::{assert_lists, like, phrase, word, word_like};
use super::samples::inbox::{conversation_id, spoken_at, tag_id};
use super::samples::{at, channel};

const ALL: &[u32] = &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1];

pub async fn all_and_nothing_are_what_they_say(database: &Database) {
    assert_lists(database, [(Filter::All, ALL), (Filter::Nothing, &[])]).await;
}

pub async fn conversations_are_found_by_their_id(database: &Database) {
    let id = |number| conversation_id(number).to_string();
    let prefix = |number: u32| id(number).chars().take(9).collect::<String>();
    let suffix = |number: u32| id(number).chars().skip(30).collect::<String>();
    assert_lists(
        database,
        [
            (Filter::Id(is(&id(7))), &[7]),
            (Filter::Id(is(&id(12))), &[]),
            (Filter::Id(is(&id(99))), &[]),
            (Filter::Id(is("no id")), &[]),
            (Filter::Id(is(&prefix(7))), &[]),
            (Filter::Id(like(&format!("{}*", prefix(7)))), &[7]),
            (Filter::Id(like(&format!("*{}", suffix(3)))), &[3]),
            (Filter::Id(like(&format!("?*{}", suffix(3)))), &[3]),
            (
                Filter::Id(like("????????-????-5???-????-????????????")),
                ALL,
            ),
            (Filter::Id(like("*")), ALL),
            (Filter::Id(like(&id(7))), &[7]),
            (Filter::Id(like(&format!("{}?", id(7)))), &[]),
        ],
    )
    .await;
}

pub async fn conversations_are_found_by_their_channel(database: &Database) {
    let id = |number| channel(number).id.to_string();
    let prefix = |number: u32| id(number).chars().take(9).collect::<String>();
    assert_lists(
        database,
        [
            (Filter::of_channel(channel(2).id), &[2]),
            (Filter::of_channel(channel(3).id), &[4, 3]),
            (Filter::of_channel(channel(9).id), &[]),
            (Filter::Channel(is("channel 2")), &[]),
            (Filter::Channel(like(&format!("{}*", prefix(3)))), &[4, 3]),
            (Filter::Channel(like("*")), ALL),
        ],
    )
    .await;
}

pub async fn conversations_are_found_by_their_source(database: &Database) {
    assert_lists(
        database,
        [
            (Filter::Source(is("twilio.sms")), &[2]),
            (Filter::Source(is("twilio")), &[]),
            (Filter::Source(like("twilio.*")), &[3, 2]),
            (Filter::Source(like("twilio*")), &[4, 3, 2]),
            (Filter::Source(like("*.*")), &[3, 2]),
            (Filter::Source(like("twilio_*")), &[4]),
            (Filter::Source(like("twilio?sms")), &[4, 2]),
            (Filter::Source(like("t%")), &[]),
            (Filter::Source(like("????")), &[11, 10, 9, 8, 7, 6, 5, 1]),
        ],
    )
    .await;
}

pub async fn conversations_are_found_by_their_tags(database: &Database) {
    let prefix: String = tag_id(2).to_string().chars().take(10).collect();
    assert_lists(
        database,
        [
            (Filter::of_tag(tag_id(1)), &[2, 1]),
            (Filter::of_tag(tag_id(2)), &[2]),
            (Filter::of_tag(tag_id(3)), &[3]),
            (Filter::of_tag(tag_id(9)), &[]),
            (Filter::Tag(is("tag 1")), &[]),
            (Filter::Tag(like("*")), &[3, 2, 1]),
            (Filter::Tag(like(&format!("{prefix}*"))), &[2]),
            (not(Filter::Tag(like("*"))), &[11, 10, 9, 8, 7, 6, 5, 4]),
            (
                not(Filter::of_tag(tag_id(1))),
                &[11, 10, 9, 8, 7, 6, 5, 4, 3],
            ),
        ],
    )
    .await;
}

pub async fn conversations_are_found_by_how_much_of_them_is_unread(database: &Database) {
    let unread = |from, to| Filter::UnreadCount(Range { from, to });
    assert_lists(
        database,
        [
            (unread(Some(1), None), &[4, 3, 2]),
            (unread(Some(2), None), &[4, 3]),
            (unread(None, Some(1)), &[11, 10, 9, 8, 7, 6, 5, 2, 1]),
            (unread(Some(1), Some(2)), &[3, 2]),
            (unread(Some(5), Some(5)), &[4]),
            (unread(Some(3), Some(2)), &[]),
            (unread(Some(i64::MIN), Some(i64::MAX)), ALL),
            (unread(Some(-3), Some(-1)), &[]),
            (unread(None, None), ALL),
            (not(unread(Some(1), None)), &[11, 10, 9, 8, 7, 6, 5, 1]),
        ],
    )
    .await;
}

pub async fn conversations_are_found_by_their_moments(database: &Database) {
    let range = |from: Option<i64>, to: Option<i64>| Range {
        from: from.map(|second| at(second).as_millis()),
        to: to.map(|second| at(second).as_millis()),
    };
    assert_lists(
        database,
        [
            (Filter::LastMessageAt(range(Some(9), None)), &[11, 10, 9]),
            (Filter::LastMessageAt(range(None, Some(2))), &[2, 1]),
            (Filter::LastMessageAt(range(Some(4), Some(6))), &[6, 5, 4]),
            (Filter::LastMessageAt(range(None, None)), ALL),
            (Filter::LastMessageAt(range(Some(6), Some(4))), &[]),
            (Filter::CreatedAt(range(Some(97), None)), &[3, 2, 1]),
            (Filter::CreatedAt(range(None, Some(90))), &[11, 10]),
            (Filter::CreatedAt(range(Some(95), Some(95))), &[5]),
            (Filter::CreatedAt(range(None, None)), ALL),
        ],
    )
    .await;
}

pub async fn bounds_of_a_moment_are_exact_to_the_millisecond(database: &Database) {
    put(database, [spoken_at(1, 5)]).await;
    let millis = at(5).as_millis();
    let range = |from, to| {
        Filter::LastMessageAt(Range {
            from: Some(millis + from),
            to: Some(millis + to),
        })
    };

    let mut found = Vec::new();
    for filter in [
        range(0, 0),
        range(-1, 0),
        range(0, 1),
        range(1, 9),
        range(-9, -1),
    ] {
        found.push(listed(database, filter).await.len());
    }

    assert_eq!(found, [1, 1, 1, 0, 0]);
}

pub async fn all_of_several_filters_hold(database: &Database) {
    let open = Filter::Metadata {
        key: "state".to_owned(),
        value: word("open"),
    };
    let world = Filter::Text(word("world"));
    let tagged = Filter::of_tag(tag_id(1));
    assert_lists(
        database,
        [
            (and([open.clone()]), &[2, 1]),
            (and([open.clone(), world.clone()]), &[2, 1]),
            (and([world.clone(), tagged.clone()]), &[2, 1]),
            (and([world.clone(), not(tagged.clone())]), &[9, 3]),
            (and([open.clone(), not(open.clone())]), &[]),
            (and([tagged.clone(), Filter::of_tag(tag_id(2))]), &[2]),
            (
                and([Filter::Text(word("hello")), Filter::Text(word("tomorrow"))]),
                &[1],
            ),
            (and([Filter::All, tagged.clone(), Filter::All]), &[2, 1]),
            (and([tagged, Filter::Nothing]), &[]),
            (and([world, open, Filter::Source(is("test"))]), &[1]),
        ],
    )
    .await;
}

pub async fn one_of_several_filters_holds(database: &Database) {
    let closed = Filter::Metadata {
        key: "state".to_owned(),
        value: word("closed"),
    };
    let anna = Filter::DisplayName(word("anna"));
    let tagged = Filter::of_tag(tag_id(1));
    assert_lists(
        database,
        [
            (or([closed.clone()]), &[4]),
            (
                or([closed.clone(), anna.clone(), tagged.clone()]),
                &[9, 8, 7, 4, 2, 1],
            ),
            (or([anna.clone(), anna.clone()]), &[9, 8, 7]),
            (or([Filter::Nothing, closed.clone()]), &[4]),
            (or([closed.clone(), Filter::All]), ALL),
            (
                or([Filter::Text(word("hello")), Filter::Text(word("hello"))]),
                &[1],
            ),
            (or([closed, not(anna)]), &[11, 10, 6, 5, 4, 3, 2, 1]),
            (
                or([not(tagged), Filter::Text(phrase("hello world"))]),
                &[11, 10, 9, 8, 7, 6, 5, 4, 3, 1],
            ),
        ],
    )
    .await;
}

pub async fn filters_can_be_turned_around_and_nested(database: &Database) {
    let anna = Filter::DisplayName(word("anna"));
    let maria = Filter::DisplayName(word_like("mar*"));
    let world = Filter::Text(word("world"));
    let unnamed = not(Filter::DisplayName(
        switchboard_domain::WordPattern::Present,
    ));
    assert_lists(
        database,
        [
            (not(Filter::All), &[]),
            (not(Filter::Nothing), ALL),
            (not(not(anna.clone())), &[9, 8, 7]),
            (unnamed.clone(), &[10]),
            (
                not(and([anna.clone(), maria.clone()])),
                &[11, 10, 7, 6, 5, 4, 3, 2, 1],
            ),
            (not(or([anna.clone(), world.clone()])), &[11, 10, 6, 5, 4]),
            (
                or([
                    and([anna, not(or([maria, world.clone()]))]),
                    and([world, not(not(Filter::Source(like("tw*"))))]),
                    unnamed,
                ]),
                &[10, 7, 3, 2],
            ),
        ],
    )
    .await;
}

fn is(text: &str) -> TextPattern {
    TextPattern::Is(text.to_owned())
}

fn and<const N: usize>(filters: [Filter; N]) -> Filter {
    Filter::And(filters.into())
}

fn or<const N: usize>(filters: [Filter; N]) -> Filter {
    Filter::Or(filters.into())
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}
