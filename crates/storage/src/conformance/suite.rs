//! The list of all rules.

/// Makes a test of every rule, on the databases that the function `$fresh` makes.
///
/// Attributes in front of the name are put on each test.
#[macro_export]
macro_rules! conformance_suite {
    ($(#[$attribute:meta])* $fresh:ident) => {
        $crate::conformance_rules! { [$(#[$attribute])*] $fresh
            channels {
                a_channel_comes_back_as_it_was_put
                an_unknown_channel_is_none
                several_channels_are_found_by_their_ids_each_once
                any_text_comes_back_as_it_was_put
                putting_a_channel_again_replaces_everything_but_its_creation
                an_empty_database_lists_no_channels
                channels_are_listed_by_creation_and_then_id
                the_list_can_be_narrowed_to_a_source
                the_list_can_be_narrowed_to_a_connection
                the_list_can_be_narrowed_to_both
                an_upstream_lists_its_connected_channels_by_id
                a_channel_that_leaves_its_upstream_is_no_longer_listed_there
            }
            revisions {
                the_revision_grows_with_each_unit_that_puts_a_channel
                the_revision_stays_when_no_channel_is_put
                the_revision_stays_when_a_unit_is_undone
                a_unit_sees_the_revision_it_has_made
                the_revision_is_kept_when_the_database_is_opened_again
                that_writing_works_can_be_proved_again_and_again
                a_database_keeps_everything_when_it_rests
            }
            credentials {
                credentials_come_back_as_they_were_put
                a_channel_without_credentials_has_none
                credentials_are_put_in_the_unit_of_their_channel_or_later
                putting_credentials_again_replaces_them
                erased_credentials_are_gone_and_those_of_others_stay
                erasing_what_is_not_there_changes_nothing
                erased_credentials_can_be_put_again
                putting_a_channel_again_keeps_its_credentials
                a_unit_sees_the_credentials_it_has_put_and_erased
            }
            events {
                an_event_comes_back_as_it_was_appended
                an_event_may_say_no_more_than_what_it_is_about
                events_of_every_kind_come_back_as_that_kind
                an_empty_log_ends_at_its_start
                positions_come_after_the_start_and_grow
                the_last_position_is_that_of_the_newest_event
                events_of_one_unit_keep_their_order
                the_log_can_be_read_page_by_page
                a_page_of_no_events_is_empty
                a_page_may_be_as_long_as_a_number_can_say
                nothing_comes_after_the_end_of_the_log
                a_position_is_never_given_twice
                no_more_old_events_are_dropped_than_asked_for_the_oldest_first
                an_event_of_the_moment_before_which_others_are_dropped_stays
                a_position_is_never_given_again_when_events_were_dropped
            }
            jobs {
                a_job_comes_back_as_it_was_put
                a_second_job_of_a_key_is_not_written
                a_unit_goes_on_after_a_job_that_was_there_already
                the_key_of_a_finished_job_is_free_again
                jobs_that_are_due_are_claimed_the_longest_due_first
                no_more_jobs_are_claimed_than_asked_for
                a_claim_counts_the_attempt_and_sets_the_lease
                a_leased_job_is_claimed_again_once_its_lease_has_ended
                a_job_is_finished_only_at_its_attempt
                a_job_is_rescheduled_only_at_its_attempt
                a_rescheduled_job_is_due_at_its_new_moment
                who_has_lost_a_lease_can_neither_finish_nor_reschedule
                expired_leases_make_every_job_due
                expiring_leases_leaves_jobs_that_are_due_where_they_are
                the_next_due_moment_is_that_of_the_first_job
                a_unit_sees_the_jobs_it_has_put_and_finished
            }
            claims {
                of_many_that_put_the_same_job_exactly_one_succeeds
                no_job_is_claimed_by_two
                of_many_that_finish_the_same_attempt_exactly_one_succeeds
            }
            units {
                a_unit_sees_the_channels_it_has_put
                a_read_sees_what_was_answered_before_it
                one_question_is_answered_as_any_other
                one_question_sees_what_was_answered_before_it
                what_a_unit_is_said_to_touch_is_only_a_hint
                a_unit_that_reads_sees_one_state_to_its_end
            }
            failures {
                a_unit_that_fails_answers_with_its_own_error
                a_unit_that_fails_leaves_nothing
                a_unit_that_fails_has_erased_nothing
                a_unit_that_panics_fails_alone
                what_a_constraint_forbids_is_refused_for_its_content
                a_read_that_panics_fails_alone
                units_that_fail_do_not_touch_their_neighbours
                a_unit_sees_nothing_of_a_neighbour_that_failed
            }
            concurrency {
                a_thousand_concurrent_units_are_all_there
                a_read_sees_all_of_a_unit_or_nothing
                who_follows_the_log_sees_every_event_once_and_in_order
                equal_revisions_mean_equal_channels
            }
            contention {
                units_that_start_from_one_channel_do_not_overwrite_each_other
                units_that_do_not_say_what_they_touch_do_not_overwrite_each_other
                units_that_start_from_an_absent_channel_do_not_overwrite_each_other
                units_that_touch_channels_in_opposite_orders_all_finish
                units_that_read_channels_in_opposite_orders_all_finish
            }
            envelopes {
                an_envelope_comes_back_as_it_was_appended
                a_body_is_kept_byte_by_byte
                an_unknown_envelope_is_none
                envelopes_of_one_unit_keep_their_order
                ids_of_envelopes_come_after_the_start_and_grow
                envelopes_can_be_read_page_by_page
                no_more_bodies_are_read_than_fit
                a_body_that_does_not_fit_is_read_alone
                an_accepted_envelope_is_there_and_stays
                accepted_and_appended_envelopes_stand_in_one_order
                who_asks_one_thing_finds_all_that_was_accepted_wherever
                who_asks_one_thing_finds_nothing_that_was_erased_or_dropped
                an_id_of_an_envelope_is_never_given_twice
            }
            applying {
                nothing_is_applied_in_an_empty_database
                the_progress_says_since_when_the_oldest_waits
                the_first_who_asks_gets_the_lease
                who_holds_the_lease_renews_it
                a_denied_lease_changes_nothing
                a_lease_ends_at_its_moment
                a_released_lease_is_free_at_once
                only_who_holds_the_lease_releases_it
                a_lease_comes_with_how_far_envelopes_have_been_applied
                nobody_advances_without_the_lease
                nobody_advances_from_where_others_have_been
                a_unit_that_rolls_back_has_neither_leased_nor_advanced
                the_lease_and_the_progress_are_kept_when_opened_again
                of_many_that_want_the_lease_exactly_one_gets_it
                an_outcome_comes_back_as_it_was_put
                an_outcome_can_be_replaced_and_taken_back
            }
            envelope_lists {
                heads_say_what_an_envelope_is_without_its_body
                heads_are_listed_newest_first_below_a_given_one
                heads_can_be_narrowed_to_a_source
                heads_can_be_narrowed_to_a_verdict
                heads_can_be_narrowed_to_a_source_and_a_verdict
            }
            messages {
                a_message_comes_back_as_it_was_added
                every_state_of_a_message_comes_back
                the_content_of_a_message_is_kept_letter_by_letter
                the_content_of_a_message_may_hold_a_nul
                messages_that_do_not_exist_are_left_out
                messages_are_found_by_their_keys
                putting_a_message_replaces_it_where_it_stands
                a_message_is_found_by_the_key_it_was_put_with
                an_erased_message_is_gone_with_its_metadata
                erasing_a_message_that_is_not_there_changes_nothing
            }
            message_pages {
                messages_are_listed_by_when_they_were_sent_newest_first
                of_messages_sent_in_one_moment_the_last_to_arrive_is_newest
                listed_messages_are_whole
                a_page_of_messages_begins_with_the_given_one
                a_page_may_begin_where_a_message_was
                a_page_may_begin_before_the_first_or_after_the_last_message
                a_message_that_is_put_at_another_moment_moves
            }
            parking {
                a_parked_change_comes_back_as_it_was_parked
                changes_come_back_in_the_order_in_which_they_were_parked
                a_change_that_waits_already_is_not_parked_again
                unparked_changes_are_gone_and_those_of_others_stay
                changes_that_were_parked_before_a_moment_are_dropped
                no_more_changes_are_dropped_than_asked_for
            }
            conversations {
                a_conversation_comes_back_as_it_was_put
                every_state_of_a_profile_comes_back
                putting_a_conversation_again_replaces_it
                conversations_that_do_not_exist_are_left_out
                putting_no_conversations_changes_nothing
                putting_a_conversation_leaves_its_tags_alone
                tags_are_listed_in_the_order_of_their_ids
                a_tag_is_put_on_a_conversation_once
                a_tag_is_taken_off_one_conversation
            }
            conversation_pages {
                conversations_are_listed_by_their_newest_message_newest_first
                of_equally_new_conversations_the_greater_id_comes_first
                listed_conversations_are_whole
                a_conversation_without_a_message_is_not_listed
                an_empty_database_lists_no_conversations
                a_page_says_whether_more_follow
                conversations_can_be_read_page_by_page_after_a_place
                conversations_can_be_read_page_by_page_at_an_offset
                a_source_is_read_page_by_page_across_its_channels
                a_page_may_begin_where_no_conversation_is
                who_pages_sees_what_does_not_move_once_while_others_come_and_go
            }
            totals {
                totals_follow_what_conversations_become
                a_unit_that_fails_changes_no_total
                kept_totals_are_exact_and_others_are_counted_so_far
            }
            large_lists {
                pages_of_a_large_list_are_in_order_wherever_what_passes_lies
            }
            inboxes {
                totals_of_inboxes_are_those_of_a_count_after_any_changes
                an_inbox_of_exclusions_lists_what_is_left
                a_state_is_found_by_each_of_its_words_whatever_its_letters
            }
            erasing {
                nothing_stays_of_an_erased_conversation
                everything_stays_of_others_when_a_conversation_is_erased
                erasing_a_conversation_that_is_not_there_changes_nothing
                an_erased_conversation_can_come_again
                what_comes_after_an_erased_conversation_finds_nothing_of_it
            }
            metadata {
                metadata_comes_back_as_it_was_put
                a_subject_need_not_exist
                one_id_is_another_subject_of_another_kind
                metadata_is_read_by_subject_and_then_by_moment_and_then_by_key
                a_later_write_replaces_an_earlier_one
                writes_of_one_call_take_effect_one_after_another
                a_removed_value_is_not_read_and_does_not_come_back
                erased_metadata_is_forgotten_with_what_was_removed
            }
            contacts {
                a_contact_comes_back_as_it_was_put
                putting_a_contact_again_replaces_it
                a_conversation_leads_to_the_contact_that_holds_it
                a_conversation_leaves_the_contact_it_belonged_to
                a_conversation_that_a_contact_is_put_without_has_none
                added_contacts_are_there_unless_they_were
            }
            filters {
                all_and_nothing_are_what_they_say
                conversations_are_found_by_their_id
                conversations_are_found_by_their_channel
                conversations_are_found_by_their_source
                conversations_are_found_by_their_tags
                conversations_are_found_by_how_much_of_them_is_unread
                conversations_are_found_by_their_moments
                bounds_of_a_moment_are_exact_to_the_millisecond
                all_of_several_filters_hold
                one_of_several_filters_holds
                filters_can_be_turned_around_and_nested
            }
            words {
                conversations_are_found_by_a_word_of_their_name
                conversations_are_found_by_words_that_follow_one_another
                conversations_are_found_by_wildcards_in_a_word
                what_a_database_takes_for_wildcards_is_only_itself
                conversations_are_found_by_a_word_between_others
                conversations_are_found_by_their_metadata_under_its_whole_key
                new_words_replace_those_under_the_same_key_alone
                words_stay_when_their_conversation_is_put_again
            }
            texts {
                conversations_are_found_by_a_word_of_a_message
                conversations_are_found_by_words_that_follow_one_another_in_a_message
                conversations_are_found_by_wildcards_in_a_message
                conversations_are_found_by_a_word_of_a_message_between_others
                a_word_that_most_messages_have_finds_and_leaves_out_the_right_ones
                a_conversation_is_found_once_by_many_messages
                a_changed_message_is_found_by_its_new_text_alone
                a_message_that_is_put_without_a_text_is_found_no_more
                a_message_that_is_put_with_its_text_kept_is_found_as_before
                a_text_that_is_kept_is_the_one_the_same_unit_has_put
                a_text_that_is_kept_moves_with_its_message
                an_erased_message_is_found_no_more
                a_message_that_was_not_stored_is_not_found
                a_text_may_hold_what_a_full_text_takes_for_commands
            }
            random_filters {
                any_filter_lists_what_an_evaluation_in_memory_lists
                pages_of_any_length_make_one_list
            }
            races {
                units_that_start_from_one_conversation_lose_no_count
                units_that_create_the_same_conversation_lose_no_count
                units_that_read_conversations_in_opposite_orders_all_finish
                units_that_read_several_conversations_at_once_lose_no_count
                units_that_start_from_one_contact_lose_no_count
                of_many_that_add_the_same_message_exactly_one_stores_it
                of_many_that_put_the_same_tag_on_a_conversation_exactly_one_does
                totals_are_right_after_units_at_the_same_time
            }
            every_noun {
                a_unit_sees_what_it_has_written_of_every_noun
                a_unit_sees_what_it_has_removed_of_every_noun
                a_unit_that_fails_leaves_nothing_of_any_noun
                a_unit_that_fails_has_removed_nothing_of_any_noun
                what_a_unit_has_written_of_every_noun_is_durable
            }
            tags {
                a_tag_comes_back_as_it_was_put
                tags_are_listed_by_creation_and_then_id
                a_deleted_tag_is_taken_off_every_conversation
            }
            templates {
                a_template_comes_back_as_it_was_put
                templates_are_listed_by_name_and_then_id
                templates_are_found_by_a_part_of_their_name
                a_template_is_deleted_once
            }
            users {
                a_user_keeps_the_moment_they_were_first_seen
                users_are_listed_by_id_from_a_given_one
                users_before_one_are_listed_nearest_first
            }
            custom_sources {
                a_custom_source_comes_back_as_it_was_put
                a_custom_source_is_deleted_once
            }
            media {
                notes_of_copied_files_come_back_by_message_and_then_link
                a_note_of_a_copied_file_can_be_replaced
                a_text_is_mentioned_wherever_people_see_it
                what_is_left_beside_rows_can_be_overwritten_in_steps
                notes_of_the_files_of_one_message_can_be_removed
                what_is_shown_with_conversations_is_found_with_one_question
            }
            aliases {
                aliases_are_found_by_channel_and_handle
                a_conversation_lists_all_of_its_aliases
                an_alias_that_is_put_again_leads_elsewhere
            }
            adding {
                messages_stand_in_the_order_in_which_they_were_added
                adding_nothing_is_answered_with_nothing
                messages_are_added_in_the_unit_of_their_conversation
                a_message_whose_id_is_there_is_not_stored_again
                a_message_whose_key_is_there_is_not_stored
                of_equals_in_one_call_only_the_first_is_stored
                many_messages_without_a_key_are_no_duplicates
                an_erased_message_can_be_added_again_and_stands_last
            }
            contact_pages {
                contacts_are_listed_by_name_byte_by_byte_and_those_without_last
                a_page_of_contacts_begins_with_the_given_one
                a_page_may_begin_where_no_contact_is
                places_before_a_contact_are_listed_nearest_first
                a_contact_moves_in_the_list_when_it_is_renamed
            }
            merges {
                a_deleted_contact_is_gone
                merges_come_back_as_they_were_put_oldest_first
                one_merge_is_forgotten_at_a_time
            }
            metadata_races {
                of_equally_late_writes_the_greatest_value_stays
                the_order_in_which_writes_arrive_does_not_matter
                of_many_that_write_at_once_the_greatest_stays
            }
            envelope_removal {
                only_applied_envelopes_are_dropped
                only_envelopes_from_before_are_dropped_the_oldest_first
                a_dropped_envelope_takes_its_outcome_along
                an_envelope_that_follows_dropped_ones_waits_for_its_turn
                envelopes_whose_body_contains_a_text_are_erased
                envelopes_are_looked_at_in_steps_to_be_erased
            }
            envelope_races {
                who_follows_the_envelopes_sees_every_one_once_and_in_order
                of_many_that_apply_envelopes_each_is_applied_by_one
            }
            closing {
                a_closed_store_takes_no_more_work
                closing_again_changes_nothing
                closing_answers_everything_that_was_accepted
                a_unit_that_meets_the_closing_is_done_or_refused
            }
        }
    };
}

/// Spells the rules of [`conformance_suite!`](crate::conformance_suite) out as tests.
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_rules {
    ($attributes:tt $fresh:ident $($subject:ident { $($rule:ident)* })*) => {
        $(
            mod $subject {
                use super::$fresh;

                $crate::conformance_tests! { $attributes $fresh $subject $($rule)* }
            }
        )*
    };
}

/// Spells the rules of one subject out as tests.
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_tests {
    ($attributes:tt $fresh:ident $subject:ident $($rule:ident)*) => {
        $( $crate::conformance_test! { $attributes $fresh $subject $rule } )*
    };
}

/// Spells one rule out as a test.
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_test {
    ([$(#[$attribute:meta])*] $fresh:ident $subject:ident $rule:ident) => {
        #[test]
        $(#[$attribute])*
        fn $rule() {
            $crate::conformance::run($fresh, $crate::conformance::$subject::$rule);
        }
    };
}
