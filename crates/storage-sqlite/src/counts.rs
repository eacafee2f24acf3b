//! Numbers that are kept instead of being counted each time.

use std::collections::HashMap;

use rusqlite::params;
use switchboard_domain::{ConversationFilter, Source, TagId};
use switchboard_storage::{InboxFilter, StorageError, Tally, TallyNumbers};
use uuid::Uuid;

use crate::tx::Tx;

const TABLE: &str = "counts";

/// By the primary key: a row for each source.
pub(crate) const FIND: &str = "
    SELECT kind, source, n, unread
    FROM counts
    WHERE kind = ?1 AND key = ?2 AND state = ?3";

/// By the primary key.
pub(crate) const ADD: &str = "
    INSERT INTO counts (kind, key, state, source, n, unread)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (kind, key, state, source) DO UPDATE SET
        n = n + excluded.n,
        unread = unread + excluded.unread";

/// By the primary key. Nobody needs to know of a state that no conversation is in any more.
pub(crate) const FORGET_IF_NONE: &str = "
    DELETE FROM counts
    WHERE kind = ?1 AND key = ?2 AND state = ?3 AND source = ?4 AND n = 0 AND unread = 0";

/// By the primary key.
pub(crate) const FORGET: &str = "
    DELETE FROM counts
    WHERE kind = ?1 AND key = ?2";

/// What is counted. All but the contacts are conversations that have a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Counted {
    Contacts,
    /// Those with a tag.
    OfTag(TagId),
    /// Those of a tally that are of a source.
    Tallied(Tally, Source),
}

/// What is added to a number, and to that of those with unread messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Change {
    n: i64,
    unread: i64,
}

/// The columns of the primary key.
struct Key<'k> {
    kind: &'static str,
    id: Option<Uuid>,
    state: &'k str,
    source: &'k str,
}

impl Counted {
    fn key(&self) -> Key<'_> {
        match self {
            Self::Contacts => Key::alone("contacts", None),
            Self::OfTag(tag) => Key::alone("tag", Some(tag.as_uuid())),
            Self::Tallied(tally, source) => Key {
                source: source.as_str(),
                ..Key::of(tally)
            },
        }
    }
}

impl<'k> Key<'k> {
    const fn alone(kind: &'static str, id: Option<Uuid>) -> Self {
        Self {
            kind,
            id,
            state: "",
            source: "",
        }
    }

    fn of(tally: &'k Tally) -> Self {
        let channel = tally.channel.map(switchboard_domain::ChannelId::as_uuid);
        Self {
            kind: if channel.is_some() { "channel" } else { "all" },
            id: channel,
            state: tally.state.as_str(),
            source: "",
        }
    }

    fn bytes(&self) -> &[u8] {
        self.id.as_ref().map_or(&[], |id| id.as_bytes().as_slice())
    }
}

/// How many contacts there are.
pub(crate) fn contacts(tx: &Tx<'_>) -> Result<u64, StorageError> {
    one(tx, &Counted::Contacts)
}

/// How many conversations pass a filter, if that number is kept.
pub(crate) fn kept(tx: &Tx<'_>, filter: &ConversationFilter) -> Result<Option<u64>, StorageError> {
    if let Some(tag) = tag(filter) {
        return one(tx, &Counted::OfTag(tag)).map(Some);
    }
    InboxFilter::of(filter)
        .map(|inbox| of_inbox(tx, &inbox))
        .transpose()
}

/// How many conversations pass.
pub(crate) fn of_inbox(tx: &Tx<'_>, inbox: &InboxFilter) -> Result<u64, StorageError> {
    inbox.total(|tally| {
        let key = Key::of(tally);
        tx.all(
            TABLE,
            FIND,
            params![key.kind, key.bytes(), key.state],
            |row| {
                Ok(TallyNumbers {
                    source: row.text((1, "source"))?.to_owned(),
                    listed: row.integer((2, "n"))?,
                    unread: row.integer((3, "unread"))?,
                })
            },
        )
    })
}

/// The tag that is asked for, and nothing else.
fn tag(filter: &ConversationFilter) -> Option<TagId> {
    match filter {
        ConversationFilter::And(one) | ConversationFilter::Or(one) => match &**one {
            [one] => tag(one),
            _ => None,
        },
        ConversationFilter::Tag(switchboard_domain::TextPattern::Is(id)) => {
            crate::conversation_filter::parsed(id).map(TagId::from_uuid)
        }
        _ => None,
    }
}

/// A number that is in one row.
fn one(tx: &Tx<'_>, counted: &Counted) -> Result<u64, StorageError> {
    let key = counted.key();
    let params = params![key.kind, key.bytes(), key.state];
    let n = tx.first(TABLE, FIND, params, |row| row.count((2, "n")))?;
    Ok(n.unwrap_or_default())
}

/// Nothing of a tag is left.
pub(crate) fn forget(tx: &Tx<'_>, tag: TagId) -> Result<(), StorageError> {
    let counted = Counted::OfTag(tag);
    let key = counted.key();
    tx.execute(FORGET, params![key.kind, key.bytes()])?;
    Ok(())
}

/// Changes that are written together.
#[derive(Debug, Default)]
pub(crate) struct Changes(HashMap<Counted, Change>);

impl Changes {
    pub(crate) fn add(&mut self, counted: Counted, n: i64) {
        self.add_with_unread(counted, n, 0);
    }

    pub(crate) fn add_with_unread(&mut self, counted: Counted, n: i64, unread: i64) {
        let change = self.0.entry(counted).or_default();
        change.n += n;
        change.unread += unread;
    }

    pub(crate) fn write(self, tx: &Tx<'_>) -> Result<(), StorageError> {
        for (counted, Change { n, unread }) in self.0 {
            if (n, unread) == (0, 0) {
                continue;
            }
            let key = counted.key();
            tx.execute(
                ADD,
                params![key.kind, key.bytes(), key.state, key.source, n, unread],
            )?;
            if n < 0 {
                let params = params![key.kind, key.bytes(), key.state, key.source];
                tx.execute(FORGET_IF_NONE, params)?;
            }
        }
        Ok(())
    }
}
