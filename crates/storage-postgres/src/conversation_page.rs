//! Lists of conversations, newest message first.
//!
//! A list is made in one of two ways: along the conversations by their newest message, taking those that
//! pass, or from the few that an index says can pass. A short look at the indexes decides.

use postgres::Row;
use switchboard_domain::{
    ConversationCursor, ConversationFilter as Filter, Range, TextPattern, WordPattern,
};
use switchboard_storage::{COUNTED, ConversationPage, ConversationQuery, StorageError};

use crate::conversation_filter::{Sql, exact_id, is_searchable};
use crate::conversations::{COLUMNS, read};
use crate::counts::{self, Count};
use crate::snapshot::Ask;
use crate::stored::{Stored, limit, natural};

/// Fewer conversations than this are worth being looked at one by one.
const FEW: usize = 1000;

/// Messages that a search gives, at most.
const FOUND: usize = 10_000;

/// Where the number of those that pass stands, behind the columns of a conversation.
const COUNT: usize = 24;

/// The page that a query asks for.
pub(crate) fn list(
    server: &mut impl Ask,
    query: &ConversationQuery,
) -> Result<ConversationPage, StorageError> {
    let start = start(server, &query.filter)?;
    let mut rows = server.ask_anew_sql(&page(query, start))?;
    let has_more = rows.len() > query.limit;
    rows.truncate(query.limit);
    let total = match rows.first() {
        _ if query.cursor.is_none() && !has_more => natural_of(rows.len()),
        Some(row) if counts_itself(query, start) => {
            let counted = Stored::new("conversations", row).natural((COUNT, "id"))?;
            counted.min(COUNTED)
        }
        _ => total(server, &query.filter, start)?,
    };
    Ok(ConversationPage {
        conversations: rows.iter().map(read).collect::<Result<_, _>>()?,
        has_more,
        total,
    })
}

