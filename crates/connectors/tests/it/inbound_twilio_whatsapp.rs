//! What arrives from Twilio about WhatsApp.

use std::collections::BTreeSet;

use switchboard_connector::{Inbound, InboundMessage, MediaLink, MessageName, Parsed};
use switchboard_domain::{MessageId, Receipt};

use crate::recorded::{
    Recorded, body, files, ids, message, named, noon, note, parsed, said, settings, text,
    the_message,
};

const CONTACT: &str = "whatsapp:+4915712345678";
const NUMBER: &str = "whatsapp:+15550783881";
const STATUS: &str = "/twilio/status?message_id=5d0a7f9c-7c1c-5f54-9a6e-2f7f2a1d1c11";

fn in_whatsapp(target: &str, body: &[u8]) -> Vec<Inbound> {
    said(parsed("twilio.whatsapp", target, body), Some(NUMBER))
}

fn written(file: &str, sid: &str) -> InboundMessage {
    let form = text("twilio_whatsapp", file);
    InboundMessage {
        provider_id: Some(sid.to_owned()),
        profile: Some(named("Ada Lovelace")),
        ..message(CONTACT, &form, MessageName::InChannel(form.clone()))
    }
}

fn messages() -> Vec<(&'static str, InboundMessage)> {
    let text = |text: &str| Some(text.to_owned());
    let hidden = "whatsapp:DE.1502576394655843".to_owned();
    vec![
        (
            "inbound_text.form",
            InboundMessage {
                text: text("Hello"),
                ..written("inbound_text.form", "SM0000000000000000000000000000000a")
            },
        ),
        (
            "inbound_image.form",
            InboundMessage {
                text: text("caption"),
                media: vec![MediaLink {
                    link: "https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000042/Messages/MM0000000000000000000000000000000b/Media/ME00000000000000000000000000000003".to_owned(),
                    kind: "image",
                }],
                ..written("inbound_image.form", "MM0000000000000000000000000000000b")
            },
        ),
        (
            "inbound_location.form",
            written("inbound_location.form", "SM0000000000000000000000000000000c"),
        ),
        (
            "inbound_button.form",
            InboundMessage {
                text: text("Confirm"),
                notes: vec![note("postback.payload", "confirm-1")],
                ..written("inbound_button.form", "SM0000000000000000000000000000000d")
            },
        ),
        (
            "inbound_list.form",
            InboundMessage {
                text: text("Priority"),
                ..written("inbound_list.form", "SM0000000000000000000000000000000e")
            },
        ),
        (
            "inbound_bsuid.form",
            InboundMessage {
                text: text("hidden number"),
                handles: vec![hidden.clone()],
                sender: hidden,
                profile: Some(named("Ada")),
                ..written("inbound_bsuid.form", "SM00000000000000000000000000000012")
            },
        ),
    ]
}

/// The same at an address that names no message.
fn without_correlation(mut status: Inbound) -> Inbound {
    if let Inbound::Confirmed { correlation, .. } = &mut status {
        *correlation = None;
    }
    status
}

/// The message of ours that the address of each status names.
fn correlation() -> Option<MessageId> {
    "5d0a7f9c-7c1c-5f54-9a6e-2f7f2a1d1c11".parse().ok()
}

fn confirmed(target: &str, receipt: Receipt, error: Option<&str>) -> Inbound {
    Inbound::Confirmed {
        target: target.to_owned(),
        correlation: correlation(),
        receipt,
        at: noon(),
        error: error.map(str::to_owned),
    }
}

fn statuses() -> Vec<(&'static str, Inbound)> {
    vec![
        (
            "status_read.form",
            confirmed("SM000000000000000000000000000001fe", Receipt::Seen, None),
        ),
        (
            "status_failed_63016.form",
            confirmed(
                "SM000000000000000000000000000001ff",
                Receipt::Failed,
                Some("63016"),
            ),
        ),
        (
            "status_failed_63018.form",
            confirmed(
                "SM00000000000000000000000000000200",
                Receipt::Failed,
                Some("63018"),
            ),
        ),
    ]
}

#[test]
fn every_recorded_form_says_what_it_says() {
    let mut known: BTreeSet<String> = ["airy_text.form".to_owned()].into();
    for (file, wanted) in messages() {
        let wanted = [Inbound::Message(Box::new(wanted))];

        assert_eq!(
            in_whatsapp("/twilio", &body("twilio_whatsapp", file)),
            wanted,
            "{file}"
        );
        known.insert(file.to_owned());
    }
    for (file, wanted) in statuses() {
        let unnamed = without_correlation(wanted.clone());
        for (target, wanted) in [("/twilio", unnamed), (STATUS, wanted)] {
            let form = body("twilio_whatsapp", file);

            assert_eq!(in_whatsapp(target, &form), [wanted], "{file}");
        }
        known.insert(file.to_owned());
    }
    assert_eq!(files("twilio_whatsapp"), known);
}

