//! Statements about messages and what belongs to them.

use super::assert_plans;
use crate::{media, message_text, messages, metadata, parked};

#[test]
fn every_statement_finds_its_rows_by_the_index_its_comment_names() {
    assert_plans(&[
        (
            message_text::BY_TERMS,
            "SCAN message_text VIRTUAL TABLE INDEX 0:M1",
        ),
        (
            message_text::TERMS,
            "SCAN message_terms VIRTUAL TABLE INDEX 1537:",
        ),
        (
            message_text::BY_PLACES,
            "SCAN message_places VIRTUAL TABLE INDEX 1539:",
        ),
        (
            messages::FIND,
            "SEARCH messages USING INDEX messages_by_id (id=?)",
        ),
        (
            messages::FIND_BY_KEY,
            "SEARCH messages USING INDEX messages_by_provider_key (provider_key=?)",
        ),
        (
            messages::PAGE,
            "SEARCH messages USING INDEX messages_by_conversation (conversation_id=? AND sent_at<?)",
        ),
        (
            messages::SEARCHABLE,
            "SEARCH messages USING INDEX messages_by_id (id=?)",
        ),
        (
            messages::PUT,
            "SEARCH messages USING INDEX messages_by_id (id=?)",
        ),
        (
            messages::ERASE,
            "SEARCH messages USING INDEX messages_by_id (id=?)",
        ),
        (
            parked::FIND,
            "SEARCH parked_changes USING INDEX parked_changes_by_target (target=?)",
        ),
        (
            parked::DELETE,
            "SEARCH parked_changes USING INDEX parked_changes_by_target (target=?)",
        ),
        (
            parked::DROP,
            "SEARCH parked_changes USING INTEGER PRIMARY KEY (rowid=?); LIST SUBQUERY 1; SEARCH parked_changes USING COVERING INDEX parked_changes_by_age (parked_at<?)",
        ),
        (
            metadata::OF_SUBJECT,
            "SEARCH metadata USING PRIMARY KEY (subject_id=? AND subject_kind=?); USE TEMP B-TREE FOR ORDER BY",
        ),
        (
            metadata::FIND,
            "SEARCH metadata USING PRIMARY KEY (subject_id=? AND subject_kind=? AND key=?)",
        ),
        (
            metadata::ERASE,
            "SEARCH metadata USING PRIMARY KEY (subject_id=? AND subject_kind=?)",
        ),
        (
            media::OF_MESSAGE,
            "SEARCH media_copies USING PRIMARY KEY (message_id=?)",
        ),
        (
            media::IS_USED,
            "SEARCH media_copies USING COVERING INDEX media_copies_by_key (key=?)",
        ),
        (
            media::ERASE,
            "SEARCH media_copies USING INDEX media_copies_by_conversation (conversation_id=?)",
        ),
    ]);
}
