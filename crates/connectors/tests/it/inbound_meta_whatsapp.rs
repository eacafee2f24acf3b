//! What business accounts on WhatsApp send.

use serde_json::{Value, json};
use switchboard_connector::MessageName;
use switchboard_domain::MessageId;

use crate::hub::connector;
use crate::inbound_meta::{every_fixture_tells, message, told};
use crate::recorded::{body, ids};

#[test]
fn every_fixture_is_read_as_the_documentation_means_it() {
    every_fixture_tells("whatsapp", include_str!("inbound_meta_whatsapp.txt"));
}

/// What the number tells if its field `field` has `value`.
fn change(field: &str, value: &Value) -> Vec<String> {
    let change = json!({"field": field, "value": value});
    let body =
        json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]});
    told("whatsapp", body.to_string().as_bytes())
}

/// The value with the number that it is for.
pub(crate) fn of_number(value: &Value) -> Value {
    let mut whole = json!({"messaging_product": "whatsapp", "metadata": {"phone_number_id": "106540352242922"}});
    for (key, value) in value.as_object().unwrap() {
        whole[key] = value.clone();
    }
    whole
}

/// The message with what all have.
pub(crate) fn with_id(message: &Value) -> Value {
    let mut whole = json!({"from": "4915712345678", "id": "w", "timestamp": "1790000000"});
    for (key, value) in message.as_object().unwrap() {
        whole[key] = value.clone();
    }
    whole
}

fn messages(messages: &[Value]) -> Vec<String> {
    let messages: Vec<Value> = messages.iter().map(with_id).collect();
    change("messages", &of_number(&json!({"messages": messages})))
}

#[test]
fn ids_are_those_of_airy() {
    for (file, id) in [
        ("airy_text.json", "c9673778-81a1-5771-aa26-c5c2d21020c0"),
        ("airy_image.json", "72a965b8-834b-5d97-abcf-8d0fb408497d"),
    ] {
        let message = message("whatsapp", &body("whatsapp", file));

        assert_eq!(
            ids("whatsapp", "103874789095437", &message),
            [
                "62e6ae05-b9be-513b-bce3-334f9a2f22da",
                "5d861bfe-1da9-55ff-bace-77e8b9eddcd4",
                id,
            ]
        );
        let name = message.provider_id.unwrap();
        let channel = "62e6ae05-b9be-513b-bce3-334f9a2f22da".parse().unwrap();
        let known: MessageId = id.parse().unwrap();
        assert_eq!(
            connector("whatsapp").message_id(channel, &name),
            Some(known)
        );
        assert_eq!(message.name, MessageName::Global(name));
    }
}

#[test]
fn the_content_is_the_message_as_it_was_written_without_white_space() {
    let message = message("whatsapp", &body("whatsapp", "airy_text.json"));

    assert_eq!(
        message.content,
        r#"{"from":"49157123456","id":"wamid.HBgNNDkxNTc4NjA4MTQ0MhUCABIYFDNFQjBENUJBMzUyRjg5OURGMTkyAA==","timestamp":"1660823417","text":{"body":"Hello world"},"type":"text"}"#
    );
}

/// Airy looks for the contacts first, which these have not, and drops them all.
#[test]
fn defect_14_statuses_come_without_contacts_and_confirm_our_messages() {
    let status = |kind: &str| json!({"id": "w", "status": kind, "timestamp": "1790000000"});
    let statuses = ["sent", "delivered", "read", "played", "deleted", "pending"].map(status);
    let mut all = statuses.to_vec();
    all.extend([
        json!({"id": "w", "status": "failed", "errors": [{"code": 1, "title": "a"}, {"message": "b", "error_data": {"details": "c"}}, {}]}),
        json!({"id": "w", "status": "failed", "errors": "canary"}),
        json!({"status": "sent"}),
        json!({"id": "w"}),
        json!("canary"),
    ]);

    let lines = change("messages", &of_number(&json!({"statuses": all})));

    assert_eq!(
        lines,
        [
            "number sent w at T",
            "number delivered w at T",
            "number seen w at T",
            "number seen w at T",
            "number nothing: statuses.deleted",
            "number unknown: statuses.pending",
            "number failed w at 1790000009999: (1) a; b: c",
            "number failed w at 1790000009999",
            "number malformed: statuses.id is missing",
            "number malformed: statuses.status is missing",
            "number malformed: a value is of an unexpected type (line 1, column 8)",
        ]
    );
}