fn natural_of(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

/// Whether the statement that makes a page sees all that pass anyway, and so can count them.
fn counts_itself(query: &ConversationQuery, start: Option<&Filter>) -> bool {
    let from_the_first = !matches!(query.cursor, Some(ConversationCursor::After(_)));
    start.is_some() && kept(&query.filter).is_none() && from_the_first
}

/// A condition that leads to few conversations, if there is one.
fn start<'f>(
    server: &mut impl Ask,
    filter: &'f Filter,
) -> Result<Option<&'f Filter>, StorageError> {
    let conditions = match filter {
        Filter::And(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    let candidates: Vec<_> = conditions
        .iter()
        .filter(|condition| leads_somewhere(condition))
        .collect();
    let searched = conditions
        .iter()
        .find(|condition| matches!(condition, Filter::Text(_)));
    if candidates.is_empty() {
        return Ok(searched);
    }
    let mut sql = Sql::default();
    sql.push("SELECT ");
    for (place, candidate) in candidates.iter().enumerate() {
        if place > 0 {
            sql.push(", ");
        }
        sql.push("(SELECT count(*) FROM (");
        push_ids(&mut sql, candidate, FEW);
        sql.push(") AS few)");
    }
    let rows = server.ask_anew_sql(&sql)?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let mut counted = Vec::with_capacity(candidates.len());
    for (place, candidate) in candidates.into_iter().enumerate() {
        let count: i64 = Stored::new("conversations", row).get((place, "id"))?;
        counted.push((count, candidate));
    }
    let fewest = counted.into_iter().min_by_key(|(count, _)| *count);
    Ok(fewest
        .filter(|(count, _)| *count < limit(FEW))
        .map(|(_, candidate)| candidate)
        // A search never gives many more.
        .or(searched))
}

/// Whether an index leads to the conversations that pass.
fn leads_somewhere(condition: &Filter) -> bool {
    match condition {
        Filter::Id(TextPattern::Is(_)) | Filter::Tag(TextPattern::Is(_)) => true,
        Filter::DisplayName(pattern) | Filter::Metadata { value: pattern, .. } => {
            matches!(pattern, WordPattern::Word(_) | WordPattern::Phrase(_))
        }
        Filter::Text(pattern) => is_searchable(pattern),
        _ => false,
    }
}

/// Selects the ids of up to `limit` conversations that pass a condition that leads somewhere.
fn push_ids(sql: &mut Sql, condition: &Filter, limit: usize) {
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
        Filter::Text(pattern) => return sql.push_conversations_with(pattern, limit),
        _ => sql.push("SELECT id AS conversation_id FROM conversations"),
    }
    sql.push(" LIMIT ");
    sql.push(&limit.to_string());
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

/// The conditions of a list: it shows conversations with a message, and only those that pass.
fn push_listed(sql: &mut Sql, filter: &Filter, start: Option<&Filter>) {
    sql.push(" FROM conversations AS c WHERE c.last_message_at IS NOT NULL");
    if has_unread(filter) {
        // Written out, so that the index of those is found.
        sql.push(" AND c.unread_count > 0");
    }
    if let Some(start) = start {
        sql.push(" AND c.id = ANY(ARRAY(");
        push_ids(sql, start, FOUND);
        sql.push("))");
    }
    let rest = |condition: &&Filter| start.is_none_or(|start| !std::ptr::eq(*condition, start));
    let conditions = match filter {
        Filter::And(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    for condition in conditions.iter().filter(rest) {
        sql.push(" AND ");
        sql.push_filter(condition);
    }
}

fn page(query: &ConversationQuery, start: Option<&Filter>) -> Sql {
    let mut sql = Sql::default();
    sql.push("SELECT ");
    sql.push(COLUMNS);
    if counts_itself(query, start) {
        sql.push(", count(*) OVER ()");
    }
    push_listed(&mut sql, &query.filter, start);
    if let Some(ConversationCursor::After(place)) = query.cursor {
        sql.push(" AND (c.last_message_at, c.id) < (");
        sql.push_number(place.last_message_at.as_millis());
        sql.push(", ");
        sql.push_id(place.id.as_uuid());
        sql.push(")");
    }
    sql.push(" ORDER BY c.last_message_at DESC, c.id DESC LIMIT ");
    sql.push_number(limit(query.limit.saturating_add(1)));
    if let Some(ConversationCursor::Offset(skipped)) = query.cursor {
        sql.push(" OFFSET ");
        sql.push_number(natural(skipped));
    }
    sql
}

/// How many pass: the number that is kept, or else counted, up to a bound.
fn total(
    server: &mut impl Ask,
    filter: &Filter,
    start: Option<&Filter>,
) -> Result<u64, StorageError> {
    if let Some(count) = kept(filter) {
        let kept = counts::sum(server, &count)?;
        // A state is kept as it is, and found by its words: these may lag, as long as one can count them.
        if kept > COUNTED || !matches!(filter, Filter::Metadata { .. }) {
            return Ok(kept);
        }
    }
    let mut sql = Sql::default();
    sql.push("SELECT count(*) FROM (SELECT");
    push_listed(&mut sql, filter, start);
    sql.push(" LIMIT ");
    sql.push_number(natural(COUNTED));
    sql.push(") AS listed");
    let rows = server.ask_anew_sql(&sql)?;
    let counted = rows
        .first()
        .map(|row: &Row| Stored::new("conversations", row).natural((0, "id")));
    Ok(counted.transpose()?.unwrap_or_default())
}

/// The kept number of those that pass a filter.
fn kept(filter: &Filter) -> Option<Count> {
    match filter {
        Filter::All => Some(Count::all()),
        Filter::Channel(TextPattern::Is(text)) => exact_id(text)
            .map(switchboard_domain::ChannelId::from_uuid)
            .map(Count::of_channel),
        Filter::Source(TextPattern::Is(name)) => Some(Count::of_source(name)),
        Filter::Tag(TextPattern::Is(text)) => exact_id(text)
            .map(switchboard_domain::TagId::from_uuid)
            .map(Count::of_tag),
        Filter::Metadata {
            key,
            value: WordPattern::Word(word),
        } if key == "state" => Some(Count::of_state(word)),
        Filter::UnreadCount(Range {
            from: Some(1),
            to: None,
        }) => Some(Count::unread()),
        _ => None,
    }
}

/// Whether only conversations with unread messages can pass.
fn has_unread(filter: &Filter) -> bool {
    match filter {
        Filter::And(all) => all.iter().any(has_unread),
        Filter::UnreadCount(range) => range.from.is_some_and(|from| from > 0),
        _ => false,
    }
}

/// Somebody who answers SQL that was made for one question.
trait AskSql: Ask {
    fn ask_anew_sql(&mut self, sql: &Sql) -> Result<Vec<Row>, StorageError> {
        self.ask_anew(&sql.text, &sql.parameters())
    }
}

impl<T: Ask> AskSql for T {}
