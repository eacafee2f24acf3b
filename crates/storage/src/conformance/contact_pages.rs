//! Rules about lists of contacts.

use switchboard_domain::{Contact, ContactPlace};

use super::Database;
use super::contacts::{count, put};
use super::samples::people::{called, contact, place};

pub async fn contacts_are_listed_by_name_byte_by_byte_and_those_without_last(database: &Database) {
    let all = in_order();
    put(database, all.iter().rev().cloned()).await;

    assert_eq!(page(database, None, 100).await, all);
    assert_eq!(count(database).await, 15);
}

pub async fn a_page_of_contacts_begins_with_the_given_one(database: &Database) {
    let all = in_order();
    put(database, all.clone()).await;

    for (number, contact) in all.iter().enumerate() {
        let found = page(database, Some(place(contact)), 3).await;
        let expected: Vec<_> = all.iter().skip(number).take(3).cloned().collect();
        assert_eq!(found, expected, "{contact:?}");
    }
    assert_eq!(page(database, None, 0).await, []);
    assert_eq!(page(database, None, usize::MAX).await, all);
}

pub async fn a_page_may_begin_where_no_contact_is(database: &Database) {
    let all = [called(1, "a"), called(2, "c"), contact(3)];
    put(database, all.clone()).await;

    let between = page(database, Some(place(&called(9, "b"))), 10).await;
    let after = page(database, Some(place(&called(9, "d"))), 10).await;

    assert_eq!(between, all[1..]);
    assert_eq!(after, all[2..]);
}

pub async fn places_before_a_contact_are_listed_nearest_first(database: &Database) {
    let all = in_order();
    put(database, all.clone()).await;

    for (number, contact) in all.iter().enumerate() {
        let found = before(database, place(contact), 3).await;
        let expected: Vec<_> = all.iter().take(number).rev().take(3).map(place).collect();
        assert_eq!(found, expected, "{contact:?}");
    }
    let between = before(database, place(&called(9, "\u{10ffff}")), 100).await;
    let nameless = all.iter().filter(|contact| contact.display_name.is_none());
    assert_eq!(between.len(), all.len() - nameless.count());
}

pub async fn a_contact_moves_in_the_list_when_it_is_renamed(database: &Database) {
    put(database, [called(1, "a"), called(2, "b"), contact(3)]).await;
    put(database, [contact(1), called(3, "c")]).await;

    let listed = page(database, None, 10).await;

    assert_eq!(listed, [called(2, "b"), called(3, "c"), contact(1)]);
}

pub(super) async fn page(
    database: &Database,
    from: Option<ContactPlace>,
    limit: usize,
) -> Vec<Contact> {
    database
        .read(move |tx| tx.contact_page(from.as_ref(), limit))
        .await
}

async fn before(database: &Database, place: ContactPlace, limit: usize) -> Vec<ContactPlace> {
    database
        .read(move |tx| tx.contacts_before(&place, limit))
        .await
}

/// Contacts in the order of their places.
fn in_order() -> Vec<Contact> {
    let names = [
        "", "10", "9", "A", "Zoe", "a", "a", "a", "a b", "b", "ä", "💬",
    ];
    let mut contacts: Vec<_> = (1..)
        .zip(names)
        .map(|(number, name)| called(number, name))
        .chain((13..=15).map(contact))
        .collect();
    contacts.sort_by(|one, other| {
        let place = |contact: &Contact| (contact.display_name.is_none(), place(contact));
        let ((one_nameless, one), (other_nameless, other)) = (place(one), place(other));
        (one_nameless, one.display_name, one.id).cmp(&(
            other_nameless,
            other.display_name,
            other.id,
        ))
    });
    contacts
}
