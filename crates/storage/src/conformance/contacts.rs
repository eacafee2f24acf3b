//! Rules about the address book.

use std::collections::BTreeMap;

use switchboard_domain::{Address, Contact, ContactId, RawJson, Source};

use super::Database;
use super::samples::at;
use super::samples::inbox::conversation_id;
use super::samples::people::{called, contact, contact_id, holding};

pub async fn a_contact_comes_back_as_it_was_put(database: &Database) {
    put(database, [full(1), contact(2), called(3, "")]).await;

    for put in [full(1), contact(2), called(3, "")] {
        assert_eq!(one(database, put.id).await, Some(put));
    }
    assert_eq!(one(database, contact_id(9)).await, None);
}

pub async fn putting_a_contact_again_replaces_it(database: &Database) {
    put(database, [full(1), contact(2)]).await;
    let (emptied, filled) = (
        Contact {
            created_at: at(99),
            ..contact(1)
        },
        Contact {
            id: contact_id(2),
            ..full(1)
        },
    );
    put(database, [emptied.clone(), filled.clone()]).await;

    assert_eq!(one(database, contact_id(1)).await, Some(emptied));
    assert_eq!(one(database, contact_id(2)).await, Some(filled));
    assert_eq!(count(database).await, 2);
}

pub async fn a_conversation_leads_to_the_contact_that_holds_it(database: &Database) {
    put(
        database,
        [holding(1, &[1, 2]), holding(2, &[3]), contact(3)],
    )
    .await;

    let found = [
        of(database, 1).await,
        of(database, 2).await,
        of(database, 3).await,
        of(database, 4).await,
    ];

    assert_eq!(
        found,
        [
            Some(holding(1, &[1, 2])),
            Some(holding(1, &[1, 2])),
            Some(holding(2, &[3])),
            None
        ]
    );
}

pub async fn a_conversation_leaves_the_contact_it_belonged_to(database: &Database) {
    put(database, [holding(1, &[1, 2]), holding(2, &[3, 4])]).await;
    put(database, [holding(3, &[2, 3])]).await;

    let found = [
        one(database, contact_id(1)).await,
        one(database, contact_id(2)).await,
        of(database, 2).await,
        of(database, 3).await,
    ];

    assert_eq!(
        found,
        [
            Some(holding(1, &[1])),
            Some(holding(2, &[4])),
            Some(holding(3, &[2, 3])),
            Some(holding(3, &[2, 3])),
        ]
    );
}

pub async fn a_conversation_that_a_contact_is_put_without_has_none(database: &Database) {
    put(database, [holding(1, &[1, 2])]).await;
    put(database, [holding(1, &[2])]).await;

    assert_eq!(of(database, 1).await, None);
    assert_eq!(of(database, 2).await, Some(holding(1, &[2])));
}

pub async fn added_contacts_are_there_unless_they_were(database: &Database) {
    put(database, [full(1)]).await;
    let added = [contact(1), holding(2, &[7]), full(3)];
    add(database, added.clone()).await;
    add(database, [called(2, "another"), called(4, "new")]).await;
    add(database, []).await;

    assert_eq!(one(database, contact_id(1)).await, Some(full(1)));
    assert_eq!(one(database, contact_id(2)).await, Some(holding(2, &[7])));
    assert_eq!(one(database, contact_id(3)).await, Some(added[2].clone()));
    assert_eq!(one(database, contact_id(4)).await, Some(called(4, "new")));
    assert_eq!(of(database, 7).await, Some(holding(2, &[7])));
    assert_eq!(count(database).await, 4);
}

pub(super) async fn put(database: &Database, contacts: impl IntoIterator<Item = Contact>) {
    let contacts: Vec<_> = contacts.into_iter().collect();
    database
        .write(move |tx| {
            contacts
                .iter()
                .try_for_each(|contact| tx.put_contact(contact))
        })
        .await;
}

async fn add(database: &Database, contacts: impl IntoIterator<Item = Contact>) {
    let contacts: Vec<_> = contacts.into_iter().collect();
    database.write(move |tx| tx.add_contacts(&contacts)).await;
}

pub(super) async fn one(database: &Database, id: ContactId) -> Option<Contact> {
    database.read(move |tx| tx.contact(id)).await
}

pub(super) async fn of(database: &Database, conversation: u32) -> Option<Contact> {
    database
        .read(move |tx| tx.contact_of(conversation_id(conversation)))
        .await
}

pub(super) async fn count(database: &Database) -> u64 {
    database.read(|tx| tx.count_contacts()).await
}

/// A contact with a value in every column.
pub(super) fn full(number: u32) -> Contact {
    let conversations = [number * 100, number * 100 + 1];
    Contact {
        display_name: Some("Zoë \"O'Neill\" 💬 \\ %_".to_owned()),
        name_is_generated: true,
        avatar_url: Some("https://example.org/a?b=%20".to_owned()),
        title: Some("Dr.".to_owned()),
        gender: Some("they".to_owned()),
        timezone: Some(-11),
        locale: Some("de_DE".to_owned()),
        organization_name: Some("Müller & Sons".to_owned()),
        via: BTreeMap::from([
            ("phone".to_owned(), "+49".to_owned()),
            ("'e\"mail".to_owned(), String::new()),
        ]),
        address: Some(Address {
            organization_name: Some("a".to_owned()),
            address_line1: Some("b".to_owned()),
            address_line2: Some("c".to_owned()),
            postal_code: Some("d".to_owned()),
            city: Some("e".to_owned()),
            state: Some("f".to_owned()),
            country: Some("g".to_owned()),
        }),
        conversations: BTreeMap::from([
            (conversation_id(conversations[0]), Source::named("facebook")),
            (
                conversation_id(conversations[1]),
                Source::named("twilio.sms"),
            ),
        ]),
        metadata: Some(RawJson::from_checked(r#"{ "b": "💬", "a": [1.50, null] }"#)),
        updated_at: Some(at(7)),
        ..contact(number)
    }
}
