//! Lists of conversations, newest message first.
//!
//! A list is made in one of two ways: along the conversations by their newest message, taking those that
//! pass, or from the few that an index says can pass. Numbers that are kept decide, and where there are
//! none a short look at the indexes.

use postgres::Row;
use switchboard_domain::{
    ConversationCursor, ConversationFilter as Filter, Range, TextPattern, WordPattern,
};
use switchboard_storage::{
    COUNTED, ConversationPage, ConversationQuery, InboxFilter, StorageError,
};

use crate::conversation_filter::{Sql, exact_id, is_searchable};
use crate::conversations::{COLUMNS, read};
use crate::counts::Asked;
use crate::snapshot::Ask;
use crate::stored::{Stored, limit, natural};
use crate::words;

/// What is taken for the number of conversations that a condition leads to if it is [`COUNTED`] or more.
const LARGE: u64 = 10 * COUNTED;

/// How many times as far as expected one walks along the newest before those that a condition leads to are
/// sorted instead, and how far at least: what passes may all be old.
const FARTHER: u64 = 4;
const FAR: u64 = 1_000;

/// Where the number of those that pass stands, behind the columns of a conversation.
const COUNT: usize = 24;

/// The page that a query asks for.
pub(crate) fn list(
    server: &mut impl Ask,
    query: &ConversationQuery,
) -> Result<ConversationPage, StorageError> {
    let mut asked = Asked::default();
    let kept = asked.kept(server, &query.filter)?;
    let around = InboxFilter::around(&query.filter);
    let most = match kept {
        Some(kept) => kept,
        None => asked.of_inbox(server, &around)?,
    };
    if most == 0 {
        return Ok(ConversationPage {
            conversations: Vec::new(),
            has_more: false,
            total: 0,
        });
    }
    let start = start(server, &mut asked, &query.filter, &around)?;
    let ways = match start {
        None => vec![Way::Along(None)],
        Some(start) => {
            let all = asked.of_inbox(server, &InboxFilter::around(&Filter::All))?;
            ways(query, start, most, all)
        }
    };
    let (mut rows, way) = rows(server, query, &ways)?;
    let has_more = rows.len() > query.limit;
    rows.truncate(query.limit);
    let total = match (kept, rows.first()) {
        (Some(kept), _) => kept,
        (None, _) if query.cursor.is_none() && !has_more => natural_of(rows.len()),
        (None, Some(row)) if counts_itself(query, way) => {
            let counted = Stored::new("conversations", row).natural((COUNT, "id"))?;
            counted.min(COUNTED)
        }
        (None, _) => counted(server, query, way)?,
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

/// A condition that an index leads to, and to how many conversations.
#[derive(Clone, Copy, Debug)]
struct Start<'f> {
    condition: &'f Filter,
    size: u64,
}

/// How the conversations of a page are found.
#[derive(Clone, Copy, Debug)]
enum Way<'f> {
    /// From those that a condition leads to.
    From(&'f Filter),
    /// Along the newest, looking at no more than so many.
    Along(Option<u64>),
}

/// The ways to a page, of which each is tried if the one before has not led to all of it. `start` leads to some
/// conversations, no more than `most` of `all` pass.
fn ways<'f>(query: &ConversationQuery, start: Start<'f>, most: u64, all: u64) -> Vec<Way<'f>> {
    let Start { condition, size } = start;
    // Sorting looks at all of them; walking looks at `all / passing` for each that is wanted.
    let steps = all.saturating_mul(wanted(query)) / size.min(most).max(1);
    let far = steps.saturating_mul(FARTHER).max(FAR);
    if size <= steps || matches!(condition, Filter::Text(_)) {
        vec![Way::From(condition)]
    } else if far < all {
        vec![Way::Along(Some(far)), Way::From(condition)]
    } else {
        vec![Way::Along(None)]
    }
}

/// The rows of a page, and one more if there is one, with the way they were found.
fn rows<'f>(
    server: &mut impl Ask,
    query: &ConversationQuery,
    ways: &[Way<'f>],
) -> Result<(Vec<Row>, Way<'f>), StorageError> {
    let mut outcome = (Vec::new(), Way::Along(None));
    for way in ways {
        outcome = (server.ask_anew_sql(&page(query, *way))?, *way);
        if outcome.0.len() > query.limit {
            break;
        }
    }
    Ok(outcome)
}

/// How many of those that pass come before the end of a page.
fn wanted(query: &ConversationQuery) -> u64 {
    let skipped = match query.cursor {
        Some(ConversationCursor::Offset(offset)) => offset,
        _ => 0,
    };
    natural_of(query.limit)
        .saturating_add(1)
        .saturating_add(skipped)
}

