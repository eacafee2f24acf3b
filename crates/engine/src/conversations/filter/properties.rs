//! What holds of every query and of every condition.

use proptest::prelude::*;
use switchboard_domain::{
    ConversationFilter as Filter, Piece, Range, TextPattern, Wildcards, WordPattern,
};

use super::{FilterError, MAX_QUERY_BYTES, parse};

/// Words in lower case, of letters that mean something to the parser and of others.
fn word() -> impl Strategy<Value = String> {
    "[a-cuü0-9 *?:\\\\\"()\\[\\]{}^~/+&|!-]{1,6}"
        .prop_map(|text| text.replace(' ', ""))
        .prop_filter("a word has letters", |text| !text.is_empty())
}

/// Words of letters that the full text knows.
fn folded_word() -> impl Strategy<Value = String> {
    "[a-cuж0-9]{1,6}"
}

fn wildcards(word: impl Strategy<Value = String>) -> impl Strategy<Value = Wildcards> {
    let piece = prop_oneof![
        word.prop_map(Piece::Literal),
        Just(Piece::One),
        Just(Piece::Any)
    ];
    prop::collection::vec(piece, 1..6)
        .prop_map(|mut pieces| {
            pieces.dedup_by(|next, last| match (last, next) {
                (Piece::Literal(_), Piece::Literal(_)) => true,
                (last, next) => *last == *next && *last == Piece::Any,
            });
            pieces
        })
        .prop_filter("some wildcards that do not fit all", |pieces| {
            *pieces != [Piece::Any]
                && pieces
                    .iter()
                    .any(|piece| !matches!(piece, Piece::Literal(_)))
        })
        .prop_map(Wildcards)
}

fn whole() -> impl Strategy<Value = TextPattern> {
    prop_oneof![
        word().prop_map(TextPattern::Is),
        wildcards(word()).prop_map(TextPattern::Like)
    ]
}

fn words<S: Strategy<Value = String>>(word: fn() -> S) -> impl Strategy<Value = WordPattern> {
    let ends = prop_oneof![
        word().prop_map(|from| (Some(from), None)),
        word().prop_map(|to| (None, Some(to))),
        (word(), word()).prop_map(|(one, other)| {
            let (from, to) = if one <= other {
                (one, other)
            } else {
                (other, one)
            };
            (Some(from), Some(to))
        }),
    ];
    prop_oneof![
        Just(WordPattern::Present),
        word().prop_map(WordPattern::Word),
        prop::collection::vec(word(), 2..4).prop_map(WordPattern::Phrase),
        wildcards(word()).prop_map(WordPattern::Like),
        ends.prop_map(|(from, to)| WordPattern::Between(from, to)),
    ]
}

fn range() -> impl Strategy<Value = Range> {
    prop_oneof![
        any::<i64>().prop_map(|from| (Some(from), None)),
        any::<i64>().prop_map(|to| (None, Some(to))),
        any::<[i64; 2]>().prop_map(|[one, other]| (Some(one.min(other)), Some(one.max(other)))),
    ]
    .prop_map(|(from, to)| Range { from, to })
}

fn leaf() -> impl Strategy<Value = Filter> {
    prop_oneof![
        whole().prop_map(Filter::Id),
        whole().prop_map(Filter::Channel),
        whole().prop_map(Filter::Source),
        whole().prop_map(Filter::Tag),
        words(word).prop_map(Filter::DisplayName),
        words(folded_word).prop_map(Filter::Text),
        (word(), words(word)).prop_map(|(key, value)| Filter::Metadata { key, value }),
        range().prop_map(Filter::UnreadCount),
        range().prop_map(Filter::CreatedAt),
        range().prop_map(Filter::LastMessageAt),
    ]
}

/// Conditions as small as the parser makes them.
fn condition() -> impl Strategy<Value = Filter> {
    let tree = leaf().prop_recursive(4, 24, 4, |inner| {
        let parts = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            parts.clone().prop_map(super::clauses::all_of),
            parts.prop_map(super::clauses::any_of),
            inner.prop_map(|inner| match inner {
                Filter::Not(inner) => *inner,
                other => Filter::Not(Box::new(other)),
            }),
        ]
    });
    prop_oneof![1 => Just(Filter::All), 1 => Just(Filter::Nothing), 20 => tree]
}

