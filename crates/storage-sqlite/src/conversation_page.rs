//! Pages of conversations.
//!
//! Either along the index of activity, trying the filter on each conversation, or from the few
//! conversations that a part of the filter finds by an index of its own, sorted. Which one is
//! cheaper depends on how many pass, so the sets are counted first, as far as it matters.

use rusqlite::params_from_iter;
use rusqlite::types::Value;
use switchboard_domain::{
    ConversationCursor, ConversationFilter, ConversationId, Range, TextPattern, WordPattern,
};
use switchboard_storage::{COUNTED, ConversationPage, ConversationQuery, StorageError};

use crate::conversation_filter::{Sql, candidates, condition, parsed};
use crate::conversations;
use crate::counts::{self, Counted};
use crate::tx::{Tx, limit};

/// A set that is larger than this is not sorted, however many conversations there are.
const MOST_SORTED: u64 = 5_000;

pub(crate) fn page(
    tx: &mut Tx<'_>,
    query: &ConversationQuery,
) -> Result<ConversationPage, StorageError> {
    let condition = condition(tx, &query.filter)?;
    let all = counts::kept(tx, &Counted::Conversations)?;
    let set = smallest(tx, &query.filter)?;
    let mut ids = find(tx, query, &condition, set.as_ref(), all)?;
    let has_more = ids.len() > query.limit;
    ids.truncate(query.limit);
    Ok(ConversationPage {
        conversations: conversations::find(tx, &ids)?,
        has_more,
        total: total(tx, &query.filter, &condition, set.as_ref())?,
    })
}

/// A set of candidates, and how many are in it.
struct Set {
    sql: Sql,
    size: u64,
}

/// The smallest of the sets that hold everything that passes, if it is small at all.
fn smallest(tx: &Tx<'_>, filter: &ConversationFilter) -> Result<Option<Set>, StorageError> {
    let mut smallest: Option<Set> = None;
    for sql in candidates(tx, filter)? {
        let most = smallest.as_ref().map_or(COUNTED, |set| set.size);
        let size = size(tx, &sql, most)?;
        if size < most {
            smallest = Some(Set { sql, size });
        }
    }
    Ok(smallest)
}

/// How many rows a query has, counted up to `most`.
fn size(tx: &Tx<'_>, sql: &Sql, most: u64) -> Result<u64, StorageError> {
    let mut counting = Sql::new("SELECT COUNT(*) FROM (SELECT 1 FROM (");
    counting
        .append(sql)
        .push(") LIMIT ")
        .bind(Value::Integer(i64::try_from(most).unwrap_or(i64::MAX)))
        .push(")");
    let counted = tx.prepare_once(&counting.text)?.first(
        conversations::TABLE,
        params_from_iter(counting.values),
        |row| row.count((0, "id")),
    )?;
    Ok(counted.unwrap_or_default())
}

/// The ids of a page, and one more if there is one.
fn find(
    tx: &Tx<'_>,
    query: &ConversationQuery,
    condition: &Sql,
    set: Option<&Set>,
    all: u64,
) -> Result<Vec<ConversationId>, StorageError> {
    let wanted = query.limit.saturating_add(1);
    let set = set.filter(|set| is_worth_sorting(set.size, wanted, all));
    let statement = statement(query, condition, set.map(|set| &set.sql));
    let mut ids = Vec::new();
    tx.prepare_once(&statement.text)?.append(
        &mut ids,
        conversations::TABLE,
        params_from_iter(statement.values),
        |row| row.uuid((0, "id")).map(ConversationId::from_uuid),
    )?;
    Ok(ids)
}

/// Sorting a set looks at all of it; walking along the activity looks at `all / size` conversations
/// for each that is wanted.
fn is_worth_sorting(size: u64, wanted: usize, all: u64) -> bool {
    let wanted = u64::try_from(wanted).unwrap_or(u64::MAX);
    size <= MOST_SORTED && size.saturating_mul(size) <= all.saturating_mul(wanted)
}

/// The statement that finds the ids of a page.
pub(crate) fn statement(query: &ConversationQuery, condition: &Sql, set: Option<&Sql>) -> Sql {
    let mut sql = match set {
        Some(set) => from_set(set),
        None => Sql::new(FROM_ACTIVITY),
    };
    sql.push(" AND ").append(condition);
    // A plus sign keeps an index from being used: a set is sorted after it was found.
    let unused = if set.is_some() { "+" } else { "" };
    if let Some(ConversationCursor::After(place)) = &query.cursor {
        sql.push(&format!(" AND ({unused}c.last_message_at, c.id) < ("))
            .bind(place.last_message_at.as_millis())
            .push(", ")
            .bind(place.id.as_uuid().as_bytes().to_vec())
            .push(")");
    }
    sql.push(&format!(
        " ORDER BY {unused}c.last_message_at DESC, {unused}c.id DESC LIMIT "
    ))
    .bind(limit(query.limit.saturating_add(1)));
    if let Some(ConversationCursor::Offset(offset)) = query.cursor {
        sql.push(" OFFSET ")
            .bind(i64::try_from(offset).unwrap_or(i64::MAX));
    }
    sql
}

/// Along the index of activity, backwards.
const FROM_ACTIVITY: &str = "
    SELECT c.id
    FROM conversations c INDEXED BY conversations_by_activity
    WHERE c.last_message_at IS NOT NULL";

/// By the primary key for each of a set.
fn from_set(set: &Sql) -> Sql {
    let mut sql = Sql::new(
        "
    SELECT c.id
    FROM conversations c
    WHERE c.id IN (",
    );
    sql.append(set).push(") AND +c.last_message_at IS NOT NULL");
    sql
}

fn total(
    tx: &Tx<'_>,
    filter: &ConversationFilter,
    condition: &Sql,
    set: Option<&Set>,
) -> Result<u64, StorageError> {
    if let Some(counted) = kept(filter) {
        return counts::kept(tx, &counted);
    }
    let mut passing = match set {
        Some(set) => from_set(&set.sql),
        None => Sql::new(FROM_ACTIVITY),
    };
    passing.push(" AND ").append(condition);
    size(tx, &passing, COUNTED)
}

/// The number that is kept of what passes a filter.
fn kept(filter: &ConversationFilter) -> Option<Counted> {
    match filter {
        ConversationFilter::All => Some(Counted::Conversations),
        ConversationFilter::And(one) | ConversationFilter::Or(one) => match &**one {
            [one] => kept(one),
            _ => None,
        },
        ConversationFilter::Channel(TextPattern::Is(id)) => parsed(id).map(Counted::OfChannel),
        ConversationFilter::Source(TextPattern::Is(source)) => {
            Some(Counted::OfSource(switchboard_domain::Source::new(source)))
        }
        ConversationFilter::Tag(TextPattern::Is(id)) => parsed(id).map(Counted::OfTag),
        ConversationFilter::Metadata {
            key,
            value: WordPattern::Word(word),
        } if key == "state" => Some(Counted::OfState(word.clone())),
        ConversationFilter::UnreadCount(Range {
            from: Some(1),
            to: None,
        }) => Some(Counted::Unread),
        _ => None,
    }
}
