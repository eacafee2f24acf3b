//! What customers do has the shape that the provider's webhooks have.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use switchboard_sandbox::{Act, Customer, MediaKind, Now, Sandbox, SandboxOptions, Source};
use url::form_urlencoded;

use crate::receiver::{Receiver, Seen, connect, connected, options};

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every key with its path and the type of its value.
fn shape(value: &Value) -> BTreeSet<String> {
    fn walk(value: &Value, path: &str, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    walk(value, &format!("{path}.{key}"), found);
                }
            }
            Value::Array(values) => {
                for value in values {
                    walk(value, &format!("{path}[]"), found);
                }
            }
            Value::String(_) => drop(found.insert(format!("{path}: text"))),
            Value::Number(_) => drop(found.insert(format!("{path}: number"))),
            Value::Bool(_) => drop(found.insert(format!("{path}: switch"))),
            Value::Null => drop(found.insert(format!("{path}: null"))),
        }
    }
    let mut found = BTreeSet::new();
    walk(value, "", &mut found);
    found
}

fn names(form: &[u8]) -> BTreeSet<String> {
    form_urlencoded::parse(form)
        .map(|(name, _)| name.into_owned())
        .collect()
}

/// Does each act and compares the webhook with the fixture of that name.
async fn compare(source: Source, folder: &str, acts: Vec<(&str, Act)>) {
    let customer = Customer::of(source);
    let acts = acts
        .into_iter()
        .map(|(name, act)| (name, customer.clone(), act));
    compare_of(folder, acts.collect()).await;
}

async fn compare_of(folder: &str, acts: Vec<(&str, Customer, Act)>) {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    for (name, customer, act) in acts {
        sandbox
            .say(&customer, "something to refer to")
            .await
            .unwrap();
        expect_shape(
            &sandbox,
            &receiver,
            (&format!("{folder}/{name}"), customer, act),
        )
        .await;
    }
}

async fn expect_shape(
    sandbox: &Sandbox,
    receiver: &Receiver,
    (name, customer, act): (&str, Customer, Act),
) {
    let said = sandbox.act(customer, act).await.unwrap();
    assert_eq!(said.status(), Some(200), "{name}: {said:?}");
    let seen = receiver.last();
    let expected = fixture(name);
    if Path::new(name)
        .extension()
        .is_some_and(|kind| kind == "form")
    {
        assert_eq!(names(&seen.body), names(expected.as_bytes()), "{name}");
    } else {
        let expected = serde_json::from_str(&expected).unwrap();
        assert_eq!(shape(&seen.json()), shape(&expected), "{name}");
    }
}

fn tap() -> Act {
    Act::Tap {
        title: "Red".to_owned(),
        payload: "COLOR_RED".to_owned(),
    }
}

fn press() -> Act {
    Act::Postback {
        title: "Talk to a human".to_owned(),
        payload: "HUMAN_HANDOVER".to_owned(),
    }
}

fn react() -> Act {
    Act::React {
        to: None,
        emoji: "❤".to_owned(),
    }
}

fn edit() -> Act {
    Act::Edit {
        of: None,
        text: "anew".to_owned(),
    }
}

fn referral() -> Act {
    Act::Referral {
        reference: "newsletter-42".to_owned(),
    }
}

fn with_caption(kind: MediaKind) -> Act {
    Act::Media {
        kind,
        caption: Some("look".to_owned()),
    }
}

fn place() -> Act {
    Act::Location {
        latitude: 52.520_008,
        longitude: 13.404_954,
    }
}

#[tokio::test]
async fn messenger_s_webhooks_have_their_shape() {
    let acts = vec![
        ("text.json", Act::text("hello")),
        ("text_quick_reply.json", tap()),
        ("attachment_image.json", Act::media(MediaKind::Image)),
        ("attachment_audio.json", Act::media(MediaKind::Audio)),
        ("attachment_video.json", Act::media(MediaKind::Video)),
        ("attachment_file.json", Act::media(MediaKind::File)),
        ("postback.json", press()),
        ("referral_mme.json", referral()),
        ("optin_notification_messages.json", Act::OptIn),
        (
            "delivery.json",
            Act::Delivered {
                of: Some("m_1".to_owned()),
            },
        ),
        ("delivery_watermark_only.json", Act::Delivered { of: None }),
        ("read.json", Act::Read { of: None }),
        ("reaction_react_plain_emoji.json", react()),
        ("message_edit.json", edit()),
        ("sticker_new.json", Act::Sticker),
        ("unknown_event.json", Act::Unknown),
    ];
    compare(Source::Facebook, "facebook", acts).await;
}

