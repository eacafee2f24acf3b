//! Calls to the addresses that were set on numbers and senders
//! (www.twilio.com/docs/usage/webhooks/messaging-webhooks and /webhooks-connection-overrides, read
//! 2026-11-22).

use std::time::Duration;

use axum::body::Bytes;
use http::{HeaderMap, Method, header};
use sha2::{Digest, Sha256};
use url::form_urlencoded;

use super::signature::sign;
use super::world::TwilioWorld;
use super::{Inbound, Twilio};
use crate::customers::Source;
use crate::post::{Again, Parcel, Rules};

/// How long Twilio waits for an answer, connecting included.
const PATIENCE: Duration = Duration::from_secs(15);

/// An address and the method to call it with.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Address {
    url: String,
    method: Method,
}

impl Twilio {
    /// The call with `inbound`; the error tells why there is none.
    pub(crate) fn parcel(&self, inbound: &Inbound) -> Result<Parcel, String> {
        let world = self.inner.world.lock();
        let (address, fallback) = world.addresses(inbound)?;
        let token = &world.account.auth_token;
        let fallback = fallback.map(|fallback| {
            let mut params = inbound.params.clone();
            params.push(("ErrorCode".to_owned(), "11200".to_owned()));
            params.push(("ErrorUrl".to_owned(), address.url.clone()));
            Box::new(call(inbound, &fallback, &params, token))
        });
        let mut parcel = call(inbound, &address, &inbound.params, token);
        parcel.fallback = fallback;
        Ok(parcel)
    }
}

impl TwilioWorld {
    /// Where a call goes, and where it goes if that fails.
    fn addresses(&self, inbound: &Inbound) -> Result<(Address, Option<Address>), String> {
        let channel = inbound.channel.as_str();
        let nowhere = || format!("no webhook is set on {channel}");
        if inbound.source == Source::TwilioWhatsApp {
            let webhook = &self.senders.get(channel).ok_or_else(nowhere)?.webhook;
            if inbound.is_status {
                let status = address(
                    webhook.status_callback_url.as_deref(),
                    webhook.status_callback_method.as_deref(),
                );
                return Ok((status.ok_or_else(nowhere)?, None));
            }
            let address_of = |url: &Option<String>, method: &Option<String>| {
                address(url.as_deref(), method.as_deref())
            };
            let first = address_of(&webhook.callback_url, &webhook.callback_method);
            let second = address_of(&webhook.fallback_url, &webhook.fallback_method);
            return Ok((first.ok_or_else(nowhere)?, second));
        }
        let number = self.numbers.get(channel).ok_or_else(nowhere)?;
        if !number.sms_application_sid.is_empty() {
            return Err(format!(
                "messages to {channel} go to the application {}",
                number.sms_application_sid
            ));
        }
        let first = address(Some(&number.sms_url), Some(&number.sms_method));
        let second = address(
            Some(&number.sms_fallback_url),
            Some(&number.sms_fallback_method),
        );
        Ok((first.ok_or_else(nowhere)?, second))
    }
}

fn address(url: Option<&str>, method: Option<&str>) -> Option<Address> {
    let url = url.filter(|url| !url.is_empty())?;
    let method = method.and_then(|name| name.parse().ok());
    Some(Address {
        url: url.to_owned(),
        method: method.unwrap_or(Method::POST),
    })
}

fn call(
    inbound: &Inbound,
    address: &Address,
    params: &[(String, String)],
    auth_token: &str,
) -> Parcel {
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(params)
        .finish();
    // What follows the number sign is for Twilio alone.
    let (plain, overrides) = address.url.split_once('#').unwrap_or((&address.url, ""));
    let (url, body, signed) = if address.method == Method::GET {
        let separator = if plain.contains('?') { '&' } else { '?' };
        (
            format!("{plain}{separator}{form}"),
            String::new(),
            [].as_slice(),
        )
    } else {
        (plain.to_owned(), form, params)
    };
    let token = hex::encode(Sha256::digest(&inbound.sid));
    Parcel {
        source: inbound.source,
        ids: vec![inbound.sid.clone()],
        method: address.method.clone(),
        headers: vec![
            (
                "content-type",
                "application/x-www-form-urlencoded; charset=UTF-8".to_owned(),
            ),
            ("x-twilio-signature", sign(auth_token, &url, signed)),
            ("i-twilio-idempotency-token", token),
        ],
        url,
        body: Bytes::from(body),
        rules: rules(overrides),
        fallback: None,
    }
}

/// Messages are not tried again unless the address asks for it: `#rc=2` after failed connections,
/// `#rc=2&rp=all` after every failure.
fn rules(overrides: &str) -> Rules {
    let value = |name: &str| {
        form_urlencoded::parse(overrides.as_bytes())
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.into_owned())
    };
    let retries = value("rc")
        .and_then(|count| count.parse().ok())
        .unwrap_or(0_usize);
    let again = match value("rp").as_deref() {
        Some("all") => Again::Always,
        _ => Again::Unanswered,
    };
    Rules {
        patience: PATIENCE,
        pauses: vec![Duration::from_secs(1); retries.min(5)],
        again,
        judge,
    }
}

/// Twilio takes an answer for the message to send back, unless it is an XML document without one.
fn judge(headers: &HeaderMap, body: &str) -> Option<String> {
    if body.is_empty() {
        return None;
    }
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let media_type = media_type
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    match media_type {
        "text/xml" | "application/xml" if body.contains("<Message") || body.contains("<Sms") => {
            Some(format!("Twilio would text what the answer says: {body}"))
        }
        "text/xml" | "application/xml" if !body.contains("<Response") => {
            Some(format!("Twilio cannot read the answer (12200): {body}"))
        }
        "text/xml" | "application/xml" => None,
        "text/plain" | "text/html" => Some(format!(
            "Twilio would text the answer to the customer, it is {media_type}: {body}"
        )),
        other => Some(format!(
            "Twilio cannot read an answer of the type \"{other}\" (12300); answer text/xml"
        )),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn judged(media_type: &'static str, body: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        judge(&headers, body)
    }

    #[test]
    fn only_xml_that_says_nothing_is_no_message_to_the_customer() {
        let empty = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";

        assert_eq!(judged("text/xml", empty), None);
        assert_eq!(judged("text/xml; charset=utf-8", empty), None);
        assert_eq!(judged("text/plain", ""), None);
        assert!(judged("text/plain; charset=utf-8", "OK").is_some());
        assert!(judged("application/json", "{}").is_some());
        assert!(judged("text/xml", "OK").is_some());
        assert!(judged("text/xml", "<Response><Message>hi</Message></Response>").is_some());
    }

    #[test]
    fn messages_are_only_tried_again_if_the_address_says_so() {
        assert_eq!(rules("").pauses.len(), 0);
        assert_eq!(
            (rules("rc=2").pauses.len(), rules("rc=2").again),
            (2, Again::Unanswered)
        );
        assert_eq!(rules("rc=9&rp=all").pauses.len(), 5);
        assert_eq!(rules("rc=2&rp=all").again, Again::Always);
    }
}
