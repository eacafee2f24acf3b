//! Lists of conversations, newest message first.
//!
//! A list is made in one of two ways: along the conversations by their newest message, taking those that
//! pass, or from the few that an index says can pass. Numbers that are kept decide, and where there are
//! none a short look at the indexes.

use postgres::Row;
use switchboard_domain::{
    ConversationCursor, ConversationFilter as Filter, TextPattern, WordPattern,
};
use switchboard_storage::{
    COUNTED, ConversationPage, ConversationQuery, InboxFilter, StorageError,
};

use crate::conversation_filter::{Sql, is_searchable};
use crate::conversation_ways::{
    Way, all_of, counting, counts_itself, excluded_state, page, push_ids,
};
use crate::conversations::read;
use crate::counts::Asked;
use crate::snapshot::Ask;
use crate::stored::Stored;

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

/// How many pass, counted up to a bound.
fn counted(
    server: &mut impl Ask,
    query: &ConversationQuery,
    way: Way<'_>,
) -> Result<u64, StorageError> {
    let rows = server.ask_anew_sql(&counting(query, way))?;
    let counted = rows
        .first()
        .map(|row: &Row| Stored::new("conversations", row).natural((0, "id")));
    Ok(counted.transpose()?.unwrap_or_default())
}

/// Somebody who answers SQL that was made for one question.
trait AskSql: Ask {
    fn ask_anew_sql(&mut self, sql: &Sql) -> Result<Vec<Row>, StorageError> {
        self.ask_anew(&sql.text, &sql.parameters())
    }
}

impl<T: Ask> AskSql for T {}
