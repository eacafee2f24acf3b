//! The address book.

use switchboard_domain::{Contact, ContactId, ContactPlace, ConversationId, Merge};

use crate::StorageError;

/// Reading contacts. In a unit that writes, one that is asked for by id comes in its latest committed
/// state, and nobody else can change it until the unit ends.
pub trait ContactReads {
    /// The contact with that id.
    fn contact(&mut self, id: ContactId) -> Result<Option<Contact>, StorageError>;

    /// The contact that holds a conversation.
    fn contact_of(&mut self, conversation: ConversationId)
    -> Result<Option<Contact>, StorageError>;

    /// Up to `limit` contacts by their place, beginning with the one at `from`.
    fn contact_page(
        &mut self,
        from: Option<&ContactPlace>,
        limit: usize,
    ) -> Result<Vec<Contact>, StorageError>;

    /// The places of up to `limit` contacts before `place`, nearest first.
    fn contacts_before(
        &mut self,
        place: &ContactPlace,
        limit: usize,
    ) -> Result<Vec<ContactPlace>, StorageError>;

    /// How many contacts there are.
    fn count_contacts(&mut self) -> Result<u64, StorageError>;

    /// What was merged into a contact, oldest first.
    fn merges(&mut self, destination: ContactId) -> Result<Vec<Merge>, StorageError>;
}

/// Writing contacts.
pub trait ContactWrites {
    /// Inserts or replaces a contact, with the conversations it holds: a conversation belongs to one
    /// contact, so it leaves the one it belonged to.
    fn put_contact(&mut self, contact: &Contact) -> Result<(), StorageError>;

    /// Inserts contacts that conversations bring with them, unless they are there; each id at most
    /// once. Cheaper than putting them one by one.
    fn add_contacts(&mut self, contacts: &[Contact]) -> Result<(), StorageError>;

    /// Removes a contact and what was merged into it. `false` if there is none.
    fn delete_contact(&mut self, id: ContactId) -> Result<bool, StorageError>;

    /// Remembers what was merged into a contact.
    fn put_merge(&mut self, merge: &Merge) -> Result<(), StorageError>;

    /// Forgets the merge of `source` into `destination`. `false` if there is none.
    fn delete_merge(
        &mut self,
        destination: ContactId,
        source: ContactId,
    ) -> Result<bool, StorageError>;
}
