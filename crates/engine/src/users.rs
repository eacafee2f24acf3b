//! The use cases of users: list. Who they are is told by the identity provider.

use switchboard_domain::User;
use switchboard_storage::{ReadTx, StorageError};

use crate::Engine;
use crate::page::{self, Page, PageError, PageQuery, Paged};

impl Engine {
    /// The users that have been seen, by id.
    pub async fn list_users(&self, query: PageQuery) -> Result<Page<User>, PageError> {
        self.0
            .store
            .read(move |tx| page::read(&query, &mut Users(tx)))
            .await
    }
}

struct Users<'tx>(&'tx mut dyn ReadTx);

impl Paged for Users<'_> {
    type Item = User;
    type Place = String;

    fn count(&mut self) -> Result<u64, StorageError> {
        self.0.count_users()
    }

    fn place(&mut self, id: &str) -> Result<Option<String>, StorageError> {
        if id.contains('\0') {
            // No database has such a text, and not every one can be asked for it.
            return Ok(None);
        }
        let found = self.0.users_by_id(&[id.to_owned()])?;
        Ok(found.into_iter().next().map(|user| user.id))
    }

    fn from(&mut self, from: Option<&String>, limit: usize) -> Result<Vec<User>, StorageError> {
        self.0.user_page(from.map(String::as_str), limit)
    }

    fn before(&mut self, place: &String, limit: usize) -> Result<Vec<String>, StorageError> {
        self.0.users_before(place, limit)
    }

    fn id(item: &User) -> String {
        item.id.clone()
    }
}