#[tokio::test]
async fn in_the_summer_of_2026_a_sticker_came_twice_in_one_message() {
    let receiver = Receiver::start().await;
    let july = 1_783_000_000_000;
    let sandbox = Sandbox::start(SandboxOptions {
        now: Now::from_millis(move || july),
        ..options(&receiver)
    })
    .await
    .unwrap();
    connect(&sandbox, &receiver).await;

    let customer = Customer::of(Source::Facebook);
    let name = "facebook/sticker_transition_both.json";
    expect_shape(&sandbox, &receiver, (name, customer, Act::Sticker)).await;
    let message = &receiver.last().json()["entry"][0]["messaging"][0]["message"];
    assert_eq!(message["attachments"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn instagram_s_webhooks_have_their_shape() {
    let acts = vec![
        ("text.json", Act::text("hello")),
        ("text_quick_reply.json", tap()),
        ("image.json", Act::media(MediaKind::Image)),
        ("audio.json", Act::media(MediaKind::Audio)),
        ("video.json", Act::media(MediaKind::Video)),
        ("postback_icebreaker.json", press()),
        ("referral_igme.json", referral()),
        ("seen.json", Act::Read { of: None }),
        ("reaction_react.json", react()),
        ("message_edit.json", edit()),
        ("unsend.json", Act::Unsend { of: None }),
        ("like_heart.json", Act::Sticker),
        ("story_mention.json", Act::StoryMention),
        ("unsupported.json", Act::Unsupported),
    ];
    compare(Source::Instagram, "instagram", acts).await;
}

#[tokio::test]
async fn whatsapp_s_webhooks_have_their_shape() {
    let acts = vec![
        ("text.json", Act::text("hello")),
        (
            "text_context_reply.json",
            Act::Reply {
                to: None,
                text: "this one".to_owned(),
            },
        ),
        ("image.json", with_caption(MediaKind::Image)),
        ("video.json", Act::media(MediaKind::Video)),
        ("audio_voice.json", Act::media(MediaKind::Audio)),
        ("document.json", Act::media(MediaKind::File)),
        ("sticker.json", Act::Sticker),
        ("reaction.json", react()),
        ("reaction_removed.json", Act::Unreact { to: None }),
        ("button_template_reply.json", press()),
        ("interactive_button_reply.json", tap()),
        ("text_referral_ctwa.json", referral()),
        ("unsupported.json", Act::Unsupported),
        ("status_delivered.json", Act::Delivered { of: None }),
        ("status_read.json", Act::Read { of: None }),
        ("status_failed_131047.json", Act::Failed { of: None }),
    ];
    compare(Source::WhatsApp, "whatsapp", acts).await;
}

#[tokio::test]
async fn people_with_a_username_show_another_id_and_may_hide_their_number() {
    let customer = Customer::of(Source::WhatsApp);
    let acts = vec![
        (
            "username_contact.json",
            customer.clone().with_username("ada"),
            Act::text("hi"),
        ),
        (
            "bsuid_only.json",
            customer.with_username("ada").hiding_number(),
            Act::text("hi"),
        ),
    ];
    compare_of("whatsapp", acts).await;
}

#[tokio::test]
async fn google_s_webhooks_have_their_shape() {
    let customer = Customer::of(Source::Google);
    let acts = vec![
        ("text.json", customer.clone(), Act::text("hello")),
        (
            "text_place_only.json",
            customer.clone().hiding_profile(),
            Act::text("hello"),
        ),
        ("user_typing.json", customer.clone(), Act::Typing),
        (
            "receipts_delivered.json",
            customer.clone(),
            Act::Delivered { of: None },
        ),
        ("receipts_read.json", customer, Act::Read { of: None }),
    ];
    compare_of("google", acts).await;
}

#[tokio::test]
async fn twilio_s_calls_have_their_parameters() {
    let sms = vec![
        ("inbound_text.form", Act::text("hello")),
        ("inbound_stop.form", Act::Stop),
        ("inbound_unknown_parameter.form", Act::Unknown),
    ];
    compare(Source::TwilioSms, "twilio_sms", sms).await;
    let whatsapp = vec![
        ("inbound_text.form", Act::text("hello")),
        ("inbound_image.form", with_caption(MediaKind::Image)),
        ("inbound_location.form", place()),
        ("inbound_button.form", press()),
        ("inbound_list.form", tap()),
        ("status_read.form", Act::Read { of: None }),
        ("status_failed_63016.form", Act::Failed { of: None }),
    ];
    compare(Source::TwilioWhatsApp, "twilio_whatsapp", whatsapp).await;
    let hidden = Customer::of(Source::TwilioWhatsApp).hiding_number();
    let acts = vec![("inbound_bsuid.form", hidden, Act::text("hidden number"))];
    compare_of("twilio_whatsapp", acts).await;
}

#[tokio::test]
async fn viber_s_callbacks_have_their_shape() {
    let acts = vec![
        ("picture.json", with_caption(MediaKind::Image)),
        ("video.json", Act::media(MediaKind::Video)),
        ("file.json", Act::media(MediaKind::File)),
        ("location.json", place()),
        ("sticker.json", Act::Sticker),
        ("conversation_started.json", Act::Start),
        ("delivered.json", Act::Delivered { of: None }),
        ("seen.json", Act::Read { of: None }),
        ("failed.json", Act::Failed { of: None }),
    ];
    compare(Source::Viber, "viber", acts).await;
}

#[tokio::test]
async fn a_viber_text_lacks_only_the_echo_of_what_a_business_has_sent() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    let said = sandbox.say(Source::Viber, "hello").await.unwrap();

    let expected = serde_json::from_str(&fixture("viber/text.json")).unwrap();
    let (expected, seen) = (shape(&expected), shape(&receiver.last().json()));
    let missing: Vec<_> = expected.difference(&seen).collect();
    assert_eq!(missing, [".message.tracking_data: text"]);
    let token = receiver.last().json()["message_token"].as_u64().unwrap();
    assert_eq!(said.id, Some(token.to_string()));
    assert!(
        token > 1 << 53,
        "{token} survives as a number of JavaScript"
    );
}

#[tokio::test]
async fn what_a_provider_does_not_have_nobody_can_do() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    for (source, act) in [
        (Source::Facebook, Act::Unsend { of: None }),
        (Source::Facebook, Act::Typing),
        (Source::Instagram, Act::OptIn),
        (Source::WhatsApp, edit()),
        (Source::Google, react()),
        (Source::TwilioSms, react()),
        (Source::TwilioWhatsApp, Act::Stop),
        (Source::Viber, Act::media(MediaKind::Audio)),
        (Source::Chatplugin, Act::Sticker),
    ] {
        let channel = Customer::of(source);
        if source != Source::Chatplugin {
            sandbox.say(&channel, "hello").await.unwrap();
        }
        let calls = receiver.seen().len();

        let error = sandbox.act(channel, act.clone()).await.unwrap_err();

        assert!(
            error.to_string().contains(source.name()),
            "{source} {act:?}: {error}"
        );
        assert_eq!(receiver.seen().len(), calls);
    }
}

#[tokio::test]
async fn nobody_writes_to_an_account_that_does_not_exist() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    for source in Source::ALL {
        if source == Source::Chatplugin {
            continue;
        }
        let nowhere = Customer::of(source).on("nowhere");
        let error = sandbox.say(nowhere, "hello").await.unwrap_err();
        assert!(error.to_string().contains("nowhere"), "{source}: {error}");
    }
    assert_eq!(sandbox.deliveries().len(), 0);
}

