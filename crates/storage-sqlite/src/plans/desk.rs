//! Statements about the address book and about what users arrange their work with.

use super::assert_plans;
use crate::{contacts, custom_sources, templates, users};

#[test]
fn every_statement_finds_its_rows_by_the_index_its_comment_names() {
    assert_plans(&[
        (contacts::FIND, "SEARCH contacts USING PRIMARY KEY (id=?)"),
        (
            contacts::OF_CONVERSATION,
            "SEARCH contact_conversations USING PRIMARY KEY (conversation_id=?)",
        ),
        (
            contacts::CONVERSATIONS,
            "SEARCH contact_conversations USING INDEX contact_conversations_by_contact (contact_id=?)",
        ),
        (
            contacts::PAGE,
            "SEARCH contacts USING INDEX contacts_by_place ((is_nameless,display_name,id)>(?,?,?))",
        ),
        (
            contacts::BEFORE,
            "SEARCH contacts USING COVERING INDEX contacts_by_place ((is_nameless,display_name,id)<(?,?,?))",
        ),
        (
            contacts::LET_GO,
            "SEARCH contact_conversations USING INDEX contact_conversations_by_contact (contact_id=?)",
        ),
        (contacts::DELETE, "SEARCH contacts USING PRIMARY KEY (id=?)"),
        (
            contacts::MERGES,
            "SEARCH merges USING INDEX merges_by_destination (destination_id=?); USE TEMP B-TREE FOR ORDER BY",
        ),
        (
            contacts::DELETE_MERGE,
            "SEARCH merges USING INDEX merges_by_destination (destination_id=? AND source_id=?)",
        ),
        (
            contacts::DELETE_MERGES,
            "SEARCH merges USING INDEX merges_by_destination (destination_id=?)",
        ),
        (
            custom_sources::FIND,
            "SEARCH custom_sources USING PRIMARY KEY (source=?)",
        ),
        (
            custom_sources::LIST,
            "SCAN custom_sources USING INDEX custom_sources_by_creation",
        ),
        (
            custom_sources::DELETE,
            "SEARCH custom_sources USING PRIMARY KEY (source=?)",
        ),
        (templates::FIND, "SEARCH templates USING PRIMARY KEY (id=?)"),
        (
            templates::LIST,
            "SEARCH templates USING INDEX templates_by_source (source=?)",
        ),
        (
            templates::DELETE,
            "SEARCH templates USING PRIMARY KEY (id=?)",
        ),
        (users::FIND, "SEARCH users USING PRIMARY KEY (id=?)"),
        (users::PAGE, "SEARCH users USING PRIMARY KEY (id>?)"),
        (users::BEFORE, "SEARCH users USING PRIMARY KEY (id<?)"),
        (users::COUNT, "SCAN users"),
    ]);
}
