//! What people do in WhatsApp, as webhooks of the Cloud API tell it
//! (developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components, read 2026-11-22).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::Meta;
use super::app_subscription::Object;
use super::event::Event;
use super::whatsapp_media::WhatsAppFile;
use crate::customers::{Act, Customer, Impossible, Letter, Part, Source};
use crate::media::{MediaKind, Sample};
use crate::phones::{Ids, Person, Thread, bytes, digits};

/// What is said, where and when.
struct Scene<'a> {
    person: &'a Person,
    /// The business' number in digits.
    number: &'a str,
    phone_number_id: &'a str,
    /// Seconds since 1970.
    now: i64,
    id: &'a str,
    /// The message that this one is about.
    about: &'a str,
    /// The id of the file in it.
    media_id: &'a str,
}

impl Meta {
    pub(crate) fn compose_whatsapp(
        &self,
        customer: &Customer,
        act: &Act,
    ) -> Result<Letter, Impossible> {
        let now = self.inner.now.millis();
        let state = &mut *self.inner.state.lock();
        let channel = customer.channel.as_str();
        let (waba, number) = state
            .phone_number(channel)
            .ok_or_else(|| Impossible::channel(Source::WhatsApp, channel))?;
        let (account, number) = (waba.id.clone(), only_digits(&number.display_phone_number));
        let person = state
            .phones
            .person(customer, "", |seed| wa_id(seed, &customer.from));
        let thread = Thread {
            person: &person,
            channel,
        };
        let Ids { mut id, about } = state.phones.ids(thread, act, wamid)?;
        if matches!(act, Act::React { .. } | Act::Unreact { .. }) {
            // A reaction is a message of its own here.
            id = wamid(&format!("reaction/{}", state.phones.next_number()));
        }
        let media_id = digits(&format!("media/{id}"), 16);
        let scene = Scene {
            person: &person,
            number: &number,
            phone_number_id: channel,
            now: now.div_euclid(1000),
            id: &id,
            about: &about,
            media_id: &media_id,
        };
        let item = scene.value(act)?;
        state.phones.keep(thread, (&id, act), now)?;
        if let Some(sample) = sample_of(act) {
            let file = WhatsAppFile {
                sample,
                phone_number_id: channel.to_owned(),
                waba_id: account.clone(),
                since: now,
            };
            state.whatsapp_files.insert(media_id.clone(), file);
        }
        if let Act::ChangeNumber { to } = act {
            state.phones.change_id(&person, &only_digits(to));
        }
        let event = Event {
            object: Object::WhatsApp,
            account,
            field: "messages",
            item,
            time: now,
            id: Some(id.clone()),
        };
        Ok(Letter::new(&person, channel, Some(id), Part::Meta(event)).known_as(person.shown_id()))
    }
}

/// A number that was given, or a German mobile number made of the name.
fn wa_id(seed: &str, from: &str) -> String {
    match from.strip_prefix('+') {
        Some(number) => only_digits(number),
        None => format!("49157{}", digits(seed, 8)),
    }
}

fn wamid(seed: &str) -> String {
    format!("wamid.{}", STANDARD.encode(bytes(seed, 31)))
}

pub(crate) fn only_digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn sample_of(act: &Act) -> Option<Sample> {
    match act {
        Act::Media { kind, .. } => Some(kind.sample()),
        Act::Sticker => Some(Sample::sticker()),
        _ => None,
    }
}

