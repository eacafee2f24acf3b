//! The Cloud API's words for a phone number and for what happens to it.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::wire::id;
use crate::inbound_json::{Loose, Moment, Slot, Word};

/// What is asked of a number.
pub(crate) const FIELDS: &str =
    "id,display_phone_number,verified_name,quality_rating,name_status,code_verification_status";

/// A phone number of a WhatsApp business account.
#[derive(Debug, Deserialize)]
pub(crate) struct PhoneNumber {
    #[serde(deserialize_with = "id")]
    pub(crate) id: String,
    #[serde(default, rename = "display_phone_number")]
    pub(crate) display: Option<String>,
    #[serde(default)]
    pub(crate) verified_name: Option<String>,
}

/// A delivery: what happened to one or several business accounts.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope<'a, const APART: bool> {
    #[serde(borrow, default)]
    pub(super) object: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) entry: Option<Vec<Slot<Batch<'a, APART>, APART>>>,
}

/// What happened to one business account.
#[derive(Debug, Deserialize)]
pub(super) struct Batch<'a, const APART: bool> {
    /// Which.
    #[serde(borrow, default)]
    pub(super) id: Loose<Word<'a>>,
    #[serde(default)]
    pub(super) time: Moment,
    #[serde(borrow, default)]
    pub(super) changes: Option<Vec<Slot<Change<'a>, APART>>>,
}

/// One kind of thing that happened.
#[derive(Debug, Deserialize)]
pub(super) struct Change<'a> {
    #[serde(borrow, default)]
    pub(super) field: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) value: Option<&'a RawValue>,
}

/// What happened, mostly to one number.
#[derive(Debug, Deserialize)]
pub(super) struct Value<'a> {
    /// As Airy has met it: the value, one level down.
    #[serde(borrow, default)]
    pub(super) whatsapp_business_api_data: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) metadata: Option<NumberId<'a>>,
    #[serde(borrow, default)]
    pub(super) phone_number_id: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) contacts: Option<Vec<Slot<Contact<'a>, true>>>,
    #[serde(borrow, default)]
    pub(super) messages: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    pub(super) message_echoes: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    pub(super) statuses: Option<Vec<Slot<Status<'a>, true>>>,
    #[serde(borrow, default)]
    pub(super) errors: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) user_preferences: Option<Vec<Slot<Preference<'a>, true>>>,
    #[serde(borrow, default)]
    pub(super) user_id_update: Option<Vec<Slot<UserIdUpdate<'a>, true>>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct NumberId<'a> {
    #[serde(borrow, default)]
    pub(super) phone_number_id: Option<Word<'a>>,
}

/// Somebody who has written.
#[derive(Debug, Deserialize)]
pub(super) struct Contact<'a> {
    #[serde(borrow, default)]
    pub(super) wa_id: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) user_id: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) profile: Option<ContactProfile<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ContactProfile<'a> {
    #[serde(borrow, default)]
    pub(super) name: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) username: Option<Word<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Message<'a> {
    #[serde(borrow, default)]
    pub(super) id: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) from: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) from_user_id: Option<Word<'a>>,
    /// Of an echo: the contact.
    #[serde(borrow, default)]
    pub(super) to: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) to_user_id: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) group_id: Option<Word<'a>>,
    #[serde(default)]
    pub(super) timestamp: Moment,
    #[serde(borrow, default)]
    pub(super) referral: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "type")]
    pub(super) kind: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) text: Loose<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) image: Loose<File<'a>>,
    #[serde(borrow, default)]
    pub(super) audio: Loose<File<'a>>,
    #[serde(borrow, default)]
    pub(super) video: Loose<File<'a>>,
    #[serde(borrow, default)]
    pub(super) document: Loose<File<'a>>,
    #[serde(borrow, default)]
    pub(super) sticker: Loose<File<'a>>,
    #[serde(borrow, default)]
    pub(super) button: Loose<Button<'a>>,
    #[serde(borrow, default)]
    pub(super) interactive: Loose<Interactive<'a>>,
    #[serde(borrow, default)]
    pub(super) order: Loose<Button<'a>>,
    #[serde(borrow, default)]
    pub(super) system: Loose<System<'a>>,
    #[serde(borrow, default)]
    pub(super) reaction: Loose<Reaction<'a>>,
    #[serde(borrow, default)]
    pub(super) edit: Loose<Revision<'a>>,
    #[serde(borrow, default)]
    pub(super) revoke: Loose<Revision<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Text<'a> {
    #[serde(borrow, default)]
    pub(super) body: Option<Word<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct File<'a> {
    #[serde(borrow, default)]
    pub(super) id: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) caption: Option<Word<'a>>,
}

