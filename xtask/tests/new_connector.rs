//! A new connector compiles against the trait as it is today, and starts with a test that fails.

#![expect(
    dead_code,
    reason = "the template needs only a part of what the connectors share"
)]

use http::{HeaderMap, Method};
use switchboard_connector::{
    Checks, Connector, Delivery, Inbound, Parsed, RawWebhook, Settings, request,
};
use switchboard_domain::{Secret, Timestamp};
use xtask::new_connector::lay_out;

#[path = "../templates/connector/mod.rs"]
mod newcomer;

// What the connectors share, and the template uses.
#[path = "../../crates/connectors/src/inbound_json/apart.rs"]
mod apart;
#[path = "../../crates/connectors/src/endpoint.rs"]
mod endpoint;
#[path = "../../crates/connectors/src/http_status.rs"]
mod http_status;
#[path = "../../crates/connectors/src/remembered.rs"]
mod remembered;
#[path = "../../crates/connectors/src/request_schema.rs"]
mod request_schema;
#[path = "../../crates/connectors/src/signature.rs"]
mod signature;
mod inbound_json {
    pub(crate) use crate::apart::problem;
}

const CALL: &str = r#"{"account_id":"4711","messages":[{"id":"m1","from":"p1","text":"hello"},{"id":2},{"id":"m3","from":"p1","sent_at":1790000000000}]}"#;

#[test]
fn the_template_is_a_connector() {
    let connector: &dyn Connector = &newcomer::Newcomer;

    assert_eq!(connector.source().as_str(), connector.section().name);
    request::parse::<newcomer::ConnectRequest>(connector.connect_example()).unwrap();
}

#[test]
fn the_template_trusts_signed_calls_alone() {
    let key = Secret::new("the secret of the webhook");
    let settings = Settings::resolve(newcomer::Newcomer.section(), |_, name| {
        (name == "webhook_secret").then(|| key.clone())
    });
    let checks = Checks {
        settings: &settings,
        public_url: None,
    };
    let signature = signature::hmac_sha256_hex(&key, CALL.as_bytes());
    let mut headers = HeaderMap::new();
    headers.insert("x-newcomer-signature", signature.expose().parse().unwrap());
    let signed = RawWebhook {
        method: Method::POST,
        path: "/newcomer".to_owned(),
        query: String::new(),
        headers,
        body: CALL.into(),
    };
    let mut forged = signed.clone();
    forged.body.push(b' ');

    assert!(newcomer::Newcomer.verify(checks, &signed).is_ok());
    assert!(newcomer::Newcomer.verify(checks, &forged).is_err());
}

#[test]
fn the_template_reads_what_it_can_and_says_what_it_cannot() {
    let settings = Settings::resolve(newcomer::Newcomer.section(), |_, _| None);
    let delivery = Delivery {
        target: "/newcomer",
        body: CALL.as_bytes(),
        received_at: Timestamp::from_millis(1_790_000_000_001),
    };

    let Parsed::Entries(entries) = newcomer::Newcomer.parse(&settings, delivery) else {
        panic!("it is the template's own call")
    };

    let said: Vec<_> = entries
        .iter()
        .map(|entry| match &entry.what {
            Inbound::Message(message) => message.provider_id.as_deref(),
            Inbound::Malformed(_) => None,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(said, [Some("m1"), None, Some("m3")]);
}

#[test]
fn a_new_connector_bears_its_own_name_everywhere() {
    let connectors = tempfile::tempdir().unwrap();

    let files = lay_out(connectors.path(), "apple_messages").unwrap();

    let texts: Vec<String> = files
        .iter()
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect();
    assert_eq!(
        files,
        ["mod.rs", "account.rs", "inbound.rs", "signed.rs", "wire.rs"]
            .map(|file| connectors.path().join("apple_messages").join(file))
    );
    assert!(texts[0].contains("impl Connector for AppleMessages"));
    assert!(texts[0].contains("name: \"apple_messages\""));
    for text in texts {
        assert!(!text.to_lowercase().contains("newcomer"), "{text}");
    }
}

#[test]
fn the_first_tests_of_a_new_connector_are_not_expected_to_fail() {
    let connectors = tempfile::tempdir().unwrap();

    let files = lay_out(connectors.path(), "line").unwrap();

    for (file, test) in [
        (&files[1], "the_provider_s_answer_becomes_a_draft"),
        (&files[2], "the_provider_s_call_becomes_a_message"),
    ] {
        let text = std::fs::read_to_string(file).unwrap();
        assert!(
            text.contains(&format!("#[test]\n    fn {test}()")),
            "{text}"
        );
        assert!(!text.contains("should_panic"), "{text}");
    }
}

#[test]
fn an_existing_connector_is_never_overwritten() {
    let connectors = tempfile::tempdir().unwrap();
    lay_out(connectors.path(), "line").unwrap();

    let again = lay_out(connectors.path(), "line").unwrap_err();

    assert!(
        again
            .to_string()
            .ends_with("is there already; choose another name")
    );
}

#[test]
fn a_name_that_is_no_module_is_refused() {
    let connectors = tempfile::tempdir().unwrap();

    for name in [
        "",
        "Line",
        "twilio.sms",
        "../line",
        "2chat",
        "line_",
        "a__b",
    ] {
        let refusal = lay_out(connectors.path(), name).unwrap_err();

        assert!(
            refusal.to_string().contains("cannot name a connector"),
            "{name}: {refusal}"
        );
    }
}
