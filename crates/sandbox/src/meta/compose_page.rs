//! What people do in Messenger and on Instagram, as webhooks tell it
//! (developers.facebook.com/docs/messenger-platform/reference/webhook-events and
//! /docs/messenger-platform/instagram/features/webhook, read 2026-11-22).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::app_subscription::Object;
use super::event::Event;
use super::state::State;
use super::{Meta, cdn};
use crate::customers::{Act, Customer, Impossible, Letter, Part, Source};
use crate::media::{MediaKind, Sample};
use crate::phones::{Ids, Person, Thread, bytes, digits};

/// When stickers came both as image and as sticker, and from when on as sticker alone: 2026-06-01 and
/// 2026-08-30 (developers.facebook.com/docs/messenger-platform/changelog, read 2026-11-22).
const STICKERS_BEGIN: i64 = 1_780_272_000_000;
const STICKERS_ALONE: i64 = 1_788_048_000_000;
/// The sticker that people send: the thumb.
const THUMB: u64 = 369_239_263_222_822;
/// How long an opt-in to messages about a topic lasts, in milliseconds: half a year.
const OPT_IN: i64 = 183 * 24 * 60 * 60 * 1000;

/// What is said, where and when.
struct Scene<'a> {
    source: Source,
    channel: &'a str,
    person: &'a Person,
    now: i64,
    /// The base address of the simulator.
    url: &'a str,
}

/// An event inside of `messaging`: its field, its key and its value.
type Inside = (&'static str, &'static str, Value);

impl Meta {
    pub(crate) fn compose_page_event(
        &self,
        customer: &Customer,
        act: &Act,
    ) -> Result<Letter, Impossible> {
        let now = self.inner.now.millis();
        let state = &mut *self.inner.state.lock();
        let (source, channel) = (customer.source, customer.channel.as_str());
        let object = state.object(source, channel)?;
        let person = state
            .phones
            .person(customer, channel, |seed| digits(seed, 16));
        let thread = Thread {
            person: &person,
            channel,
        };
        let scene = Scene {
            source,
            channel,
            person: &person,
            now,
            url: &self.inner.url,
        };
        let Ids { id, about } = state.phones.ids(thread, act, |seed| mid(source, seed))?;
        let probe = scene.inside(act, (&id, &about), 0)?;
        let edits = state.phones.keep(thread, (&id, act), now)?;
        let (field, key, value) = match act {
            Act::Edit { .. } => scene.inside(act, (&id, &about), edits)?,
            _ => probe,
        };
        let item = json!({
            "sender": {"id": person.id},
            "recipient": {"id": channel},
            "timestamp": now,
            key: value,
        });
        let event = Event {
            object,
            account: channel.to_owned(),
            field,
            item,
            time: now,
            id: Some(id.clone()),
        };
        Ok(Letter::new(&person, channel, Some(id), Part::Meta(event)))
    }
}

impl State {
    fn object(&self, source: Source, channel: &str) -> Result<Object, Impossible> {
        let (object, exists) = match source {
            Source::Instagram => (Object::Instagram, self.page_of_instagram(channel).is_some()),
            _ => (Object::Page, self.pages.contains_key(channel)),
        };
        if exists {
            return Ok(object);
        }
        Err(Impossible::channel(source, channel))
    }
}

/// A mid of Messenger or Instagram.
fn mid(source: Source, seed: &str) -> String {
    let text = URL_SAFE_NO_PAD.encode(bytes(seed, 32));
    match source {
        Source::Instagram => format!("aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlE{text}"),
        _ => format!("m_{text}"),
    }
}

