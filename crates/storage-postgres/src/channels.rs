//! Channels.

use postgres::Row;
use switchboard_domain::{
    Channel, ChannelFilter, ChannelId, Connection as Connected, RawJson, Source, SourceChannelId,
    UpstreamKey,
};
use switchboard_storage::{ChannelReads, ChannelWrites, Revision, StorageError};
use uuid::Uuid;

use crate::batch::Batch;
use crate::connection::Connection;
use crate::refusal::Refusal;
use crate::revisions;
use crate::snapshot::{Ask, Snapshot};
use crate::stored::Stored;

const TABLE: &str = "channels";

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT id, source, source_channel_id, name, image_url, connected, upstream, facts, created_at,
           updated_at
    FROM channels
    WHERE id = $1";

/// By the primary key.
pub(crate) const FIND_ALL: &str = "
    SELECT id, source, source_channel_id, name, image_url, connected, upstream, facts, created_at,
           updated_at
    FROM channels
    WHERE id = ANY($1)";

/// By the primary key. Locked in the order of ids, so that nodes never wait for each other in a
/// circle; `NO KEY`, so that a row of credentials can refer to the channel meanwhile.
pub(crate) const LOCK: &str = "
    SELECT id, source, source_channel_id, name, image_url, connected, upstream, facts, created_at,
           updated_at
    FROM channels
    WHERE id = ANY($1)
    ORDER BY id
    FOR NO KEY UPDATE";

/// What is not there has no row to lock: locks a number made from its id instead. The first number
/// only tells these locks from others.
const LOCK_ABSENT: &str = "
    SELECT pg_advisory_xact_lock(5318, number)
    FROM unnest($1::integer[]) WITH ORDINALITY AS absent (number, place)
    ORDER BY place";

/// All, in the order of the index `channels_by_creation`.
pub(crate) const LIST: &str = "
    SELECT id, source, source_channel_id, name, image_url, connected, upstream, facts, created_at,
           updated_at
    FROM channels
    WHERE ($1::text IS NULL OR source = $1) AND ($2::boolean IS NULL OR connected = $2)
    ORDER BY created_at, id";

/// By the index `channels_by_upstream`, which holds nothing but connected channels.
pub(crate) const OF_UPSTREAM: &str = "
    SELECT id, source, source_channel_id, name, image_url, connected, upstream, facts, created_at,
           updated_at
    FROM channels
    WHERE upstream = $1 AND connected
    ORDER BY id";

/// By the primary key.
const PUT: &str = "
    INSERT INTO channels (id, source, source_channel_id, name, image_url, connected, upstream,
                          facts, created_at, updated_at)
    SELECT id, source, source_channel_id, name, image_url, connected, upstream, facts, created_at,
           updated_at
    FROM (
        SELECT unnest($1::uuid[]) AS id, unnest($2::text[]) AS source,
               unnest($3::text[]) AS source_channel_id, unnest($4::text[]) AS name,
               unnest($5::text[]) AS image_url, unnest($6::boolean[]) AS connected,
               unnest($7::text[]) AS upstream, unnest($8::text[]) AS facts,
               unnest($9::bigint[]) AS created_at, unnest($10::bigint[]) AS updated_at
    ) AS put
    ORDER BY id
    ON CONFLICT (id) DO UPDATE SET
        source = excluded.source,
        source_channel_id = excluded.source_channel_id,
        name = excluded.name,
        image_url = excluded.image_url,
        connected = excluded.connected,
        upstream = excluded.upstream,
        facts = excluded.facts,
        updated_at = excluded.updated_at";

impl ChannelReads for Snapshot<'_> {
    fn channel(&mut self, id: ChannelId) -> Result<Option<Channel>, StorageError> {
        self.first(FIND, &[&id.as_uuid()], read)
    }

    fn channels_by_id(&mut self, ids: &[ChannelId]) -> Result<Vec<Channel>, StorageError> {
        let ids: Vec<_> = ids.iter().map(|id| id.as_uuid()).collect();
        let rows = self.ask(FIND_ALL, &[&ids])?;
        rows.iter().map(read).collect()
    }

    fn channels(&mut self, filter: &ChannelFilter) -> Result<Vec<Channel>, StorageError> {
        list(self, filter)
    }

    fn channels_of_upstream(
        &mut self,
        upstream: &UpstreamKey,
    ) -> Result<Vec<Channel>, StorageError> {
        of_upstream(self, upstream)
    }

    fn channels_revision(&mut self) -> Result<Revision, StorageError> {
        revisions::current(self, revisions::CHANNELS)
    }
}

/// What units of this batch have put is not on the server yet and is laid over what it says.
impl ChannelReads for Batch<'_> {
    fn channel(&mut self, id: ChannelId) -> Result<Option<Channel>, StorageError> {
        self.latest_channel(id)
    }

    fn channels_by_id(&mut self, ids: &[ChannelId]) -> Result<Vec<Channel>, StorageError> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let found: Result<Vec<_>, _> = ids.into_iter().map(|id| self.latest_channel(id)).collect();
        Ok(found?.into_iter().flatten().collect())
    }

    fn channels(&mut self, filter: &ChannelFilter) -> Result<Vec<Channel>, StorageError> {
        let stored = list(self, filter)?;
        let mut listed = self.overlaid(stored, |channel| {
            filter
                .source
                .as_ref()
                .is_none_or(|source| channel.source == *source)
                && filter
                    .connected
                    .is_none_or(|connected| channel.connection.is_connected() == connected)
        })?;
        listed.sort_by_key(|channel| (channel.created_at, channel.id));
        Ok(listed)
    }

    fn channels_of_upstream(
        &mut self,
        upstream: &UpstreamKey,
    ) -> Result<Vec<Channel>, StorageError> {
        let stored = of_upstream(self, upstream)?;
        let mut listed = self.overlaid(stored, |channel| {
            channel.connection.is_connected() && channel.upstream.as_ref() == Some(upstream)
        })?;
        listed.sort_by_key(|channel| channel.id);
        Ok(listed)
    }

    fn channels_revision(&mut self) -> Result<Revision, StorageError> {
        self.tell_everything()?;
        revisions::current(self, revisions::CHANNELS)
    }
}