impl Scene<'_> {
    /// The `value` of the change.
    fn value(&self, act: &Act) -> Result<Value, Impossible> {
        let mut value = Map::new();
        value.insert("messaging_product".to_owned(), "whatsapp".into());
        value.insert(
            "metadata".to_owned(),
            json!({
                "display_phone_number": self.number,
                "phone_number_id": self.phone_number_id,
            }),
        );
        if let Some(status) = self.status(act) {
            value.insert("statuses".to_owned(), json!([status]));
            return Ok(value.into());
        }
        // System messages have no contacts.
        if !matches!(act, Act::ChangeNumber { .. }) {
            value.insert("contacts".to_owned(), json!([self.contact()]));
        }
        value.insert("messages".to_owned(), json!([self.message(act)?]));
        Ok(value.into())
    }

    /// What became of a message of the business. The first three kinds of acts.
    fn status(&self, act: &Act) -> Option<Value> {
        let name = match act {
            Act::Delivered { .. } => "delivered",
            Act::Read { .. } => "read",
            Act::Failed { .. } => "failed",
            _ => return None,
        };
        let mut status = json!({
            "id": self.id,
            "status": name,
            "timestamp": self.now.to_string(),
            "recipient_id": self.person.id,
        });
        let fields = status.as_object_mut()?;
        if name == "delivered" {
            let pricing = json!({
                "billable": true,
                "pricing_model": "PMP",
                "category": "service",
                "type": "regular",
            });
            fields.insert("pricing".to_owned(), pricing);
        }
        if name == "failed" {
            let error = json!({
                "code": 131_047,
                "title": "Re-engagement message",
                "message": "Re-engagement message",
                "error_data": {"details": "Message failed to send because more than 24 hours have \
                    passed since the customer last replied to this number."},
                "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
            });
            fields.insert("errors".to_owned(), json!([error]));
        }
        Some(status)
    }

    fn contact(&self) -> Value {
        let mut profile = json!({"name": self.person.name});
        let mut contact = Map::new();
        if let (Some(username), Some(profile)) = (self.username(), profile.as_object_mut()) {
            profile.insert("username".to_owned(), username.into());
        }
        contact.insert("profile".to_owned(), profile);
        if self.person.hides_number {
            contact.insert("parent_user_id".to_owned(), self.parent_user_id().into());
        } else {
            contact.insert("wa_id".to_owned(), self.person.id.as_str().into());
        }
        if self.username().is_some() {
            contact.insert("user_id".to_owned(), self.person.user_id().into());
        }
        contact.into()
    }

    /// Who hides the number has a username, of the name if no other was said.
    fn username(&self) -> Option<String> {
        let made = || self.person.name.to_lowercase().replace(' ', ".");
        let hidden = self.person.hides_number;
        self.person.username.clone().or_else(|| hidden.then(made))
    }

    fn parent_user_id(&self) -> String {
        format!(
            "DE.ENT.{}",
            digits(&format!("parent/{}", self.person.id), 6)
        )
    }

    fn message(&self, act: &Act) -> Result<Value, Impossible> {
        let mut message = Map::new();
        let mut put = |key: &str, value: Value| drop(message.insert(key.to_owned(), value));
        if self.person.hides_number {
            put("from_parent_user_id", self.parent_user_id().into());
        } else {
            put("from", self.person.id.as_str().into());
        }
        if self.username().is_some() {
            put("from_user_id", self.person.user_id().into());
        }
        put("id", self.id.into());
        put("timestamp", self.now.to_string().into());
        let (kind, content) = self.content(act)?;
        put("type", kind.into());
        match act {
            Act::Unsupported => put("errors", content),
            _ => put(kind, content),
        }
        match act {
            Act::Reply { .. } => put("context", json!({"from": self.number, "id": self.about})),
            // What a button belonged to. Which of the business' messages that was, only the phone knows.
            Act::Tap { .. } | Act::Postback { .. } => {
                let offer = wamid(&format!("offer/{}", self.id));
                put("context", json!({"from": self.number, "id": offer}));
            }
            Act::Referral { reference } => put("referral", advertisement(reference)),
            _ => {}
        }
        Ok(message.into())
    }

    /// The type of a message, and what is under the key of that name.
    fn content(&self, act: &Act) -> Result<(&'static str, Value), Impossible> {
        Ok(match act {
            Act::Text(text) | Act::Reply { text, .. } => ("text", json!({"body": text})),
            Act::Referral { .. } => ("text", json!({"body": "Hi"})),
            Act::Media { kind, caption } => self.media(*kind, caption.as_deref()),
            Act::Sticker => {
                let mut sticker = self.file(Sample::sticker());
                sticker.insert("animated".to_owned(), false.into());
                ("sticker", sticker.into())
            }
            Act::Tap { title, payload } => (
                "interactive",
                json!({"type": "button_reply", "button_reply": {"id": payload, "title": title}}),
            ),
            Act::Postback { title, payload } => {
                ("button", json!({"payload": payload, "text": title}))
            }
            Act::React { emoji, .. } => (
                "reaction",
                json!({"message_id": self.about, "emoji": emoji}),
            ),
            Act::Unreact { .. } => ("reaction", json!({"message_id": self.about})),
            Act::Location {
                latitude,
                longitude,
            } => (
                "location",
                json!({"latitude": latitude, "longitude": longitude}),
            ),
            Act::ChangeNumber { to } => ("system", self.changed_number(to)),
            Act::Unsupported => (
                "unsupported",
                json!([{
                    "code": 131_051,
                    "title": "Message type unknown",
                    "message": "Message type unknown",
                    "error_data": {"details": "Message type is currently not supported."},
                }]),
            ),
            Act::Unknown => ("brand_new_type", json!({"x": 1})),
            other => return Err(Impossible::kind(Source::WhatsApp, other)),
        })
    }

    fn media(&self, kind: MediaKind, caption: Option<&str>) -> (&'static str, Value) {
        let mut file = self.file(kind.sample());
        let name = match kind {
            MediaKind::Audio => {
                file.insert("voice".to_owned(), true.into());
                "audio"
            }
            MediaKind::File => {
                file.insert("filename".to_owned(), kind.sample().name.into());
                "document"
            }
            MediaKind::Image | MediaKind::Video => kind.name(),
        };
        if let Some(caption) = caption {
            file.insert("caption".to_owned(), caption.into());
        }
        (name, file.into())
    }

    /// A file by its id: the bytes are fetched in two steps.
    fn file(&self, sample: Sample) -> Map<String, Value> {
        let mut file = Map::new();
        let media_type = match sample.media_type {
            "audio/ogg" => "audio/ogg; codecs=opus",
            other => other,
        };
        file.insert("mime_type".to_owned(), media_type.into());
        file.insert("sha256".to_owned(), STANDARD.encode(sample.sha256()).into());
        file.insert("id".to_owned(), self.media_id.into());
        file
    }

    fn changed_number(&self, to: &str) -> Value {
        let new = only_digits(to);
        let body = format!(
            "User {} changed from {} to {new}",
            self.person.name, self.person.id
        );
        json!({"body": body, "wa_id": new, "type": "user_changed_number"})
    }
}

fn advertisement(reference: &str) -> Value {
    json!({
        "source_url": format!("https://fb.me/{reference}"),
        "source_id": digits(reference, 18),
        "source_type": "ad",
        "body": "Summer",
        "headline": "Chat with us",
        "media_type": "image",
        "image_url": "https://scontent.example.net/ad.jpg",
        "ctwa_clid": format!("Aff-{}", digits(reference, 13)),
        "welcome_message": {"text": "Hi there!"},
    })
}
