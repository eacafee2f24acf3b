//! The suite leaves no rule out.

use std::collections::BTreeSet;

/// A rule that is written but not named in the macro would never run.
#[test]
fn every_rule_is_in_the_suite() {
    let suite: BTreeSet<_> = words(include_str!("mod.rs")).collect();
    let written = [
        include_str!("channels.rs"),
        include_str!("claims.rs"),
        include_str!("closing.rs"),
        include_str!("concurrency.rs"),
        include_str!("contention.rs"),
        include_str!("credentials.rs"),
        include_str!("events.rs"),
        include_str!("failures.rs"),
        include_str!("jobs.rs"),
        include_str!("revisions.rs"),
        include_str!("units.rs"),
    ];
    let rules: Vec<_> = written
        .iter()
        .flat_map(|text| text.split("\npub async fn ").skip(1))
        .filter_map(|rule| rule.split('(').next())
        .collect();

    let forgotten: Vec<_> = rules.iter().filter(|rule| !suite.contains(*rule)).collect();

    assert!(rules.len() > 50, "only {} rules were found", rules.len());
    assert_eq!(forgotten, Vec::<&&str>::new());
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}