#[tokio::test]
async fn people_are_known_by_the_id_that_the_hub_is_told_and_found_by_it_again() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    let hidden = |source: Source| Customer::of(source).hiding_number();
    let from = |seen: &Seen| {
        let form = seen.form();
        form.iter()
            .find(|(name, _)| name == "From")
            .unwrap()
            .1
            .clone()
    };

    let said = sandbox
        .say(hidden(Source::WhatsApp), "hello")
        .await
        .unwrap();
    let value = &receiver.last().json()["entry"][0]["changes"][0]["value"];
    assert_eq!(
        value["messages"][0]["from_user_id"],
        said.customer_id.as_str()
    );
    let again = hidden(Source::WhatsApp).named(&said.customer_id);
    assert_eq!(
        sandbox.say(again, "hello").await.unwrap().customer_name,
        "Ada Lovelace"
    );

    for customer in [
        Customer::of(Source::TwilioWhatsApp),
        hidden(Source::TwilioWhatsApp),
    ] {
        let said = sandbox.say(&customer, "hello").await.unwrap();
        assert_eq!(from(&receiver.last()), said.customer_id);
        assert!(said.customer_id.starts_with("whatsapp:"), "{said:?}");
        let again = customer.named(&said.customer_id);
        assert_eq!(
            sandbox.say(again, "hello").await.unwrap().customer_name,
            "Ada Lovelace"
        );
    }
    let number = Customer::of(Source::TwilioSms).named("+15550100");
    let said = sandbox.say(number, "hello").await.unwrap();
    assert_eq!(
        (said.customer_id.as_str(), from(&receiver.last()).as_str()),
        ("+15550100", "+15550100")
    );
}

#[tokio::test]
async fn who_changes_the_number_writes_from_the_new_one() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    let before = sandbox.say(Source::WhatsApp, "old").await.unwrap();
    let change = Act::ChangeNumber {
        to: "+49 157 99999999".to_owned(),
    };

    sandbox.act(Source::WhatsApp, change).await.unwrap();

    let value = &receiver.last().json()["entry"][0]["changes"][0]["value"];
    let message = &value["messages"][0];
    assert_eq!(message["from"], before.customer_id);
    assert_eq!(message["type"], "system");
    assert_eq!(message["system"]["wa_id"], "4915799999999");
    assert_eq!(value["contacts"], Value::Null);
    let after = sandbox.say(Source::WhatsApp, "new").await.unwrap();
    assert_eq!(after.customer_id, "4915799999999");
}
