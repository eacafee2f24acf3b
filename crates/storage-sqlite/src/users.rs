//! Users.

use rusqlite::params;
use switchboard_domain::User;
use switchboard_storage::{StorageError, UserReads, UserWrites};

use crate::stored::Stored;
use crate::tx::{Tx, limit};

const TABLE: &str = "users";

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT id, name, avatar_url, first_seen_at, last_seen_at
    FROM users
    WHERE id = ?1";

/// Along the primary key.
pub(crate) const PAGE: &str = "
    SELECT id, name, avatar_url, first_seen_at, last_seen_at
    FROM users
    WHERE id >= ?1
    ORDER BY id
    LIMIT ?2";

/// Along the primary key, backwards.
pub(crate) const BEFORE: &str = "
    SELECT id
    FROM users
    WHERE id < ?1
    ORDER BY id DESC
    LIMIT ?2";

/// All: the people of one company.
pub(crate) const COUNT: &str = "
    SELECT COUNT(*)
    FROM users";

/// By the primary key.
pub(crate) const PUT: &str = "
    INSERT INTO users (id, name, avatar_url, first_seen_at, last_seen_at)
    VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (id) DO UPDATE SET
        name = excluded.name,
        avatar_url = excluded.avatar_url,
        last_seen_at = excluded.last_seen_at";

impl UserReads for Tx<'_> {
    fn users_by_id(&mut self, ids: &[String]) -> Result<Vec<User>, StorageError> {
        let mut ids: Vec<_> = ids.iter().collect();
        ids.sort_unstable();
        ids.dedup();
        let mut found = Vec::new();
        let mut statement = self.prepare(FIND)?;
        for id in ids {
            statement.append(&mut found, TABLE, [id], read)?;
        }
        Ok(found)
    }

    fn user_page(&mut self, from: Option<&str>, users: usize) -> Result<Vec<User>, StorageError> {
        let params = params![from.unwrap_or_default(), limit(users)];
        self.all(TABLE, PAGE, params, read)
    }

    fn users_before(&mut self, id: &str, users: usize) -> Result<Vec<String>, StorageError> {
        self.all(TABLE, BEFORE, params![id, limit(users)], |row| {
            row.text((0, "id")).map(str::to_owned)
        })
    }

    fn count_users(&mut self) -> Result<u64, StorageError> {
        let count = self.first(TABLE, COUNT, [], |row| row.count((0, "id")))?;
        Ok(count.unwrap_or_default())
    }
}

impl UserWrites for Tx<'_> {
    fn put_user(&mut self, user: &User) -> Result<(), StorageError> {
        self.execute(
            PUT,
            params![
                user.id,
                user.name,
                user.avatar_url,
                user.first_seen_at.as_millis(),
                user.last_seen_at.as_millis(),
            ],
        )?;
        Ok(())
    }
}

fn read(row: &Stored<'_>) -> Result<User, StorageError> {
    Ok(User {
        id: row.text((0, "id"))?.to_owned(),
        name: row.optional_owned((1, "name"))?,
        avatar_url: row.optional_owned((2, "avatar_url"))?,
        first_seen_at: row.moment((3, "first_seen_at"))?,
        last_seen_at: row.moment((4, "last_seen_at"))?,
    })
}
