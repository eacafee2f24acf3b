//! Rules about filters that nobody has thought of.

use std::collections::BTreeSet;

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use switchboard_domain::{
    ConversationCursor, ConversationFilter as Filter, ConversationId, Piece, Range, Source,
    TextPattern, Wildcards, WordPattern,
};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use super::Database;
use super::conversation_pages::{after, ids, page};
use super::corpus::store;
use super::evaluation::{Entry, listed};
use super::samples::inbox::{conversation, conversation_id, silent, spoken_at, tag_id};
use super::samples::{at, channel};

const WORDS: &[&str] = &[
    "an",
    "anna",
    "a_b",
    "axb",
    "a%b",
    "100",
    "100%",
    "a*b",
    "a?b",
    "[a]",
    "[ab]",
    "o'neill",
    "back\\slash",
    "\\",
    "%",
    "_",
    "\"q\"",
    "zoë",
    "zoe",
    "é",
    "иван",
    "💬",
    "^x",
    "a-b",
    "$1",
];
const TEXT_WORDS: &[&str] = &[
    "good", "goods", "go", "the", "more", "morning", "world", "w",
];
const SOURCES: &[&str] = &["test", "twilio.sms", "twilio_sms", "twilio.whatsapp"];
const KEYS: &[&str] = &["state", "erp.id", "erp"];

pub async fn any_filter_lists_what_an_evaluation_in_memory_lists(database: &Database) {
    let mut runner = runner(100);
    let mut old = Vec::new();
    for _corpus in 0..4 {
        let entries = a_value(&mut runner, &vec(entry(), 20..30));
        let entries = numbered(entries);
        replace(database, &old, entries.clone()).await;
        old = entries.iter().map(|entry| entry.conversation.id).collect();
        let outcome = runner.run(&filter(), |filter| {
            let found = now(page(database, filter.clone(), None, 1000));
            let expected = listed(&entries, &filter);
            prop_assert_eq!(ids(&found), &expected[..]);
            let total = u64::try_from(expected.len()).unwrap();
            prop_assert_eq!((found.total, found.has_more), (total, false));
            Ok(())
        });
        assert!(outcome.is_ok(), "{}\n{entries:#?}", outcome.unwrap_err());
    }
}

pub async fn pages_of_any_length_make_one_list(database: &Database) {
    let mut runner = runner(60);
    let entries = numbered(a_value(&mut runner, &vec(entry(), 30)));
    store(database, entries.clone()).await;

    let outcome = runner.run(&(filter(), 1_usize..8), |(filter, limit)| {
        let expected = listed(&entries, &filter);
        let (mut placed, mut counted) = (Vec::new(), Vec::new());
        let mut cursor = None;
        loop {
            let found = now(page(database, filter.clone(), cursor, limit));
            placed.extend(ids(&found));
            prop_assert_eq!(found.total, u64::try_from(expected.len()).unwrap());
            prop_assert_eq!(found.has_more, placed.len() < expected.len());
            let offset = u64::try_from(counted.len()).unwrap();
            let offset = Some(ConversationCursor::Offset(offset));
            counted.extend(ids(&now(page(database, filter.clone(), offset, limit))));
            cursor = found.conversations.last().map(after);
            if !found.has_more {
                break;
            }
        }
        prop_assert_eq!(&placed, &expected);
        prop_assert_eq!(&counted, &expected);
        Ok(())
    });
    assert!(outcome.is_ok(), "{}\n{entries:#?}", outcome.unwrap_err());
}

/// The same cases in each run.
pub(super) fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

pub(super) fn a_value<S: Strategy>(runner: &mut TestRunner, strategy: &S) -> S::Value {
    strategy.new_tree(runner).unwrap().current()
}

/// The answer, waited for in the middle of what cannot wait.
pub(super) fn now<F: Future>(answer: F) -> F::Output {
    block_in_place(|| Handle::current().block_on(answer))
}

async fn replace(database: &Database, old: &[ConversationId], entries: Vec<Entry>) {
    let old = old.to_vec();
    database
        .write(move |tx| old.iter().try_for_each(|id| tx.erase_conversation(*id)))
        .await;
    store(database, entries).await;
}

/// Gives each conversation an id of its own.
fn numbered(entries: Vec<Entry>) -> Vec<Entry> {
    (1..)
        .zip(entries)
        .map(|(number, mut entry)| {
            entry.conversation.id = conversation_id(number);
            entry
        })
        .collect()
}

