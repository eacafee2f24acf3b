//! Statements about what conversations are found by.

use super::assert_plans;
use crate::{aliases, tags, words};

#[test]
fn every_statement_finds_its_rows_by_the_index_its_comment_names() {
    assert_plans(&[
        (
            aliases::FIND,
            "SEARCH aliases USING PRIMARY KEY (channel_id=? AND handle=?); LIST SUBQUERY 1; SCAN rarray VIRTUAL TABLE INDEX 1:",
        ),
        (
            aliases::OF_CONVERSATION,
            "SEARCH aliases USING COVERING INDEX aliases_by_conversation (conversation_id=?)",
        ),
        (
            aliases::ERASE,
            "SEARCH aliases USING COVERING INDEX aliases_by_conversation (conversation_id=?)",
        ),
        (tags::FIND, "SEARCH tags USING PRIMARY KEY (id=?)"),
        (tags::LIST, "SCAN tags USING INDEX tags_by_creation"),
        (tags::DELETE, "SEARCH tags USING PRIMARY KEY (id=?)"),
        (
            tags::TAKE_OFF_ALL,
            "SEARCH conversation_tags USING COVERING INDEX conversation_tags_by_tag (tag_id=?)",
        ),
        (
            tags::OF_CONVERSATIONS,
            "SEARCH conversation_tags USING PRIMARY KEY (conversation_id=?); LIST SUBQUERY 1; SCAN rarray VIRTUAL TABLE INDEX 1:",
        ),
        (
            tags::OF_CONVERSATION,
            "SEARCH conversation_tags USING PRIMARY KEY (conversation_id=?)",
        ),
        (
            tags::TAKE_OFF,
            "SEARCH conversation_tags USING PRIMARY KEY (conversation_id=? AND tag_id=?)",
        ),
        (
            tags::ERASE,
            "SEARCH conversation_tags USING PRIMARY KEY (conversation_id=?)",
        ),
        (
            words::OF_CONVERSATION,
            "SEARCH conversation_words USING COVERING INDEX conversation_words_by_conversation (conversation_id=? AND key=?)",
        ),
        (
            words::CLEAR,
            "SEARCH conversation_words USING COVERING INDEX conversation_words_by_conversation (conversation_id=? AND key=?)",
        ),
        (
            words::ERASE,
            "SEARCH conversation_words USING COVERING INDEX conversation_words_by_conversation (conversation_id=?)",
        ),
    ]);
}
