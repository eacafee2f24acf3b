//! What arrives from Twilio, for whichever of the two sources
//! (twilio.com/docs/messaging/guides/webhook-request, read 2026-11-22).

use switchboard_connector::{
    Delivery, Entry, Inbound, InboundMessage, MediaLink, MessageName, Note, Origin, Parsed, Profile,
};
use switchboard_domain::{MetadataValue, SourceChannelId};

use super::form::Form;
use super::{media, status};

/// What carries a message. Both arrive at the same address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    Sms,
    WhatsApp,
}

/// Where an advertisement has led somebody to write from, and what it is noted as.
const REFERRAL: [(&str, &str); 8] = [
    ("ReferralBody", "referral.body"),
    ("ReferralHeadline", "referral.headline"),
    ("ReferralSourceId", "referral.source_id"),
    ("ReferralSourceType", "referral.source_type"),
    ("ReferralSourceUrl", "referral.source_url"),
    ("ReferralMediaId", "referral.media_id"),
    ("ReferralMediaUrl", "referral.media_url"),
    ("ReferralCtwaClid", "referral.ctwa_clid"),
];

/// Reads a delivery. What belongs to neither source is left to SMS, so that it is reported once.
pub(crate) fn parse(carrier: Carrier, delivery: Delivery<'_>) -> Parsed {
    let form = Form::read(delivery.body);
    if form.is_whatsapp() != (carrier == Carrier::WhatsApp) {
        return Parsed::NotMine;
    }
    let entry = match std::str::from_utf8(delivery.body) {
        Ok(_) if status::is_one(&form, delivery.target) => status::entry(&form, delivery),
        Ok(body) => message(&form, body),
        Err(problem) => malformed(format!(
            "the body is no form: it is no UTF-8 after byte {}",
            problem.valid_up_to()
        )),
    };
    Parsed::Entries(vec![entry])
}

pub(crate) fn malformed(problem: String) -> Entry {
    Entry {
        channel: None,
        what: Inbound::Malformed(problem),
    }
}

fn message(form: &Form, body: &str) -> Entry {
    let Some(channel) = form.address("To") else {
        return malformed("the form has no parameter To".to_owned());
    };
    let channel = Some(SourceChannelId::new(channel));
    let Some(sender) = form.address("From") else {
        return Entry {
            channel,
            what: Inbound::Malformed("the form has no parameter From".to_owned()),
        };
    };
    let message = InboundMessage {
        provider_id: form.get("MessageSid").map(str::to_owned),
        name: MessageName::InChannel(body.to_owned()),
        handles: handles(form, &sender),
        sender,
        origin: Origin::Contact,
        // Twilio does not say.
        sent_at: None,
        content: body.to_owned(),
        text: form.get("Body").map(str::to_owned),
        media: links(form),
        profile: form.get("ProfileName").map(|name| Profile {
            display_name: Some(name.to_owned()),
            avatar_url: None,
        }),
        notes: notes(form, &[("ButtonPayload", "postback.payload")]),
        conversation_notes: [
            notes(form, &[("OptOutType", "opt_out")]),
            notes(form, &REFERRAL),
        ]
        .concat(),
    };
    Entry {
        channel,
        what: Inbound::Message(Box::new(message)),
    }
}

/// The number, and beside it the id that WhatsApp gives somebody for this business: people who hide
/// their number have only that.
fn handles(form: &Form, sender: &str) -> Vec<String> {
    let own = form.address("ExternalUserId");
    let own = own.filter(|own| form.is_whatsapp() && own != sender);
    [Some(sender.to_owned()), own]
        .into_iter()
        .flatten()
        .collect()
}

fn links(form: &Form) -> Vec<MediaLink> {
    let links = form.numbered("MediaUrl").into_iter();
    links
        .map(|(number, link)| MediaLink {
            link: link.to_owned(),
            kind: media::kind(form.get(&format!("MediaContentType{number}"))),
        })
        .collect()
}

/// The parameters that are there, each under the key beside it.
fn notes(form: &Form, keys: &[(&str, &str)]) -> Vec<Note> {
    keys.iter()
        .filter_map(|(parameter, key)| {
            let value = form.get(parameter)?.to_owned();
            Some(Note {
                key: (*key).to_owned(),
                value: MetadataValue::Text(value),
            })
        })
        .collect()
}
