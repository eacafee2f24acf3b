//! Listing contacts.

use switchboard_domain::{Contact, ContactPlace};
use switchboard_storage::{ReadTx, StorageError};

use crate::Engine;
use crate::page::{self, Page, PageError, PageQuery, Paged};

impl Engine {
    /// Contacts by name, those without one last.
    pub async fn list_contacts(&self, query: PageQuery) -> Result<Page<Contact>, PageError> {
        self.0
            .store
            .read(move |tx| page::read(&query, &mut Contacts(tx)))
            .await
    }
}

struct Contacts<'tx>(&'tx mut dyn ReadTx);

impl Paged for Contacts<'_> {
    type Item = Contact;
    type Place = ContactPlace;

    fn count(&mut self) -> Result<u64, StorageError> {
        self.0.count_contacts()
    }

    fn place(&mut self, id: &str) -> Result<Option<ContactPlace>, StorageError> {
        let Ok(id) = id.parse() else {
            return Ok(None);
        };
        let found = self.0.contact(id)?;
        Ok(found.map(|contact| ContactPlace {
            display_name: contact.display_name,
            id: contact.id,
        }))
    }

    fn from(
        &mut self,
        from: Option<&ContactPlace>,
        limit: usize,
    ) -> Result<Vec<Contact>, StorageError> {
        self.0.contact_page(from, limit)
    }

    fn before(&mut self, place: &ContactPlace, limit: usize) -> Result<Vec<String>, StorageError> {
        let places = self.0.contacts_before(place, limit)?;
        Ok(places.iter().map(|place| place.id.to_string()).collect())
    }

    fn id(item: &Contact) -> String {
        item.id.to_string()
    }
}
