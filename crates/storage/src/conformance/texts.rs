//! Rules about the full text of messages.

use switchboard_domain::{
    ConversationFilter as Filter, ConversationId, Message, Receipt, TextPattern, WordPattern,
};

use super::Database;
use super::conversation_pages::{ids, listed, page};
use super::conversations::put;
use super::corpus::{assert_lists, between, phrase, word, word_like};
use super::messages::{add, put_message};
use super::samples::inbox::{conversation, conversation_id, message, message_id, saying};
use crate::SearchText;

pub async fn conversations_are_found_by_a_word_of_a_message(database: &Database) {
    assert_lists(
        database,
        [
            (Filter::Text(word("hello")), &[1]),
            (Filter::Text(word("world")), &[9, 3, 2, 1]),
            (Filter::Text(word("tomorrow")), &[11, 1]),
            (Filter::Text(word("the")), &[9, 3]),
            (Filter::Text(word("is")), &[9]),
            (Filter::Text(word("goo")), &[]),
            (Filter::Text(word("anna")), &[]),
            (Filter::Text(WordPattern::Present), &[11, 9, 6, 4, 3, 2, 1]),
            (Filter::Text(word("привет")), &[6]),
            (Filter::Text(word("мир")), &[6]),
        ],
    )
    .await;
}

pub async fn conversations_are_found_by_words_that_follow_one_another_in_a_message(
    database: &Database,
) {
    assert_lists(
        database,
        [
            (Filter::Text(phrase("good morning")), &[2]),
            (Filter::Text(phrase("morning good")), &[3]),
            (Filter::Text(phrase("morning world")), &[2]),
            (Filter::Text(phrase("good world")), &[9]),
            (Filter::Text(phrase("the morning is good world")), &[9]),
            (Filter::Text(phrase("world see")), &[]),
            (Filter::Text(phrase("good the")), &[]),
            (Filter::Text(phrase("morning goo")), &[]),
            (Filter::Text(phrase("привет мир")), &[6]),
            (Filter::Text(phrase("e mail don")), &[4]),
            (Filter::Text(word("नमस्ते")), &[6]),
        ],
    )
    .await;
}

pub async fn conversations_are_found_by_wildcards_in_a_message(database: &Database) {
    assert_lists(
        database,
        [
            (Filter::Text(word_like("good*")), &[11, 9, 3, 2]),
            (Filter::Text(word_like("goodn*")), &[11]),
            (Filter::Text(word_like("приве*")), &[6]),
            (Filter::Text(word_like("*morrow")), &[11, 1]),
            (Filter::Text(word_like("?orld")), &[9, 3, 2, 1]),
            (Filter::Text(word_like("*o?n*")), &[11, 9, 3, 2]),
            (Filter::Text(word_like("nothing*")), &[]),
            (Filter::Text(word_like("n?ive")), &[4]),
            (Filter::Text(word_like("*mail*")), &[4]),
            (Filter::Text(word_like("?")), &[6, 4]),
            (Filter::Text(word_like("नम*")), &[6]),
        ],
    )
    .await;
}

pub async fn conversations_are_found_by_a_word_of_a_message_between_others(database: &Database) {
    assert_lists(
        database,
        [
            (Filter::Text(between("good", "goodness")), &[11, 9, 3, 2]),
            (Filter::Text(between("gooda", "goodz")), &[11]),
            (Filter::Text(between("*", "comes")), &[11, 4]),
            (Filter::Text(between("world", "world")), &[9, 3, 2, 1]),
            (Filter::Text(between("worlds", "*")), &[6, 1]),
            (Filter::Text(between("mai", "naive")), &[9, 4, 3, 2]),
            (Filter::Text(between("n", "naiv")), &[]),
        ],
    )
    .await;
}

