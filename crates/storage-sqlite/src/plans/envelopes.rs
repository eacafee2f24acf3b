//! Statements about envelopes.

use super::assert_plans;
use crate::{envelope_changes, envelope_heads, envelopes};

#[test]
fn every_statement_finds_its_rows_by_the_index_its_comment_names() {
    assert_plans(&[
        (
            envelopes::FIND,
            "SEARCH envelopes USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (
            envelopes::AFTER,
            "SEARCH envelopes USING INTEGER PRIMARY KEY (rowid>?)",
        ),
        (
            envelope_heads::HEADS,
            "SEARCH e USING INTEGER PRIMARY KEY (rowid>? AND rowid<?); SEARCH o USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN",
        ),
        (
            envelope_heads::APPLIED_HEADS,
            "SEARCH e USING INTEGER PRIMARY KEY (rowid<?); CORRELATED SCALAR SUBQUERY 1; SEARCH o USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (
            envelope_heads::HEADS_OF_SOURCE,
            "SEARCH e USING INDEX envelopes_by_source (source=? AND rowid>? AND rowid<?); SEARCH o USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN",
        ),
        (
            envelope_heads::APPLIED_HEADS_OF_SOURCE,
            "SEARCH e USING INDEX envelopes_by_source (source=? AND rowid<?); CORRELATED SCALAR SUBQUERY 1; SEARCH o USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (
            envelope_heads::HEADS_OF_VERDICT,
            "SEARCH o USING INDEX outcomes_by_verdict (verdict=? AND rowid<?); SEARCH e USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (
            envelopes::OUTCOME,
            "SEARCH outcomes USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (
            envelopes::PROGRESS,
            "SEARCH apply_progress USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (envelopes::NEWEST, "SEARCH envelopes"),
        (
            envelopes::FIRST_AFTER,
            "SEARCH envelopes USING INTEGER PRIMARY KEY (rowid>?)",
        ),
        (
            envelopes::LEASE,
            "SEARCH apply_progress USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (
            envelopes::RELEASE,
            "SEARCH apply_progress USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (
            envelopes::ADVANCE,
            "SEARCH apply_progress USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (
            envelopes::DELETE_OUTCOME,
            "SEARCH outcomes USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (
            envelopes::DELETE_OLD_OUTCOMES,
            "SEARCH outcomes USING INTEGER PRIMARY KEY (rowid<?)",
        ),
        (
            envelopes::OLD,
            "CO-ROUTINE (subquery-1); SEARCH envelopes USING INTEGER PRIMARY KEY (rowid<?); SCAN (subquery-1)",
        ),
        (
            envelope_changes::PROVE,
            "SEARCH proofs USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (
            envelope_changes::DELETE,
            "SEARCH envelopes USING INTEGER PRIMARY KEY (rowid=?)",
        ),
    ]);
}
