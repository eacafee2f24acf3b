//! Statements about pages of conversations, which depend on what was asked.

use switchboard_domain::{
    ConversationCursor, ConversationFilter as Filter, ConversationId, ConversationPlace, Piece,
    Range, TagId, TextPattern, Timestamp, Wildcards, WordPattern,
};
use switchboard_storage::ConversationQuery;
use uuid::Uuid;

use super::{new_files, plan};
use crate::conversation_filter::{Sql, candidates, condition, other_words};
use crate::conversation_ways::{
    along_the_activity, from_set, one_by_one, so_far_along_the_activity,
};
use crate::message_text::Searches;
use crate::tx::Tx;

fn after() -> ConversationCursor {
    ConversationCursor::After(ConversationPlace {
        last_message_at: Timestamp::from_millis(5),
        id: ConversationId::from_uuid(Uuid::nil()),
    })
}

fn query(filter: Filter) -> ConversationQuery {
    ConversationQuery {
        filter,
        cursor: Some(after()),
        limit: 20,
    }
}

/// The condition of a filter and the sets that hold what passes.
fn compiled(filter: &Filter) -> (Sql, Vec<Sql>) {
    let folder = tempfile::tempdir().unwrap();
    let files = new_files(&folder);
    let searches = Searches::of(&Tx::new(&files.database), filter).unwrap();
    (condition(&searches, filter), candidates(&searches, filter))
}

fn plan_by_activity(filter: Filter) -> String {
    let (condition, _sets) = compiled(&filter);
    plan(&along_the_activity(&query(filter), &condition).text)
}

fn plans_of_sets(filter: &Filter) -> Vec<String> {
    let (_condition, sets) = compiled(filter);
    sets.iter().map(|set| plan(&set.text)).collect()
}

fn word() -> WordPattern {
    WordPattern::Word("anna".to_owned())
}

fn named() -> Filter {
    Filter::DisplayName(word())
}

const ALONG_THE_ACTIVITY: &str = "SEARCH entry USING COVERING INDEX conversations_by_activity \
    (last_message_at>? AND (last_message_at,id)<(?,?))";

#[test]
fn a_page_of_all_walks_along_the_activity_and_reads_nothing_else() {
    assert_eq!(plan_by_activity(Filter::All), ALONG_THE_ACTIVITY);
    assert_eq!(plan_by_activity(Filter::Nothing), ALONG_THE_ACTIVITY);
}

#[test]
fn a_walk_along_the_activity_looks_words_up_and_sorts_nothing() {
    assert_eq!(
        plan_by_activity(named()),
        format!(
            "{ALONG_THE_ACTIVITY}; CORRELATED SCALAR SUBQUERY 1; \
             SEARCH w USING PRIMARY KEY (key=? AND word=? AND conversation_id=?)"
        )
    );
}

fn unread() -> Filter {
    Filter::UnreadCount(Range {
        from: Some(1),
        to: None,
    })
}

fn open() -> Filter {
    Filter::Metadata {
        key: "state".to_owned(),
        value: WordPattern::Word("open".to_owned()),
    }
}

#[test]
fn a_walk_reads_what_is_asked_of_inboxes_in_the_index_and_nothing_else() {
    let source = Filter::Source(TextPattern::Is("viber".to_owned()));
    let all = Filter::And(vec![source, open(), unread()]);

    assert_eq!(plan_by_activity(all.clone()), ALONG_THE_ACTIVITY);
    assert_eq!(
        plan_by_activity(Filter::Not(Box::new(open()))),
        ALONG_THE_ACTIVITY
    );
    let (condition, _sets) = compiled(&all);
    assert_eq!(
        plan(&so_far_along_the_activity(&query(all), &condition, 1000).text),
        format!("CO-ROUTINE entry; {ALONG_THE_ACTIVITY}; SCAN entry")
    );
}

#[test]
fn a_walk_looks_at_the_row_of_an_entry_last() {
    let channel = Filter::Channel(TextPattern::Is(Uuid::nil().to_string()));

    assert_eq!(
        plan_by_activity(Filter::And(vec![channel, named(), unread()])),
        format!(
            "{ALONG_THE_ACTIVITY}; CORRELATED SCALAR SUBQUERY 1; \
             SEARCH w USING PRIMARY KEY (key=? AND word=? AND conversation_id=?); \
             SEARCH c USING COVERING INDEX conversations_by_channel (channel_id=? AND id=?)"
        )
    );
}

