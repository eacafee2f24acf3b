//! A new connector compiles against the trait as it is today, and starts with a test that fails.

#![expect(
    dead_code,
    reason = "the template needs only a part of what the connectors share"
)]

use switchboard_connector::{Connector, request};
use xtask::new_connector::lay_out;

#[path = "../templates/connector/mod.rs"]
mod newcomer;

// What the connectors share, and the template uses.
#[path = "../../crates/connectors/src/endpoint.rs"]
mod endpoint;
#[path = "../../crates/connectors/src/http_status.rs"]
mod http_status;
#[path = "../../crates/connectors/src/remembered.rs"]
mod remembered;
#[path = "../../crates/connectors/src/request_schema.rs"]
mod request_schema;

#[test]
fn the_template_is_a_connector() {
    let connector: &dyn Connector = &newcomer::Newcomer;

    assert_eq!(connector.source().as_str(), connector.section().name);
    request::parse::<newcomer::ConnectRequest>(connector.connect_example()).unwrap();
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
        ["mod.rs", "account.rs", "wire.rs"]
            .map(|file| connectors.path().join("apple_messages").join(file))
    );
    assert!(texts[0].contains("impl Connector for AppleMessages"));
    assert!(texts[0].contains("name: \"apple_messages\""));
    for text in texts {
        assert!(!text.to_lowercase().contains("newcomer"), "{text}");
    }
}

#[test]
fn the_first_test_of_a_new_connector_is_not_expected_to_fail() {
    let connectors = tempfile::tempdir().unwrap();

    let files = lay_out(connectors.path(), "line").unwrap();

    let account = std::fs::read_to_string(&files[1]).unwrap();
    assert!(account.contains("#[test]\n    fn the_provider_s_answer_becomes_a_draft()"));
    assert!(!account.contains("should_panic"));
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