pub async fn a_conversation_is_found_once_by_many_messages(database: &Database) {
    put(database, [conversation(1), conversation(2)]).await;
    add(
        database,
        (1..=20).map(|number| saying(1, number, "world world word")),
    )
    .await;
    add(database, [saying(2, 21, "world")]).await;

    for filter in [word("world"), word_like("wor*"), WordPattern::Present] {
        let found = page(database, Filter::Text(filter.clone()), None, 1).await;
        assert_eq!(ids(&found), [conversation_id(2)], "{filter:?}");
        assert_eq!((found.total, found.has_more), (2, true), "{filter:?}");
    }
}

/// More messages than any search gathers, all of one conversation, and newer than those of the others.
const COMMON: u32 = 10_100;

pub async fn a_word_that_most_messages_have_finds_and_leaves_out_the_right_ones(
    database: &Database,
) {
    let [crowded, old, other] = [3, 2, 1].map(conversation_id);
    put(
        database,
        [conversation(1), conversation(2), conversation(3)],
    )
    .await;
    add(
        database,
        [saying(2, 1, "common veryrare"), saying(1, 2, "seldom")],
    )
    .await;
    for first in (10..COMMON).step_by(2_500) {
        let numbers = first..(first + 2_500).min(COMMON + 10);
        add(
            database,
            numbers.map(|number| saying(3, number, "common crowd")),
        )
        .await;
    }

    let text = |word_of: &str| Filter::Text(word(word_of));
    let not = |filter: Filter| Filter::Not(Box::new(filter));
    let is_old = Filter::Id(TextPattern::Is(old.to_string()));
    for (filter, expected) in [
        (text("common"), &[crowded, old][..]),
        (Filter::And(vec![text("common"), text("veryrare")]), &[old]),
        (Filter::And(vec![text("common"), is_old]), &[old]),
        (Filter::And(vec![text("crowd"), text("common")]), &[crowded]),
        (not(text("common")), &[other]),
        (not(Filter::Text(word_like("c?mm*n"))), &[other]),
        (Filter::Text(word_like("*mon")), &[crowded, old]),
        (Filter::Text(between("commo", "commonz")), &[crowded, old]),
        (
            Filter::And(vec![text("seldom"), not(text("common"))]),
            &[other],
        ),
        (
            Filter::Or(vec![text("seldom"), text("common")]),
            &[crowded, old, other],
        ),
    ] {
        let found = page(database, filter.clone(), None, 10).await;
        assert_eq!(ids(&found), expected, "{filter:?}");
    }
}

pub async fn a_changed_message_is_found_by_its_new_text_alone(database: &Database) {
    put(database, [conversation(1)]).await;
    add(
        database,
        [saying(1, 1, "old words here"), saying(1, 2, "other")],
    )
    .await;

    put_message(database, message(1, 1), Some("new words there")).await;

    assert_found(
        database,
        &[
            (word("old"), false),
            (word("here"), false),
            (word_like("ol*"), false),
            (phrase("old words"), false),
            (word("new"), true),
            (word("words"), true),
            (phrase("new words there"), true),
            (word("other"), true),
        ],
    )
    .await;
}

pub async fn a_message_that_is_put_without_a_text_is_found_no_more(database: &Database) {
    put(database, [conversation(1)]).await;
    let mut silent = saying(1, 2, "");
    silent.text = None;
    add(database, [saying(1, 1, "some words"), silent]).await;

    put_message(database, message(1, 1), None).await;
    let gone = [(word("words"), false), (WordPattern::Present, false)];
    assert_found(database, &gone).await;
    put_message(database, message(1, 1), None).await;
    put_message(database, message(1, 2), Some("more words")).await;
    put_message(database, message(1, 1), Some("some again")).await;

    let back = [
        (word("some"), true),
        (phrase("more words"), true),
        (phrase("some words"), false),
    ];
    assert_found(database, &back).await;
}