/// A button of a template that was tapped; an order has its text under the same name.
#[derive(Debug, Deserialize)]
pub(super) struct Button<'a> {
    #[serde(borrow, default)]
    pub(super) text: Option<Word<'a>>,
}

/// The answer to something with buttons, a list or a form.
#[derive(Debug, Deserialize)]
pub(super) struct Interactive<'a> {
    #[serde(borrow, default, rename = "button_reply")]
    pub(super) button: Option<Reply<'a>>,
    #[serde(borrow, default, rename = "list_reply")]
    pub(super) row: Option<Reply<'a>>,
    #[serde(borrow, default, rename = "nfm_reply")]
    pub(super) form: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Reply<'a> {
    #[serde(borrow, default)]
    pub(super) title: Option<Word<'a>>,
}

/// WhatsApp itself tells something about the contact.
#[derive(Debug, Deserialize)]
pub(super) struct System<'a> {
    #[serde(borrow, default)]
    pub(super) body: Option<Word<'a>>,
    #[serde(borrow, default, rename = "type")]
    pub(super) kind: Option<Word<'a>>,
    /// The new number; `new_wa_id` in older versions.
    #[serde(borrow, default)]
    pub(super) wa_id: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) new_wa_id: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) user_id: Option<Word<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Reaction<'a> {
    #[serde(borrow, default)]
    pub(super) message_id: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) emoji: Option<Word<'a>>,
}

/// Another message is changed, or taken back.
#[derive(Debug, Deserialize)]
pub(super) struct Revision<'a> {
    #[serde(borrow, default)]
    pub(super) original_message_id: Option<Word<'a>>,
    /// What it is from now on.
    #[serde(borrow, default)]
    pub(super) message: Option<&'a RawValue>,
}

/// What became of a message of ours.
#[derive(Debug, Deserialize)]
pub(super) struct Status<'a> {
    #[serde(borrow, default)]
    pub(super) id: Option<Word<'a>>,
    #[serde(borrow, default, rename = "status")]
    pub(super) kind: Option<Word<'a>>,
    #[serde(default)]
    pub(super) timestamp: Moment,
    #[serde(borrow, default)]
    pub(super) errors: Loose<Vec<StatusError<'a>>>,
    /// What was sent along with the message.
    #[serde(borrow, default)]
    pub(super) biz_opaque_callback_data: Loose<Word<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct StatusError<'a> {
    #[serde(borrow, default)]
    pub(super) code: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) title: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) message: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) error_data: Loose<Details<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Details<'a> {
    #[serde(borrow, default)]
    pub(super) details: Option<Word<'a>>,
}

/// What a contact wants to get, or not.
#[derive(Debug, Deserialize)]
pub(super) struct Preference<'a> {
    #[serde(borrow, default)]
    pub(super) wa_id: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) user_id: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) category: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) value: Option<Word<'a>>,
    #[serde(default)]
    pub(super) timestamp: Moment,
}

/// A contact's business-scoped id has changed.
#[derive(Debug, Deserialize)]
pub(super) struct UserIdUpdate<'a> {
    #[serde(borrow, default)]
    pub(super) user_id: Option<Succession<'a>>,
    #[serde(default)]
    pub(super) timestamp: Moment,
}

#[derive(Debug, Deserialize)]
pub(super) struct Succession<'a> {
    #[serde(borrow, default)]
    pub(super) previous: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) current: Option<Word<'a>>,
}
