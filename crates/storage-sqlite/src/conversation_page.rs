//! Pages of conversations.
//!
//! Either along the index of activity, trying the filter on each conversation, or from the few
//! conversations that a part of the filter finds by an index of its own, sorted. Which one is
//! cheaper depends on how many pass, and on how large the sets are: numbers that are kept, or else
//! counted, as far as it matters.

use rusqlite::params_from_iter;
use rusqlite::types::Value;
use switchboard_domain::{
    ConversationCursor, ConversationFilter, ConversationId, Range, WordPattern,
};
use switchboard_storage::{
    COUNTED, ConversationPage, ConversationQuery, InboxFilter, StorageError,
};

use crate::conversation_filter::{Sql, candidates, condition, other_words};
use crate::conversation_ways::{
    all_along_the_activity, along_the_activity, from_set, one_by_one, so_far_along_the_activity,
};
use crate::message_text::{Matches, Searches};
use crate::tx::Tx;
use crate::{conversations, counts};

/// How many times as far as expected one walks along the activity before a set is sorted instead, and
/// how far at least: what passes may all be old.
const FARTHER: u64 = 4;
const FAR: u64 = 1_000;

/// What is taken for the size of a set that has [`COUNTED`] or more, and is not counted any further.
const LARGE: u64 = 10 * COUNTED;

const UNREAD: ConversationFilter = ConversationFilter::UnreadCount(Range {
    from: Some(1),
    to: None,
});

pub(crate) fn page(
    tx: &mut Tx<'_>,
    query: &ConversationQuery,
) -> Result<ConversationPage, StorageError> {
    let kept = counts::kept(tx, &query.filter)?;
    let around = InboxFilter::around(&query.filter);
    let most = match kept {
        Some(kept) => kept,
        None => counts::of_inbox(tx, &around)?,
    };
    if most == 0 {
        return Ok(ConversationPage {
            conversations: Vec::new(),
            has_more: false,
            total: 0,
        });
    }
    let searches = Searches::of(tx, &query.filter)?;
    let set = smallest(tx, &searches, &query.filter, &around)?;
    let passing = set.as_ref().map_or(most, |set| set.size.min(most));
    let condition = condition(&searches, &query.filter);
    let mut ids = find(tx, query, &condition, set.as_ref(), passing)?;
    let has_more = ids.len() > query.limit;
    ids.truncate(query.limit);
    let total = match kept {
        Some(kept) => kept,
        None if query.cursor.is_none() && !has_more => u64::try_from(ids.len()).unwrap_or(COUNTED),
        None => counted(tx, &condition, set.as_ref())?,
    };
    Ok(ConversationPage {
        conversations: conversations::find(tx, &ids)?,
        has_more,
        total,
    })
}

/// A set that holds everything that passes.
struct Set {
    sql: Sql,
    /// How many are in it.
    size: u64,
    /// What those have to meet to pass.
    rest: Sql,
}