impl ChannelWrites for Batch<'_> {
    fn put_channel(&mut self, channel: &Channel) -> Result<(), StorageError> {
        self.remember_channel(channel);
        Ok(())
    }
}

/// Reads and locks channels until the transaction ends, those that are not there included: nobody
/// who does the same can make them meanwhile. `ids` are in ascending order.
pub(crate) fn lock(connection: &mut Connection, ids: &[ChannelId]) -> Result<Vec<Row>, Refusal> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
    let mut rows = connection.query(LOCK, &[&ids])?;
    let found = rows
        .iter()
        .map(|row| row.try_get(0))
        .collect::<Result<Vec<Uuid>, _>>()?;
    let absent: Vec<Uuid> = ids
        .into_iter()
        .filter(|id| found.binary_search(id).is_err())
        .collect();
    if absent.is_empty() {
        return Ok(rows);
    }
    let mut numbers: Vec<i32> = absent.iter().map(lock_number).collect();
    numbers.sort_unstable();
    // Whoever held such a lock before us may have made the channel.
    let answers = connection.query_all(&[(LOCK_ABSENT, &[&numbers]), (LOCK, &[&absent])])?;
    rows.extend(answers.into_iter().skip(1).flatten());
    Ok(rows)
}

/// Ids are digests, so their beginning is as good as any hash. Two that share it wait for each other
/// without need.
fn lock_number(id: &Uuid) -> i32 {
    let (beginning, _, _, _) = id.as_fields();
    i32::from_ne_bytes(beginning.to_ne_bytes())
}

/// Inserts or replaces channels, which are in the order of their ids.
pub(crate) fn put(connection: &mut Connection, channels: &[&Channel]) -> Result<(), Refusal> {
    let ids: Vec<_> = channels
        .iter()
        .map(|channel| channel.id.as_uuid())
        .collect();
    let sources: Vec<_> = channels
        .iter()
        .map(|channel| channel.source.as_str())
        .collect();
    let accounts: Vec<_> = channels
        .iter()
        .map(|channel| channel.source_channel_id.as_str())
        .collect();
    let names: Vec<_> = channels
        .iter()
        .map(|channel| channel.name.as_str())
        .collect();
    let images: Vec<_> = channels
        .iter()
        .map(|channel| channel.image_url.as_deref())
        .collect();
    let connected: Vec<_> = channels
        .iter()
        .map(|channel| channel.connection.is_connected())
        .collect();
    let upstreams: Vec<_> = channels
        .iter()
        .map(|channel| channel.upstream.as_ref().map(UpstreamKey::as_str))
        .collect();
    let facts: Vec<_> = channels
        .iter()
        .map(|channel| channel.facts.as_str())
        .collect();
    let created: Vec<_> = channels
        .iter()
        .map(|channel| channel.created_at.as_millis())
        .collect();
    let updated: Vec<_> = channels
        .iter()
        .map(|channel| channel.updated_at.as_millis())
        .collect();
    connection.execute(
        PUT,
        &[
            &ids, &sources, &accounts, &names, &images, &connected, &upstreams, &facts, &created,
            &updated,
        ],
    )?;
    Ok(())
}

/// Reads a channel out of its row.
pub(crate) fn read(row: &Row) -> Result<Channel, StorageError> {
    let row = Stored::new(TABLE, row);
    Ok(Channel {
        id: ChannelId::from_uuid(row.get((0, "id"))?),
        source: Source::new(row.get::<String>((1, "source"))?),
        source_channel_id: SourceChannelId::new(row.get::<String>((2, "source_channel_id"))?),
        name: row.get((3, "name"))?,
        image_url: row.get((4, "image_url"))?,
        connection: if row.get((5, "connected"))? {
            Connected::Connected
        } else {
            Connected::Disconnected
        },
        upstream: row
            .get::<Option<String>>((6, "upstream"))?
            .map(UpstreamKey::new),
        facts: RawJson::from_checked(row.get::<&str>((7, "facts"))?),
        created_at: row.moment((8, "created_at"))?,
        updated_at: row.moment((9, "updated_at"))?,
    })
}

fn list(server: &mut impl Ask, filter: &ChannelFilter) -> Result<Vec<Channel>, StorageError> {
    let source = filter.source.as_ref().map(Source::as_str);
    let rows = server.ask(LIST, &[&source, &filter.connected])?;
    rows.iter().map(read).collect()
}

fn of_upstream(
    server: &mut impl Ask,
    upstream: &UpstreamKey,
) -> Result<Vec<Channel>, StorageError> {
    let rows = server.ask(OF_UPSTREAM, &[&upstream.as_str()])?;
    rows.iter().map(read).collect()
}
