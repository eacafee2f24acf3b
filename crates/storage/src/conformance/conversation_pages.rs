//! Rules about lists of conversations.

use switchboard_domain::{
    Conversation, ConversationCursor, ConversationFilter, ConversationId, ConversationPlace,
    Source, TextPattern,
};

use super::Database;
use super::conversations::{add_tags, put, put_tags};
use super::samples::inbox::{conversation, conversation_id, silent, spoken_at, tag_id};
use super::samples::{at, channel};
use crate::{ConversationPage, ConversationQuery};

pub async fn conversations_are_listed_by_their_newest_message_newest_first(database: &Database) {
    let spoken = [(1, 50), (2, 10), (3, 40), (4, -20), (5, 30)];
    put(
        database,
        spoken.map(|(number, second)| spoken_at(number, second)),
    )
    .await;

    let listed = listed(database, ConversationFilter::All).await;

    assert_eq!(listed, [1, 3, 5, 2, 4].map(conversation_id));
}

pub async fn of_equally_new_conversations_the_greater_id_comes_first(database: &Database) {
    put(database, (1..=20).map(|number| spoken_at(number, 5))).await;

    let listed = listed(database, ConversationFilter::All).await;

    let mut expected: Vec<_> = (1..=20).map(conversation_id).collect();
    expected.sort_unstable_by(|one, other| other.cmp(one));
    assert_eq!(listed, expected);
}

pub async fn listed_conversations_are_whole(database: &Database) {
    put_tags(database, 1..=2).await;
    put(database, [conversation(1), conversation(2)]).await;
    add_tags(database, 1, [1, 2]).await;

    let page = page(database, ConversationFilter::All, None, 10).await;

    let mut tags = [1, 2].map(tag_id).to_vec();
    tags.sort_unstable();
    let tagged = Conversation {
        tags,
        ..conversation(1)
    };
    assert_eq!(page.conversations, [conversation(2), tagged]);
}

pub async fn a_conversation_without_a_message_is_not_listed(database: &Database) {
    put(
        database,
        [silent(1), conversation(2), conversation(3), silent(4)],
    )
    .await;
    put(database, [silent(3), conversation(4)]).await;

    let found = page(database, ConversationFilter::All, None, 10).await;
    let of_id = page(
        database,
        ConversationFilter::Id(TextPattern::Is(conversation_id(3).to_string())),
        None,
        10,
    )
    .await;

    assert_eq!(ids(&found), [4, 2].map(conversation_id));
    assert_eq!((found.total, of_id.total), (2, 0));
}

pub async fn an_empty_database_lists_no_conversations(database: &Database) {
    let found = page(database, ConversationFilter::All, None, 10).await;

    let nothing = ConversationPage {
        conversations: vec![],
        has_more: false,
        total: 0,
    };
    assert_eq!(found, nothing);
}

pub async fn a_page_says_whether_more_follow(database: &Database) {
    put(database, (1..=3).map(conversation)).await;

    let mut seen = Vec::new();
    for limit in [0, 1, 2, 3, 4, usize::MAX] {
        let page = page(database, ConversationFilter::All, None, limit).await;
        seen.push((page.conversations.len(), page.has_more, page.total));
    }

    assert_eq!(
        seen,
        [
            (0, true, 3),
            (1, true, 3),
            (2, true, 3),
            (3, false, 3),
            (3, false, 3),
            (3, false, 3)
        ]
    );
}

pub async fn conversations_can_be_read_page_by_page_after_a_place(database: &Database) {
    put(database, (1..=4).map(conversation)).await;
    put(database, (5..=10).map(|number| spoken_at(number, 2))).await;
    let all = listed(database, ConversationFilter::All).await;
    assert_eq!(all.len(), 10);

    for limit in 1..=11 {
        let mut cursor = None;
        let mut seen = Vec::new();
        loop {
            let page = page(database, ConversationFilter::All, cursor, limit).await;
            seen.extend(ids(&page));
            assert_eq!(page.has_more, seen.len() < 10, "{limit}");
            assert_eq!(page.total, 10, "{limit}");
            cursor = page.conversations.last().map(after);
            if !page.has_more {
                break;
            }
        }
        assert_eq!(seen, all, "{limit}");
    }
}

pub async fn conversations_can_be_read_page_by_page_at_an_offset(database: &Database) {
    put(database, (1..=7).map(conversation)).await;

    let mut pages = Vec::new();
    for offset in [0, 3, 6, 7, 8, u64::MAX] {
        let cursor = Some(ConversationCursor::Offset(offset));
        let page = page(database, ConversationFilter::All, cursor, 3).await;
        pages.push((ids(&page), page.has_more, page.total));
    }

    assert_eq!(
        pages,
        [
            ([7, 6, 5].map(conversation_id).to_vec(), true, 7),
            ([4, 3, 2].map(conversation_id).to_vec(), true, 7),
            (vec![conversation_id(1)], false, 7),
            (vec![], false, 7),
            (vec![], false, 7),
            (vec![], false, 7),
        ]
    );
}