#[test]
fn the_number_may_stand_in_three_places() {
    let text = json!({"messages": [with_id(&json!({"type": "text", "text": {"body": "hi"}}))]});
    let mut plain = text.clone();
    plain["phone_number_id"] = json!(106_540_352_242_922_i64);
    let wrapped = json!({"whatsapp_business_api_data": of_number(&text)});

    for value in [of_number(&text), plain, wrapped] {
        assert_eq!(
            change("messages", &value),
            ["number w from ada in ada at T: hi"]
        );
    }
    assert_eq!(
        change("messages", &text),
        ["? malformed: metadata.phone_number_id is missing"]
    );
}

#[test]
fn each_message_gets_the_name_of_its_own_writer() {
    let value = of_number(&json!({
        "contacts": [
            "canary",
            {"wa_id": "1", "profile": {"name": " ", "username": "one"}},
            {"user_id": "DE.2", "profile": {"name": "Two"}},
            {"wa_id": "3", "profile": null},
        ],
        "messages": [
            {"id": "a", "from": "3", "timestamp": 1_790_000_000},
            {"id": "b", "from": "DE.2", "timestamp": "1790000000000"},
            {"id": "c", "from": "1", "from_user_id": "1"},
            {"id": "d", "from": "", "from_user_id": "DE.2"},
            {"id": "e", "from": "4"},
        ],
    }));

    assert_eq!(
        change("messages", &value),
        [
            "number a from 3 in 3 at T",
            "number b from DE.2 in DE.2 at T (Two)",
            "number c from 1 in 1 at 0 (one)",
            "number d from DE.2 in DE.2 at 0 (Two)",
            "number e from 4 in 4 at 0",
        ]
    );
}

#[test]
fn a_group_is_one_conversation_without_the_name_of_any_writer() {
    let value = of_number(&json!({
        "contacts": [{"wa_id": "4915712345678", "profile": {"name": "Ada"}}],
        "messages": [with_id(&json!({"group_id": "G1"}))],
    }));
    assert_eq!(change("messages", &value), ["number w from ada in G1 at T"]);

    let echo = json!({"id": "w", "from": "1", "to": "2", "to_user_id": "DE.2", "group_id": null, "timestamp": "1790000000"});
    let mut to_group = echo.clone();
    to_group["group_id"] = json!("G1");
    let value = of_number(&json!({"message_echoes": [echo, to_group, {"id": "w", "from": "1"}]}));
    assert_eq!(
        change("smb_message_echoes", &value),
        [
            "number w by our side, 1 in 2+DE.2 at T",
            "number w by our side, 1 in G1 at T",
            "number malformed: message_echoes.to is missing",
        ]
    );
}

