//! Users.

use postgres::Row;
use switchboard_domain::User;
use switchboard_storage::{StorageError, UserReads, UserWrites};

use crate::batch::Batch;
use crate::snapshot::{Ask, Snapshot};
use crate::stored::{Stored, column, limit};
use crate::verbatim::{self, Text};

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT id, name, avatar_url, first_seen_at, last_seen_at
    FROM app_users
    WHERE id = ANY($1)";

/// By the primary key, in its order.
pub(crate) const PAGE: &str = "
    SELECT id, name, avatar_url, first_seen_at, last_seen_at
    FROM app_users
    WHERE id >= $1
    ORDER BY id
    LIMIT $2";

/// By the primary key, backwards.
pub(crate) const BEFORE: &str = "
    SELECT id
    FROM app_users
    WHERE id < $1
    ORDER BY id DESC
    LIMIT $2";

/// All of the primary key: there are as many users as people who work there.
pub(crate) const COUNT: &str = "
    SELECT count(*)
    FROM app_users";

/// By the primary key.
const PUT: &str = "
    INSERT INTO app_users (id, name, avatar_url, first_seen_at, last_seen_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (id) DO UPDATE SET
        name = excluded.name,
        avatar_url = excluded.avatar_url,
        last_seen_at = excluded.last_seen_at";

impl UserReads for Snapshot<'_> {
    fn users_by_id(&mut self, ids: &[String]) -> Result<Vec<User>, StorageError> {
        find(self, ids)
    }

    fn user_page(&mut self, from: Option<&str>, users: usize) -> Result<Vec<User>, StorageError> {
        page(self, from, users)
    }

    fn users_before(&mut self, id: &str, users: usize) -> Result<Vec<String>, StorageError> {
        before(self, id, users)
    }

    fn count_users(&mut self) -> Result<u64, StorageError> {
        count(self)
    }
}

impl UserReads for Batch<'_> {
    fn users_by_id(&mut self, ids: &[String]) -> Result<Vec<User>, StorageError> {
        find(self, ids)
    }

    fn user_page(&mut self, from: Option<&str>, users: usize) -> Result<Vec<User>, StorageError> {
        page(self, from, users)
    }

    fn users_before(&mut self, id: &str, users: usize) -> Result<Vec<String>, StorageError> {
        before(self, id, users)
    }

    fn count_users(&mut self) -> Result<u64, StorageError> {
        count(self)
    }
}

impl UserWrites for Batch<'_> {
    fn put_user(&mut self, user: &User) -> Result<(), StorageError> {
        self.change(
            PUT,
            &[
                &Text(&user.id),
                &user.name.as_deref().map(Text),
                &user.avatar_url.as_deref().map(Text),
                &user.first_seen_at.as_millis(),
                &user.last_seen_at.as_millis(),
            ],
        )?;
        Ok(())
    }
}

fn find(server: &mut impl Ask, ids: &[String]) -> Result<Vec<User>, StorageError> {
    let rows = server.ask(FIND, &[&column(ids, |id| Text(id))])?;
    rows.iter().map(read).collect()
}

fn page(
    server: &mut impl Ask,
    from: Option<&str>,
    users: usize,
) -> Result<Vec<User>, StorageError> {
    let from = Text(from.unwrap_or_default());
    let rows = server.ask(PAGE, &[&from, &limit(users)])?;
    rows.iter().map(read).collect()
}

fn before(server: &mut impl Ask, id: &str, users: usize) -> Result<Vec<String>, StorageError> {
    let rows = server.ask(BEFORE, &[&Text(id), &limit(users)])?;
    rows.iter()
        .map(|row| {
            Ok(verbatim::read(
                Stored::new("app_users", row).get((0, "id"))?,
            ))
        })
        .collect()
}

fn count(server: &mut impl Ask) -> Result<u64, StorageError> {
    let count = server.first(COUNT, &[], |row| {
        Stored::new("app_users", row).natural((0, "id"))
    })?;
    Ok(count.unwrap_or_default())
}

fn read(row: &Row) -> Result<User, StorageError> {
    let row = Stored::new("app_users", row);
    Ok(User {
        id: row.text((0, "id"))?,
        name: row.maybe_text((1, "name"))?,
        avatar_url: row.maybe_text((2, "avatar_url"))?,
        first_seen_at: row.moment((3, "first_seen_at"))?,
        last_seen_at: row.moment((4, "last_seen_at"))?,
    })
}
