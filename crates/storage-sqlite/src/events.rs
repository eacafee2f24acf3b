//! The event log.

use rusqlite::params;
use switchboard_domain::{Event, EventKind, EventSubject, NewEvent, Position, RawJson};
use switchboard_storage::{EventReads, EventWrites, StorageError};

use crate::stored::Stored;
use crate::tx::{Tx, limit};

const TABLE: &str = "events";

/// By the primary key, in its order.
pub(crate) const AFTER: &str = "
    SELECT position, kind, subject, payload, occurred_at
    FROM events
    WHERE position > ?1
    ORDER BY position
    LIMIT ?2";

/// The end of the primary key.
pub(crate) const LAST: &str = "
    SELECT MAX(position)
    FROM events";

/// One thread writes, so positions are given in the order of commits.
pub(crate) const APPEND: &str = "
    INSERT INTO events (kind, subject, payload, occurred_at)
    VALUES (?1, ?2, ?3, ?4)";

impl EventReads for Tx<'_> {
    fn events_after(
        &mut self,
        position: Position,
        events: usize,
    ) -> Result<Vec<Event>, StorageError> {
        self.all(TABLE, AFTER, [position.get(), limit(events)], read)
    }

    fn last_position(&mut self) -> Result<Position, StorageError> {
        let last = self.first(TABLE, LAST, [], |row| row.optional_integer((0, "position")))?;
        Ok(last.flatten().map_or(Position::START, Position::new))
    }
}

impl EventWrites for Tx<'_> {
    fn append_event(&mut self, event: &NewEvent) -> Result<(), StorageError> {
        self.execute(
            APPEND,
            params![
                event.kind.as_str(),
                event.subject.as_uuid().as_bytes(),
                event.payload.as_str(),
                event.occurred_at.as_millis(),
            ],
        )?;
        Ok(())
    }
}

fn read(row: &Stored<'_>) -> Result<Event, StorageError> {
    let kind = (1, "kind");
    Ok(Event {
        position: Position::new(row.integer((0, "position"))?),
        kind: EventKind::parse(row.text(kind)?).map_err(|unknown| row.unreadable(kind, unknown))?,
        subject: EventSubject::from_uuid(row.uuid((2, "subject"))?),
        payload: RawJson::from_checked(row.text((3, "payload"))?),
        occurred_at: row.moment((4, "occurred_at"))?,
    })
}
