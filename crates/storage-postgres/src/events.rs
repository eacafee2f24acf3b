//! The event log.

use postgres::Row;
use switchboard_domain::{
    Event, EventBody, EventKind, EventSubject, NewEvent, Position, Timestamp,
};
use switchboard_storage::{EventReads, EventWrites, StorageError};

use crate::batch::Batch;
use crate::connection::Connection;
use crate::refusal::Refusal;
use crate::snapshot::{Ask, Snapshot};
use crate::stored::{DISORDER, Stored, limit};

/// By the primary key, in its order.
pub(crate) const AFTER: &str = "
    SELECT position, kind, subject, payload, about, occurred_at
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

/// A row is joined with the lock (the number is that of [`LOCK`]) before it is given a position. Rows come in the
/// order of the arrays.
pub(crate) const APPEND: &str = "
    WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock(5318008200) AS held)
    INSERT INTO events (kind, subject, payload, about, occurred_at)
    SELECT kind, subject, payload, about, occurred_at
    FROM locked
    CROSS JOIN (
        SELECT unnest($1::text[]) AS kind, unnest($2::uuid[]) AS subject,
               unnest($3::text[]) AS payload, unnest($4::uuid[]) AS about,
               unnest($5::bigint[]) AS occurred_at
    ) AS new";

/// By the primary key. Events stand nearly in the order in which they occurred, on clocks that may
/// differ: so no more than the beginning of the log has to be looked at.
pub(crate) const DROP: &str = "
    DELETE FROM events
    WHERE position = ANY(ARRAY(
        SELECT position
        FROM (SELECT position, occurred_at FROM events ORDER BY position LIMIT $2) AS first
        WHERE occurred_at < $1
        ORDER BY position
        LIMIT $3
    ))";

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

    fn drop_events(&mut self, before: Timestamp, events: usize) -> Result<u64, StorageError> {
        self.tell_everything()?;
        let looked_at = limit(events.saturating_add(DISORDER));
        self.change(DROP, &[&before.as_millis(), &looked_at, &limit(events)])
    }
}

/// Appends events in their order.
pub(crate) fn append(connection: &mut Connection, events: &[NewEvent]) -> Result<(), Refusal> {
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    let subjects: Vec<_> = events.iter().map(|event| event.subject.as_uuid()).collect();
    let payloads: Vec<_> = events
        .iter()
        .map(|event| match &event.body {
            EventBody::Told(json) => Some(json.as_str()),
            EventBody::About(_) => None,
        })
        .collect();
    let abouts: Vec<_> = events
        .iter()
        .map(|event| match event.body {
            EventBody::Told(_) => None,
            EventBody::About(id) => Some(id),
        })
        .collect();
    let moments: Vec<_> = events
        .iter()
        .map(|event| event.occurred_at.as_millis())
        .collect();
    connection.execute(APPEND, &[&kinds, &subjects, &payloads, &abouts, &moments])?;
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
        body: body(&row)?,
        occurred_at: row.moment((5, "occurred_at"))?,
    })
}

fn body(row: &Stored<'_>) -> Result<EventBody, StorageError> {
    if let Some(id) = row.get((4, "about"))? {
        return Ok(EventBody::About(id));
    }
    row.json((3, "payload")).map(EventBody::Told)
}
