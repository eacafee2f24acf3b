//! Every webhook is signed as its provider signs, checked here without the simulator's own code.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use switchboard_sandbox::twilio::NumberState;
use switchboard_sandbox::{Act, Source};

use crate::receiver::{Receiver, Seen, connected};

const GREETING: &str = "Grüße 👋 / 5 € & mehr + \"so\"";

/// Twilio's rule: the address, then each name and value in the order of the names.
fn twilio_text(seen: &Seen, url: &str) -> String {
    let mut form = seen.form();
    form.sort();
    let mut text = url.to_owned();
    for (name, value) in form {
        text.push_str(&name);
        text.push_str(&value);
    }
    text
}

fn sha1_of(key: &str, text: &str) -> String {
    let mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).unwrap();
    STANDARD.encode(mac.chain_update(text).finalize().into_bytes())
}

#[tokio::test]
async fn meta_signs_the_bytes_as_it_writes_them() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    for (source, path) in [
        (Source::Facebook, "/facebook"),
        (Source::Instagram, "/instagram"),
        (Source::WhatsApp, "/whatsapp"),
    ] {
        sandbox.say(source, GREETING).await.unwrap();

        let seen = receiver.last();
        let secret = sandbox.meta.app().secret;
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        let expected = hex::encode(mac.chain_update(&seen.body).finalize().into_bytes());
        assert_eq!(
            seen.header("x-hub-signature-256"),
            format!("sha256={expected}")
        );
        assert_eq!(seen.url, format!("{}{path}", receiver.url));
        let text = String::from_utf8(seen.body.to_vec()).unwrap();
        assert!(text.is_ascii(), "{text}");
        assert!(
            text.contains(r"Gr\u00fc\u00dfe \ud83d\udc4b \/ 5 \u20ac"),
            "{text}"
        );
        assert!(seen.json().to_string().contains("Grüße 👋 / 5 €"));
    }
}

#[tokio::test]
async fn google_signs_with_the_partner_key() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    sandbox.say(Source::Google, GREETING).await.unwrap();

    let seen = receiver.last();
    let key = sandbox.google.partner_key();
    let mac = Hmac::<Sha512>::new_from_slice(key.as_bytes()).unwrap();
    let expected = STANDARD.encode(mac.chain_update(&seen.body).finalize().into_bytes());
    assert_eq!(seen.header("x-goog-signature"), expected);
    assert_eq!(seen.url, format!("{}/google", receiver.url));
    assert_eq!(seen.json()["message"]["text"], GREETING);
}

#[tokio::test]
async fn viber_signs_with_the_account_s_token_and_goes_where_the_webhook_was_set() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    sandbox.say(Source::Viber, GREETING).await.unwrap();

    let seen = receiver.last();
    let token = sandbox.viber.auth_token();
    let mac = Hmac::<Sha256>::new_from_slice(token.as_bytes()).unwrap();
    let expected = hex::encode(mac.chain_update(&seen.body).finalize().into_bytes());
    assert_eq!(seen.header("x-viber-content-signature"), expected);
    assert_eq!(seen.url, format!("{}/viber", receiver.url));
}

#[tokio::test]
async fn twilio_signs_address_and_parameters_and_goes_where_the_number_says() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    let token = sandbox.twilio.account().auth_token;
    for source in [Source::TwilioSms, Source::TwilioWhatsApp] {
        sandbox.say(source, GREETING).await.unwrap();

        let seen = receiver.last();
        let url = format!("{}/twilio", receiver.url);
        assert_eq!(seen.url, url);
        let expected = sha1_of(&token, &twilio_text(&seen, &url));
        assert_eq!(seen.header("x-twilio-signature"), expected);
        let form = seen.form();
        assert!(form.contains(&("Body".to_owned(), GREETING.to_owned())));
        assert!(form.contains(&("ToCity".to_owned(), String::new())));
        assert_eq!(
            seen.header("content-type"),
            "application/x-www-form-urlencoded; charset=UTF-8"
        );
    }
    sandbox
        .act(Source::TwilioWhatsApp, Act::Read { of: None })
        .await
        .unwrap();
    let seen = receiver.last();
    let url = format!("{}/twilio/status?from=sender", receiver.url);
    assert_eq!(seen.url, url);
    assert_eq!(
        seen.header("x-twilio-signature"),
        sha1_of(&token, &twilio_text(&seen, &url))
    );
}

#[tokio::test]
async fn a_number_that_is_called_with_get_has_everything_in_the_address() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    let number = NumberState {
        sms_method: "GET".to_owned(),
        sms_url: format!("{}/old?a=b", receiver.url),
        ..sandbox.twilio.number("+491234567").unwrap()
    };
    sandbox.twilio.put_number("+491234567", number);

    sandbox.say(Source::TwilioSms, "hello").await.unwrap();

    let seen = receiver.last();
    assert_eq!((seen.method.as_str(), seen.body.len()), ("GET", 0));
    assert!(seen.url.contains("/old?a=b&ToCountry=DE&"), "{}", seen.url);
    let token = sandbox.twilio.account().auth_token;
    assert_eq!(
        seen.header("x-twilio-signature"),
        sha1_of(&token, &seen.url)
    );
}