/// The smallest of the sets that the parts of a filter have.
fn smallest(
    tx: &Tx<'_>,
    searches: &Searches,
    filter: &ConversationFilter,
    around: &InboxFilter,
) -> Result<Option<Set>, StorageError> {
    let parts = match filter {
        ConversationFilter::And(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut smallest: Option<(usize, Sql, u64)> = None;
    for (place, part) in parts.iter().enumerate() {
        let known = known_size(tx, searches, part)?;
        for sql in sets(tx, searches, part, around)? {
            let most = smallest.as_ref().map_or(u64::MAX, |(_, _, size)| *size);
            let size = match known {
                Some(known) => known,
                None => match size(tx, &sql, most.min(COUNTED))? {
                    COUNTED => LARGE,
                    size => size,
                },
            };
            if size < most {
                smallest = Some((place, sql, size));
            }
        }
    }
    Ok(smallest.map(|(place, sql, size)| Set {
        sql,
        size,
        rest: rest(searches, filter, parts, place),
    }))
}

/// What is to be looked at of the set of one part. What has a text was looked up once and passes.
fn rest(
    searches: &Searches,
    filter: &ConversationFilter,
    parts: &[ConversationFilter],
    place: usize,
) -> Sql {
    if !matches!(parts.get(place), Some(ConversationFilter::Text(_))) {
        return condition(searches, filter);
    }
    let others = parts
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != place);
    let others: Vec<_> = others.map(|(_, part)| part.clone()).collect();
    condition(
        searches,
        &if others.is_empty() {
            ConversationFilter::All
        } else {
            ConversationFilter::And(others)
        },
    )
}

/// The size of the set of a filter, or about that, if nobody has to count.
fn known_size(
    tx: &Tx<'_>,
    searches: &Searches,
    filter: &ConversationFilter,
) -> Result<Option<u64>, StorageError> {
    match filter {
        ConversationFilter::Text(pattern) => Ok(match searches.matches(pattern) {
            Matches::Few(_, messages) => Some(*messages),
            _ => None,
        }),
        // Its set is that of other words, of which a conversation may have several.
        ConversationFilter::Not(_) => Ok(None),
        ConversationFilter::UnreadCount(Range {
            from: Some(1..), ..
        }) => counts::kept(tx, &UNREAD),
        filter => counts::kept(tx, filter),
    }
}

/// Sets of ids that hold every conversation which passes.
fn sets(
    tx: &Tx<'_>,
    searches: &Searches,
    filter: &ConversationFilter,
    around: &InboxFilter,
) -> Result<Vec<Sql>, StorageError> {
    let ConversationFilter::Not(other) = filter else {
        return Ok(candidates(searches, filter));
    };
    let ConversationFilter::Metadata {
        key,
        value: WordPattern::Word(word),
    } = &**other
    else {
        return Ok(Vec::new());
    };
    // Those without a state pass as well, but are in no index.
    let is_complete = key == "state" && counts::of_inbox(tx, &around.clone().without_state())? == 0;
    Ok(is_complete
        .then(|| other_words("metadata.state", word))
        .into_iter()
        .collect())
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

/// The ids of a page, and one more if there is one. About `passing` conversations pass.
fn find(
    tx: &Tx<'_>,
    query: &ConversationQuery,
    condition: &Sql,
    set: Option<&Set>,
    passing: u64,
) -> Result<Vec<ConversationId>, StorageError> {
    let Some(set) = set else {
        return run(tx, along_the_activity(query, condition));
    };
    let all = counts::of_inbox(tx, &InboxFilter::around(&ConversationFilter::All))?;
    // Sorting a set looks at all of it; walking along the activity looks at `all / passing`
    // conversations for each that is wanted.
    let steps = all.saturating_mul(wanted(query)) / passing.max(1);
    if set.size <= steps {
        return run(tx, from_set(query, &set.rest, &set.sql));
    }
    let far = steps.saturating_mul(FARTHER).max(FAR);
    if far < all {
        let ids = run(tx, so_far_along_the_activity(query, condition, far))?;
        if ids.len() > query.limit {
            return Ok(ids);
        }
        if set.size <= all / FARTHER {
            return run(tx, from_set(query, &set.rest, &set.sql));
        }
    }
    run(tx, along_the_activity(query, condition))
}

/// How many of those that pass come before the end of a page.
fn wanted(query: &ConversationQuery) -> u64 {
    let limit = u64::try_from(query.limit).unwrap_or(u64::MAX);
    let skipped = match query.cursor {
        Some(ConversationCursor::Offset(offset)) => offset,
        _ => 0,
    };
    limit.saturating_add(1).saturating_add(skipped)
}

fn run(tx: &Tx<'_>, statement: Sql) -> Result<Vec<ConversationId>, StorageError> {
    let mut ids = Vec::new();
    tx.prepare_once(&statement.text)?.append(
        &mut ids,
        conversations::TABLE,
        params_from_iter(statement.values),
        |row| row.uuid((0, "id")).map(ConversationId::from_uuid),
    )?;
    Ok(ids)
}

/// How many pass, counted.
fn counted(tx: &Tx<'_>, condition: &Sql, set: Option<&Set>) -> Result<u64, StorageError> {
    let ids = if let Some(set) = set {
        one_by_one(&set.rest, &set.sql)
    } else {
        all_along_the_activity(condition)
    };
    size(tx, &ids, COUNTED)
}