pub async fn a_source_is_read_page_by_page_across_its_channels(database: &Database) {
    // Three channels, each with conversations of two sources, some of which were moved since.
    let of_two_sources = (1..=12).map(|number| Conversation {
        channel: channel(number % 3).id,
        source: Source::named(["one", "other"][usize::from(number % 4 == 0)]),
        ..conversation(number)
    });
    put(database, of_two_sources.clone()).await;
    let moved = of_two_sources.skip(4).take(2).map(|known| Conversation {
        channel: channel(7).id,
        ..known
    });
    put(database, moved).await;
    let source = |name: &str| ConversationFilter::Source(TextPattern::Is(name.to_owned()));
    let expected = [11, 10, 9, 7, 6, 5, 3, 2, 1].map(conversation_id);

    for limit in 1..=10 {
        let (mut by_place, mut by_offset) = (Vec::new(), Vec::new());
        let mut cursor = None;
        loop {
            let page = page(database, source("one"), cursor, limit).await;
            by_place.extend(ids(&page));
            assert_eq!(page.has_more, by_place.len() < 9, "{limit}");
            assert_eq!(page.total, 9, "{limit}");
            cursor = page.conversations.last().map(after);
            if !page.has_more {
                break;
            }
        }
        while by_offset.len() < 9 {
            let cursor = ConversationCursor::Offset(by_offset.len().try_into().unwrap());
            let page = page(database, source("one"), Some(cursor), limit).await;
            by_offset.extend(ids(&page));
        }
        assert_eq!(by_place, expected, "{limit}");
        assert_eq!(by_offset, expected, "{limit}");
    }
    assert_eq!(
        listed(database, source("other")).await,
        [12, 8, 4].map(conversation_id)
    );
    assert_eq!(listed(database, source("none")).await, []);
}

pub async fn a_page_may_begin_where_no_conversation_is(database: &Database) {
    put(database, (1..=3).map(conversation)).await;
    let place = |second| {
        Some(ConversationCursor::After(ConversationPlace {
            last_message_at: at(second),
            id: conversation_id(9),
        }))
    };

    let newest = page(database, ConversationFilter::All, place(100), 10).await;
    let middle = page(database, ConversationFilter::All, place(0), 10).await;
    let moved = Some(ConversationCursor::After(ConversationPlace {
        last_message_at: at(2),
        id: conversation_id(2),
    }));
    database
        .write(|tx| tx.erase_conversation(conversation_id(2)))
        .await;
    let gone = page(database, ConversationFilter::All, moved, 10).await;

    assert_eq!(ids(&newest), [3, 2, 1].map(conversation_id));
    assert_eq!(ids(&middle), []);
    assert_eq!(ids(&gone), [conversation_id(1)]);
}

pub async fn who_pages_sees_what_does_not_move_once_while_others_come_and_go(database: &Database) {
    put(database, (1..=12).map(conversation)).await;

    let mut seen = Vec::new();
    let mut cursor = None;
    for step in 0.. {
        let page = page(database, ConversationFilter::All, cursor, 3).await;
        seen.extend(ids(&page));
        // The cursor's own conversation moves to the top, one that is still to come does as well, one
        // arrives and one goes: twice.
        match step {
            0 => {
                put(database, [spoken_at(10, 100), spoken_at(2, 101)]).await;
                put(database, [spoken_at(20, 102)]).await;
                erase(database, 8).await;
            }
            1 => {
                put(database, [spoken_at(6, 103), spoken_at(11, 104)]).await;
                put(database, [spoken_at(21, 105)]).await;
                erase(database, 1).await;
            }
            _ => {}
        }
        cursor = page.conversations.last().map(after);
        if !page.has_more {
            break;
        }
    }

    let resting = [12, 9, 7, 5, 4, 3].map(conversation_id);
    seen.retain(|id| resting.contains(id));
    assert_eq!(seen, resting);
}

/// One page.
pub(super) async fn page(
    database: &Database,
    filter: ConversationFilter,
    cursor: Option<ConversationCursor>,
    limit: usize,
) -> ConversationPage {
    let query = ConversationQuery {
        filter,
        cursor,
        limit,
    };
    database.read(move |tx| tx.conversation_page(&query)).await
}

/// Every conversation that passes, in the order of the list.
pub(super) async fn listed(database: &Database, filter: ConversationFilter) -> Vec<ConversationId> {
    ids(&page(database, filter, None, 1000).await)
}

/// What the conversations of a page are.
pub(super) fn ids(page: &ConversationPage) -> Vec<ConversationId> {
    page.conversations
        .iter()
        .map(|conversation| conversation.id)
        .collect()
}

/// Where the page after a conversation begins.
pub(super) fn after(conversation: &Conversation) -> ConversationCursor {
    ConversationCursor::After(ConversationPlace {
        last_message_at: conversation.last_message.unwrap().sent_at,
        id: conversation.id,
    })
}

async fn erase(database: &Database, number: u32) {
    database
        .write(move |tx| tx.erase_conversation(conversation_id(number)))
        .await;
}