/// A query that states the condition.
fn query(condition: &Filter) -> String {
    match condition {
        Filter::All => "*:*".to_owned(),
        Filter::Nothing => "(-*:*)".to_owned(),
        Filter::And(parts) => {
            let parts: Vec<String> = parts
                .iter()
                .map(|part| match part {
                    Filter::Not(inner) => format!("-{}", query(inner)),
                    other => format!("+{}", query(other)),
                })
                .collect();
            format!("(+*:* {})", parts.join(" "))
        }
        Filter::Or(parts) => {
            let parts: Vec<String> = parts.iter().map(query).collect();
            format!("({})", parts.join(" OR "))
        }
        Filter::Not(inner) => format!("(*:* AND NOT {})", query(inner)),
        Filter::Id(pattern) => format!("id:{}", whole_query(pattern)),
        Filter::Channel(pattern) => format!("channel_id:{}", whole_query(pattern)),
        Filter::Source(pattern) => format!("source:{}", whole_query(pattern)),
        Filter::Tag(pattern) => format!("tag_ids:{}", whole_query(pattern)),
        Filter::DisplayName(pattern) => format!("display_name:{}", words_query(pattern)),
        Filter::Text(pattern) => format!("text:{}", words_query(pattern)),
        Filter::Metadata { key, value } => {
            format!("metadata.{}:{}", escaped(key), words_query(value))
        }
        Filter::UnreadCount(range) => format!("unread_count:{}", range_query(*range)),
        Filter::CreatedAt(range) => format!("created_at:{}", range_query(*range)),
        Filter::LastMessageAt(range) => format!("last_message_at:{}", range_query(*range)),
    }
}

fn whole_query(pattern: &TextPattern) -> String {
    match pattern {
        TextPattern::Is(text) => escaped(text),
        TextPattern::Like(wildcards) => wildcards_query(wildcards),
    }
}

fn words_query(pattern: &WordPattern) -> String {
    let end = |end: &Option<String>| end.as_deref().map_or("*".to_owned(), quoted);
    match pattern {
        WordPattern::Present => "*".to_owned(),
        WordPattern::Word(word) => escaped(word),
        WordPattern::Phrase(words) => quoted(&words.join(" ")),
        WordPattern::Like(wildcards) => wildcards_query(wildcards),
        WordPattern::Between(from, to) => format!("[{} TO {}]", end(from), end(to)),
    }
}

fn wildcards_query(wildcards: &Wildcards) -> String {
    wildcards
        .0
        .iter()
        .map(|piece| match piece {
            Piece::Literal(text) => escaped(text),
            Piece::One => "?".to_owned(),
            Piece::Any => "*".to_owned(),
        })
        .collect()
}

fn range_query(range: Range) -> String {
    let end = |end: Option<i64>| end.map_or("*".to_owned(), |number| number.to_string());
    format!("[{} TO {}]", end(range.from), end(range.to))
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, letter| {
        if !letter.is_alphanumeric() {
            escaped.push('\\');
        }
        escaped.push(letter);
        escaped
    })
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What holds of every answer, whatever was asked.
fn is_sound(query: &str, answer: &Result<Filter, FilterError>) -> Result<(), TestCaseError> {
    match answer {
        Ok(condition) => prop_assert!(size(condition) <= 2 * 256 + 2 * 32 + 2),
        Err(error) => {
            prop_assert!((1..=query.chars().count() + 1).contains(&error.position));
            prop_assert!(error.problem.chars().count() < 300, "{}", error);
        }
    }
    Ok(())
}

/// How many conditions there are; checks on the way that none is wider than it need be.
fn size(condition: &Filter) -> usize {
    match condition {
        Filter::And(parts) | Filter::Or(parts) => {
            assert!(parts.len() > 1, "{condition:?}");
            1 + parts.iter().map(size).sum::<usize>()
        }
        Filter::Not(inner) => 1 + size(inner),
        _ => 1,
    }
}

proptest! {
    #[test]
    fn a_condition_written_as_a_query_reads_as_itself(condition in condition()) {
        let query = query(&condition);
        prop_assume!(query.len() <= MAX_QUERY_BYTES);

        prop_assert_eq!(parse(&query), Ok(condition), "{}", query);
    }

    #[test]
    fn any_text_is_read_or_refused(query in any::<String>()) {
        is_sound(&query, &parse(&query))?;
    }

    #[test]
    fn any_row_of_tokens_is_read_or_refused(
        parts in prop::collection::vec(prop::sample::select(&[
            "a", "AND", " AND ", " OR ", "NOT ", "+", "-", "!", "(", ")", "\"", "\"a b\"", ":", "*",
            "?", "id:", "text:", "created_at:", "metadata.x:", "[", "]", "{", "}", " TO ", "[1 TO 5}",
            "^2", "^", "~", "/", "\\", "\\u", " ", "\u{3000}", "é", "2020-10-25", "\0",
        ][..]), 0..24),
    ) {
        let query = parts.concat();

        is_sound(&query, &parse(&query))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_query_of_any_length_is_read_or_refused(
        letters in prop::collection::vec(any::<char>(), 0..9_000),
        ascii in "[ -~]{0,9000}",
        brackets in "[()a +-]{0,8192}",
    ) {
        for query in [letters.iter().collect(), ascii, brackets] {
            is_sound(&query, &parse(&query))?;
        }
    }
}
