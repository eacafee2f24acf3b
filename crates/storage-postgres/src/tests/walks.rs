//! Lists that walk along an index take one conversation after the other.

use switchboard_domain::{ConversationFilter as Filter, Range, TextPattern, WordPattern};

use super::plans::{plan, with_tables};
use crate::conversation_ways;

/// Sorting would look at all of them first.
#[test]
fn a_walk_that_ends_somewhere_takes_one_conversation_after_the_other() {
    let database = with_tables();
    let open = Filter::Metadata {
        key: "state".to_owned(),
        value: WordPattern::Word("open".to_owned()),
    };
    let viber = Filter::Source(TextPattern::Is("viber".to_owned()));
    for (filter, index) in [
        (open.clone(), "conversations_by_activity"),
        (
            Filter::And(vec![viber, open.clone()]),
            "conversations_by_activity",
        ),
        (
            Filter::And(vec![conversation_ways::UNREAD, open]),
            "conversations_unread",
        ),
    ] {
        let sql = conversation_ways::along(filter, Some(1_000));

        let plan = plan(&mut database.client(), &sql);

        let walk = format!("Index Scan Backward using {index} ");
        assert!(plan.contains(&walk), "{plan}");
        assert!(plan.contains("Subquery Scan on c"), "{plan}");
        assert!(!plan.contains("Sort"), "{plan}");
    }
}

/// There is no index of a source's conversations: each of its channels gives a page of its own, of which one is
/// made.
#[test]
fn a_walk_along_a_source_goes_along_each_of_its_channels() {
    let database = with_tables();
    let viber = Filter::Source(TextPattern::Is("viber".to_owned()));
    let since_then = Filter::CreatedAt(Range {
        from: Some(1),
        to: None,
    });
    for filter in [viber.clone(), Filter::And(vec![since_then, viber])] {
        let sql = conversation_ways::along(filter, None);

        let plan = plan(&mut database.client(), &sql);

        assert!(plan.contains("using conversations_by_channel "), "{plan}");
        assert!(plan.contains("using counts_pkey "), "{plan}");
        assert!(!plan.contains("Seq Scan"), "{plan}");
        assert!(!plan.contains("conversations_by_activity"), "{plan}");
        // One for the page, none below for the conversations of a channel.
        let sorted = plan.matches("Sort Key: c.last_message_at DESC").count();
        assert_eq!(sorted, 1, "{plan}");
    }
}