#[test]
fn sms_leaves_whatsapp_alone() {
    for file in files("twilio_whatsapp") {
        let form = body("twilio_whatsapp", &file);
        for target in ["/twilio", STATUS] {
            assert_eq!(
                parsed("twilio.sms", target, &form),
                Parsed::NotMine,
                "{file}"
            );
        }
    }
}

#[test]
fn a_message_and_its_ids_are_those_of_airy() {
    let form = text("twilio_whatsapp", "airy_text.form");

    let said = said(
        parsed("twilio.whatsapp", "/twilio", form.as_bytes()),
        Some("whatsapp:+12345678"),
    );

    let wanted = InboundMessage {
        provider_id: Some("SMbc31b6419de618d65076200c54676476".to_owned()),
        text: Some("Hi".to_owned()),
        ..message(
            "whatsapp:+987654321",
            &form,
            MessageName::InChannel(form.clone()),
        )
    };
    assert_eq!(the_message(&said), &wanted);
    assert_eq!(
        ids("twilio.whatsapp", "whatsapp:+12345678", &wanted),
        [
            "fd36548b-d30a-52a6-bd1c-871e7bc631c6",
            "ccf1a0c7-be4d-501c-92d2-eb4cd4638b27",
            "6dac3f3b-c624-57b7-a17a-cec6229fdbef",
        ]
    );
}

#[test]
fn an_address_without_its_prefix_is_the_same_contact() {
    let form = b"To=whatsapp%3A%2B15550783881&From=%2B4915712345678&Body=Hi";

    let said = in_whatsapp("/twilio", form);

    assert_eq!(the_message(&said).handles, [CONTACT]);
    let form = b"To=%2B15550783881&From=whatsapp%3A%2B4915712345678&Body=Hi";
    assert_eq!(
        the_message(&in_whatsapp("/twilio", form)).handles,
        [CONTACT]
    );
}

#[test]
fn a_number_and_the_id_beside_it_lead_to_one_conversation() {
    for own in ["DE.1502576394655843", "whatsapp%3ADE.1502576394655843"] {
        let form = format!(
            "To=whatsapp%3A%2B15550783881&From=whatsapp%3A%2B4915712345678&ExternalUserId={own}"
        );

        let said = in_whatsapp("/twilio", form.as_bytes());

        let message = the_message(&said);
        assert_eq!(message.handles, [CONTACT, "whatsapp:DE.1502576394655843"]);
        assert_eq!(message.sender, CONTACT);
    }
}

#[test]
fn where_somebody_came_from_is_noted_about_the_conversation() {
    let form = b"To=whatsapp%3A%2B15550783881&From=whatsapp%3A%2B49&Body=Hi&ReferralBody=Half+price&ReferralHeadline=Sale&ReferralSourceId=1&ReferralSourceType=ad&ReferralSourceUrl=https%3A%2F%2Ffb.me%2Fx&ReferralMediaId=2&ReferralMediaUrl=https%3A%2F%2Fa.example%2Fi&ReferralCtwaClid=c&OptOutType=START";

    let said = in_whatsapp("/twilio", form);

    assert_eq!(
        the_message(&said).conversation_notes,
        [
            note("opt_out", "START"),
            note("referral.body", "Half price"),
            note("referral.headline", "Sale"),
            note("referral.source_id", "1"),
            note("referral.source_type", "ad"),
            note("referral.source_url", "https://fb.me/x"),
            note("referral.media_id", "2"),
            note("referral.media_url", "https://a.example/i"),
            note("referral.ctwa_clid", "c"),
        ]
    );
    assert_eq!(the_message(&said).media, []);
}

#[test]
fn what_cannot_be_read_is_kept_as_such() {
    for (body, channel) in [
        (&b"To=whatsapp%3A%2B15550783881&Body=Hi"[..], Some(NUMBER)),
        (b"From=whatsapp%3A%2B15550783881&Body=Hi", None),
        (b"To=whatsapp%3A%2B15550783881&From=%2B1&Body=\xff", None),
    ] {
        let said = said(parsed("twilio.whatsapp", "/twilio", body), channel);

        assert!(matches!(&said[..], [Inbound::Malformed(_)]), "{said:?}");
    }
}

#[test]
fn calls_signed_with_the_auth_token_are_accepted_and_no_others() {
    let recorded = Recorded::of("twilio_whatsapp");
    let settings = settings("twilio.whatsapp", &[("auth_token", &recorded.secret)]);

    recorded.is_what_verify_accepts("twilio.whatsapp", &settings);
}