fn entry() -> impl Strategy<Value = Entry> {
    let facts = (
        option::weighted(0.9, 0_i64..10),
        0_i64..10,
        0_u64..4,
        1_u32..4,
        select(SOURCES),
    );
    let words = (
        vec(select(WORDS), 0..4),
        option::of(select(&["open", "closed"][..])),
        vec(select(WORDS), 0..3),
        vec(vec(select(TEXT_WORDS), 1..5), 0..3),
        btree_set(1_u32..4, 0..3),
    );
    (facts, words).prop_map(|(facts, (name, state, erp, texts, tags))| {
        let (spoken, created, unread, on, source) = facts;
        let mut conversation = spoken.map_or_else(|| silent(1), |second| spoken_at(1, second));
        conversation.created_at = at(created);
        conversation.unread_count = unread;
        conversation.channel = channel(on).id;
        conversation.source = Source::named(source);
        let state = state.map(|state| ("state".to_owned(), owned(&[state])));
        let erp = (!erp.is_empty()).then(|| ("erp.id".to_owned(), owned(&erp)));
        Entry {
            conversation,
            tags: tags.into_iter().map(tag_id).collect::<BTreeSet<_>>(),
            name: owned(&name),
            metadata: state.into_iter().chain(erp).collect(),
            texts: texts.iter().map(|words| words.join(" ")).collect(),
        }
    })
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

fn filter() -> impl Strategy<Value = Filter> {
    leaf().prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(Filter::And),
            vec(inner.clone(), 1..4).prop_map(Filter::Or),
            inner.prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
    })
}

fn leaf() -> impl Strategy<Value = Filter> {
    let id = (1_u32..40).prop_map(|number| conversation(number).id.to_string());
    let channel = (1_u32..5).prop_map(|number| channel(number).id.to_string());
    let tag = (1_u32..5).prop_map(|number| tag_id(number).to_string());
    let source = select(SOURCES).prop_map(ToOwned::to_owned);
    let moments = || (option::of(0_i64..10), option::of(0_i64..10)).prop_map(moments);
    prop_oneof![
        1 => Just(Filter::All),
        1 => Just(Filter::Nothing),
        2 => whole(id).prop_map(Filter::Id),
        2 => whole(channel).prop_map(Filter::Channel),
        2 => whole(source).prop_map(Filter::Source),
        3 => whole(tag).prop_map(Filter::Tag),
        4 => words(WORDS).prop_map(Filter::DisplayName),
        4 => (select(KEYS), words(WORDS)).prop_map(|(key, value)| Filter::Metadata {
            key: key.to_owned(),
            value,
        }),
        1 => select(&["open", "closed"][..]).prop_map(|state| Filter::Metadata {
            key: "state".to_owned(),
            value: WordPattern::Word(state.to_owned()),
        }),
        4 => words(TEXT_WORDS).prop_map(Filter::Text),
        2 => (option::of(0_i64..4), option::of(0_i64..4))
            .prop_map(|(from, to)| Filter::UnreadCount(Range { from, to })),
        1 => moments().prop_map(Filter::CreatedAt),
        1 => moments().prop_map(Filter::LastMessageAt),
    ]
}

fn moments((from, to): (Option<i64>, Option<i64>)) -> Range {
    let millis = |second| at(second).as_millis();
    Range {
        from: from.map(millis),
        to: to.map(millis),
    }
}

/// A value, or some of its letters with wildcards between.
fn whole(value: impl Strategy<Value = String>) -> impl Strategy<Value = TextPattern> {
    (value, any::<bool>(), holes()).prop_map(|(value, is_whole, holes)| {
        if is_whole {
            TextPattern::Is(value)
        } else {
            TextPattern::Like(with_holes(&value, &holes))
        }
    })
}

fn words(vocabulary: &'static [&'static str]) -> impl Strategy<Value = WordPattern> {
    let word = || select(vocabulary).prop_map(ToOwned::to_owned);
    prop_oneof![
        1 => Just(WordPattern::Present),
        3 => word().prop_map(WordPattern::Word),
        3 => vec(word(), 2..4).prop_map(WordPattern::Phrase),
        3 => (word(), holes())
            .prop_map(|(word, holes)| WordPattern::Like(with_holes(&word, &holes))),
        2 => (option::of(word()), option::of(word()))
            .prop_map(|(from, to)| WordPattern::Between(from, to)),
    ]
}

/// What becomes of the letters of a value, one after another and again from the start.
fn holes() -> impl Strategy<Value = Vec<u8>> {
    vec(0_u8..6, 1..6)
}

/// Puts `?` and `*` in the place of some letters.
fn with_holes(value: &str, holes: &[u8]) -> Wildcards {
    let mut pieces: Vec<Piece> = Vec::new();
    for (letter, hole) in value.chars().zip(holes.iter().cycle()) {
        match (hole, pieces.last_mut()) {
            (0, _) => pieces.push(Piece::One),
            (1, Some(Piece::Any)) => {}
            (1, _) => pieces.push(Piece::Any),
            (_, Some(Piece::Literal(text))) => text.push(letter),
            (_, _) => pieces.push(Piece::Literal(letter.to_string())),
        }
    }
    Wildcards(pieces)
}
