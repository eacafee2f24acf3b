//! What people do by SMS and WhatsApp, as Twilio tells it
//! (www.twilio.com/docs/messaging/guides/webhook-request, read 2026-11-22).

use serde_json::json;

use super::Twilio;
use super::media::MessageFile;
use crate::customers::{Act, Customer, Impossible, Letter, Part, Source};
use crate::media::{MediaKind, Sample};
use crate::phones::{Ids, Person, Thread, bytes, digits};

/// What Twilio will call the hub with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Inbound {
    /// Our number, or our `whatsapp:` sender.
    pub(crate) channel: String,
    pub(crate) source: Source,
    /// Whether it is about a message of ours: it goes to another address.
    pub(crate) is_status: bool,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) sid: String,
}

/// The parameters of a call, as they are put together.
struct Params(Vec<(String, String)>);

/// What is said, where and when.
struct Scene<'a> {
    account_sid: &'a str,
    channel: &'a str,
    person: &'a Person,
    sid: &'a str,
    /// The message that this one is about.
    about: &'a str,
    /// The base address of the simulator.
    url: &'a str,
}

impl Twilio {
    pub(crate) fn compose(&self, customer: &Customer, act: &Act) -> Result<Letter, Impossible> {
        let now = self.inner.now.millis();
        let (source, channel) = (customer.source, customer.channel.as_str());
        let world = self.inner.world.lock();
        let exists = match source {
            Source::TwilioWhatsApp => world.senders.contains_key(channel),
            _ => world.numbers.contains_key(channel),
        };
        if !exists {
            return Err(Impossible::channel(source, channel));
        }
        let account_sid = world.account.sid.clone();
        drop(world);
        let phones = &mut *self.inner.phones.lock();
        let person = phones.person(customer, "", |seed| number(seed, &customer.from));
        let thread = Thread {
            person: &person,
            channel,
        };
        let Ids { id: sid, about } = phones.ids(thread, act, |seed| sid(act, seed))?;
        let scene = Scene {
            account_sid: &account_sid,
            channel,
            person: &person,
            sid: &sid,
            about: &about,
            url: &self.inner.url,
        };
        let is_status = matches!(
            act,
            Act::Delivered { .. } | Act::Read { .. } | Act::Failed { .. }
        );
        let params = match (source, is_status) {
            (Source::TwilioWhatsApp, true) => scene.status(act),
            (Source::TwilioWhatsApp, false) => scene.in_whatsapp(act)?,
            (_, true) => return Err(Impossible::kind(source, act)),
            (_, false) => scene.by_sms(act)?,
        };
        phones.keep(thread, (&sid, act), now)?;
        if let Act::Media { kind, .. } = act {
            let file = MessageFile {
                message_sid: sid.clone(),
                sample: kind.sample(),
            };
            self.inner.files.lock().insert(media_sid(&sid), file);
        }
        let inbound = Inbound {
            channel: channel.to_owned(),
            source,
            is_status,
            params: params.0,
            sid: sid.clone(),
        };
        let letter = Letter::new(&person, channel, Some(sid), Part::Twilio(inbound));
        Ok(match source {
            Source::TwilioWhatsApp => letter.known_as(whatsapp_id(&person)),
            _ => letter,
        })
    }
}

/// The number with the name of the network, or the business-scoped id of who hides it.
fn whatsapp_id(person: &Person) -> String {
    format!("whatsapp:{}", person.shown_id())
}

/// A number that was given, or a German mobile number made of the name.
fn number(seed: &str, from: &str) -> String {
    let from = from.trim_start_matches("whatsapp:");
    if from.starts_with('+') {
        return from.to_owned();
    }
    format!("+49157{}", digits(seed, 8))
}

fn sid(act: &Act, seed: &str) -> String {
    let prefix = if matches!(act, Act::Media { .. }) {
        "MM"
    } else {
        "SM"
    };
    format!("{prefix}{}", hex::encode(bytes(seed, 16)))
}

/// The one file of a message.
fn media_sid(message_sid: &str) -> String {
    format!(
        "ME{}",
        hex::encode(bytes(&format!("media/{message_sid}"), 16))
    )
}

impl Params {
    fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }
}

