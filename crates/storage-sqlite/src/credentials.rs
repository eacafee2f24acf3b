//! Credentials, sealed.

use rusqlite::params;
use switchboard_domain::{ChannelId, KeyId, Sealed};
use switchboard_storage::{CredentialReads, CredentialWrites, StorageError};

use crate::tx::Tx;

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT channel_id, key_id, sealed
    FROM credentials
    WHERE channel_id = ?1";

/// By the primary key. The zeros keep what is sealed out of the tree: see the table.
pub(crate) const PUT: &str = "
    INSERT INTO credentials (channel_id, apart, key_id, sealed)
    VALUES (?1, zeroblob(1024), ?2, ?3)
    ON CONFLICT (channel_id) DO UPDATE SET
        key_id = excluded.key_id,
        sealed = excluded.sealed";

/// By the primary key. What is freed is overwritten: `secure_delete` is on.
pub(crate) const ERASE: &str = "
    DELETE FROM credentials
    WHERE channel_id = ?1";

impl CredentialReads for Tx<'_> {
    fn credentials(&mut self, channel: ChannelId) -> Result<Option<Sealed>, StorageError> {
        self.first("credentials", FIND, [channel.as_uuid().as_bytes()], |row| {
            Ok(Sealed {
                key_id: KeyId::new(row.text((1, "key_id"))?),
                bytes: row.bytes((2, "sealed"))?.to_vec(),
            })
        })
    }
}

impl CredentialWrites for Tx<'_> {
    fn put_credentials(
        &mut self,
        channel: ChannelId,
        credentials: &Sealed,
    ) -> Result<(), StorageError> {
        self.execute(
            PUT,
            params![
                channel.as_uuid().as_bytes(),
                credentials.key_id.as_str(),
                credentials.bytes,
            ],
        )?;
        Ok(())
    }

    fn erase_credentials(&mut self, channel: ChannelId) -> Result<(), StorageError> {
        let erased = self.execute(ERASE, [channel.as_uuid().as_bytes()])?;
        self.secrets_erased |= erased > 0;
        Ok(())
    }
}
