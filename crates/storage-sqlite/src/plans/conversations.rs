//! Statements about conversations.

use super::assert_plans;
use crate::{conversations, counts, erasing, known};

#[test]
fn every_statement_finds_its_rows_by_the_index_its_comment_names() {
    assert_plans(&[
        (
            conversations::FIND,
            "SEARCH conversations USING PRIMARY KEY (id=?); LIST SUBQUERY 1; SCAN rarray VIRTUAL TABLE INDEX 1:",
        ),
        (known::FIND, "SEARCH conversations USING PRIMARY KEY (id=?)"),
        (
            conversations::UPDATE,
            "SEARCH conversations USING PRIMARY KEY (id=?)",
        ),
        (
            conversations::UPDATE_IN_PLACE,
            "SEARCH conversations USING PRIMARY KEY (id=?)",
        ),
        (
            conversations::DELETE,
            "SEARCH conversations USING PRIMARY KEY (id=?)",
        ),
        (
            known::DELETE_UNREAD,
            "SEARCH unread_conversations USING PRIMARY KEY (conversation_id=?)",
        ),
        (
            counts::FIND,
            "SEARCH counts USING PRIMARY KEY (kind=? AND key=? AND state=?)",
        ),
        (
            counts::FORGET_IF_NONE,
            "SEARCH counts USING PRIMARY KEY (kind=? AND key=? AND state=? AND source=?)",
        ),
        (
            counts::FORGET,
            "SEARCH counts USING PRIMARY KEY (kind=? AND key=?)",
        ),
        (
            erasing::MESSAGES,
            "COMPOUND QUERY; LEFT-MOST SUBQUERY; \
             SEARCH recent_conversation_messages USING PRIMARY KEY (conversation_id=?); \
             SEARCH messages USING INTEGER PRIMARY KEY (rowid=?); UNION ALL; \
             SEARCH conversation_messages USING PRIMARY KEY (conversation_id=?); \
             SEARCH messages USING INTEGER PRIMARY KEY (rowid=?)",
        ),
    ]);
}
