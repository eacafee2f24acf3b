//! Rules about the totals of inboxes, after changes that nobody has thought of.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use switchboard_domain::{
    Conversation, ConversationFilter as Filter, Range, Source, TextPattern, WordPattern,
    state_words,
};

use super::Database;
use super::conversation_pages::{ids, page};
use super::corpus::store;
use super::database::Failed;
use super::evaluation::{Entry, listed};
use super::random_filters::{a_value, now, runner};
use super::samples::channel;
use super::samples::inbox::{conversation, conversation_id, silent};
use crate::{InboxFilter, StorageError, Touches, WriteTx};

const SOURCES: [&str; 2] = ["test", "other"];
const STATES: [&str; 5] = ["", "OPEN", "on hold", "On  OPEN hold open", "closed"];

const NEVER: Range = Range {
    from: Some(i64::MAX),
    to: None,
};

/// What becomes of a conversation.
#[derive(Clone, Debug)]
enum Change {
    Speaks(bool),
    HasUnread(u64),
    IsIn(&'static str),
    Moves(u32, &'static str),
    Goes,
}

/// Changes of conversations that are made together, or not at all.
#[derive(Clone, Debug)]
struct Unit {
    changes: Vec<(u32, Change)>,
    /// Each change in a call of its own, instead of the last state of everything in one.
    one_by_one: bool,
    fails: bool,
}

pub async fn totals_of_inboxes_are_those_of_a_count_after_any_changes(database: &Database) {
    let mut runner = runner(1);
    store(database, Vec::new()).await;
    let mut known = BTreeMap::new();
    for _step in 0..40 {
        let unit = a_value(&mut runner, &unit());
        let mut changed = known.clone();
        for (number, change) in &unit.changes {
            apply(&mut changed, *number, change);
        }
        let outcome = write(database, &unit, known.clone(), changed.clone());
        if outcome.await {
            known = changed;
        }
        assert_totals(database, &known);
    }
}

pub async fn an_inbox_of_exclusions_lists_what_is_left(database: &Database) {
    let mut known: BTreeMap<u32, Conversation> = (1..=30)
        .map(|number| (number, conversation(number)))
        .collect();
    for one in known.values_mut() {
        one.state = Some("CLOSED".to_owned());
    }
    for step in 0..4 {
        match step {
            1 => apply(&mut known, 3, &Change::IsIn("on hold")),
            2 => apply(&mut known, 7, &Change::IsIn("closed again")),
            3 => apply(&mut known, 9, &Change::IsIn("")),
            _ => {}
        }
        store(database, entries(&known)).await;
        for filter in [
            not(state("closed")),
            Filter::And(vec![not(state("closed")), source("test")]),
            Filter::And(vec![not(state("on")), not(state("closed"))]),
            not(Filter::Or(vec![state("on"), state("closed")])),
        ] {
            let found = page(database, filter.clone(), None, 2).await;
            let expected = listed(&entries(&known), &filter);
            assert_eq!(found.total, u64::try_from(expected.len()).unwrap());
            assert_eq!(ids(&found), expected[..expected.len().min(2)], "{filter:?}");
        }
    }
}

pub async fn a_state_is_found_by_each_of_its_words_whatever_its_letters(database: &Database) {
    let states = [
        "",
        "OPEN",
        "On hold",
        "holding",
        "ÜBERFÄLLIG",
        // Small letters of these two are those of the alphabet, or begin with one.
        "\u{212a}URZ",
        "\u{130}N ARBEIT",
        "open\u{a0}end",
        "it's \"50 %\" \\ done_",
    ];
    let mut known = BTreeMap::new();
    for (number, state) in (1..).zip(states) {
        let mut one = conversation(number);
        one.state = Some(state.to_owned());
        known.insert(number, one);
    }
    store(database, entries(&known)).await;
    let words: std::collections::BTreeSet<_> = states
        .iter()
        .flat_map(|text| state_words(Some(text)))
        .chain(["", "old", "ope", "urz", "on hold"].map(str::to_owned))
        .collect();

    for word in words {
        // Where all are looked at, and not only those that an index finds, the state itself is.
        let among_all = Filter::Or(vec![state(&word), Filter::CreatedAt(NEVER)]);
        for filter in [state(&word), among_all] {
            let found = page(database, filter.clone(), None, 20).await;

            assert_eq!(ids(&found), listed(&entries(&known), &filter), "{word}");
            assert_eq!(found.total, u64::try_from(ids(&found).len()).unwrap());
        }
    }
}

/// Whether the unit was kept.
async fn write(
    database: &Database,
    unit: &Unit,
    before: BTreeMap<u32, Conversation>,
    after: BTreeMap<u32, Conversation>,
) -> bool {
    let unit = unit.clone();
    let answer = database
        .store()
        .write(Touches::nothing(), move |tx| {
            if unit.one_by_one {
                let mut known = before.clone();
                for (number, change) in &unit.changes {
                    apply(&mut known, *number, change);
                    put(tx, *number, &known)?;
                }
            } else {
                let numbers: std::collections::BTreeSet<_> =
                    unit.changes.iter().map(|(number, _)| *number).collect();
                numbers
                    .into_iter()
                    .try_for_each(|number| put(tx, number, &after))?;
            }
            if unit.fails {
                return Err(Failed::OnPurpose);
            }
            Ok(())
        })
        .await;
    match answer {
        Ok(()) => true,
        Err(Failed::OnPurpose) => false,
        Err(Failed::Storage(error)) => unreachable!("{error}"),
    }
}

fn put(
    tx: &mut dyn WriteTx,
    number: u32,
    known: &BTreeMap<u32, Conversation>,
) -> Result<(), StorageError> {
    let Some(conversation) = known.get(&number) else {
        return tx.erase_conversation(conversation_id(number));
    };
    let state = conversation.state.as_deref().unwrap_or_default();
    let words: Vec<_> = state.split_whitespace().map(str::to_lowercase).collect();
    // Either may come first.
    if number.is_multiple_of(2) {
        tx.put_words(conversation.id, "metadata.state", &words)?;
        tx.put_conversations(std::slice::from_ref(conversation))
    } else {
        tx.put_conversations(std::slice::from_ref(conversation))?;
        tx.put_words(conversation.id, "metadata.state", &words)
    }
}

fn apply(known: &mut BTreeMap<u32, Conversation>, number: u32, change: &Change) {
    if matches!(change, Change::Goes) {
        known.remove(&number);
        return;
    }
    let changed = known.entry(number).or_insert_with(|| silent(number));
    match change {
        Change::Speaks(true) => changed.last_message = conversation(number).last_message,
        Change::Speaks(false) => changed.last_message = None,
        Change::HasUnread(count) => changed.unread_count = *count,
        Change::IsIn(state) => {
            changed.state = (!state.is_empty()).then(|| (*state).to_owned());
        }
        Change::Moves(to, source) => {
            changed.channel = channel(*to).id;
            changed.source = Source::named(source);
        }
        Change::Goes => {}
    }
}

fn assert_totals(database: &Database, known: &BTreeMap<u32, Conversation>) {
    let entries = entries(known);
    for filter in inboxes() {
        assert!(InboxFilter::of(&filter).is_some(), "{filter:?}");
        let found = now(page(database, filter.clone(), None, 1));
        let expected = listed(&entries, &filter);
        assert_eq!(
            found.total,
            u64::try_from(expected.len()).unwrap(),
            "{filter:?} {entries:#?}"
        );
        assert_eq!(found.has_more, expected.len() > 1);
    }
}

fn entries(known: &BTreeMap<u32, Conversation>) -> Vec<Entry> {
    known
        .values()
        .map(|conversation| {
            let state = conversation.state.as_deref().unwrap_or_default();
            let words: Vec<_> = state.split_whitespace().map(str::to_lowercase).collect();
            Entry {
                conversation: conversation.clone(),
                tags: [].into(),
                name: Vec::new(),
                metadata: [("state".to_owned(), words)].into(),
                texts: Vec::new(),
            }
        })
        .collect()
}

/// Every inbox that can be asked for: any of the conditions together.
fn inboxes() -> Vec<Filter> {
    let channels = [
        Filter::All,
        Filter::of_channel(channel(1).id),
        Filter::Or(vec![
            Filter::of_channel(channel(1).id),
            Filter::of_channel(channel(2).id),
        ]),
    ];
    let sources = [Filter::All, source("test"), not(source("test"))];
    let present = Filter::Metadata {
        key: "state".to_owned(),
        value: WordPattern::Present,
    };
    let states = [
        Filter::All,
        state("open"),
        state("hold"),
        not(state("open")),
        present.clone(),
        not(present),
    ];
    let unread = Filter::UnreadCount(Range {
        from: Some(1),
        to: None,
    });
    let unread = [Filter::All, unread.clone(), not(unread)];
    let mut inboxes = Vec::new();
    for channel in &channels {
        for source in &sources {
            for state in &states {
                for unread in &unread {
                    inboxes.push(Filter::And(
                        [channel, source, state, unread].map(Clone::clone).into(),
                    ));
                }
            }
        }
    }
    inboxes
}

fn unit() -> impl Strategy<Value = Unit> {
    (vec((1_u32..9, change()), 1..6), any::<bool>(), 0..5).prop_map(
        |(changes, one_by_one, luck)| Unit {
            changes,
            one_by_one,
            fails: luck == 0,
        },
    )
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => Just(Change::Speaks(true)),
        1 => Just(Change::Speaks(false)),
        3 => (0_u64..3).prop_map(Change::HasUnread),
        4 => select(&STATES[..]).prop_map(Change::IsIn),
        2 => (1_u32..4, select(&SOURCES[..])).prop_map(|(to, source)| Change::Moves(to, source)),
        1 => Just(Change::Goes),
    ]
}

fn source(name: &str) -> Filter {
    Filter::Source(TextPattern::Is(name.to_owned()))
}

fn state(word: &str) -> Filter {
    Filter::Metadata {
        key: "state".to_owned(),
        value: WordPattern::Word(word.to_owned()),
    }
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}
