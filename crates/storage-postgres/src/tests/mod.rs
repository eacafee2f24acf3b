//! Every statement finds its rows through the index that its comment names.

mod plans;
mod walks;

use self::plans::{Order, check, explained, plan, with_tables};
use crate::{
    aliases, applying, channels, contact_pages, contacts, conversation_erasure, conversation_moves,
    conversation_tags, conversations, counts, credentials, custom_sources, envelope_heads,
    envelopes, events, jobs, media, merges, message_texts, messages, metadata, outcomes, parked,
    revisions, sweeping, tags, templates, users, words,
};

#[test]
fn every_statement_about_channels_events_and_jobs_uses_its_index() {
    check(
        &[
            (channels::FIND_ALL, &["channels_pkey"]),
            (channels::FIND, &["channels_pkey"]),
            (channels::LOCK, &["channels_pkey"]),
            (channels::LIST, &["channels_by_creation"]),
            (channels::OF_UPSTREAM, &["channels_by_upstream"]),
            (credentials::FIND, &["credentials_pkey"]),
            (credentials::ERASE, &["credentials_pkey"]),
            (events::AFTER, &["events_pkey"]),
            (events::LAST, &["events_pkey"]),
            (jobs::FIND, &["jobs_by_key"]),
            (jobs::NEXT_DUE, &["jobs_by_due"]),
            (jobs::TAKE_BACK, &["jobs_pkey"]),
            (jobs::CLAIM, &["jobs_by_due", "jobs_pkey"]),
            (jobs::FINISH, &["jobs_pkey"]),
            (jobs::RESCHEDULE, &["jobs_pkey"]),
            (jobs::EXPIRE, &["jobs_by_due"]),
            (revisions::CURRENT, &["revisions_pkey"]),
            (revisions::ADVANCE_CHANNELS, &["revisions_pkey"]),
        ],
        Order::OfTheIndex,
    );
}

#[test]
fn every_statement_about_envelopes_uses_its_index() {
    check(
        &[
            (envelopes::FIND, &["envelopes_pkey"]),
            (envelopes::AFTER, &["envelopes_pkey"]),
            (envelope_heads::ALL, &["envelopes_pkey", "outcomes_pkey"]),
            (
                envelope_heads::WAITING,
                &["envelopes_pkey", "apply_progress_pkey"],
            ),
            (
                envelope_heads::APPLIED,
                &["envelopes_pkey", "outcomes_pkey", "apply_progress_pkey"],
            ),
            (
                envelope_heads::WITH_VERDICT,
                &["outcomes_by_verdict", "envelopes_pkey"],
            ),
            (outcomes::FIND, &["outcomes_pkey"]),
            (outcomes::REMOVE, &["outcomes_pkey"]),
            (
                applying::PROGRESS,
                &["apply_progress_pkey", "envelopes_pkey"],
            ),
            (applying::LEASE, &["apply_progress_pkey"]),
            (applying::RELEASE, &["apply_progress_pkey"]),
            (applying::ADVANCE, &["apply_progress_pkey"]),
            (sweeping::DROP, &["envelopes_pkey", "outcomes_pkey"]),
            (sweeping::ERASE, &["envelopes_pkey", "outcomes_pkey"]),
            (events::DROP, &["events_pkey"]),
        ],
        Order::OfTheIndex,
    );
}

#[test]
fn every_statement_about_conversations_uses_its_index() {
    check(
        &[
            (conversations::FIND, &["conversations_pkey"]),
            (conversations::LOCK, &["conversations_pkey"]),
            (conversation_moves::MOVE, &["conversations_pkey"]),
            (
                conversation_tags::REMOVE,
                &["conversations_pkey", "conversation_tags_pkey"],
            ),
            (
                conversation_erasure::ERASE,
                &[
                    "messages_by_time",
                    "metadata_pkey",
                    "parked_changes_by_target",
                    "message_texts_pkey",
                    "messages_pkey",
                    "aliases_by_conversation",
                    "conversation_words_pkey",
                    "conversation_tags_pkey",
                    "media_copies_by_conversation",
                    "conversations_pkey",
                ],
            ),
            (
                tags::DELETE,
                &[
                    "conversation_tags_pkey",
                    "conversations_pkey",
                    "counts_pkey",
                    "tags_pkey",
                ],
            ),
            (aliases::OF_CONVERSATION, &["aliases_by_conversation"]),
            (words::REMOVE, &["conversation_words_pkey"]),
            (counts::SUM, &["counts_pkey"]),
        ],
        Order::OfTheIndex,
    );
    // In the order of what they are about to write.
    check(
        &[
            (counts::ADD, &["counts_pkey"]),
            (conversation_tags::ADD, &["conversations_pkey"]),
            (aliases::FIND, &["aliases_pkey"]),
        ],
        Order::Sorted,
    );
}

