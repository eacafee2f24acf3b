//! Statements about messages and what belongs to them.

use super::assert_plans;
use crate::{media, message_text, messages, metadata, parked, recent};

/// Each of the two indexes leads to the row.
const BY_ID: &str = "SEARCH messages USING INTEGER PRIMARY KEY (rowid=?); SCALAR SUBQUERY 2; \
    COMPOUND QUERY; LEFT-MOST SUBQUERY; SEARCH recent_message_ids USING PRIMARY KEY (id=?); \
    UNION ALL; SEARCH message_ids USING PRIMARY KEY (id=?)";

const BY_SEQUENCE: &str = "SEARCH messages USING INTEGER PRIMARY KEY (rowid=?)";

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
        (messages::FIND, BY_ID),
        (
            messages::FIND_BY_KEY,
            "SEARCH messages USING INDEX messages_by_provider_key (provider_key=?)",
        ),
        (
            messages::PAGE,
            "CO-ROUTINE (subquery-2); MERGE (UNION ALL); LEFT; \
             SEARCH recent_conversation_messages USING PRIMARY KEY \
             (conversation_id=? AND (sent_at,sequence)<(?,?)); RIGHT; \
             SEARCH conversation_messages USING PRIMARY KEY \
             (conversation_id=? AND (sent_at,sequence)<(?,?)); SCAN (subquery-2); \
             SEARCH messages USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (
            messages::EXISTING,
            "COMPOUND QUERY; LEFT-MOST SUBQUERY; \
             SEARCH recent_message_ids USING PRIMARY KEY (id=?); \
             LIST SUBQUERY 1; SCAN rarray VIRTUAL TABLE INDEX 1:; UNION ALL; \
             SEARCH message_ids USING PRIMARY KEY (id=?); \
             LIST SUBQUERY 3; SCAN rarray VIRTUAL TABLE INDEX 1:",
        ),
        (messages::KNOWN, BY_ID),
        (messages::PUT, BY_SEQUENCE),
        (messages::ERASE, BY_SEQUENCE),
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

#[test]
fn what_is_recent_is_added_gathered_and_erased_by_its_key() {
    let added = "SEARCH messages USING INTEGER PRIMARY KEY (rowid>?)";
    for sql in recent::ADD {
        assert_plans(&[(sql, added)]);
    }
    let place = "conversation_id=? AND sent_at=? AND sequence=?";
    let slice_of_places = "conversation_id>? AND conversation_id<?";
    let slice_of_ids = "id>? AND id<?";
    let keys = [
        (
            recent::GATHER[0],
            "recent_conversation_messages",
            slice_of_places,
        ),
        (
            recent::GATHER[1],
            "recent_conversation_messages",
            slice_of_places,
        ),
        (recent::GATHER[2], "recent_message_ids", slice_of_ids),
        (recent::GATHER[3], "recent_message_ids", slice_of_ids),
        (recent::ERASE_ID[0], "recent_message_ids", "id=?"),
        (recent::ERASE_ID[1], "message_ids", "id=?"),
        (
            recent::ERASE_PLACE[0],
            "recent_conversation_messages",
            place,
        ),
        (recent::ERASE_PLACE[1], "conversation_messages", place),
        (
            recent::ERASE_PLACES[0],
            "recent_conversation_messages",
            "conversation_id=?",
        ),
        (
            recent::ERASE_PLACES[1],
            "conversation_messages",
            "conversation_id=?",
        ),
    ];
    for (sql, table, key) in keys {
        let expected = format!("SEARCH {table} USING PRIMARY KEY ({key})");
        assert_plans(&[(sql, &expected)]);
    }
}
