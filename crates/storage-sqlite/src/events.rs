//! The event log.

use rusqlite::params;
use switchboard_domain::{
    Event, EventBody, EventKind, EventSubject, NewEvent, Position, RawJson, Timestamp,
};
use switchboard_storage::{EventReads, EventWrites, StorageError};

use crate::stored::Stored;
use crate::tx::{Tx, changed, limit};

const TABLE: &str = "events";

/// By the primary key, in its order.
pub(crate) const AFTER: &str = "
    SELECT position, kind, subject, payload, about, occurred_at
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
    INSERT INTO events (kind, subject, payload, about, occurred_at)
    VALUES (?1, ?2, ?3, ?4, ?5)";

/// Along the primary key from its start. Events come in the order of their moments but for clocks
/// that were set: it looks no more than `SET_BACK` events further than it removes.
pub(crate) const DROP: &str = "
    DELETE FROM events
    WHERE position IN (
        SELECT position
        FROM (
            SELECT position, occurred_at
            FROM events
            ORDER BY position
            LIMIT ?3
        )
        WHERE occurred_at < ?1
        LIMIT ?2
    )";

const SET_BACK: i64 = 1000;

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
        let (payload, about) = match &event.body {
            EventBody::Told(payload) => (Some(payload.as_str()), None),
            EventBody::About(thing) => (None, Some(*thing)),
        };
        self.execute(
            APPEND,
            params![
                event.kind.as_str(),
                event.subject.as_uuid().as_bytes(),
                payload,
                about.as_ref().map(uuid::Uuid::as_bytes),
                event.occurred_at.as_millis(),
            ],
        )?;
        Ok(())
    }

    fn drop_events(&mut self, before: Timestamp, events: usize) -> Result<u64, StorageError> {
        let events = limit(events);
        let looked_at = events.saturating_add(SET_BACK);
        let dropped = self.execute(DROP, params![before.as_millis(), events, looked_at])?;
        Ok(changed(dropped))
    }
}

fn read(row: &Stored<'_>) -> Result<Event, StorageError> {
    let kind = (1, "kind");
    Ok(Event {
        position: Position::new(row.integer((0, "position"))?),
        kind: EventKind::parse(row.text(kind)?).map_err(|unknown| row.unreadable(kind, unknown))?,
        subject: EventSubject::from_uuid(row.uuid((2, "subject"))?),
        body: body(row)?,
        occurred_at: row.moment((5, "occurred_at"))?,
    })
}

fn body(row: &Stored<'_>) -> Result<EventBody, StorageError> {
    if let Some(thing) = row.optional_uuid((4, "about"))? {
        return Ok(EventBody::About(thing));
    }
    row.text((3, "payload"))
        .map(|payload| EventBody::Told(RawJson::from_checked(payload)))
}
