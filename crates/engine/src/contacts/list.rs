//! Listing contacts.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD;
use switchboard_domain::{Contact, ContactPlace};
use switchboard_storage::{ReadTx, StorageError};

use crate::Engine;
use crate::media::Pictures;
use crate::page::{self, Page, PageError, PageQuery, Paged};

impl Engine {
    /// Contacts by name, those without one last.
    pub async fn list_contacts(&self, query: PageQuery) -> Result<Page<Contact>, PageError> {
        let links = self.media_links();
        self.0
            .store
            .read(move |tx| {
                let mut page = page::read(&query, &mut Contacts(tx))?;
                let pictures = Pictures::read(tx, &page.items)?;
                for contact in &mut page.items {
                    pictures.show(contact, &links);
                }
                Ok(page)
            })
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
            return Ok(place_of(id));
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
        Ok(places.iter().map(cursor_of).collect())
    }

    fn id(item: &Contact) -> String {
        cursor_of(&ContactPlace {
            display_name: item.display_name.clone(),
            id: item.id,
        })
    }
}

/// Longest name that goes into a cursor, in bytes. Where a longer one stands is found by the id.
const LONGEST_NAME: usize = 4_096;

/// A place as a cursor: where the contact stood when the page was made, so that nobody is shown twice or
/// left out because somebody was renamed. An id alone is taken for a cursor too.
fn cursor_of(place: &ContactPlace) -> String {
    match &place.display_name {
        Some(name) if name.len() > LONGEST_NAME => place.id.to_string(),
        name => {
            let place = serde_json::json!([place.id.to_string(), name]);
            URL_SAFE_NO_PAD.encode(place.to_string())
        }
    }
}

fn place_of(cursor: &str) -> Option<ContactPlace> {
    let place = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (id, display_name): (String, Option<String>) = serde_json::from_slice(&place).ok()?;
    let id = id.parse().ok()?;
    Some(ContactPlace { display_name, id })
}