#[test]
fn every_statement_about_messages_and_metadata_uses_its_index() {
    check(
        &[
            (messages::FIND, &["messages_by_id"]),
            (messages::ADD, &["messages_by_id", "messages_by_key"]),
            (messages::BY_KEY, &["messages_by_key"]),
            (messages::PAGE, &["messages_by_time"]),
            (
                messages::ERASE,
                &["messages_by_id", "metadata_pkey", "message_texts_pkey"],
            ),
            (message_texts::REMOVE, &["message_texts_pkey"]),
            (message_texts::FOLLOW, &["message_texts_pkey"]),
            (parked::FIND, &["parked_changes_by_target"]),
            (parked::UNPARK, &["parked_changes_by_target"]),
            (
                parked::DROP,
                &["parked_changes_by_age", "parked_changes_pkey"],
            ),
            (metadata::FIND, &["metadata_pkey"]),
            (metadata::ERASE, &["metadata_pkey"]),
            (media::OF_MESSAGES, &["media_copies_by_link"]),
            (media::USED, &["media_copies_by_key"]),
        ],
        Order::OfTheIndex,
    );
    check(
        &[
            (messages::REPLACE, &["messages_by_id"]),
            (metadata::PUT, &["metadata_pkey"]),
        ],
        Order::Sorted,
    );
}

#[test]
fn every_statement_about_people_and_their_tools_uses_its_index() {
    check(
        &[
            (contacts::FIND, &["contacts_pkey"]),
            (contacts::LOCK, &["contacts_pkey"]),
            (contacts::HOLDER, &["contact_conversations_pkey"]),
            (contacts::HELD, &["contact_conversations_by_contact"]),
            (contacts::LET_GO, &["contact_conversations_by_contact"]),
            (
                contacts::DELETE,
                &[
                    "contact_conversations_by_contact",
                    "merges_pkey",
                    "contacts_pkey",
                ],
            ),
            (contact_pages::NAMED_FROM, &["contacts_by_name"]),
            (contact_pages::NAMELESS_FROM, &["contacts_by_name"]),
            (contact_pages::NAMED_BEFORE, &["contacts_by_name"]),
            (contact_pages::NAMELESS_BEFORE, &["contacts_by_name"]),
            (contact_pages::ALL_NAMED_BACKWARDS, &["contacts_by_name"]),
            (merges::DELETE, &["merges_pkey"]),
            (tags::FIND, &["tags_pkey"]),
            (tags::LIST, &["tags_by_creation"]),
            (templates::FIND, &["templates_pkey"]),
            (templates::LIST, &["templates_by_name"]),
            (templates::DELETE, &["templates_pkey"]),
            (users::FIND, &["app_users_pkey"]),
            (users::PAGE, &["app_users_pkey"]),
            (users::BEFORE, &["app_users_pkey"]),
            (users::COUNT, &["app_users_pkey"]),
            (custom_sources::FIND, &["custom_sources_pkey"]),
            (custom_sources::LIST, &["custom_sources_by_creation"]),
            (custom_sources::DELETE, &["custom_sources_pkey"]),
        ],
        Order::OfTheIndex,
    );
    // Few of each.
    check(&[(merges::OF_DESTINATION, &["merges_pkey"])], Order::Sorted);
}

/// Otherwise each of many contacts would be compared with each of the others.
#[test]
fn what_many_new_contacts_hold_is_looked_up_in_a_table_of_hashes() {
    let database = with_tables();

    let plan = plan(&mut database.client(), contacts::ADD);

    assert!(plan.contains("hashed SubPlan"), "{plan}");
}

/// The ids come first, and each is looked up by itself: so conversations are locked as they were asked for.
#[test]
fn conversations_are_locked_in_the_order_in_which_they_are_asked_for() {
    let database = with_tables();

    let plan = plan(&mut database.client(), conversations::LOCK);

    let at = |step: &str| {
        plan.find(step)
            .unwrap_or_else(|| panic!("no {step} in\n{plan}"))
    };
    assert!(at("LockRows") < at("Nested Loop"), "{plan}");
    assert!(at("Nested Loop") < at("ProjectSet"), "{plan}");
    assert!(at("ProjectSet") < at("using conversations_pkey"), "{plan}");
    assert!(!plan.contains("Sort"), "{plan}");
}

/// Rows come out of a join with the lock, which gives them their numbers as it puts them out, in the order in
/// which they came.
#[test]
fn locks_are_taken_before_the_numbers_are_given_that_they_guard() {
    let database = with_tables();

    for sql in [envelopes::APPEND, events::APPEND] {
        let plan = explained(&mut database.client(), sql, "VERBOSE");

        let at = |step: &str| {
            plan.find(step)
                .unwrap_or_else(|| panic!("no {step} in\n{plan}"))
        };
        assert!(at("Insert on") < at("Nested Loop"), "{plan}");
        assert!(at("Nested Loop") < at("nextval"), "{plan}");
        assert!(at("nextval") < at("CTE Scan on locked"), "{plan}");
        assert!(at("CTE Scan on locked") < at("ProjectSet"), "{plan}");
        assert_eq!(plan.matches("nextval").count(), 1, "{plan}");
        assert!(!plan.contains("Sort"), "{plan}");
    }
}