#[test]
fn the_ids_among_the_contacts_lead_to_the_conversation_too() {
    let written = |from: &Value, contacts: &Value| {
        let mut message = with_id(&json!({"type": "text", "text": {"body": "hi"}}));
        message["from"] = Value::Null;
        message
            .as_object_mut()
            .unwrap()
            .extend(from.as_object().unwrap().clone());
        change(
            "messages",
            &of_number(&json!({"contacts": contacts, "messages": [message]})),
        )
    };
    let other = json!({"wa_id": "3", "user_id": "DE.3"});

    let by_number = written(
        &json!({"from": "2"}),
        &json!([other, {"wa_id": "2", "user_id": "DE.2"}]),
    );
    let by_id = written(
        &json!({"from": "DE.2"}),
        &json!([other, {"wa_id": "2", "user_id": "DE.2"}]),
    );
    let by_own_field = written(
        &json!({"from_user_id": "DE.2"}),
        &json!([{"wa_id": "2", "user_id": "DE.2"}]),
    );
    let in_a_group = written(
        &json!({"from": "2", "group_id": "g"}),
        &json!([{"wa_id": "2", "user_id": "DE.2"}]),
    );
    let of_somebody_else = written(&json!({"from": "2"}), &json!([other]));

    assert_eq!(by_number, ["number w from 2 in 2+DE.2 at T: hi"]);
    assert_eq!(by_id, ["number w from DE.2 in 2+DE.2 at T: hi"]);
    assert_eq!(by_own_field, ["number w from DE.2 in 2+DE.2 at T: hi"]);
    assert_eq!(in_a_group, ["number w from 2 in g at T: hi"]);
    assert_eq!(of_somebody_else, ["number w from 2 in 2 at T: hi"]);
}

#[test]
fn who_gets_another_number_keeps_the_conversation() {
    let lines = messages(&[
        json!({"type": "system", "system": {"type": "user_changed_number", "wa_id": "2", "body": "User A changed"}}),
        json!({"type": "system", "system": {"type": "user_changed_number", "new_wa_id": "3"}}),
        json!({"type": "system", "from_user_id": "DE.1", "system": {"type": "user_id_update", "user_id": "DE.2"}}),
        json!({"type": "system", "system": {"type": "user_preference_changed", "body": "stop"}}),
        json!({"type": "system", "system": {"type": "user_changed_number", "wa_id": "4915712345678"}}),
    ]);

    assert_eq!(
        lines,
        [
            "number w from ada in ada at T: User A changed",
            "number ada is 2 from T",
            "number w from ada in ada at T",
            "number ada is 3 from T",
            "number w from ada in ada+DE.1 at T",
            "number DE.1 is DE.2 from T",
            "number w from ada in ada at T: stop",
            "number w from ada in ada at T",
        ]
    );
    let update = json!({"user_id_update": [
        {"wa_id": "1", "user_id": {"previous": "DE.1", "current": "DE.2"}},
        {"wa_id": "1"},
        7,
    ]});
    assert_eq!(
        change("user_id_update", &of_number(&update)),
        [
            "number DE.1 is DE.2 from 1790000009999",
            "number malformed: user_id_update.user_id is missing",
            "number malformed: a value is of an unexpected type (line 1, column 1)",
        ]
    );
}

#[test]
fn messages_are_edited_and_revoked() {
    let edit = |message: Value| json!({"type": "edit", "edit": {"original_message_id": "o", "message": message}});
    let lines = messages(&[
        edit(json!({"type": "text", "text": {"body": "new"}})),
        edit(json!({"type": "image", "image": {"id": "1", "caption": "under it"}})),
        edit(json!({"type": "image", "image": {"id": "1"}})),
        json!({"type": "edit", "edit": {"original_message_id": "o"}}),
        json!({"type": "revoke", "revoke": {"original_message_id": "o"}}),
        json!({"type": "revoke"}),
        json!({"type": "reaction", "reaction": {"message_id": "o", "emoji": ""}}),
        json!({"type": "reaction"}),
    ]);

    let edited = "number edit 1790000000 of o at T:";
    assert_eq!(
        lines,
        [
            &format!("{edited} new"),
            &format!("{edited} under it"),
            &format!("{edited} "),
            "number malformed: edit.original_message_id or edit.message is missing",
            // In the order in which the test's JSON library keeps the keys.
            r#"number unsent o at T: {"from":"ada","id":"w","revoke":{"original_message_id":"o"},"timestamp":"1790000000","type":"revoke"}"#,
            "number malformed: revoke.original_message_id is missing",
            "number reaction to o at T: nothing any more",
            "number malformed: reaction.message_id is missing",
        ]
    );
}

