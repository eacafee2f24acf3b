//! What arrives from Twilio about SMS.

use std::collections::BTreeSet;

use switchboard_connector::{
    Inbound, InboundMessage, MediaLink, MessageName, Parsed, Unverified, Verified,
};
use switchboard_domain::{MessageId, Receipt};

use crate::recorded::{
    Recorded, body, files, ids, message, noon, note, parsed, said, settings, signed_call, text,
    the_message, verify,
};

const CONTACT: &str = "+4915712345678";
const NUMBER: &str = "+15550783881";
const STATUS: &str = "/twilio/status?message_id=5d0a7f9c-7c1c-5f54-9a6e-2f7f2a1d1c11";
const SENT: &str = "SM000000000000000000000000000001f4";

fn in_sms(target: &str, body: &[u8]) -> Vec<Inbound> {
    said(parsed("twilio.sms", target, body), Some(NUMBER))
}

fn written(file: &str, sid: &str) -> InboundMessage {
    let form = text("twilio_sms", file);
    InboundMessage {
        provider_id: Some(sid.to_owned()),
        ..message(CONTACT, &form, MessageName::InChannel(form.clone()))
    }
}

fn media(number: u8, kind: &'static str) -> MediaLink {
    MediaLink {
        link: format!(
            "https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000042/Messages/MM00000000000000000000000000000002/Media/ME0000000000000000000000000000000{number}"
        ),
        kind,
    }
}

