//! The statements that find the conversations of a page.

use switchboard_domain::{
    ConversationCursor, ConversationFilter as Filter, Range, TextPattern, WordPattern,
};
use switchboard_storage::{COUNTED, ConversationQuery};

use crate::conversation_filter::{Sql, exact_id};
use crate::conversations::COLUMNS;
use crate::stored::{limit, natural};
use crate::{source_walk, words};

/// How the conversations of a page are found.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way<'f> {
    /// From those that a condition leads to.
    From(&'f Filter),
    /// Along the newest, looking at no more than so many.
    Along(Option<u64>),
}

/// Whether the statement that makes a page sees all that pass anyway, and so can count them.
pub(crate) const fn counts_itself(query: &ConversationQuery, way: Way<'_>) -> bool {
    let from_the_first = !matches!(query.cursor, Some(ConversationCursor::After(_)));
    matches!(way, Way::From(_)) && from_the_first
}

/// Selects the ids of conversations that a condition leads to, up to `limit` of them.
pub(crate) fn push_ids(sql: &mut Sql, condition: &Filter, limit: Option<u64>) {
    match condition {
        Filter::Id(TextPattern::Is(text)) => push_id(sql, exact_id(text)),
        Filter::Tag(TextPattern::Is(text)) => {
            let Some(tag) = exact_id(text) else {
                return push_id(sql, None);
            };
            sql.push("SELECT conversation_id FROM conversation_tags WHERE tag_id = ");
            sql.push_id(tag);
        }
        Filter::DisplayName(pattern) => push_ids_by_word(sql, "display_name", pattern),
        Filter::Metadata { key, value } => {
            push_ids_by_word(sql, &format!("metadata.{key}"), value);
        }
        Filter::Text(pattern) => sql.push_conversations_with(pattern),
        other => match excluded_state(other) {
            Some(word) => push_ids_by_other_words(sql, "metadata.state", word),
            None => sql.push("SELECT id AS conversation_id FROM conversations"),
        },
    }
    if let Some(limit) = limit {
        sql.push(" LIMIT ");
        sql.push(&limit.to_string());
    }
}

fn push_id(sql: &mut Sql, id: Option<uuid::Uuid>) {
    match id {
        Some(id) => {
            sql.push("SELECT ");
            sql.push_id(id);
            sql.push(" AS conversation_id");
        }
        None => sql.push("SELECT NULL::uuid AS conversation_id WHERE false"),
    }
}

fn push_ids_by_word(sql: &mut Sql, key: &str, pattern: &WordPattern) {
    sql.push("SELECT w.conversation_id FROM conversation_words AS w WHERE ");
    sql.push_word_condition(key, pattern);
}

/// The words before it and those behind it.
fn push_ids_by_other_words(sql: &mut Sql, key: &str, word: &str) {
    for (comparison, between) in [(" < ", ""), (" > ", " UNION ALL ")] {
        sql.push(between);
        sql.push("SELECT w.conversation_id FROM conversation_words AS w WHERE w.key = ");
        sql.push_text(key);
        sql.push(" AND w.word");
        sql.push(comparison);
        sql.push_text(&words::indexed(word));
    }
}

/// The conditions of a list: it shows conversations with a message, and only those that pass.
fn push_listed(sql: &mut Sql, query: &ConversationQuery, way: Way<'_>) {
    let filter = &query.filter;
    match way {
        Way::From(start) => {
            sql.push(" FROM conversations AS c WHERE c.last_message_at IS NOT NULL AND c.id = ANY(ARRAY(");
            push_ids(sql, start, None);
            sql.push("))");
        }
        Way::Along(None) => {
            sql.push(" FROM conversations AS c WHERE c.last_message_at IS NOT NULL");
            push_found_along(sql, filter);
            if let Some(source) = source_walk::of(filter) {
                sql.push(" AND c.channel_id = ANY(ARRAY(");
                source_walk::push_channels(sql, source);
                sql.push("))");
            }
        }
        // They come one by one and in this order, until there are enough.
        Way::Along(Some(far)) => {
            sql.push(
                " FROM (SELECT c.* FROM conversations AS c WHERE c.last_message_at IS NOT NULL",
            );
            push_found_along(sql, filter);
            push_place(sql, query);
            sql.push(ORDER);
            sql.push(" LIMIT ");
            sql.push_number(natural(far));
            sql.push(") AS c WHERE true");
        }
    }
    let start = match way {
        Way::From(start) => Some(start),
        Way::Along(_) => None,
    };
    let rest = |condition: &&Filter| {
        let is_met = start.is_some_and(|start| {
            std::ptr::eq(*condition, start) && excluded_state(start).is_none()
        });
        !is_met && (matches!(way, Way::From(_)) || !is_found_along(condition))
    };
    for condition in all_of(filter).iter().filter(rest) {
        sql.push(" AND ");
        sql.push_filter(condition);
    }
}

