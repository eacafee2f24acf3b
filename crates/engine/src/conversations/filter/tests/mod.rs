//! What each form of a query asks for, and where a wrong one is refused.

mod ranges;

use switchboard_domain::ConversationFilter::{
    All, And, Channel, DisplayName, Id, Metadata, Not, Nothing, Or, Source, Tag, Text, UnreadCount,
};
use switchboard_domain::Piece::{Any, Literal, One};
use switchboard_domain::WordPattern::{Phrase, Present, Word};
use switchboard_domain::{
    ConversationFilter as Filter, Piece, Range, TextPattern, Wildcards, WordPattern,
};

use super::{MAX_CLAUSES, MAX_DEPTH, MAX_QUERY_BYTES, MAX_WILDCARD_PIECES, parse};

const UUID: &str = "0f6a1d3c-9b7e-5c55-8a63-2b1e7f0c4d21";
const OTHER: &str = "5b1c2d3e-0000-5111-9222-333344445555";

fn is(text: &str) -> TextPattern {
    TextPattern::Is(text.to_owned())
}

fn word(text: &str) -> WordPattern {
    Word(text.to_owned())
}

fn literal(text: &str) -> Piece {
    Literal(text.to_owned())
}

fn id(text: &str) -> Filter {
    Id(is(text))
}

fn name(text: &str) -> Filter {
    DisplayName(word(text))
}

fn metadata(key: &str, value: WordPattern) -> Filter {
    let key = key.to_owned();
    Metadata { key, value }
}

fn not(condition: Filter) -> Filter {
    Not(Box::new(condition))
}

fn range(from: impl Into<Option<i64>>, to: impl Into<Option<i64>>) -> Range {
    Range {
        from: from.into(),
        to: to.into(),
    }
}

#[track_caller]
fn reads(query: &str, wanted: Filter) {
    assert_eq!(parse(query), Ok(wanted), "{query}");
}

#[track_caller]
fn refuses(query: &str, position: usize, about: &str) {
    let error = parse(query).expect_err(query);

    assert!(
        error
            .to_string()
            .starts_with("Failed to parse Lucene query: at character "),
        "{error}"
    );
    assert!(error.problem.contains(about), "{query}: {error}");
    assert_eq!(error.position, position, "{query}: {error}");
}

#[test]
fn a_blank_query_asks_for_every_conversation() {
    for blank in ["", "  ", "\t\r\n\u{3000}"] {
        reads(blank, All);
    }
}

#[test]
fn what_airy_answers_is_understood() {
    let escaped = UUID.replace('-', "\\-");

    reads("display_name:Grace", name("grace"));
    reads("display_name:grace", name("grace"));
    reads(&format!("tag_ids:({UUID})"), Tag(is(UUID)));
    reads(
        &format!("tag_ids:({UUID} AND {OTHER})"),
        And(vec![Tag(is(UUID)), Tag(is(OTHER))]),
    );
    reads("unread_count:[2 TO *]", UnreadCount(range(2, None)));
    reads("unread_count:2", UnreadCount(range(2, 2)));
    reads("source:facebook", Source(is("facebook")));
    reads(&format!("id:\"{escaped}\""), id(UUID));
    reads(
        &format!("display_name:Grace OR id:\"{escaped}\""),
        Or(vec![name("grace"), id(UUID)]),
    );
    reads(
        "metadata.user_data.erp.id:abc",
        metadata("user_data.erp.id", word("abc")),
    );
}

#[test]
fn what_the_inbox_writes_is_understood() {
    reads("unread_count:[1 TO *]", UnreadCount(range(1, None)));
    reads("unread_count:0", UnreadCount(range(0, 0)));
    reads(
        "display_name:*Gra*",
        DisplayName(WordPattern::Like(Wildcards(vec![Any, literal("gra"), Any]))),
    );
    reads(
        &format!("channel_id:({UUID} OR {OTHER})"),
        Or(vec![Channel(is(UUID)), Channel(is(OTHER))]),
    );
    reads(
        "source:(facebook OR twilio.sms)",
        Or(vec![Source(is("facebook")), Source(is("twilio.sms"))]),
    );
    reads("metadata.state:CLOSED", metadata("state", word("closed")));
    reads(
        "id:* AND NOT metadata.state:CLOSED",
        not(metadata("state", word("closed"))),
    );
    reads(
        "unread_count:[1 TO *] AND source:(google OR viber) AND id:* AND NOT metadata.state:CLOSED",
        And(vec![
            UnreadCount(range(1, None)),
            Or(vec![Source(is("google")), Source(is("viber"))]),
            not(metadata("state", word("closed"))),
        ]),
    );
}

