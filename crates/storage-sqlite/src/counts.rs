//! Numbers that are kept instead of being counted each time.

use std::collections::HashMap;

use rusqlite::params;
use switchboard_domain::Source;
use switchboard_storage::StorageError;
use uuid::Uuid;

use crate::tx::Tx;

const TABLE: &str = "counts";

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT kind, n
    FROM counts
    WHERE kind = ?1 AND key = ?2";

/// By the primary key.
pub(crate) const ADD: &str = "
    INSERT INTO counts (kind, key, n)
    VALUES (?1, ?2, ?3)
    ON CONFLICT (kind, key) DO UPDATE SET
        n = n + excluded.n";

/// By the primary key.
pub(crate) const FORGET: &str = "
    DELETE FROM counts
    WHERE kind = ?1 AND key = ?2";

/// What is counted. All but the contacts are conversations that have a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Counted {
    Contacts,
    Conversations,
    /// Those with unread messages.
    Unread,
    OfChannel(Uuid),
    OfSource(Source),
    /// Those with a tag.
    OfTag(Uuid),
    /// Those with this word in the metadata `state`.
    OfState(String),
}

impl Counted {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Conversations => "conversations",
            Self::Unread => "conversations.unread",
            Self::OfChannel(_) => "conversations.channel",
            Self::OfSource(_) => "conversations.source",
            Self::OfTag(_) => "conversations.tag",
            Self::OfState(_) => "conversations.state",
        }
    }

    fn key(&self) -> &[u8] {
        match self {
            Self::Contacts | Self::Conversations | Self::Unread => &[],
            Self::OfChannel(id) | Self::OfTag(id) => id.as_bytes(),
            Self::OfSource(source) => source.as_str().as_bytes(),
            Self::OfState(word) => word.as_bytes(),
        }
    }
}

/// How many there are.
pub(crate) fn kept(tx: &Tx<'_>, counted: &Counted) -> Result<u64, StorageError> {
    let n = tx.first(TABLE, FIND, params![counted.kind(), counted.key()], |row| {
        row.count((1, "n"))
    })?;
    Ok(n.unwrap_or_default())
}

/// Nothing of that is left.
pub(crate) fn forget(tx: &Tx<'_>, counted: &Counted) -> Result<(), StorageError> {
    tx.execute(FORGET, params![counted.kind(), counted.key()])?;
    Ok(())
}

/// Changes that are written together.
#[derive(Debug, Default)]
pub(crate) struct Changes(HashMap<Counted, i64>);

impl Changes {
    pub(crate) fn add(&mut self, counted: Counted, n: i64) {
        *self.0.entry(counted).or_default() += n;
    }

    pub(crate) fn write(self, tx: &Tx<'_>) -> Result<(), StorageError> {
        for (counted, n) in self.0 {
            if n != 0 {
                tx.execute(ADD, params![counted.kind(), counted.key(), n])?;
            }
        }
        Ok(())
    }
}
