//! The event log.

use postgres::Row;
use switchboard_domain::{Event, EventKind, EventSubject, NewEvent, Position, RawJson};
use switchboard_storage::{EventReads, EventWrites, StorageError};

use crate::batch::Batch;
use crate::connection::Connection;
use crate::refusal::Refusal;
use crate::snapshot::{Ask, Snapshot};
use crate::stored::{Stored, limit};

/// By the primary key, in its order.
pub(crate) const AFTER: &str = "
    SELECT position, kind, subject, payload, occurred_at
    FROM events
    WHERE position > $1
    ORDER BY position
    LIMIT $2";

/// The end of the primary key.
pub(crate) const LAST: &str = "
    SELECT position
    FROM events
    ORDER BY position DESC
    LIMIT 1";

/// Taken before a position is given and held until it is committed: so positions become readable in
/// their order, and a reader that goes on from the last one it saw misses none. The number is
/// arbitrary; the revision of channels changes under the same lock.
pub(crate) const LOCK: &str = "SELECT pg_advisory_xact_lock(5318008200)";

const APPEND: &str = "
    INSERT INTO events (kind, subject, payload, occurred_at)
    SELECT kind, subject, payload, occurred_at
    FROM unnest($1::text[], $2::uuid[], $3::text[], $4::bigint[])
         WITH ORDINALITY AS new (kind, subject, payload, occurred_at, place)
    ORDER BY place";

impl EventReads for Snapshot<'_> {
    fn events_after(
        &mut self,
        position: Position,
        events: usize,
    ) -> Result<Vec<Event>, StorageError> {
        after(self, position, events)
    }

    fn last_position(&mut self) -> Result<Position, StorageError> {
        last(self)
    }
}

impl EventReads for Batch<'_> {
    fn events_after(
        &mut self,
        position: Position,
        events: usize,
    ) -> Result<Vec<Event>, StorageError> {
        self.tell_everything()?;
        after(self, position, events)
    }

    fn last_position(&mut self) -> Result<Position, StorageError> {
        self.tell_everything()?;
        last(self)
    }
}

impl EventWrites for Batch<'_> {
    fn append_event(&mut self, event: &NewEvent) -> Result<(), StorageError> {
        self.remember_event(event.clone());
        Ok(())
    }
}

/// Appends events in their order. The caller holds [`LOCK`].
pub(crate) fn append(connection: &mut Connection, events: &[NewEvent]) -> Result<(), Refusal> {
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    let subjects: Vec<_> = events.iter().map(|event| event.subject.as_uuid()).collect();
    let payloads: Vec<_> = events.iter().map(|event| event.payload.as_str()).collect();
    let moments: Vec<_> = events
        .iter()
        .map(|event| event.occurred_at.as_millis())
        .collect();
    connection.execute(APPEND, &[&kinds, &subjects, &payloads, &moments])?;
    Ok(())
}

fn after(
    server: &mut impl Ask,
    position: Position,
    events: usize,
) -> Result<Vec<Event>, StorageError> {
    let rows = server.ask(AFTER, &[&position.get(), &limit(events)])?;
    rows.iter().map(read).collect()
}

fn last(server: &mut impl Ask) -> Result<Position, StorageError> {
    let last = server.first(LAST, &[], |row| {
        Stored::new("events", row).get((0, "position"))
    })?;
    Ok(last.map_or(Position::START, Position::new))
}

fn read(row: &Row) -> Result<Event, StorageError> {
    let row = Stored::new("events", row);
    let kind = (1, "kind");
    Ok(Event {
        position: Position::new(row.get((0, "position"))?),
        kind: EventKind::parse(row.get(kind)?).map_err(|unknown| row.unreadable(kind, unknown))?,
        subject: EventSubject::from_uuid(row.get((2, "subject"))?),
        payload: RawJson::from_checked(row.get::<&str>((3, "payload"))?),
        occurred_at: row.moment((4, "occurred_at"))?,
    })
}