impl Scene<'_> {
    fn by_sms(&self, act: &Act) -> Result<Params, Impossible> {
        let from = &self.person.id;
        Ok(match act {
            Act::Text(text) => self.inbound(from, text, None),
            Act::Media { kind, caption } => {
                self.inbound(from, caption.as_deref().unwrap_or_default(), Some(*kind))
            }
            Act::Stop => self.inbound(from, "STOP", None).with("OptOutType", "STOP"),
            Act::Unknown => self
                .inbound(from, "future", None)
                .with("BrandNewParam", "x y+z"),
            other => return Err(Impossible::kind(Source::TwilioSms, other)),
        })
    }

    fn in_whatsapp(&self, act: &Act) -> Result<Params, Impossible> {
        let from = self.whatsapp_id();
        let plain = |body: &str| self.inbound(&from, body, None);
        let (params, kind) = match act {
            Act::Text(text) => (plain(text), "text"),
            Act::Reply { text, .. } => (self.answering(plain(text), self.about), "text"),
            Act::Media { kind, caption } => {
                let body = caption.as_deref().unwrap_or_default();
                let name = match kind {
                    MediaKind::File => "document",
                    kind => kind.name(),
                };
                (self.inbound(&from, body, Some(*kind)), name)
            }
            Act::Tap { title, payload } => {
                let params = plain(title)
                    .with("ListId", payload)
                    .with("ListTitle", title);
                (params, "interactive")
            }
            Act::Postback { title, payload } => {
                let params = plain(title)
                    .with("ButtonText", title)
                    .with("ButtonPayload", payload);
                let offer = format!(
                    "SM{}",
                    hex::encode(bytes(&format!("offer/{}", self.sid), 16))
                );
                (self.answering(params, &offer), "button")
            }
            Act::Location {
                latitude,
                longitude,
            } => {
                let params = plain("")
                    .with("Latitude", latitude.to_string())
                    .with("Longitude", longitude.to_string())
                    .with("Address", "Alexanderplatz 1")
                    .with("Label", "Alex");
                (params, "location")
            }
            Act::Unknown => (
                plain("future").with("BrandNewParam", "x y+z"),
                "brand_new_type",
            ),
            other => return Err(Impossible::kind(Source::TwilioWhatsApp, other)),
        };
        Ok(self.signed_by(params, kind))
    }

    /// Who it is from, as far as the person lets be known.
    fn signed_by(&self, params: Params, kind: &str) -> Params {
        let name = self.person.name.as_str();
        if self.person.hides_number {
            return params
                .with("ExternalUserId", self.whatsapp_id())
                .with("ProfileName", name);
        }
        let wa_id = self.person.id.trim_start_matches('+');
        let context = json!({"ProfileName": name, "WaId": wa_id});
        let metadata = json!({"type": "whatsapp", "data": {"context": context}});
        params
            .with("ProfileName", name)
            .with("WaId", wa_id)
            .with("ChannelMetadata", metadata.to_string())
            .with("MessageType", kind)
    }

    fn whatsapp_id(&self) -> String {
        whatsapp_id(self.person)
    }

    fn answering(&self, params: Params, sid: &str) -> Params {
        params
            .with("OriginalRepliedMessageSid", sid)
            .with("OriginalRepliedMessageSender", self.channel)
    }

    /// What every inbound message has. Empty values are sent, and signed.
    fn inbound(&self, from: &str, body: &str, media: Option<MediaKind>) -> Params {
        let country = |number: &str| match number.trim_start_matches("whatsapp:") {
            number if number.starts_with("+49") => "DE",
            number if number.starts_with("+1") => "US",
            number if number.starts_with("DE.") => "DE",
            _ => "",
        };
        let params = Params(Vec::new())
            .with("ToCountry", country(self.channel))
            .with("ToState", "")
            .with("SmsMessageSid", self.sid)
            .with("NumMedia", if media.is_some() { "1" } else { "0" })
            .with("ToCity", "")
            .with("FromZip", "")
            .with("SmsSid", self.sid)
            .with("FromState", "")
            .with("SmsStatus", "received")
            .with("FromCity", "")
            .with("Body", body)
            .with("FromCountry", country(from))
            .with("To", self.channel)
            .with("ToZip", "")
            .with("NumSegments", "1")
            .with("MessageSid", self.sid)
            .with("AccountSid", self.account_sid)
            .with("From", from)
            .with("ApiVersion", "2010-04-01");
        let Some(kind) = media else {
            return params;
        };
        let Sample { media_type, .. } = kind.sample();
        let url = format!(
            "{}/2010-04-01/Accounts/{}/Messages/{}/Media/{}",
            self.url,
            self.account_sid,
            self.sid,
            media_sid(self.sid)
        );
        params
            .with("MediaUrl0", url)
            .with("MediaContentType0", media_type)
    }

    /// What became of a message of ours.
    fn status(&self, act: &Act) -> Params {
        let (status, event) = match act {
            Act::Read { .. } => ("read", "READ"),
            Act::Failed { .. } => ("failed", "UNDELIVERED"),
            _ => ("delivered", "DELIVERED"),
        };
        let params = Params(Vec::new())
            .with("SmsSid", self.sid)
            .with("SmsStatus", status)
            .with("MessageStatus", status)
            .with("To", self.whatsapp_id())
            .with("MessageSid", self.sid)
            .with("AccountSid", self.account_sid)
            .with("From", self.channel)
            .with("ApiVersion", "2010-04-01")
            .with("ChannelPrefix", "whatsapp")
            .with("EventType", event);
        match act {
            // Outside of the window of 24 hours.
            Act::Failed { .. } => params.with("ErrorCode", "63016"),
            _ => params
                .with("ChannelToAddress", &self.person.id)
                .with("ChannelInstallSid", "XE00000000000000000000000000000000"),
        }
    }
}
