//! Credentials, sealed.

use std::collections::BTreeMap;

use postgres::Row;
use switchboard_domain::{ChannelId, KeyId, Sealed};
use switchboard_storage::{CredentialReads, CredentialWrites, StorageError};
use uuid::Uuid;

use crate::batch::Batch;
use crate::connection::Connection;
use crate::refusal::Refusal;
use crate::snapshot::{Ask, Snapshot};
use crate::stored::Stored;

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT channel_id, key_id, sealed
    FROM credentials
    WHERE channel_id = $1";

/// By the primary key.
const PUT: &str = "
    INSERT INTO credentials (channel_id, key_id, sealed)
    SELECT channel_id, key_id, sealed
    FROM unnest($1::uuid[], $2::text[], $3::bytea[]) AS put (channel_id, key_id, sealed)
    ORDER BY channel_id
    ON CONFLICT (channel_id) DO UPDATE SET
        key_id = excluded.key_id,
        sealed = excluded.sealed";

/// By the primary key.
pub(crate) const ERASE: &str = "
    DELETE FROM credentials
    WHERE channel_id = ANY($1)";

impl CredentialReads for Snapshot<'_> {
    fn credentials(&mut self, channel: ChannelId) -> Result<Option<Sealed>, StorageError> {
        find(self, channel)
    }
}

impl CredentialReads for Batch<'_> {
    fn credentials(&mut self, channel: ChannelId) -> Result<Option<Sealed>, StorageError> {
        match self.untold_credentials(channel) {
            Some(untold) => Ok(untold.clone()),
            None => find(self, channel),
        }
    }
}

impl CredentialWrites for Batch<'_> {
    fn put_credentials(
        &mut self,
        channel: ChannelId,
        credentials: &Sealed,
    ) -> Result<(), StorageError> {
        self.remember_credentials(channel, Some(credentials.clone()));
        Ok(())
    }

    fn erase_credentials(&mut self, channel: ChannelId) -> Result<(), StorageError> {
        self.remember_credentials(channel, None);
        Ok(())
    }
}

/// Stores, replaces or (where there are none) erases the credentials of channels.
pub(crate) fn put(
    connection: &mut Connection,
    credentials: &BTreeMap<ChannelId, Option<Sealed>>,
) -> Result<(), Refusal> {
    let erased: Vec<Uuid> = credentials
        .iter()
        .filter(|(_, sealed)| sealed.is_none())
        .map(|(channel, _)| channel.as_uuid())
        .collect();
    if !erased.is_empty() {
        connection.execute(ERASE, &[&erased])?;
    }
    let (channels, sealed): (Vec<Uuid>, Vec<&Sealed>) = credentials
        .iter()
        .filter_map(|(channel, sealed)| Some((channel.as_uuid(), sealed.as_ref()?)))
        .unzip();
    if !channels.is_empty() {
        let keys: Vec<_> = sealed.iter().map(|sealed| sealed.key_id.as_str()).collect();
        let bytes: Vec<_> = sealed
            .iter()
            .map(|sealed| sealed.bytes.as_slice())
            .collect();
        connection.execute(PUT, &[&channels, &keys, &bytes])?;
    }
    Ok(())
}

fn find(server: &mut impl Ask, channel: ChannelId) -> Result<Option<Sealed>, StorageError> {
    server.first(FIND, &[&channel.as_uuid()], read)
}

fn read(row: &Row) -> Result<Sealed, StorageError> {
    let row = Stored::new("credentials", row);
    Ok(Sealed {
        key_id: KeyId::new(row.get::<String>((1, "key_id"))?),
        bytes: row.get((2, "sealed"))?,
    })
}
