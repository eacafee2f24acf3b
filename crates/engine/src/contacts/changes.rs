//! What can be changed of a contact.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use switchboard_domain::{Address, Contact, ConversationId, RawJson, Source};

/// What becomes of one field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It is taken away.
    Remove,
    /// It gets this value.
    Set(T),
}

/// What to change of a contact.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContactChanges {
    /// See [`Contact::display_name`].
    pub display_name: Change<String>,
    /// See [`Contact::avatar_url`].
    pub avatar_url: Change<String>,
    /// See [`Contact::title`].
    pub title: Change<String>,
    /// See [`Contact::gender`].
    pub gender: Change<String>,
    /// See [`Contact::timezone`].
    pub timezone: Change<i32>,
    /// See [`Contact::locale`].
    pub locale: Change<String>,
    /// See [`Contact::organization_name`].
    pub organization_name: Change<String>,
    /// Key by key; those that are not named stay.
    pub via: BTreeMap<String, Change<String>>,
    /// Field by field.
    pub address: Change<AddressChanges>,
    /// One by one; those that are not named stay.
    pub conversations: BTreeMap<ConversationId, Change<Source>>,
    /// Merged into what is there (RFC 7396): objects key by key, and `null` takes a key away.
    pub metadata: Change<Map<String, Value>>,
}

/// What to change of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressChanges {
    /// See [`Address::organization_name`].
    pub organization_name: Change<String>,
    /// See [`Address::address_line1`].
    pub address_line1: Change<String>,
    /// See [`Address::address_line2`].
    pub address_line2: Change<String>,
    /// See [`Address::postal_code`].
    pub postal_code: Change<String>,
    /// See [`Address::city`].
    pub city: Change<String>,
    /// See [`Address::state`].
    pub state: Change<String>,
    /// See [`Address::country`].
    pub country: Change<String>,
}

impl<T: Clone> Change<T> {
    fn apply(&self, field: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Remove => *field = None,
            Self::Set(value) => *field = Some(value.clone()),
        }
    }

    fn apply_to_key<K: Ord + Clone>(&self, map: &mut BTreeMap<K, T>, key: &K) {
        match self {
            Self::Keep => {}
            Self::Remove => drop(map.remove(key)),
            Self::Set(value) => drop(map.insert(key.clone(), value.clone())),
        }
    }
}

impl ContactChanges {
    /// Makes the changes.
    pub(super) fn apply(&self, contact: &mut Contact) {
        if self.display_name != Change::Keep {
            contact.name_is_generated = false;
        }
        self.display_name.apply(&mut contact.display_name);
        self.avatar_url.apply(&mut contact.avatar_url);
        self.title.apply(&mut contact.title);
        self.gender.apply(&mut contact.gender);
        self.timezone.apply(&mut contact.timezone);
        self.locale.apply(&mut contact.locale);
        self.organization_name.apply(&mut contact.organization_name);
        for (key, change) in &self.via {
            change.apply_to_key(&mut contact.via, key);
        }
        for (id, change) in &self.conversations {
            change.apply_to_key(&mut contact.conversations, id);
        }
        match &self.address {
            Change::Keep => {}
            Change::Remove => contact.address = None,
            Change::Set(changes) => {
                let mut address = contact.address.take().unwrap_or_default();
                changes.apply(&mut address);
                contact.address = (address != Address::default()).then_some(address);
            }
        }
        match &self.metadata {
            Change::Keep => {}
            Change::Remove => contact.metadata = None,
            Change::Set(changes) => {
                let mut metadata = as_object(contact.metadata.as_ref());
                merge(&mut metadata, changes);
                contact.metadata = as_metadata(metadata);
            }
        }
    }
}

impl AddressChanges {
    fn apply(&self, address: &mut Address) {
        self.organization_name.apply(&mut address.organization_name);
        self.address_line1.apply(&mut address.address_line1);
        self.address_line2.apply(&mut address.address_line2);
        self.postal_code.apply(&mut address.postal_code);
        self.city.apply(&mut address.city);
        self.state.apply(&mut address.state);
        self.country.apply(&mut address.country);
    }
}

/// What is noted about a contact, as an object.
pub(super) fn as_object(metadata: Option<&RawJson>) -> Map<String, Value> {
    metadata
        .and_then(|metadata| serde_json::from_str(metadata.as_str()).ok())
        .unwrap_or_default()
}

/// An object as what is noted about a contact; an empty one is nothing.
pub(super) fn as_metadata(object: Map<String, Value>) -> Option<RawJson> {
    (!object.is_empty()).then(|| RawJson::from_checked(Value::Object(object).to_string()))
}

fn merge(into: &mut Map<String, Value>, changes: &Map<String, Value>) {
    for (key, change) in changes {
        match change {
            Value::Null => drop(into.remove(key)),
            Value::Object(changes) => {
                let place = into.entry(key).or_insert_with(|| Map::new().into());
                if !place.is_object() {
                    *place = Map::new().into();
                }
                if let Value::Object(inner) = place {
                    merge(inner, changes);
                }
            }
            other => drop(into.insert(key.clone(), other.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use switchboard_domain::{ContactId, Timestamp};
    use uuid::Uuid;

    use super::*;

    fn nobody() -> Contact {
        super::super::blank(ContactId::from_uuid(Uuid::nil()), Timestamp::from_millis(0))
    }

    fn object(value: Value) -> Change<Map<String, Value>> {
        match value {
            Value::Object(object) => Change::Set(object),
            other => panic!("{other}"),
        }
    }

    fn metadata(contact: &Contact) -> Value {
        as_object(contact.metadata.as_ref()).into()
    }

    #[test]
    fn metadata_is_merged_key_by_key_and_null_takes_away() {
        let mut contact = nobody();
        for change in [
            json!({ "erp": { "id": 7, "kind": "b2b" }, "vip": true }),
            json!({ "erp": { "id": 8, "kind": null }, "note": null }),
            json!({ "vip": { "since": 2020 } }),
        ] {
            let metadata = object(change);
            ContactChanges {
                metadata,
                ..ContactChanges::default()
            }
            .apply(&mut contact);
        }

        let wanted = json!({ "erp": { "id": 8 }, "vip": { "since": 2020 } });
        assert_eq!(metadata(&contact), wanted);
    }

    #[test]
    fn an_address_of_which_nothing_is_left_is_gone() {
        let mut contact = nobody();
        let city = |city| ContactChanges {
            address: Change::Set(AddressChanges {
                city,
                ..AddressChanges::default()
            }),
            ..ContactChanges::default()
        };

        city(Change::Set("Berlin".to_owned())).apply(&mut contact);
        assert_eq!(
            contact.address.clone().unwrap().city.as_deref(),
            Some("Berlin")
        );
        city(Change::Remove).apply(&mut contact);
        assert_eq!(contact.address, None);
    }

    #[test]
    fn a_name_that_somebody_gives_is_not_generated() {
        let mut contact = nobody();
        contact.name_is_generated = true;

        ContactChanges::default().apply(&mut contact);
        assert!(contact.name_is_generated);
        ContactChanges {
            display_name: Change::Set("Ada".to_owned()),
            ..ContactChanges::default()
        }
        .apply(&mut contact);
        assert!(!contact.name_is_generated);
    }
}