#[test]
fn a_walk_that_ends_somewhere_takes_one_conversation_after_the_other() {
    let channel = Filter::Channel(TextPattern::Is(Uuid::nil().to_string()));
    let (condition, _sets) = compiled(&channel);

    let sql = so_far_along_the_activity(&query(channel), &condition, 1000);

    assert_eq!(
        plan(&sql.text),
        format!(
            "CO-ROUTINE entry; {ALONG_THE_ACTIVITY}; SCAN entry; \
             SEARCH c USING COVERING INDEX conversations_by_channel (channel_id=? AND id=?)"
        )
    );
}

#[test]
fn other_words_are_found_before_and_behind_a_word() {
    assert_eq!(
        plan(&other_words("metadata.state", "open").text),
        "COMPOUND QUERY; LEFT-MOST SUBQUERY; SEARCH w USING PRIMARY KEY (key=? AND word<?); \
         UNION ALL; SEARCH w USING PRIMARY KEY (key=? AND word>?)"
    );
}

#[test]
fn a_page_from_a_set_looks_each_of_it_up_and_sorts() {
    let (condition, sets) = compiled(&named());

    let sql = from_set(&query(named()), &condition, &sets[0]);

    assert_eq!(
        plan(&sql.text),
        "SEARCH c USING PRIMARY KEY (id=?); LIST SUBQUERY 1; \
         SEARCH w USING PRIMARY KEY (key=? AND word=?); \
         CORRELATED SCALAR SUBQUERY 2; SEARCH w USING PRIMARY KEY (key=? AND word=? AND conversation_id=?); \
         USE TEMP B-TREE FOR ORDER BY"
    );
}

#[test]
fn counting_takes_a_set_as_it_comes() {
    let (condition, sets) = compiled(&named());

    assert_eq!(
        plan(&one_by_one(&condition, &sets[0]).text),
        "SEARCH w USING PRIMARY KEY (key=? AND word=?); SEARCH c USING PRIMARY KEY (id=?); \
         CORRELATED SCALAR SUBQUERY 2; \
         SEARCH w USING PRIMARY KEY (key=? AND word=? AND conversation_id=?); \
         USE TEMP B-TREE FOR DISTINCT"
    );
}

#[test]
fn every_set_is_found_by_an_index() {
    let id = Uuid::nil().to_string();
    let prefix = Wildcards(vec![Piece::Literal("an".to_owned()), Piece::Any]);
    for (filter, expected) in [
        (
            Filter::Id(TextPattern::Is(id.clone())),
            "SEARCH conversations USING PRIMARY KEY (id=?)",
        ),
        (
            Filter::Channel(TextPattern::Is(id)),
            "SEARCH conversations USING COVERING INDEX conversations_by_channel (channel_id=?)",
        ),
        (
            Filter::Source(TextPattern::Is("viber".to_owned())),
            "SEARCH conversations USING COVERING INDEX conversations_by_source (source=?)",
        ),
        (
            Filter::of_tag(TagId::from_uuid(Uuid::nil())),
            "SEARCH conversation_tags USING COVERING INDEX conversation_tags_by_tag (tag_id=?)",
        ),
        (named(), "SEARCH w USING PRIMARY KEY (key=? AND word=?)"),
        (
            Filter::DisplayName(WordPattern::Like(prefix)),
            "SEARCH w USING PRIMARY KEY (key=? AND word>? AND word<?)",
        ),
        (
            Filter::Metadata {
                key: "erp.id".to_owned(),
                value: WordPattern::Present,
            },
            "SEARCH w USING PRIMARY KEY (key=?)",
        ),
        (unread(), "SCAN unread_conversations"),
    ] {
        assert_eq!(plans_of_sets(&filter), [expected], "{filter:?}");
    }
}

#[test]
fn a_filter_that_excludes_has_no_set() {
    assert!(plans_of_sets(&Filter::Not(Box::new(named()))).is_empty());
    assert!(plans_of_sets(&Filter::Or(vec![named(), Filter::All])).is_empty());
}
