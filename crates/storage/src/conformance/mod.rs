//! What every backend must do, one small function per rule.
//!
//! A backend's test calls [`conformance_suite!`](crate::conformance_suite) with the name of a
//! function that makes an empty [`Database`]; every rule becomes a test of its own, on a database of
//! its own:
//!
//! ```text
//! use switchboard_storage::conformance::Database;
//!
//! fn fresh() -> Database {
//!     let folder = tempfile::tempdir().unwrap();
//!     Database::opened_by(1, move || open(&folder.path().join("hub.db")).unwrap())
//! }
//!
//! switchboard_storage::conformance_suite!(fresh);
//! ```
//!
//! Rules know nothing of the backend. Where the contract speaks of "any nodes", a rule spreads its
//! units over all nodes of the database, however many there are.

#![expect(
    missing_docs,
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "each rule is a test: its name is its sentence, and it fails by panicking"
)]

pub mod channels;
pub mod claims;
pub mod closing;
pub mod concurrency;
pub mod contention;
pub mod credentials;
mod database;
pub mod events;
pub mod failures;
pub mod jobs;
pub mod revisions;
mod samples;
#[cfg(test)]
mod tests;
pub mod units;

pub use database::{Database, run};

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
                an_empty_log_ends_at_its_start
                positions_come_after_the_start_and_grow
                the_last_position_is_that_of_the_newest_event
                events_of_one_unit_keep_their_order
                the_log_can_be_read_page_by_page
                a_page_of_no_events_is_empty
                a_page_may_be_as_long_as_a_number_can_say
                nothing_comes_after_the_end_of_the_log
                a_position_is_never_given_twice
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
