//! The suite leaves no rule out.

use std::collections::BTreeSet;

/// A rule that is written but not named in the macro would never run.
#[test]
fn every_rule_is_in_the_suite() {
    let suite: BTreeSet<_> = words(include_str!("suite.rs")).collect();
    let written = [
        include_str!("adding.rs"),
        include_str!("aliases.rs"),
        include_str!("applying.rs"),
        include_str!("channels.rs"),
        include_str!("claims.rs"),
        include_str!("closing.rs"),
        include_str!("concurrency.rs"),
        include_str!("contact_pages.rs"),
        include_str!("contacts.rs"),
        include_str!("contention.rs"),
        include_str!("conversation_pages.rs"),
        include_str!("conversations.rs"),
        include_str!("credentials.rs"),
        include_str!("custom_sources.rs"),
        include_str!("envelope_lists.rs"),
        include_str!("envelope_races.rs"),
        include_str!("envelope_removal.rs"),
        include_str!("envelopes.rs"),
        include_str!("erasing.rs"),
        include_str!("events.rs"),
        include_str!("every_noun.rs"),
        include_str!("failures.rs"),
        include_str!("filters.rs"),
        include_str!("jobs.rs"),
        include_str!("media.rs"),
        include_str!("merges.rs"),
        include_str!("message_pages.rs"),
        include_str!("messages.rs"),
        include_str!("metadata.rs"),
        include_str!("metadata_races.rs"),
        include_str!("parking.rs"),
        include_str!("races.rs"),
        include_str!("random_filters.rs"),
        include_str!("revisions.rs"),
        include_str!("tags.rs"),
        include_str!("templates.rs"),
        include_str!("texts.rs"),
        include_str!("totals.rs"),
        include_str!("units.rs"),
        include_str!("users.rs"),
        include_str!("words.rs"),
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
