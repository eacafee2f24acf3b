//! Channels.

use rusqlite::params;
use switchboard_domain::{
    Channel, ChannelFilter, ChannelId, Connection, RawJson, Source, SourceChannelId, UpstreamKey,
};
use switchboard_storage::{ChannelReads, ChannelWrites, Revision, StorageError};

use crate::revisions;
use crate::stored::Stored;
use crate::tx::Tx;

const TABLE: &str = "channels";

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT id, source, source_channel_id, name, image_url, connected, upstream, facts, created_at,
           updated_at
    FROM channels
    WHERE id = ?1";

/// All, in the order of the index `channels_by_creation`, so nothing is sorted.
pub(crate) const LIST: &str = "
    SELECT id, source, source_channel_id, name, image_url, connected, upstream, facts, created_at,
           updated_at
    FROM channels
    WHERE (?1 IS NULL OR source = ?1) AND (?2 IS NULL OR connected = ?2)
    ORDER BY created_at, id";

/// By the index `channels_by_upstream`, which holds nothing but connected channels.
pub(crate) const OF_UPSTREAM: &str = "
    SELECT id, source, source_channel_id, name, image_url, connected, upstream, facts, created_at,
           updated_at
    FROM channels
    WHERE upstream = ?1 AND connected = 1
    ORDER BY id";

/// By the primary key.
pub(crate) const PUT: &str = "
    INSERT INTO channels (id, source, source_channel_id, name, image_url, connected, upstream,
                          facts, created_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
    ON CONFLICT (id) DO UPDATE SET
        source = excluded.source,
        source_channel_id = excluded.source_channel_id,
        name = excluded.name,
        image_url = excluded.image_url,
        connected = excluded.connected,
        upstream = excluded.upstream,
        facts = excluded.facts,
        updated_at = excluded.updated_at";

impl ChannelReads for Tx<'_> {
    fn channel(&mut self, id: ChannelId) -> Result<Option<Channel>, StorageError> {
        self.first(TABLE, FIND, [id.as_uuid().as_bytes()], read)
    }

    fn channels_by_id(&mut self, ids: &[ChannelId]) -> Result<Vec<Channel>, StorageError> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let mut found = Vec::with_capacity(ids.len());
        let mut statement = self.prepare(FIND)?;
        for id in ids {
            statement.append(&mut found, TABLE, [id.as_uuid().as_bytes()], read)?;
        }
        Ok(found)
    }

    fn channels(&mut self, filter: &ChannelFilter) -> Result<Vec<Channel>, StorageError> {
        let source = filter.source.as_ref().map(Source::as_str);
        self.all(TABLE, LIST, params![source, filter.connected], read)
    }

    fn channels_of_upstream(
        &mut self,
        upstream: &UpstreamKey,
    ) -> Result<Vec<Channel>, StorageError> {
        self.all(TABLE, OF_UPSTREAM, [upstream.as_str()], read)
    }

    fn channels_revision(&mut self) -> Result<Revision, StorageError> {
        revisions::current(self, revisions::CHANNELS)
    }
}

impl ChannelWrites for Tx<'_> {
    fn put_channel(&mut self, channel: &Channel) -> Result<(), StorageError> {
        self.execute(
            PUT,
            params![
                channel.id.as_uuid().as_bytes(),
                channel.source.as_str(),
                channel.source_channel_id.as_str(),
                channel.name,
                channel.image_url,
                channel.connection.is_connected(),
                channel.upstream.as_ref().map(UpstreamKey::as_str),
                channel.facts.as_str(),
                channel.created_at.as_millis(),
                channel.updated_at.as_millis(),
            ],
        )?;
        if !self.channels_revised {
            revisions::advance(self, revisions::CHANNELS)?;
            self.channels_revised = true;
        }
        Ok(())
    }
}

fn read(row: &Stored<'_>) -> Result<Channel, StorageError> {
    Ok(Channel {
        id: ChannelId::from_uuid(row.uuid((0, "id"))?),
        source: Source::new(row.text((1, "source"))?),
        source_channel_id: SourceChannelId::new(row.text((2, "source_channel_id"))?),
        name: row.text((3, "name"))?.to_owned(),
        image_url: row.optional_text((4, "image_url"))?.map(str::to_owned),
        connection: connection(row)?,
        upstream: row.optional_text((6, "upstream"))?.map(UpstreamKey::new),
        facts: RawJson::from_checked(row.text((7, "facts"))?),
        created_at: row.moment((8, "created_at"))?,
        updated_at: row.moment((9, "updated_at"))?,
    })
}

fn connection(row: &Stored<'_>) -> Result<Connection, StorageError> {
    let is_connected = row.flag((5, "connected"))?;
    Ok(if is_connected {
        Connection::Connected
    } else {
        Connection::Disconnected
    })
}
