//! Walking along the conversations of a source: along those of each of its channels (ADR 0021).

use switchboard_domain::{ConversationFilter as Filter, TextPattern};
use switchboard_storage::ConversationQuery;

use crate::conversation_filter::Sql;
use crate::conversation_ways::{ORDER, all_of, has_unread, push_place};

pub(crate) const fn is_of_one_channel(condition: &Filter) -> bool {
    matches!(condition, Filter::Channel(TextPattern::Is(_)))
}

/// The source whose channels are walked along, each by itself, to a list of its conversations. An index of all of
/// a source would cost a quarter of what a message's move of its conversation does.
pub(crate) fn of(filter: &Filter) -> Option<&str> {
    let all = all_of(filter);
    if has_unread(filter) || all.iter().any(is_of_one_channel) {
        return None;
    }
    all.iter().find_map(|condition| match condition {
        Filter::Source(TextPattern::Is(source)) => Some(source.as_str()),
        _ => None,
    })
}

/// Selects the channels on which a source has conversations with a message.
pub(crate) fn push_channels(sql: &mut Sql, source: &str) {
    sql.push(
        "SELECT DISTINCT key::uuid AS id FROM counts WHERE kind = 'channel' AND state = '' AND source = ",
    );
    sql.push_text(source);
}

/// Those that pass and may be on the page: so many of each channel at most.
pub(crate) fn push_pages(sql: &mut Sql, source: &str, query: &ConversationQuery, wanted: i64) {
    sql.push(" FROM (");
    push_channels(sql, source);
    sql.push(
        ") AS channel CROSS JOIN LATERAL (SELECT c.id, c.last_message_at FROM conversations AS c
         WHERE c.channel_id = channel.id AND c.last_message_at IS NOT NULL AND ",
    );
    sql.push_filter(&query.filter);
    push_place(sql, query);
    sql.push(ORDER);
    sql.push(" LIMIT ");
    sql.push_number(wanted);
    sql.push(") AS c");
}