#[test]
fn a_message_of_a_kind_that_nobody_knows_is_kept_as_it_is() {
    let lines = messages(&[
        json!({"type": "hologram", "hologram": {"id": "1"}}),
        json!({"type": "text", "text": "not as documented"}),
        json!({"type": "image", "image": 7}),
        json!({"type": null, "interactive": 7, "system": "x"}),
        json!({"type": "interactive", "interactive": {"list_reply": {"id": "1", "title": "Blue"}}}),
        json!({"type": "order", "order": {"text": "please wrap it"}}),
        json!({"type": "text", "text": {"body": " "}}),
    ]);

    let kept = "number w from ada in ada at T".to_owned();
    let with = |text: &str| format!("{kept}: {text}");
    assert_eq!(
        lines,
        [
            kept.clone(),
            kept.clone(),
            kept.clone(),
            kept.clone(),
            with("Blue"),
            with("please wrap it"),
            kept.clone(),
        ]
    );
}

#[test]
fn other_fields_are_noted_about_the_number_or_about_all_of_the_business_account() {
    let quality = json!({"display_phone_number": "1", "event": "FLAGGED", "limits": {"tier": "TIER_1K", "old": null}});
    for (field, value, line) in [
        (
            "phone_number_quality_update",
            of_number(&quality),
            r#"number about itself at 1790000009999: phone_number_quality_update.display_phone_number="1" phone_number_quality_update.event="FLAGGED" phone_number_quality_update.limits.old=null phone_number_quality_update.limits.tier="TIER_1K""#,
        ),
        (
            "phone_number_quality_update",
            quality,
            r#"? about meta:waba:1 at 1790000009999: phone_number_quality_update.display_phone_number="1" phone_number_quality_update.event="FLAGGED" phone_number_quality_update.limits.old=null phone_number_quality_update.limits.tier="TIER_1K""#,
        ),
        (
            "account_update",
            json!({"event": "DISABLED_UPDATE"}),
            r#"? about meta:waba:1 at 1790000009999: account_update.event="DISABLED_UPDATE""#,
        ),
        (
            "history",
            of_number(&json!({"history": []})),
            "number nothing: history",
        ),
        ("user_preferences", json!({}), "? nothing: user_preferences"),
        (
            "brand_new",
            of_number(&json!({"messages": [1]})),
            "number unknown: brand_new",
        ),
        ("brand_new", json!({}), "? unknown: brand_new"),
    ] {
        assert_eq!(change(field, &value), [line]);
    }
}

#[test]
fn who_wants_no_marketing_is_noted() {
    let preferences = json!({"user_preferences": [
        {"wa_id": "4915712345678", "detail": "User requested to stop", "category": "marketing_messages", "value": "stop", "timestamp": 1_790_000_000},
        {"user_id": "DE.2", "category": "marketing_messages", "value": "resume"},
        {"category": "marketing_messages", "value": "resume"},
    ]});

    assert_eq!(
        change("user_preferences", &of_number(&preferences)),
        [
            r#"number about ada at T: user_preferences.marketing_messages="stop""#,
            r#"number about DE.2 at 1790000009999: user_preferences.marketing_messages="resume""#,
            "number malformed: user_preferences.wa_id, category or value is missing",
        ]
    );
}

#[test]
fn an_edit_changes_the_text_or_the_caption_of_the_content() {
    for (file, old, new) in [
        ("text.json", "Does it come in another colour?", "In blue?"),
        ("image.json", "Taj Mahal", "Agra"),
    ] {
        let content = message("whatsapp", &body("whatsapp", file)).content;

        let edited = connector("whatsapp").edited(&content, new);

        assert_eq!(edited, Some(content.replace(old, new)));
    }
    let voice = message("whatsapp", &body("whatsapp", "audio_voice.json")).content;
    assert_eq!(connector("whatsapp").edited(&voice, "x"), None);
}
