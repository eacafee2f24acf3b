//! Making one contact of two, and taking them apart again.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use switchboard_domain::{Address, Contact};

use super::changes::{as_metadata, as_object};

/// What `destination` becomes when `source` is merged into it: its own values win, the other one fills
/// the gaps, and it gets the other one's conversations. A name that the hub made up is a gap.
pub(super) fn joined(destination: &Contact, source: &Contact) -> Contact {
    let has_name = destination.display_name.is_some()
        && (!destination.name_is_generated || source.display_name.is_none());
    let named = if has_name { destination } else { source };
    Contact {
        id: destination.id,
        display_name: named.display_name.clone(),
        name_is_generated: named.name_is_generated,
        avatar_url: filled(destination.avatar_url.as_ref(), source.avatar_url.as_ref()),
        title: filled(destination.title.as_ref(), source.title.as_ref()),
        gender: filled(destination.gender.as_ref(), source.gender.as_ref()),
        timezone: destination.timezone.or(source.timezone),
        locale: filled(destination.locale.as_ref(), source.locale.as_ref()),
        organization_name: filled(
            destination.organization_name.as_ref(),
            source.organization_name.as_ref(),
        ),
        via: united(&destination.via, &source.via),
        address: joined_address(destination.address.as_ref(), source.address.as_ref()),
        conversations: united(&destination.conversations, &source.conversations),
        metadata: as_metadata(joined_objects(
            &as_object(destination.metadata.as_ref()),
            &as_object(source.metadata.as_ref()),
        )),
        created_at: destination.created_at,
        updated_at: destination.updated_at,
    }
}

/// What `now` becomes when the merge of `source` into `before` is undone: what the merge changed is as
/// it was before, unless it has been changed again since.
pub(super) fn parted(now: &Contact, before: &Contact, source: &Contact) -> Contact {
    let joined = joined(before, source);
    let is_name_kept = now.display_name != joined.display_name;
    let named = if is_name_kept { now } else { before };
    Contact {
        id: now.id,
        display_name: named.display_name.clone(),
        name_is_generated: named.name_is_generated,
        avatar_url: undone(&now.avatar_url, &joined.avatar_url, &before.avatar_url),
        title: undone(&now.title, &joined.title, &before.title),
        gender: undone(&now.gender, &joined.gender, &before.gender),
        timezone: undone(&now.timezone, &joined.timezone, &before.timezone),
        locale: undone(&now.locale, &joined.locale, &before.locale),
        organization_name: undone(
            &now.organization_name,
            &joined.organization_name,
            &before.organization_name,
        ),
        via: divided(&now.via, &joined.via, &before.via),
        address: parted_address(
            now.address.as_ref(),
            joined.address.as_ref(),
            before.address.as_ref(),
        ),
        conversations: divided(
            &now.conversations,
            &joined.conversations,
            &before.conversations,
        ),
        metadata: as_metadata(parted_objects(
            &as_object(now.metadata.as_ref()),
            &as_object(joined.metadata.as_ref()),
            &as_object(before.metadata.as_ref()),
        )),
        created_at: now.created_at,
        updated_at: now.updated_at,
    }
}

fn filled<T: Clone>(own: Option<&T>, other: Option<&T>) -> Option<T> {
    own.or(other).cloned()
}

fn undone<T: Clone + PartialEq>(now: &T, joined: &T, before: &T) -> T {
    if now == joined { before } else { now }.clone()
}

fn united<K: Ord + Clone, V: Clone>(
    own: &BTreeMap<K, V>,
    other: &BTreeMap<K, V>,
) -> BTreeMap<K, V> {
    let mut all = other.clone();
    all.extend(own.iter().map(|(key, value)| (key.clone(), value.clone())));
    all
}

/// Without the entries that only the merge has brought.
fn divided<K: Ord + Clone, V: Clone + PartialEq>(
    now: &BTreeMap<K, V>,
    joined: &BTreeMap<K, V>,
    before: &BTreeMap<K, V>,
) -> BTreeMap<K, V> {
    now.iter()
        .filter(|(key, value)| before.contains_key(*key) || joined.get(*key) != Some(*value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn joined_address(own: Option<&Address>, other: Option<&Address>) -> Option<Address> {
    let (Some(own), Some(other)) = (own, other) else {
        return filled(own, other);
    };
    let mut all = own.clone();
    for (field, other) in fields(&mut all).into_iter().zip(values(other)) {
        if field.is_none() {
            field.clone_from(other);
        }
    }
    Some(all)
}

fn parted_address(
    now: Option<&Address>,
    joined: Option<&Address>,
    before: Option<&Address>,
) -> Option<Address> {
    let none = Address::default();
    let (joined, before) = (joined.unwrap_or(&none), before.unwrap_or(&none));
    let mut parted = now.cloned().unwrap_or_default();
    let was = values(joined).into_iter().zip(values(before));
    for (field, (joined, before)) in fields(&mut parted).into_iter().zip(was) {
        if field == joined {
            field.clone_from(before);
        }
    }
    (parted != none).then_some(parted)
}

fn fields(address: &mut Address) -> [&mut Option<String>; 7] {
    let Address {
        organization_name,
        address_line1,
        address_line2,
        postal_code,
        city,
        state,
        country,
    } = address;
    [
        organization_name,
        address_line1,
        address_line2,
        postal_code,
        city,
        state,
        country,
    ]
}

fn values(address: &Address) -> [&Option<String>; 7] {
    let Address {
        organization_name,
        address_line1,
        address_line2,
        postal_code,
        city,
        state,
        country,
    } = address;
    [
        organization_name,
        address_line1,
        address_line2,
        postal_code,
        city,
        state,
        country,
    ]
}

fn joined_objects(own: &Map<String, Value>, other: &Map<String, Value>) -> Map<String, Value> {
    let mut all = own.clone();
    for (key, other) in other {
        match (all.get_mut(key), other) {
            (None, other) => drop(all.insert(key.clone(), other.clone())),
            (Some(Value::Object(own)), Value::Object(other)) => {
                *own = joined_objects(own, other);
            }
            (Some(_), _) => {}
        }
    }
    all
}

fn parted_objects(
    now: &Map<String, Value>,
    joined: &Map<String, Value>,
    before: &Map<String, Value>,
) -> Map<String, Value> {
    let mut parted = Map::new();
    for (key, now) in now {
        let kept = match (now, joined.get(key), before.get(key)) {
            (now, Some(joined), before) if now == joined => before.cloned(),
            (Value::Object(now), Some(Value::Object(joined)), before) => {
                let none = Map::new();
                let before = before.and_then(Value::as_object).unwrap_or(&none);
                Some(parted_objects(now, joined, before).into())
            }
            (now, _, _) => Some(now.clone()),
        };
        if let Some(kept) = kept {
            parted.insert(key.clone(), kept);
        }
    }
    parted
}

#[cfg(test)]
mod tests;