#[test]
fn a_name_typed_with_a_space_falls_apart_as_it_does_in_airy() {
    reads(
        "display_name:*Grace Hop*",
        Or(vec![
            DisplayName(WordPattern::Like(Wildcards(vec![Any, literal("grace")]))),
            Id(TextPattern::Like(Wildcards(vec![literal("hop"), Any]))),
        ]),
    );
}

#[test]
fn clauses_are_required_optional_or_excluded_as_in_lucene() {
    let (a, b, c) = (id("a"), id("b"), id("c"));
    let and = |parts: &[&Filter]| And(parts.iter().copied().cloned().collect());
    let or = |parts: &[&Filter]| Or(parts.iter().copied().cloned().collect());

    reads("a b", or(&[&a, &b]));
    reads("a OR b", or(&[&a, &b]));
    reads("a || b", or(&[&a, &b]));
    reads("a AND b", and(&[&a, &b]));
    reads("a && b", and(&[&a, &b]));
    reads("a OR b AND c", and(&[&b, &c]));
    reads("a AND b OR c", and(&[&a, &b]));
    reads("(a OR b) AND c", and(&[&or(&[&a, &b]), &c]));
    reads("+a b", a.clone());
    reads("+a +b c", and(&[&a, &b]));
    reads("a -b", and(&[&a, &not(b.clone())]));
    reads("a !b", and(&[&a, &not(b.clone())]));
    reads("a NOT b", and(&[&a, &not(b.clone())]));
    reads("a OR NOT b", and(&[&a, &not(b.clone())]));
    reads("-a AND b", and(&[&not(a.clone()), &b]));
    reads("a b -c", and(&[&or(&[&a, &b]), &not(c.clone())]));
    reads("a AND b AND c", and(&[&a, &b, &c]));
    reads("a (b (c))", or(&[&a, &b, &c]));
    reads("+a -(b c)", and(&[&a, &not(or(&[&b, &c]))]));
}

#[test]
fn exclusions_alone_match_nothing() {
    for query in ["-a", "NOT a", "!a", "-a -b", "(-a)", "a AND (-b)", "-*:*"] {
        reads(query, Nothing);
    }
    reads("a OR (-b)", id("a"));
    reads("*:* -a", not(id("a")));
    reads("*:* -(*:* -a)", id("a"));
}

#[test]
fn a_field_goes_for_its_whole_group_unless_a_term_names_another() {
    reads(
        "display_name:(ada (+grace) source:viber)",
        Or(vec![name("ada"), name("grace"), Source(is("viber"))]),
    );
    reads("display_name : ada", name("ada"));
}

#[test]
fn signs_within_a_term_are_letters_and_alone_they_are_words() {
    reads(UUID, id(UUID));
    reads("a+b", id("a+b"));
    reads("a&&b", id("a&&b"));
    reads("a - b", Or(vec![id("a"), id("-"), id("b")]));
    reads("ANDY", id("andy"));
    reads("\\AND", id("and"));
    reads("\"OR\"", id("or"));
    reads("a!b", And(vec![id("a"), not(id("b"))]));
    reads("TO", id("to"));
}

#[test]
fn backslashes_protect_letters() {
    reads("source:a\\:b", Source(is("a:b")));
    reads("display_name:\\*\\?", name("*?"));
    reads("display_name:\\u00c9a", name("éa"));
    reads("display_name:\"a \\\" b\"", {
        DisplayName(Phrase(vec!["a".into(), "\"".into(), "b".into()]))
    });
    reads("metadata.a\\:b:c", metadata("a:b", word("c")));
    reads("display_name:a\\ b", Or(vec![name("a"), name("b")]));
    reads("source:a\\ b", Source(is("a b")));
}

