//! Meta's words for what happens in a thread.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::inbound_json::{Loose, Moment, Slot, Word};

/// A delivery: what happened to one or several accounts.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope<'a, const APART: bool> {
    #[serde(borrow, default)]
    pub(super) object: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) entry: Option<Vec<Slot<Batch<'a>, APART>>>,
}

/// What happened to one account.
#[derive(Debug, Deserialize)]
pub(super) struct Batch<'a> {
    #[serde(borrow, default)]
    pub(super) id: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) messaging: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    pub(super) standby: Option<Vec<&'a RawValue>>,
    /// What happened to a page besides messages.
    #[serde(borrow, default)]
    pub(super) changes: Option<Vec<Slot<Change<'a>, true>>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Change<'a> {
    #[serde(borrow, default)]
    pub(super) field: Option<Word<'a>>,
}

/// One thing that happened.
#[derive(Debug, Deserialize)]
pub(super) struct Event<'a> {
    #[serde(borrow, default)]
    pub(super) sender: Option<Party<'a>>,
    #[serde(borrow, default)]
    pub(super) recipient: Option<Party<'a>>,
    #[serde(default)]
    pub(super) timestamp: Moment,
    #[serde(borrow, default)]
    pub(super) message: Option<Message<'a>>,
    #[serde(borrow, default)]
    pub(super) postback: Option<Postback<'a>>,
    #[serde(borrow, default)]
    pub(super) message_edit: Option<Edit<'a>>,
    #[serde(borrow, default)]
    pub(super) reaction: Option<Reaction<'a>>,
    #[serde(borrow, default)]
    pub(super) delivery: Option<Report<'a>>,
    #[serde(borrow, default)]
    pub(super) read: Option<Report<'a>>,
    #[serde(borrow, default)]
    pub(super) pass_thread_control: Option<ThreadControl<'a>>,
    #[serde(borrow, default)]
    pub(super) take_thread_control: Option<ThreadControl<'a>>,
    #[serde(borrow, default)]
    pub(super) request_thread_control: Option<ThreadControl<'a>>,
    #[serde(borrow, default)]
    pub(super) app_roles: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) referral: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) optin: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) optout: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) account_linking: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) messaging_feedback: Option<&'a RawValue>,
    #[serde(
        borrow,
        default,
        rename = "policy-enforcement",
        alias = "policy_enforcement"
    )]
    pub(super) policy_enforcement: Option<&'a RawValue>,
}

/// The account or the contact.
#[derive(Debug, Deserialize)]
pub(super) struct Party<'a> {
    #[serde(borrow, default)]
    pub(super) id: Option<Word<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Message<'a> {
    #[serde(borrow, default)]
    pub(super) mid: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) text: Option<Word<'a>>,
    #[serde(default)]
    pub(super) is_echo: Option<bool>,
    #[serde(default)]
    pub(super) is_deleted: Option<bool>,
    /// Of an echo: the app that has sent it.
    #[serde(borrow, default)]
    pub(super) app_id: Option<Word<'a>>,
    /// Of an echo: what the app has sent along.
    #[serde(borrow, default)]
    pub(super) metadata: Loose<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) attachments: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) reply_to: Loose<ReplyTo<'a>>,
    #[serde(borrow, default)]
    pub(super) referral: Option<&'a RawValue>,
}

/// What a message answers: another message, or on Instagram a story.
#[derive(Debug, Deserialize)]
pub(super) struct ReplyTo<'a> {
    #[serde(borrow, default)]
    pub(super) story: Loose<Story<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Story<'a> {
    #[serde(borrow, default)]
    pub(super) url: Option<Word<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Attachment<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Word<'a>,
    #[serde(borrow)]
    pub(super) payload: AttachmentPayload<'a>,
}

#[derive(Debug, Deserialize)]
pub(super) struct AttachmentPayload<'a> {
    #[serde(borrow)]
    pub(super) url: Word<'a>,
    #[serde(borrow, default)]
    pub(super) sticker_id: Loose<Word<'a>>,
}

/// The contact has tapped a button.
#[derive(Debug, Deserialize)]
pub(super) struct Postback<'a> {
    #[serde(borrow, default)]
    pub(super) mid: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) title: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) payload: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) referral: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Edit<'a> {
    #[serde(borrow, default)]
    pub(super) mid: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) text: Option<Word<'a>>,
    /// Which edit it is.
    #[serde(default, rename = "num_edit")]
    pub(super) number: Option<u32>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Reaction<'a> {
    #[serde(borrow, default)]
    pub(super) mid: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) action: Option<Word<'a>>,
    #[serde(borrow, default, rename = "reaction")]
    pub(super) name: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) emoji: Option<Word<'a>>,
}

/// The contact's side has something.
#[derive(Debug, Deserialize)]
pub(super) struct Report<'a> {
    /// Instagram names one message.
    #[serde(borrow, default)]
    pub(super) mid: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) mids: Option<Vec<Word<'a>>>,
    #[serde(default)]
    pub(super) watermark: Moment,
}

/// Another app gets the thread, or wants it.
#[derive(Debug, Deserialize)]
pub(super) struct ThreadControl<'a> {
    #[serde(borrow, default)]
    pub(super) new_owner_app_id: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) previous_owner_app_id: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) requested_owner_app_id: Option<Word<'a>>,
    #[serde(borrow, default)]
    pub(super) metadata: Loose<Word<'a>>,
}
