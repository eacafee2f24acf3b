//! Every statement finds its rows by the index its comment names.

use crate::writer::Files;
use crate::{channels, credentials, events, jobs, open, revisions};

mod conversations;
mod desk;
mod envelopes;
mod marks;
mod messages;
mod pages;

/// The files of an empty database.
fn new_files(folder: &tempfile::TempDir) -> Files {
    let path = folder.path().join("hub.db");
    std::fs::File::create(&path).unwrap();
    open::files(&path, crate::SqliteOptions::default()).unwrap()
}

/// The steps of a plan, joined.
fn plan(sql: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let files = new_files(&folder);
    let mut statement = files
        .database
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .unwrap();
    let steps: Vec<String> = statement
        .raw_query()
        .mapped(|row| row.get("detail"))
        .collect::<Result<_, _>>()
        .unwrap();
    steps.join("; ")
}

fn assert_plans(plans: &[(&str, &str)]) {
    for (sql, expected) in plans {
        assert_eq!(plan(sql), *expected, "{sql}");
    }
}

#[test]
fn the_list_walks_along_its_index_and_sorts_nothing() {
    assert_eq!(
        plan(channels::LIST),
        "SCAN channels USING INDEX channels_by_creation"
    );
}

#[test]
fn every_other_statement_searches() {
    assert_plans(&[
        (
            channels::FIND,
            "SEARCH channels USING INDEX sqlite_autoindex_channels_1 (id=?)",
        ),
        (
            channels::OF_UPSTREAM,
            "SEARCH channels USING INDEX channels_by_upstream (upstream=?)",
        ),
        (
            credentials::FIND,
            "SEARCH credentials USING PRIMARY KEY (channel_id=?)",
        ),
        (
            credentials::ERASE,
            "SEARCH credentials USING PRIMARY KEY (channel_id=?)",
        ),
        (
            events::AFTER,
            "SEARCH events USING INTEGER PRIMARY KEY (rowid>?)",
        ),
        (events::LAST, "SEARCH events"),
        (
            events::DROP,
            "SEARCH events USING INTEGER PRIMARY KEY (rowid=?); LIST SUBQUERY 2; CO-ROUTINE (subquery-1); SCAN events; SCAN (subquery-1)",
        ),
        (
            jobs::FIND,
            "SEARCH jobs USING INDEX jobs_by_key (kind=? AND key=?)",
        ),
        (
            jobs::NEXT_DUE,
            "SEARCH jobs USING COVERING INDEX jobs_by_due (kind=?)",
        ),
        (
            jobs::DUE,
            "SEARCH jobs USING INDEX jobs_by_due (kind=? AND run_at<?)",
        ),
        (jobs::LEASE, "SEARCH jobs USING PRIMARY KEY (id=?)"),
        (jobs::FINISH, "SEARCH jobs USING PRIMARY KEY (id=?)"),
        (jobs::RESCHEDULE, "SEARCH jobs USING PRIMARY KEY (id=?)"),
        (
            jobs::EXPIRE,
            "SEARCH jobs USING INDEX jobs_by_due (kind=? AND run_at>?)",
        ),
        (
            revisions::CURRENT,
            "SEARCH revisions USING PRIMARY KEY (noun=?)",
        ),
        (
            revisions::ADVANCE,
            "SEARCH revisions USING PRIMARY KEY (noun=?)",
        ),
    ]);
}