#[test]
fn quoted_words_follow_one_another() {
    reads(
        "text:\"Hello  World\"",
        Text(Phrase(vec!["hello".into(), "world".into()])),
    );
    reads("text:\"Hello\"", Text(word("hello")));
    reads("display_name:\"a*\"", name("a*"));
}

#[test]
fn a_term_without_a_word_is_left_out() {
    reads("display_name:\"\"", Nothing);
    reads("a AND display_name:\" \"", id("a"));
    reads("a OR id:\"\" OR b", Or(vec![id("a"), id("b")]));
}

#[test]
fn wildcards_stand_anywhere_in_a_term() {
    reads(
        "id:?A**b",
        Id(TextPattern::Like(Wildcards(vec![
            One,
            literal("a"),
            Any,
            literal("b"),
        ]))),
    );
    reads(
        "display_name:a\\*b*",
        DisplayName(WordPattern::Like(Wildcards(vec![literal("a*b"), Any]))),
    );
    reads("display_name:a\\ b*", Nothing);
}

#[test]
fn what_is_kept_elsewhere_is_found_under_its_key_of_the_metadata_too() {
    let ada = "metadata.contact.display_name:Ada";
    assert_eq!(parse(ada), parse("display_name:ada"));
    assert_eq!(parse("metadata.unread_count:2"), parse("unread_count:2"));
    reads("metadata.unread_count:*", All);
    reads(&format!("metadata.tags.{UUID}:*"), Tag(is(UUID)));
    reads(&format!("metadata.tags.{UUID}:a"), Nothing);
    reads(
        "metadata.contact.fetch_state:ok",
        metadata("contact.fetch_state", word("ok")),
    );
}

#[test]
fn terms_of_the_full_text_are_folded_and_cut_as_texts_are() {
    let like = |pieces: Vec<Piece>| Text(WordPattern::Like(Wildcards(pieces)));
    let phrase = |words: &[&str]| Text(Phrase(words.iter().map(ToString::to_string).collect()));
    for naive in [
        "text:naive",
        "text:Naïve",
        "text:NAI\u{308}VE",
        "text:\"naïve!\"",
    ] {
        reads(naive, Text(word("naive")));
    }
    reads("text:e\\-mail", phrase(&["e", "mail"]));
    reads("text:don't", phrase(&["don", "t"]));
    reads("text:\"Don't, e-mail\"", phrase(&["don", "t", "e", "mail"]));
    reads("text:n?ïve", like(vec![literal("n"), One, literal("ive")]));
    reads(
        "text:*e\\-mail*",
        And(vec![
            like(vec![Any, literal("e")]),
            like(vec![literal("mail"), Any]),
        ]),
    );
    reads(
        "text:*on't*",
        And(vec![
            like(vec![Any, literal("on")]),
            like(vec![literal("t"), Any]),
        ]),
    );
    reads(
        "text:a\\-b\\-*",
        And(vec![Text(word("a")), Text(word("b"))]),
    );
    reads("text:*\\-*", Text(Present));
    reads("text:\"…\"", Nothing);
    reads(
        "text:[É TO Z-1]",
        Text(WordPattern::Between(
            Some("e".to_owned()),
            Some("z 1".to_owned()),
        )),
    );
}

#[test]
fn a_star_asks_for_any_value() {
    for always in [
        "*:*",
        "*",
        "id:*",
        "channel_id:*",
        "source:**",
        "*:(*)",
        "unread_count:*",
        "created_at:[* TO *]",
        "last_message_at:*",
    ] {
        reads(always, All);
    }
    reads("display_name:*", DisplayName(Present));
    reads("metadata.state:[* TO *]", metadata("state", Present));
    reads("tag_ids:*", Tag(TextPattern::Like(Wildcards(vec![Any]))));
}

#[test]
fn boosts_are_read_and_ignored() {
    reads("a^2", id("a"));
    reads("(a OR \"b\"^0.5)^3", Or(vec![id("a"), id("b")]));
    reads("unread_count:[1 TO 2]^2", UnreadCount(range(1, 2)));
    refuses("a^", 2, "followed by a number");
    refuses("a^x", 2, "followed by a number");
    refuses("a^1.", 2, "followed by a number");
    refuses("^2", 1, "a boost (^) stands right after a term");
    refuses("a^2^2", 4, "a boost (^) stands right after a term");
}

