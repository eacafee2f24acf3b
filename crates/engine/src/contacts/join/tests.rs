use serde_json::json;
use switchboard_domain::{ContactId, ConversationId, RawJson, Source, Timestamp};
use uuid::Uuid;

use super::*;

fn person(number: u128) -> Contact {
    let id = ContactId::from_uuid(Uuid::from_u128(number));
    super::super::blank(id, Timestamp::from_millis(0))
}

fn conversation(number: u128) -> ConversationId {
    ConversationId::from_uuid(Uuid::from_u128(number))
}

fn holding(mut contact: Contact, conversations: &[u128]) -> Contact {
    let source = Source::named("facebook");
    let ids = conversations.iter().copied().map(conversation);
    contact
        .conversations
        .extend(ids.map(|id| (id, source.clone())));
    contact
}

fn noted(value: &Value) -> RawJson {
    RawJson::from_checked(value.to_string())
}

fn ada() -> Contact {
    Contact {
        display_name: Some("Ada".to_owned()),
        title: Some("Countess".to_owned()),
        timezone: Some(1),
        via: [("phone", "1"), ("fax", "2")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
        address: Some(Address {
            city: Some("London".to_owned()),
            state: Some("Middlesex".to_owned()),
            ..Address::default()
        }),
        metadata: Some(noted(
            &json!({ "erp": { "id": 1, "tier": "a" }, "vip": true }),
        )),
        ..holding(person(1), &[11, 12])
    }
}

fn augusta() -> Contact {
    Contact {
        display_name: Some("Augusta".to_owned()),
        via: [("phone".to_owned(), "9".to_owned())].into(),
        address: Some(Address {
            city: Some("Ockham".to_owned()),
            ..Address::default()
        }),
        metadata: Some(noted(&json!({ "erp": { "id": 2 } }))),
        ..holding(person(2), &[21])
    }
}

#[test]
fn the_destination_s_values_win_and_the_source_fills_the_gaps() {
    let joined = joined(&augusta(), &ada());

    assert_eq!(joined.id, augusta().id);
    assert_eq!(joined.display_name.as_deref(), Some("Augusta"));
    assert_eq!(joined.title.as_deref(), Some("Countess"));
    assert_eq!(joined.timezone, Some(1));
    assert_eq!(joined.via["phone"], "9");
    assert_eq!(joined.via["fax"], "2");
    let address = joined.address.unwrap();
    assert_eq!(address.city.as_deref(), Some("Ockham"));
    assert_eq!(address.state.as_deref(), Some("Middlesex"));
    assert_eq!(
        Value::from(as_object(joined.metadata.as_ref())),
        json!({ "erp": { "id": 2, "tier": "a" }, "vip": true })
    );
    let held: Vec<_> = joined.conversations.into_keys().collect();
    assert_eq!(held, [11, 12, 21].map(conversation));
}

#[test]
fn a_name_that_the_hub_made_up_is_a_gap() {
    let mut unknown = person(2);
    unknown.display_name = Some("Facebook 70f0c".to_owned());
    unknown.name_is_generated = true;

    let named = joined(&unknown, &ada());
    assert_eq!(named.display_name.as_deref(), Some("Ada"));
    assert!(!named.name_is_generated);

    let nameless = joined(&unknown, &person(1));
    assert_eq!(nameless.display_name, unknown.display_name);
    assert!(nameless.name_is_generated);
}

#[test]
fn undoing_a_merge_at_once_gives_what_was_before() {
    for (before, source) in [(augusta(), ada()), (person(2), ada()), (ada(), person(2))] {
        let together = joined(&before, &source);

        assert_eq!(parted(&together, &before, &source), before);
    }
}

#[test]
fn what_was_changed_since_the_merge_stays() {
    let mut now = holding(joined(&augusta(), &ada()), &[99]);
    now.title = Some("Lady".to_owned());
    now.via.insert("fax".to_owned(), "3".to_owned());
    now.metadata = Some(noted(
        &json!({ "erp": { "id": 2, "tier": "b" }, "vip": true, "new": 1 }),
    ));

    let parted = parted(&now, &augusta(), &ada());

    assert_eq!(parted.title.as_deref(), Some("Lady"));
    assert_eq!(parted.timezone, None);
    assert_eq!(parted.via["fax"], "3");
    assert_eq!(parted.address, augusta().address);
    assert_eq!(
        Value::from(as_object(parted.metadata.as_ref())),
        json!({ "erp": { "id": 2, "tier": "b" }, "new": 1 })
    );
    let held: Vec<_> = parted.conversations.into_keys().collect();
    assert_eq!(held, [21, 99].map(conversation));
}