/// Whether the statement that makes a page sees all that pass anyway, and so can count them.
const fn counts_itself(query: &ConversationQuery, way: Way<'_>) -> bool {
    let from_the_first = !matches!(query.cursor, Some(ConversationCursor::After(_)));
    matches!(way, Way::From(_)) && from_the_first
}

/// The condition that leads to the fewest conversations, if any leads somewhere.
fn start<'f>(
    server: &mut impl Ask,
    asked: &mut Asked,
    filter: &'f Filter,
    around: &InboxFilter,
) -> Result<Option<Start<'f>>, StorageError> {
    let mut starts = Vec::new();
    let mut unknown = Vec::new();
    for condition in all_of(filter) {
        if excluded_state(condition).is_some() {
            // Those without a state pass as well, but no index leads to them.
            if asked.of_inbox(server, &around.clone().without_state())? == 0 {
                unknown.push(condition);
            }
        } else if leads_somewhere(condition) {
            match asked.kept(server, condition)? {
                Some(size) => starts.push(Start { condition, size }),
                None => unknown.push(condition),
            }
        }
    }
    starts.extend(counted_starts(server, &unknown)?);
    // Of a search that finds many, only some would be looked at.
    starts.retain(|start| start.size < LARGE || !matches!(start.condition, Filter::Text(_)));
    Ok(starts.into_iter().min_by_key(|start| start.size))
}

/// To how many conversations conditions lead, counted as far as it matters.
fn counted_starts<'f>(
    server: &mut impl Ask,
    conditions: &[&'f Filter],
) -> Result<Vec<Start<'f>>, StorageError> {
    if conditions.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::default();
    sql.push("SELECT ");
    for (place, condition) in conditions.iter().enumerate() {
        if place > 0 {
            sql.push(", ");
        }
        sql.push("(SELECT count(*) FROM (");
        push_ids(&mut sql, condition, Some(COUNTED));
        sql.push(") AS few)");
    }
    let rows = server.ask_anew_sql(&sql)?;
    let Some(row) = rows.first() else {
        return Ok(Vec::new());
    };
    let row = Stored::new("conversations", row);
    (0..)
        .zip(conditions)
        .map(|(place, condition)| {
            let counted = row.natural((place, "id"))?;
            let size = if counted < COUNTED { counted } else { LARGE };
            Ok(Start { condition, size })
        })
        .collect()
}

/// The word of a state that conversations must not be in.
fn excluded_state(condition: &Filter) -> Option<&str> {
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

/// Selects the ids of conversations that a condition leads to, up to `limit` of them.
fn push_ids(sql: &mut Sql, condition: &Filter, limit: Option<u64>) {
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
    let is_of_one = matches!(
        condition,
        Filter::Source(TextPattern::Is(_)) | Filter::Channel(TextPattern::Is(_))
    );
    is_of_one || *condition == UNREAD
}

/// Conditions that all have to hold.
fn all_of(filter: &Filter) -> &[Filter] {
    match filter {
        Filter::And(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    }
}

/// Asked for so often that it is written out.
pub(crate) const UNREAD: Filter = Filter::UnreadCount(Range {
    from: Some(1),
    to: None,
});

const ORDER: &str = " ORDER BY c.last_message_at DESC, c.id DESC";

fn page(query: &ConversationQuery, way: Way<'_>) -> Sql {
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
    push_listed(sql, query, way);
    push_place(sql, query);
    sql.push(ORDER);
    sql.push(" LIMIT ");
    sql.push_number(limit(query.limit.saturating_add(1)));
    if let Some(ConversationCursor::Offset(skipped)) = query.cursor {
        sql.push(" OFFSET ");
        sql.push_number(natural(skipped));
    }
}

fn push_place(sql: &mut Sql, query: &ConversationQuery) {
    if let Some(ConversationCursor::After(place)) = query.cursor {
        sql.push(" AND (c.last_message_at, c.id) < (");
        sql.push_number(place.last_message_at.as_millis());
        sql.push(", ");
        sql.push_id(place.id.as_uuid());
        sql.push(")");
    }
}

/// How many pass, counted up to a bound.
fn counted(
    server: &mut impl Ask,
    query: &ConversationQuery,
    way: Way<'_>,
) -> Result<u64, StorageError> {
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
    let rows = server.ask_anew_sql(&sql)?;
    let counted = rows
        .first()
        .map(|row: &Row| Stored::new("conversations", row).natural((0, "id")));
    Ok(counted.transpose()?.unwrap_or_default())
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

/// The statement that walks so far for the ids of a first page.
#[cfg(test)]
pub(crate) fn so_far_along(filter: Filter, far: u64) -> String {
    let query = ConversationQuery {
        filter,
        cursor: None,
        limit: 20,
    };
    let mut sql = Sql::default();
    sql.push("SELECT c.id");
    push_passing(&mut sql, &query, Way::Along(Some(far)));
    sql.text
}