pub async fn a_message_that_is_put_with_its_text_kept_is_found_as_before(database: &Database) {
    put(database, [conversation(1), conversation(2)]).await;
    let mut silent = saying(1, 2, "");
    silent.text = None;
    add(database, [saying(1, 1, "some words"), silent]).await;
    let keep = async |message: Message| {
        database
            .write(move |tx| tx.put_message(&message, &SearchText::Kept))
            .await;
    };

    let elsewhere = Message {
        content: "nothing of it".to_owned(),
        receipt: Some(Receipt::Seen),
        ..message(1, 1)
    };
    keep(elsewhere.clone()).await;
    keep(message(1, 2)).await;

    assert_found(
        database,
        &[
            (word("some"), true),
            (phrase("some words"), true),
            (word("nothing"), false),
        ],
    )
    .await;
    let stored = database.read(|tx| tx.message(message_id(1))).await;
    assert_eq!(stored.map(|stored| stored.receipt), Some(elsewhere.receipt));
}

pub async fn a_text_that_is_kept_is_the_one_the_same_unit_has_put(database: &Database) {
    put(database, [conversation(1)]).await;
    add(database, [saying(1, 1, "old words")]).await;

    database
        .write(|tx| {
            let message = message(1, 1);
            tx.put_message(&message, &SearchText::Is("new words".to_owned()))?;
            tx.put_message(&message, &SearchText::Kept)
        })
        .await;

    assert_found(database, &[(word("new"), true), (word("old"), false)]).await;
}

pub async fn a_text_that_is_kept_moves_with_its_message(database: &Database) {
    put(database, [conversation(1), conversation(2)]).await;
    add(
        database,
        [saying(1, 1, "some words"), saying(2, 2, "other")],
    )
    .await;
    let moved = message(2, 1);

    database
        .write(move |tx| tx.put_message(&moved, &SearchText::Kept))
        .await;

    let found = page(database, Filter::Text(word("some")), None, 10).await;
    assert_eq!(ids(&found), [conversation_id(2)]);
}

pub async fn an_erased_message_is_found_no_more(database: &Database) {
    put(database, [conversation(1)]).await;
    add(
        database,
        [saying(1, 1, "first words"), saying(1, 2, "second words")],
    )
    .await;

    database.write(|tx| tx.erase_message(message_id(1))).await;

    let left = [
        (word("first"), false),
        (word("words"), true),
        (phrase("second words"), true),
    ];
    assert_found(database, &left).await;
    database.write(|tx| tx.erase_message(message_id(2))).await;
    assert_found(database, &[(word("words"), false)]).await;
}

pub async fn a_message_that_was_not_stored_is_not_found(database: &Database) {
    put(database, [conversation(1), conversation(2)]).await;
    add(database, [saying(1, 1, "first words")]).await;
    add(
        database,
        [saying(2, 1, "second words"), saying(2, 1, "third")],
    )
    .await;

    let found = [
        (word("first"), true),
        (word("second"), false),
        (word("third"), false),
    ];
    assert_found(database, &found).await;
}

pub async fn a_text_may_hold_what_a_full_text_takes_for_commands(database: &Database) {
    put(database, [conversation(1)]).await;
    let text = "alpha AND (beta* OR \"gamma) NOT - : ^ & | ! <-> ' \\ NEAR delta";
    add(database, [saying(1, 1, text)]).await;

    let found = ["alpha", "and", "or", "not", "near", "delta"].map(|text| (word(text), true));
    assert_found(database, &found).await;
    assert_found(
        database,
        &[
            (phrase("near delta"), true),
            (phrase("and or"), false),
            (phrase("alpha not"), false),
            (word_like("delt*"), true),
        ],
    )
    .await;
}

/// Whether words find conversation 1 and no other.
async fn assert_found(database: &Database, cases: &[(WordPattern, bool)]) {
    for (pattern, is_found) in cases {
        let found = listed(database, Filter::Text(pattern.clone())).await;
        let expected: &[ConversationId] = if *is_found {
            &[conversation_id(1)]
        } else {
            &[]
        };
        assert_eq!(found, expected, "{pattern:?}");
    }
}
