//! The message that welcomes who opens the chat for the first time: Viber takes it from the answer to
//! its call (developers.viber.com/docs/api/rest-bot-api/#sending-a-welcome-message, read 2026-11-22).

use serde_json::{Map, Value};
use switchboard_connector::{ErrorClass, ProviderError, Settings};
use switchboard_domain::Secret;

/// The configured message with its sender; `None` if nobody is to be welcomed.
pub(crate) fn message(settings: &Settings) -> Result<Option<Value>, ProviderError> {
    let mut message = object(settings, "welcome_message")?;
    if message.is_empty() {
        return Ok(None);
    }
    if !message.get("type").is_some_and(Value::is_string) {
        return Err(unusable("welcome_message", "its field type is missing"));
    }
    let sender = object(settings, "sender")?;
    if !sender.is_empty() {
        message.insert("sender".to_owned(), Value::Object(sender));
    }
    let sender_name = message.get("sender").and_then(|sender| sender.get("name"));
    if !sender_name.is_some_and(Value::is_string) {
        return Err(unusable(
            "sender",
            "Viber shows no welcome message without the name of its sender",
        ));
    }
    Ok(Some(Value::Object(message)))
}

fn object(settings: &Settings, key: &str) -> Result<Map<String, Value>, ProviderError> {
    let text = settings.get(key).map_or("{}", Secret::expose);
    serde_json::from_str(text).map_err(|_problem| {
        unusable(
            key,
            "it must be an object in JSON, like those of Viber's documentation",
        )
    })
}

fn unusable(key: &str, problem: &str) -> ProviderError {
    ProviderError::refused(
        ErrorClass::Config,
        format!("the setting sources.viber.{key} is missing or wrong: {problem}"),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::SECTION;
    use super::*;

    const BOT: &str = r#"{"name":"Jaspers Bot"}"#;
    const HELLO: &str = r#"{"type":"text","text":"Hello!"}"#;

    fn with(given: &[(&str, &str)]) -> Result<Option<Value>, ProviderError> {
        message(&Settings::resolve(&SECTION, |_, key| {
            let found = given.iter().find(|(name, _)| *name == key);
            found.map(|(_, value)| Secret::new(*value))
        }))
    }

    #[test]
    fn nobody_is_welcomed_unless_somebody_configures_it() {
        assert_eq!(with(&[]), Ok(None));
        assert_eq!(with(&[("welcome_message", "{}")]), Ok(None));
        assert_eq!(with(&[("sender", BOT)]), Ok(None));
    }

    #[test]
    fn the_message_gets_its_sender() {
        let message = with(&[("welcome_message", HELLO), ("sender", BOT)]);

        assert_eq!(
            message,
            Ok(Some(
                json!({"type": "text", "text": "Hello!", "sender": {"name": "Jaspers Bot"}})
            ))
        );
    }

    #[test]
    fn a_sender_may_stand_in_the_message_itself() {
        let own = r#"{"type":"text","text":"Hi","sender":{"name":"Own"}}"#;

        let message = with(&[("welcome_message", own)]).unwrap().unwrap();

        assert_eq!(message["sender"], json!({"name": "Own"}));
    }

    #[test]
    fn what_viber_would_not_show_is_refused() {
        for (text, setting) in [
            ("Hello!", "welcome_message"),
            ("[]", "welcome_message"),
            (r#"{"text":"Hello!"}"#, "welcome_message"),
            (HELLO, "sender"),
        ] {
            let error = with(&[("welcome_message", text)]).unwrap_err();

            assert_eq!(error.class, ErrorClass::Config);
            let setting = format!("sources.viber.{setting} ");
            assert!(error.message.contains(&setting), "{text}: {error}");
        }
    }
}