impl Scene<'_> {
    fn inside(
        &self,
        act: &Act,
        (id, about): (&str, &str),
        edits: u64,
    ) -> Result<Inside, Impossible> {
        let instagram = self.source == Source::Instagram;
        let message = |value: Value| ("messages", "message", value);
        Ok(match act {
            Act::Text(text) => message(json!({"mid": id, "text": text})),
            Act::Reply { text, .. } => message(json!({
                "mid": id,
                "text": text,
                "reply_to": {"mid": about},
            })),
            Act::Media { kind, caption } => message(self.media(*kind, caption.as_deref(), id)),
            Act::Tap { title, payload } => message(json!({
                "mid": id,
                "text": title,
                "quick_reply": {"payload": payload},
            })),
            Act::Postback { title, payload } => (
                "messaging_postbacks",
                "postback",
                json!({"mid": id, "title": title, "payload": payload}),
            ),
            Act::React { emoji, .. } => ("message_reactions", "reaction", reaction(id, emoji)),
            Act::Unreact { .. } => (
                "message_reactions",
                "reaction",
                json!({"mid": id, "action": "unreact"}),
            ),
            Act::Edit { text, .. } => (
                if instagram {
                    "message_edit"
                } else {
                    "message_edits"
                },
                "message_edit",
                json!({"mid": id, "text": text, "num_edit": edits}),
            ),
            Act::Read { .. } if instagram => ("messaging_seen", "read", json!({"mid": id})),
            Act::Read { .. } => ("message_reads", "read", json!({"watermark": self.now})),
            Act::Sticker if instagram => message(with(id, &json!({"type": "like_heart"}))),
            Act::Sticker => message(self.sticker(id)),
            Act::Referral { reference } => (
                if instagram {
                    "messaging_referral"
                } else {
                    "messaging_referrals"
                },
                "referral",
                json!({
                    "ref": reference,
                    "source": if instagram { "IGME_SOURCE_LINK" } else { "SHORTLINK" },
                    "type": "OPEN_THREAD",
                }),
            ),
            Act::Unknown => ("messages", "brand_new_event", json!({"x": 1})),
            other if instagram => self.on_instagram(other, id)?,
            other => self.in_messenger(other, id)?,
        })
    }

    fn on_instagram(&self, act: &Act, id: &str) -> Result<Inside, Impossible> {
        let value = match act {
            Act::Unsend { .. } => json!({"mid": id, "is_deleted": true}),
            Act::Unsupported => json!({"mid": id, "is_unsupported": true}),
            Act::StoryMention => {
                let url = self.link(MediaKind::Image.sample(), id);
                with(
                    id,
                    &json!({"type": "story_mention", "payload": {"url": url}}),
                )
            }
            other => return Err(Impossible::kind(self.source, other)),
        };
        Ok(("messages", "message", value))
    }

    fn in_messenger(&self, act: &Act, id: &str) -> Result<Inside, Impossible> {
        Ok(match act {
            Act::Delivered { of } => {
                let value = of.as_ref().map_or_else(
                    || json!({"watermark": self.now}),
                    |mid| json!({"mids": [mid], "watermark": self.now}),
                );
                ("message_deliveries", "delivery", value)
            }
            Act::Location {
                latitude,
                longitude,
            } => {
                let coordinates = json!({"lat": latitude, "long": longitude});
                let place = json!({"type": "location", "payload": {"coordinates": coordinates}});
                ("messages", "message", with(id, &place))
            }
            Act::OptIn => (
                "messaging_optins",
                "optin",
                json!({
                    "type": "notification_messages",
                    "payload": "3456",
                    "notification_messages_token": digits(id, 20),
                    "token_expiry_timestamp": self.now + OPT_IN,
                    "user_token_status": "NOT_REFRESHED",
                    "notification_messages_timezone": "UTC",
                    "title": "Weekly news",
                }),
            ),
            other => return Err(Impossible::kind(self.source, other)),
        })
    }

    fn media(&self, kind: MediaKind, caption: Option<&str>, id: &str) -> Value {
        let url = self.link(kind.sample(), id);
        let mut message = with(id, &json!({"type": kind.name(), "payload": {"url": url}}));
        if let (Some(text), Some(message)) = (caption, message.as_object_mut()) {
            message.insert("text".to_owned(), text.into());
        }
        message
    }

    fn sticker(&self, id: &str) -> Value {
        let url = self.link(MediaKind::Image.sample(), id);
        let payload = json!({"url": url, "sticker_id": THUMB});
        let attachment = |kind: &str| json!({"type": kind, "payload": payload});
        let attachments = if self.now < STICKERS_BEGIN {
            json!([attachment("image")])
        } else if self.now < STICKERS_ALONE {
            json!([attachment("image"), attachment("sticker")])
        } else {
            json!([attachment("sticker")])
        };
        json!({"mid": id, "attachments": attachments})
    }

    /// A link for this message alone, which ends after a day as a story does.
    fn link(&self, sample: Sample, id: &str) -> String {
        let path = cdn::path(self.channel, id, sample.name);
        cdn::link(self.url, &path, self.now, &self.person.id)
    }
}

fn with(id: &str, attachment: &Value) -> Value {
    json!({"mid": id, "attachments": [attachment]})
}

fn reaction(id: &str, emoji: &str) -> Value {
    let name = match emoji {
        "❤" | "❤️" => "love",
        "👍" => "like",
        "👎" => "dislike",
        "😆" => "smile",
        "😮" => "wow",
        "😢" => "sad",
        "😠" => "angry",
        _ => "other",
    };
    json!({"mid": id, "action": "react", "reaction": name, "emoji": emoji})
}