#[test]
fn an_unknown_field_is_named_with_those_there_are() {
    refuses("a AND colour:red", 7, "no field `colour`; ask for id,");
    refuses("metadata.:red", 1, "metadata.<dotted key>");
    refuses("metadata:red", 1, "no field `metadata`");
    refuses("*:red", 3, "*:*");
    refuses(&format!("{}:a", "é".repeat(50)), 1, "é…`");
}

#[test]
fn what_is_not_supported_is_said() {
    refuses("grace~", 6, "fuzzy");
    refuses("\"a b\"~2", 6, "proximity");
    refuses("text:/a+/", 6, "regular expressions");
}

#[test]
fn misplaced_operators_are_refused_where_they_stand() {
    refuses("AND a", 1, "AND stands between");
    refuses("a AND", 6, "the query ends");
    refuses("a OR OR b", 6, "OR stands between");
    refuses("a AND OR b", 7, "OR stands between");
    refuses("NOT NOT a", 5, "excludes a term");
    refuses("+-a", 2, "excludes a term");
    refuses("-+a", 2, "requires a term");
    refuses("unread_count:-2", 14, "excludes a term");
    refuses("a:", 1, "no field `a`");
    refuses("id:", 4, "the query ends");
    refuses("id:a:b", 5, "a colon stands between");
    refuses("a*:b", 3, "a colon stands between");
    refuses(":a", 1, "a colon stands between");
    refuses("()", 2, "no term before this )");
    refuses("(a", 1, "never closed");
    refuses("é (a", 3, "never closed");
    refuses("a)", 2, "closes nothing");
    refuses("id:\"a", 4, "never closed");
    refuses("a\\", 2, "a backslash protects");
    refuses("a\\u12", 2, "hexadecimal");
    refuses("a\\ud83d", 2, "hexadecimal");
}

#[test]
fn text_that_no_database_holds_is_refused() {
    refuses("a\0", 2, "U+0000");
    refuses("\"a\0\"", 3, "U+0000");
    refuses("text:[a\0 TO b]", 8, "U+0000");
    refuses("a\\\0", 2, "U+0000");
    refuses("a\\u0000", 2, "hexadecimal");
}

#[test]
fn the_length_of_a_query_is_bounded() {
    let longest = format!("\"{}\"", "a".repeat(MAX_QUERY_BYTES - 2));

    assert!(parse(&longest).is_ok());
    refuses(&format!("{longest} "), 1, "8193 bytes");
}

#[test]
fn the_depth_of_a_query_is_bounded() {
    let nested = |depth| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));

    reads(&nested(MAX_DEPTH), id("a"));
    refuses(&nested(MAX_DEPTH + 1), MAX_DEPTH + 1, "deep");
    refuses(&"(".repeat(MAX_QUERY_BYTES), MAX_DEPTH + 1, "deep");
    refuses(&"id:(-".repeat(MAX_DEPTH + 1), MAX_DEPTH * 5 + 4, "deep");
}

#[test]
fn the_terms_of_a_query_are_bounded() {
    for (open, close) in [("", ""), ("display_name:\"", "\"")] {
        let query = |terms: usize| format!("{open}{}{close}", vec!["a"; terms].join(" "));

        assert!(parse(&query(MAX_CLAUSES)).is_ok());
        let error = parse(&query(MAX_CLAUSES + 1)).expect_err("it has too many terms");
        assert!(error.problem.contains("more than 256 terms"), "{error}");
    }
    let escaped = format!("text:{}", "a\\ ".repeat(MAX_CLAUSES + 1));
    refuses(&escaped, 6, "more than 256 terms");
}

#[test]
fn the_wildcards_of_a_term_are_bounded() {
    assert!(parse(&"a*".repeat(MAX_WILDCARD_PIECES / 2)).is_ok());
    refuses(&"?".repeat(MAX_WILDCARD_PIECES + 1), 1, "17 wildcards");
    reads(&"*".repeat(MAX_QUERY_BYTES), All);
}
