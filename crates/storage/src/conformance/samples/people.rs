//! Contacts that rules are tried on.

use std::collections::BTreeMap;

use switchboard_domain::{Chance, Contact, ContactId, ContactPlace, FixedChance, Source};

use super::at;
use super::inbox::conversation_id;

/// The id of the `number`th contact. Does not grow with the number.
pub(in super::super) fn contact_id(number: u32) -> ContactId {
    ContactId::from_uuid(FixedChance::seeded(0xc0_0000 + u64::from(number)).uuid())
}

/// The `number`th contact, of whom nothing is known.
pub(in super::super) fn contact(number: u32) -> Contact {
    Contact {
        id: contact_id(number),
        display_name: None,
        name_is_generated: false,
        avatar_url: None,
        title: None,
        gender: None,
        timezone: None,
        locale: None,
        organization_name: None,
        via: BTreeMap::new(),
        address: None,
        conversations: BTreeMap::new(),
        metadata: None,
        created_at: at(number.into()),
        updated_at: None,
    }
}

/// The `number`th contact with a name.
pub(in super::super) fn called(number: u32, name: &str) -> Contact {
    Contact {
        display_name: Some(name.to_owned()),
        ..contact(number)
    }
}

/// The `number`th contact, who holds these conversations.
pub(in super::super) fn holding(number: u32, conversations: &[u32]) -> Contact {
    Contact {
        conversations: conversations
            .iter()
            .map(|conversation| (conversation_id(*conversation), Source::named("test")))
            .collect(),
        ..contact(number)
    }
}

/// Where a contact stands.
pub(in super::super) fn place(contact: &Contact) -> ContactPlace {
    ContactPlace {
        display_name: contact.display_name.clone(),
        id: contact.id,
    }
}
