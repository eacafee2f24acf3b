//! Conversations that filters are tried on.

use switchboard_domain::{ConversationFilter, Piece, Source, TextPattern, Wildcards, WordPattern};

use super::Database;
use super::conversation_pages;
use super::evaluation::{self, Entry};
use super::samples::inbox::{conversation, conversation_id, saying, silent, tag, tag_id};
use super::samples::{at, channel};

/// Twelve conversations; the last one has no message.
pub(super) fn entries() -> Vec<Entry> {
    let names = [
        "zoë o'neill",
        "100% sure",
        "a_b 1000",
        "a*c? aac",
        "[x] back\\slash",
        "иван петров",
        "axb anna",
        "anna maria",
        "maria anna anna",
        "",
        "💬 \"quoted\"",
        "anna",
    ];
    let mut entries: Vec<_> = (1..)
        .zip(names)
        .map(|(number, name)| entry(number, name))
        .collect();
    entries[11].conversation = silent(12);
    for (number, text) in [
        (1, "hello world"),
        (1, "see you tomorrow"),
        (2, "good morning world"),
        (3, "morning good"),
        (3, "the world"),
        (4, "a naive e mail don t"),
        (6, "привет мир नमस्ते が"),
        (9, "the morning is good world"),
        (11, "tomorrow goodness comes"),
    ] {
        entries[number - 1].texts.push(text.to_owned());
    }
    for (number, key, words) in [
        (1, "state", "open"),
        (2, "state", "open"),
        (4, "state", "closed"),
        (5, "user_data.erp.id", "4711"),
        (8, "user_data.erp.id", "4712 old"),
        (8, "user_data.erp", "other"),
        (9, "user_data.erp_id", "4711"),
        (10, "note", "100% a_b o'neill"),
        (12, "state", "open"),
    ] {
        let words = words.split(' ').map(ToOwned::to_owned).collect();
        entries[number - 1].metadata.insert(key.to_owned(), words);
    }
    for (number, tags) in [(1, &[1][..]), (2, &[1, 2]), (3, &[3]), (12, &[1, 3])] {
        entries[number - 1].tags = tags.iter().copied().map(tag_id).collect();
    }
    for (number, unread) in [(2, 1), (3, 2), (4, 5), (12, 3)] {
        entries[number - 1].conversation.unread_count = unread;
    }
    for (number, on, source) in [
        (2, 2, "twilio.sms"),
        (3, 3, "twilio.whatsapp"),
        (4, 3, "twilio_sms"),
    ] {
        entries[number - 1].conversation.channel = channel(on).id;
        entries[number - 1].conversation.source = Source::named(source);
    }
    entries
}

fn entry(number: u32, name: &str) -> Entry {
    let mut conversation = conversation(number);
    conversation.created_at = at(100 - i64::from(number));
    Entry {
        conversation,
        tags: [].into(),
        name: name.split_whitespace().map(ToOwned::to_owned).collect(),
        metadata: [].into(),
        texts: vec![],
    }
}

/// Stores conversations with everything they are found by.
pub(super) async fn store(database: &Database, entries: Vec<Entry>) {
    database
        .write(move |tx| {
            for number in 1..=3 {
                tx.put_channel(&channel(number))?;
                tx.put_tag(&tag(number))?;
            }
            let mut messages = 0;
            for entry in &entries {
                let mut conversation = entry.conversation.clone();
                conversation.state = entry.metadata.get("state").map(|state| state.join(" "));
                conversation.display_name.value =
                    (!entry.name.is_empty()).then(|| entry.name.join(" "));
                let id = conversation.id;
                tx.put_conversations(&[conversation])?;
                tx.put_words(id, "display_name", &entry.name)?;
                for (key, words) in &entry.metadata {
                    tx.put_words(id, &format!("metadata.{key}"), words)?;
                }
                for tag in &entry.tags {
                    tx.add_tag(id, *tag)?;
                }
                for text in &entry.texts {
                    messages += 1;
                    let mut new = saying(1, messages, text);
                    new.message.conversation = id;
                    tx.add_messages(&[new])?;
                }
            }
            Ok(())
        })
        .await;
}

/// Stores [`entries`] and tries filters on them: each lists the conversations of these numbers, the
/// newest first.
pub(super) async fn assert_lists<const N: usize>(
    database: &Database,
    cases: [(ConversationFilter, &[u32]); N],
) {
    let entries = entries();
    store(database, entries.clone()).await;
    for (filter, expected) in cases {
        let expected: Vec<_> = expected.iter().copied().map(conversation_id).collect();
        assert_eq!(
            evaluation::listed(&entries, &filter),
            expected,
            "the suite's own evaluation of {filter:?}"
        );
        let found = conversation_pages::page(database, filter.clone(), None, 100).await;
        assert_eq!(conversation_pages::ids(&found), expected, "{filter:?}");
        let total = u64::try_from(expected.len()).unwrap();
        assert_eq!((found.total, found.has_more), (total, false), "{filter:?}");
    }
}

/// `*` and `?` stand for anything; a backslash takes the meaning of what follows.
pub(super) fn wildcards(text: &str) -> Wildcards {
    let mut pieces = Vec::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        let letter = match letter {
            '*' => {
                pieces.push(Piece::Any);
                continue;
            }
            '?' => {
                pieces.push(Piece::One);
                continue;
            }
            '\\' => letters.next().unwrap(),
            letter => letter,
        };
        match pieces.last_mut() {
            Some(Piece::Literal(text)) => text.push(letter),
            _ => pieces.push(Piece::Literal(letter.to_string())),
        }
    }
    Wildcards(pieces)
}

/// A whole value like this.
pub(super) fn like(text: &str) -> TextPattern {
    TextPattern::Like(wildcards(text))
}

/// A word like this.
pub(super) fn word_like(text: &str) -> WordPattern {
    WordPattern::Like(wildcards(text))
}

/// A word.
pub(super) fn word(text: &str) -> WordPattern {
    WordPattern::Word(text.to_owned())
}

/// Words that follow one another.
pub(super) fn phrase(text: &str) -> WordPattern {
    WordPattern::Phrase(text.split(' ').map(ToOwned::to_owned).collect())
}

/// A word between these; `*` is no bound.
pub(super) fn between(from: &str, to: &str) -> WordPattern {
    let end = |text: &str| (text != "*").then(|| text.to_owned());
    WordPattern::Between(end(from), end(to))
}
