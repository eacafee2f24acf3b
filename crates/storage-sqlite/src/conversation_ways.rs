//! The statements that find the conversations of a page, along the index of activity or among a set.

use switchboard_domain::ConversationCursor;
use switchboard_storage::ConversationQuery;

use crate::conversation_filter::Sql;
use crate::tx::limit;

/// Along the index of activity, backwards.
const FROM_ACTIVITY: &str = "
    FROM conversations entry INDEXED BY conversations_by_activity";

/// The row of an entry, by the primary key, once the entry has passed.
const WITH_ROW: &str = "
    CROSS JOIN conversations c ON c.id = entry.id";

const LISTED: &str = "
    WHERE entry.last_message_at IS NOT NULL";

const ORDER: &str = "
    ORDER BY entry.last_message_at DESC, entry.id DESC";

/// The statement that finds the ids of all that pass along the activity, in no order.
pub(crate) fn all_along_the_activity(condition: &Sql) -> Sql {
    let mut sql = Sql::new("SELECT entry.id");
    sql.push(FROM_ACTIVITY);
    if condition.needs_row() {
        sql.push(WITH_ROW);
    }
    sql.push(LISTED).push(" AND ").append(condition);
    sql
}

/// The statement that finds the ids of a page along the activity.
pub(crate) fn along_the_activity(query: &ConversationQuery, condition: &Sql) -> Sql {
    let mut sql = all_along_the_activity(condition);
    push_place(&mut sql, query, "entry");
    sql.push(ORDER);
    push_limit(&mut sql, query);
    sql
}

/// The same that looks at no more than so many conversations. They come from the inner query one by one and in
/// its order, until there are enough; an order of the outer query would make SQLite take all of them
/// first.
pub(crate) fn so_far_along_the_activity(
    query: &ConversationQuery,
    condition: &Sql,
    far: u64,
) -> Sql {
    let mut sql = Sql::new(
        "SELECT entry.id FROM (
    SELECT entry.id, entry.last_message_at, entry.unread_count, entry.source, entry.state",
    );
    sql.push(FROM_ACTIVITY).push(LISTED);
    push_place(&mut sql, query, "entry");
    sql.push(ORDER)
        .push(" LIMIT ")
        .bind(i64::try_from(far).unwrap_or(i64::MAX))
        .push(") entry");
    if condition.needs_row() {
        sql.push(WITH_ROW);
    }
    sql.push(" WHERE ").append(condition);
    push_limit(&mut sql, query);
    sql
}

/// The statement that finds the ids of a page among a set: by the primary key for each.
pub(crate) fn from_set(query: &ConversationQuery, condition: &Sql, set: &Sql) -> Sql {
    let mut sql = Sql::new(
        "
    SELECT c.id
    FROM conversations c
    WHERE c.id IN (",
    );
    sql.append(set)
        .push(") AND +c.last_message_at IS NOT NULL AND ")
        .append(&condition.of_row());
    // A plus sign keeps an index from being used: a set is sorted after it was found.
    push_place(&mut sql, query, "+c");
    sql.push(" ORDER BY +c.last_message_at DESC, +c.id DESC");
    push_limit(&mut sql, query);
    sql
}

fn push_place(sql: &mut Sql, query: &ConversationQuery, row: &str) {
    if let Some(ConversationCursor::After(place)) = &query.cursor {
        let id = row.trim_start_matches('+');
        sql.push(&format!(" AND ({row}.last_message_at, {id}.id) < ("))
            .bind(place.last_message_at.as_millis())
            .push(", ")
            .bind(place.id.as_uuid().as_bytes().to_vec())
            .push(")");
    }
}

fn push_limit(sql: &mut Sql, query: &ConversationQuery) {
    sql.push(" LIMIT ")
        .bind(limit(query.limit.saturating_add(1)));
    if let Some(ConversationCursor::Offset(offset)) = query.cursor {
        sql.push(" OFFSET ")
            .bind(i64::try_from(offset).unwrap_or(i64::MAX));
    }
}

/// What passes of a set, each as it is found, so that one who has enough can stop.
pub(crate) fn one_by_one(condition: &Sql, set: &Sql) -> Sql {
    let mut sql = Sql::new("WITH found (id) AS NOT MATERIALIZED (");
    sql.append(set)
        .push(
            ")
    SELECT DISTINCT c.id
    FROM found
    CROSS JOIN conversations c ON c.id = found.id
    WHERE c.last_message_at IS NOT NULL AND ",
        )
        .append(&condition.of_row());
    sql
}