fn messages() -> Vec<(&'static str, InboundMessage)> {
    let text = |text: &str| Some(text.to_owned());
    vec![
        (
            "inbound_text.form",
            InboundMessage {
                text: text("Hello & welcome = 100% ä€👋"),
                ..written("inbound_text.form", "SM00000000000000000000000000000001")
            },
        ),
        (
            "inbound_mms.form",
            InboundMessage {
                media: vec![media(1, "image"), media(2, "file")],
                ..written("inbound_mms.form", "MM00000000000000000000000000000002")
            },
        ),
        (
            "inbound_stop.form",
            InboundMessage {
                text: text("STOP"),
                conversation_notes: vec![note("opt_out", "STOP")],
                ..written("inbound_stop.form", "SM00000000000000000000000000000004")
            },
        ),
        (
            "inbound_unknown_parameter.form",
            InboundMessage {
                text: text("future"),
                ..written(
                    "inbound_unknown_parameter.form",
                    "SM00000000000000000000000000000005",
                )
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

fn confirmed(target: &str, receipt: Receipt) -> Inbound {
    Inbound::Confirmed {
        target: target.to_owned(),
        correlation: correlation(),
        receipt,
        at: noon(),
        error: None,
    }
}

fn statuses() -> Vec<(&'static str, Inbound)> {
    vec![
        ("status_queued.form", confirmed(SENT, Receipt::Sent)),
        ("status_sent.form", confirmed(SENT, Receipt::Sent)),
        ("status_delivered.form", confirmed(SENT, Receipt::Delivered)),
        (
            "status_messaging_service.form",
            confirmed("SM000000000000000000000000000001f7", Receipt::Sent),
        ),
    ]
}

#[test]
fn every_recorded_form_says_what_it_says() {
    let mut known: BTreeSet<String> = ["airy_not_form_encoded.form".to_owned()].into();
    for (file, wanted) in messages() {
        let wanted = [Inbound::Message(Box::new(wanted))];

        assert_eq!(
            in_sms("/twilio", &body("twilio_sms", file)),
            wanted,
            "{file}"
        );
        known.insert(file.to_owned());
    }
    for (file, wanted) in statuses() {
        let form = body("twilio_sms", file);

        assert_eq!(in_sms(STATUS, &form), [wanted], "{file}");
        known.insert(file.to_owned());
    }
    assert_eq!(files("twilio_sms"), known);
}

#[test]
fn whatsapp_leaves_sms_alone() {
    for file in files("twilio_sms") {
        let form = body("twilio_sms", &file);
        for target in ["/twilio", STATUS] {
            assert_eq!(
                parsed("twilio.whatsapp", target, &form),
                Parsed::NotMine,
                "{file}"
            );
        }
    }
}

/// Airy takes a status at the address of messages for a message of our own number.
#[test]
fn defect_15_a_status_at_the_address_of_messages_is_no_message() {
    for (file, wanted) in statuses() {
        assert_eq!(
            in_sms("/twilio", &body("twilio_sms", file)),
            [without_correlation(wanted)],
            "{file}"
        );
    }
}

#[test]
fn a_message_that_tells_its_status_is_a_message() {
    let form = b"MessageStatus=received&To=%2B15550783881&From=%2B49&Body=Hi";

    let said = in_sms("/twilio", form);

    assert_eq!(the_message(&said).text.as_deref(), Some("Hi"));
    assert_eq!(
        in_sms(
            STATUS,
            b"MessageStatus=received&From=%2B15550783881&MessageSid=SM1"
        ),
        [Inbound::Nothing("received".to_owned())]
    );
}

#[test]
fn every_status_of_twilio_has_its_meaning() {
    for (status, receipt) in [
        ("accepted", Some(Receipt::Sent)),
        ("queued", Some(Receipt::Sent)),
        ("sending", Some(Receipt::Sent)),
        ("sent", Some(Receipt::Sent)),
        ("delivered", Some(Receipt::Delivered)),
        ("read", Some(Receipt::Seen)),
        ("scheduled", None),
        ("canceled", None),
        ("partially_delivered", None),
        ("receiving", None),
    ] {
        let form = format!("From=%2B15550783881&MessageSid=SM1&MessageStatus={status}&ErrorCode=1");
        let wanted = receipt.map_or_else(
            || Inbound::Nothing(status.to_owned()),
            |receipt| confirmed("SM1", receipt),
        );

        assert_eq!(in_sms(STATUS, form.as_bytes()), [wanted]);
    }
    for status in ["failed", "undelivered"] {
        let form = format!("From=%2B15550783881&MessageSid=SM1&SmsStatus={status}&ErrorCode=30005");

        let said = in_sms(STATUS, form.as_bytes());

        let [Inbound::Confirmed { receipt, error, .. }] = &said[..] else {
            panic!("{said:?}");
        };
        assert_eq!(
            (*receipt, error.as_deref()),
            (Receipt::Failed, Some("30005"))
        );
    }
    let said = in_sms(
        STATUS,
        b"From=%2B15550783881&MessageSid=SM1&MessageStatus=beamed",
    );
    assert_eq!(said, [Inbound::Unknown("beamed".to_owned())]);
}

/// A Messaging Service tells of a message before it has chosen the number that sends it.
#[test]
fn a_status_without_a_sender_names_the_message_alone() {
    let form = b"MessageSid=SM1&MessageStatus=accepted&To=%2B49&MessagingServiceSid=MG1";

    let said = said(parsed("twilio.sms", STATUS, form), None);

    assert_eq!(said, [confirmed("SM1", Receipt::Sent)]);
}

#[test]
fn what_cannot_be_read_is_kept_as_such() {
    let airy = body("twilio_sms", "airy_not_form_encoded.form");
    for (target, body) in [
        ("/twilio", &airy[..]),
        ("/twilio", b""),
        ("/twilio", b"From=%2B49&Body=Hi"),
        ("/twilio", b"From=%2B49&To=%2B15550783881&Body=\xff"),
        (STATUS, b"From=%2B49&To=%2B15550783881"),
        (STATUS, b"From=%2B49&MessageStatus=sent"),
    ] {
        let said = said(parsed("twilio.sms", target, body), None);

        assert!(matches!(&said[..], [Inbound::Malformed(_)]), "{said:?}");
    }
    let said = in_sms("/twilio", b"To=%2B15550783881&Body=Hi");
    assert!(matches!(&said[..], [Inbound::Malformed(_)]), "{said:?}");
}

#[test]
fn conversation_ids_are_those_of_airy() {
    let form = b"To=%2B497654321&From=%2B491234567&Body=Hi";

    let said = said(parsed("twilio.sms", "/twilio", form), Some("+497654321"));

    let [channel, conversation, _] = ids("twilio.sms", "+497654321", the_message(&said));
    assert_eq!(channel, "90876e4d-7dbc-59f0-8639-b0d3f98b9af5");
    assert_eq!(conversation, "9b300785-04c5-5076-8377-a137f5241be0");
}

#[test]
fn calls_signed_with_the_auth_token_are_accepted_and_no_others() {
    let recorded = Recorded::of("twilio_sms");
    let settings = settings("twilio.sms", &[("auth_token", &recorded.secret)]);

    recorded.is_what_verify_accepts("twilio.sms", &settings);
}

#[test]
fn the_answer_is_an_empty_list_of_instructions() {
    let recorded = Recorded::of("twilio_sms");
    let settings = settings("twilio.sms", &[("auth_token", &recorded.secret)]);
    for (file, call) in recorded.calls() {
        let Verified { reply, .. } = verify("twilio.sms", &settings, &call).unwrap();

        assert_eq!(reply.content_type, Some("text/xml"), "{file}");
        assert!(reply.body.ends_with("<Response/>"), "{file}");
    }
}

#[test]
fn the_query_is_part_of_what_is_signed() {
    let recorded = Recorded::of("twilio_sms");
    let settings = settings("twilio.sms", &[("auth_token", &recorded.secret)]);
    for (file, mut call) in recorded.calls() {
        call.query.push_str("&more=1");

        assert_eq!(
            verify("twilio.sms", &settings, &call),
            Err(Unverified::WrongSignature("X-Twilio-Signature")),
            "{file}"
        );
    }
}

/// As in Airy's tests, at `http://localhost/twilio`.
#[test]
fn airys_signatures_are_accepted_and_refused_as_by_airy() {
    let settings = settings("twilio.sms", &[("auth_token", "twilio-auth-token")]);
    let public_url = url::Url::parse("http://localhost/").unwrap();
    let form = "ApiVersion=2010-04-01&SmsSid=MM3753d789407e9d3f4c0a8b919ec5473f";
    for (signature, is_accepted) in [
        ("4mpOz+5379FmwuArdlyKbpeesJw=", true),
        ("QYi2lqez0e/oODlAqx8uOk5/XdM=", false),
    ] {
        let call = signed_call("/twilio", "x-twilio-signature", signature, form.into());
        for source in ["twilio.sms", "twilio.whatsapp"] {
            let checks = switchboard_connector::Checks {
                settings: &settings,
                public_url: Some(&public_url),
            };
            let verified = crate::hub::connector(source).verify(checks, &call);

            assert_eq!(verified.is_ok(), is_accepted, "{source} {signature}");
        }
    }
}

#[test]
fn a_hub_that_does_not_know_its_address_or_token_trusts_nobody() {
    let recorded = Recorded::of("twilio_sms");
    let configured = settings("twilio.sms", &[("auth_token", &recorded.secret)]);
    let (_, call) = recorded.calls().remove(0);
    let checks = switchboard_connector::Checks {
        settings: &configured,
        public_url: None,
    };

    assert_eq!(
        crate::hub::connector("twilio.sms").verify(checks, &call),
        Err(Unverified::NotConfigured("server.public_url"))
    );
    assert_eq!(
        verify("twilio.sms", &settings("twilio.sms", &[]), &call),
        Err(Unverified::NotConfigured("sources.twilio.auth_token"))
    );
}
