//! What is kept is what a count of everything says.

use std::collections::BTreeMap;
use std::convert::Infallible;

use switchboard_domain::{Source, SourceChannelId};

use super::*;

fn channel(number: u32) -> ChannelId {
    ChannelId::derive(
        &Source::named("test"),
        &SourceChannelId::new(number.to_string()),
    )
}

fn of_channel(number: u32) -> Filter {
    Filter::of_channel(channel(number))
}

fn of_source(name: &str) -> Filter {
    Filter::Source(TextPattern::Is(name.to_owned()))
}

fn in_state(word: &str) -> Filter {
    Filter::Metadata {
        key: STATE.to_owned(),
        value: WordPattern::Word(word.to_owned()),
    }
}

fn unread_from(from: i64) -> Filter {
    Filter::UnreadCount(Range {
        from: Some(from),
        to: None,
    })
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

/// What is kept of four conversations: channel, source, state and whether there are unread messages.
fn kept() -> BTreeMap<Tally, Vec<TallyNumbers>> {
    let mut kept: BTreeMap<Tally, Vec<TallyNumbers>> = BTreeMap::new();
    for (number, source, words, is_unread) in [
        (1, "viber", &["open"][..], 1),
        (1, "viber", &["on", "hold"], 0),
        (2, "google", &["open"], 0),
        (3, "viber", &[], 1),
    ] {
        let words = words.iter().map(ToString::to_string).collect();
        for tally in Tally::of(channel(number), &words) {
            kept.entry(tally).or_default().push(TallyNumbers {
                source: source.to_owned(),
                listed: 1,
                unread: is_unread,
            });
        }
    }
    kept
}

fn total_of(inbox: &InboxFilter) -> u64 {
    let kept = kept();
    let Ok(total) =
        inbox.total(|tally| Ok::<_, Infallible>(kept.get(tally).cloned().unwrap_or_default()));
    total
}

fn total(filter: &Filter) -> Option<u64> {
    InboxFilter::of(filter).map(|inbox| total_of(&inbox))
}

#[test]
fn conditions_of_an_inbox_have_totals_together() {
    for (filter, expected) in [
        (Filter::All, 4),
        (Filter::Nothing, 0),
        (of_channel(1), 2),
        (of_source("viber"), 3),
        (not(of_source("viber")), 1),
        (in_state("open"), 2),
        (in_state("hold"), 1),
        (not(in_state("open")), 2),
        (not(not(in_state("open"))), 2),
        (unread_from(1), 2),
        (not(unread_from(1)), 2),
        (unread_from(0), 4),
        (Filter::Or(vec![of_channel(1), of_channel(2)]), 3),
        (Filter::Or(vec![of_source("google"), of_source("line")]), 1),
        (Filter::And(vec![of_channel(1), in_state("open")]), 1),
        (Filter::And(vec![of_channel(1), of_channel(2)]), 0),
        (
            Filter::And(vec![
                unread_from(1),
                of_source("viber"),
                not(in_state("open")),
            ]),
            1,
        ),
        (
            Filter::And(vec![of_channel(2), of_source("viber"), in_state("open")]),
            0,
        ),
        (Filter::And(vec![unread_from(1), not(unread_from(1))]), 0),
    ] {
        assert_eq!(total(&filter), Some(expected), "{filter:?}");
    }
}

#[test]
fn what_is_tallied_one_by_one_has_no_total_together() {
    for filter in [
        unread_from(2),
        in_state("on hold"),
        in_state(""),
        Filter::And(vec![in_state("on"), in_state("hold")]),
        Filter::Or(vec![in_state("on"), in_state("hold")]),
        Filter::Or(vec![in_state("open"), of_source("viber")]),
        not(of_channel(1)),
        not(unread_from(0)),
        Filter::DisplayName(WordPattern::Present),
    ] {
        assert_eq!(InboxFilter::of(&filter), None, "{filter:?}");
    }
}

#[test]
fn no_more_can_pass_than_pass_the_conditions_that_are_tallied() {
    let filter = Filter::And(vec![
        Filter::DisplayName(WordPattern::Present),
        in_state("open"),
        of_source("viber"),
    ]);

    let around = InboxFilter::around(&filter);

    assert_eq!(total_of(&around), 1);
    assert_eq!(total_of(&around.without_state()), 1);
    assert_eq!(
        InboxFilter::around(&Filter::Or(vec![filter, of_channel(2)])),
        InboxFilter::ALL
    );
}
