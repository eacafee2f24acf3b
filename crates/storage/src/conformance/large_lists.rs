//! Rules about lists in which one does not look at every conversation.

use switchboard_domain::{Conversation, ConversationFilter, ConversationId, Range, WordPattern};

use super::Database;
use super::conversation_pages::{after, ids, page};
use super::conversations::put;
use super::samples::inbox::{conversation, conversation_id};

/// More than a list looks at before it tries another way.
const ALL: u32 = 1_300;

/// How old the conversations are that are open: all others came later.
const OPEN: std::ops::RangeInclusive<u32> = 1..=100;

/// A filter, and whether it passes the conversation of a number.
type Case = (ConversationFilter, fn(u32) -> bool);

pub async fn pages_of_a_large_list_are_in_order_wherever_what_passes_lies(database: &Database) {
    put(database, (1..=ALL).map(sample)).await;
    database
        .write(|tx| {
            OPEN.into_iter().try_for_each(|number| {
                let open = ["open".to_owned()];
                tx.put_words(conversation_id(number), "metadata.state", &open)
            })
        })
        .await;

    let cases: [Case; 4] = [
        (unread(1, None), |number| number.is_multiple_of(5)),
        (unread(2, Some(3)), |number| number.is_multiple_of(25)),
        (open(), |number| OPEN.contains(&number)),
        (
            ConversationFilter::And(vec![open(), unread(1, None)]),
            |number| OPEN.contains(&number) && number.is_multiple_of(5),
        ),
    ];
    for (filter, passes) in cases {
        let expected: Vec<_> = (1..=ALL)
            .rev()
            .filter(|number| passes(*number))
            .map(conversation_id)
            .collect();

        assert_eq!(paged(database, &filter).await, expected, "{filter:?}");
    }
}

/// The `number`th by age. One in five is unread, and of those one in five more than once.
fn sample(number: u32) -> Conversation {
    let unread_count = match number {
        rare if rare.is_multiple_of(25) => 2,
        scattered if scattered.is_multiple_of(5) => 1,
        _ => 0,
    };
    Conversation {
        unread_count,
        state: OPEN.contains(&number).then(|| "OPEN".to_owned()),
        ..conversation(number)
    }
}

fn unread(from: i64, to: Option<i64>) -> ConversationFilter {
    ConversationFilter::UnreadCount(Range {
        from: Some(from),
        to,
    })
}

fn open() -> ConversationFilter {
    ConversationFilter::Metadata {
        key: "state".to_owned(),
        value: WordPattern::Word("open".to_owned()),
    }
}

/// What passes, three at a time.
async fn paged(database: &Database, filter: &ConversationFilter) -> Vec<ConversationId> {
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let found = page(database, filter.clone(), cursor, 3).await;
        seen.extend(ids(&found));
        cursor = found.conversations.last().map(after);
        if !found.has_more {
            return seen;
        }
    }
}