/// The conditions that leave an index in the order of the newest to walk along.
fn push_found_along(sql: &mut Sql, filter: &Filter) {
    if has_unread(filter) {
        // Written out, so that the index of those is found.
        sql.push(" AND c.unread_count > 0");
    }
    for condition in all_of(filter) {
        if is_found_along(condition) && *condition != UNREAD {
            sql.push(" AND ");
            sql.push_filter(condition);
        }
    }
}

fn is_found_along(condition: &Filter) -> bool {
    source_walk::is_of_one_channel(condition) || *condition == UNREAD
}

/// Conditions that all have to hold.
pub(crate) fn all_of(filter: &Filter) -> &[Filter] {
    match filter {
        Filter::And(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    }
}

/// The word of a state that conversations must not be in.
pub(crate) fn excluded_state(condition: &Filter) -> Option<&str> {
    let Filter::Not(other) = condition else {
        return None;
    };
    match &**other {
        Filter::Metadata {
            key,
            value: WordPattern::Word(word),
        } if key == "state" => Some(word),
        _ => None,
    }
}

/// Asked for so often that it is written out.
pub(crate) const UNREAD: Filter = Filter::UnreadCount(Range {
    from: Some(1),
    to: None,
});

/// The order of every list.
pub(crate) const ORDER: &str = " ORDER BY c.last_message_at DESC, c.id DESC";

pub(crate) fn page(query: &ConversationQuery, way: Way<'_>) -> Sql {
    let mut sql = Sql::default();
    sql.push("SELECT ");
    sql.push(COLUMNS);
    match way {
        Way::From(_) => {
            if counts_itself(query, way) {
                sql.push(", count(*) OVER ()");
            }
            push_passing(&mut sql, query, way);
        }
        // What passes can be told from indexes alone, in the best case.
        Way::Along(_) => {
            sql.push(" FROM conversations AS c WHERE c.id = ANY(ARRAY(SELECT c.id");
            push_passing(&mut sql, query, way);
            sql.push("))");
            sql.push(ORDER);
        }
    }
    sql
}

/// Those that pass and are on the page, in their order.
fn push_passing(sql: &mut Sql, query: &ConversationQuery, way: Way<'_>) {
    let wanted = limit(query.limit.saturating_add(1));
    let skipped = match query.cursor {
        Some(ConversationCursor::Offset(skipped)) => natural(skipped),
        _ => 0,
    };
    if let (Way::Along(None), Some(source)) = (way, source_walk::of(&query.filter)) {
        source_walk::push_pages(sql, source, query, wanted.saturating_add(skipped));
    } else {
        push_listed(sql, query, way);
        push_place(sql, query);
    }
    sql.push(ORDER);
    sql.push(" LIMIT ");
    sql.push_number(wanted);
    if skipped > 0 {
        sql.push(" OFFSET ");
        sql.push_number(skipped);
    }
}

pub(crate) fn push_place(sql: &mut Sql, query: &ConversationQuery) {
    if let Some(ConversationCursor::After(place)) = query.cursor {
        sql.push(" AND (c.last_message_at, c.id) < (");
        sql.push_number(place.last_message_at.as_millis());
        sql.push(", ");
        sql.push_id(place.id.as_uuid());
        sql.push(")");
    }
}

/// The statement that counts how many pass, up to a bound.
pub(crate) fn counting(query: &ConversationQuery, way: Way<'_>) -> Sql {
    let way = match way {
        Way::Along(_) => Way::Along(None),
        Way::From(_) => way,
    };
    let mut sql = Sql::default();
    sql.push("SELECT count(*) FROM (SELECT");
    push_listed(&mut sql, query, way);
    sql.push(" LIMIT ");
    sql.push_number(natural(COUNTED));
    sql.push(") AS listed");
    sql
}

/// Whether only conversations with unread messages can pass.
pub(crate) fn has_unread(filter: &Filter) -> bool {
    match filter {
        Filter::And(all) => all.iter().any(has_unread),
        Filter::UnreadCount(range) => range.from.is_some_and(|from| from > 0),
        _ => false,
    }
}

/// The statement that walks, so far or to the end, for the ids of a first page.
#[cfg(test)]
pub(crate) fn along(filter: Filter, far: Option<u64>) -> String {
    let query = ConversationQuery {
        filter,
        cursor: None,
        limit: 20,
    };
    let mut sql = Sql::default();
    sql.push("SELECT c.id");
    push_passing(&mut sql, &query, Way::Along(far));
    sql.text
}
