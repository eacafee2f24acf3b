//! The account and its phone numbers, on `api.twilio.com`: form bodies, answers with `.json`
//! (www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource, read 2026-11-22).

use serde_json::{Value, json};
use url::Url;

use super::paging::{Window, parameter};
use super::refusal::TwilioError;
use super::world::{Account, NumberState, TwilioWorld};
use crate::exchange::Request;

const DEFAULT_PAGE_SIZE: usize = 50;

/// `/Accounts/{sid}.json`.
pub(crate) fn account(account: &Account) -> Value {
    json!({
        "sid": account.sid,
        "friendly_name": account.friendly_name,
        "owner_account_sid": account.sid,
        "status": account.status,
        "type": "Full",
        "date_created": "Thu, 24 Aug 2023 05:01:45 +0000",
        "date_updated": "Thu, 24 Aug 2023 05:01:45 +0000",
        "uri": format!("/2010-04-01/Accounts/{}.json", account.sid),
    })
}

/// `/Accounts/{sid}/IncomingPhoneNumbers.json`.
pub(crate) fn list(world: &TwilioWorld, request: &Request) -> Result<Value, TwilioError> {
    let window = Window::read(request, DEFAULT_PAGE_SIZE)?;
    let wanted = parameter(request, "PhoneNumber");
    let numbers: Vec<_> = world
        .numbers
        .iter()
        .filter(|(number, _)| wanted.as_ref().is_none_or(|wanted| wanted == *number))
        .collect();
    let kept: Vec<_> = wanted
        .iter()
        .map(|wanted| ("PhoneNumber", wanted.as_str()))
        .collect();
    let (shown, next) = window.cut(&numbers, |(_, state)| state.sid.as_str(), &kept)?;
    let shown: Vec<_> = shown
        .into_iter()
        .map(|(number, state)| show(&world.account.sid, number, state))
        .collect();
    let path = request.path();
    let start = window.page * window.page_size;
    Ok(json!({
        "incoming_phone_numbers": shown,
        "page": window.page,
        "page_size": window.page_size,
        "start": start,
        "end": (start + shown.len()).saturating_sub(1),
        "uri": format!("{path}?PageSize={}&Page={}", window.page_size, window.page),
        "first_page_uri": format!("{path}?PageSize={}&Page=0", window.page_size),
        "next_page_uri": next.map(|query| format!("{path}?{query}")),
        "previous_page_uri": null,
    }))
}

/// `/Accounts/{sid}/IncomingPhoneNumbers/{PN}.json`.
pub(crate) fn get(world: &TwilioWorld, sid: &str, path: &str) -> Result<Value, TwilioError> {
    let (number, state) = world
        .numbers
        .iter()
        .find(|(_, state)| state.sid == sid)
        .ok_or_else(|| TwilioError::not_found(path))?;
    Ok(show(&world.account.sid, number, state))
}

/// Changes what the form names, or nothing.
pub(crate) fn update(
    world: &mut TwilioWorld,
    sid: &str,
    request: &Request,
) -> Result<Value, TwilioError> {
    let account_sid = world.account.sid.clone();
    let (number, state) = world
        .numbers
        .iter_mut()
        .find(|(_, state)| state.sid == sid)
        .ok_or_else(|| TwilioError::not_found(request.path()))?;
    let Some(form) = request.form() else {
        return Err(TwilioError::media_type(&request.media_type()));
    };
    let mut changed = state.clone();
    for (name, value) in &form {
        set(&mut changed, name, value)?;
    }
    *state = changed;
    Ok(show(&account_sid, number, state))
}

fn set(number: &mut NumberState, name: &str, value: &str) -> Result<(), TwilioError> {
    let field = match name {
        "FriendlyName" => &mut number.friendly_name,
        "SmsUrl" => &mut number.sms_url,
        "SmsMethod" => &mut number.sms_method,
        "SmsFallbackUrl" => &mut number.sms_fallback_url,
        "SmsFallbackMethod" => &mut number.sms_fallback_method,
        "SmsApplicationSid" => &mut number.sms_application_sid,
        "StatusCallback" => &mut number.status_callback,
        "StatusCallbackMethod" => &mut number.status_callback_method,
        unknown => {
            return Err(TwilioError::parameter(format!(
                "Invalid parameter: {unknown}"
            )));
        }
    };
    match name {
        "SmsUrl" | "SmsFallbackUrl" | "StatusCallback" if !value.is_empty() => {
            check_url(name, value)?;
        }
        "SmsMethod" | "SmsFallbackMethod" | "StatusCallbackMethod" if !is_method(value) => {
            return Err(TwilioError::url_method(name, value));
        }
        "SmsApplicationSid" if !value.is_empty() && !is_application(value) => {
            return Err(TwilioError::parameter(format!(
                "{name} is invalid: {value}"
            )));
        }
        _ => {}
    }
    value.clone_into(field);
    Ok(())
}

/// Refuses what is not an absolute web address.
pub(crate) fn check_url(name: &str, value: &str) -> Result<(), TwilioError> {
    match Url::parse(value) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(()),
        _ => Err(TwilioError::url(name, value)),
    }
}

fn is_method(value: &str) -> bool {
    matches!(value, "GET" | "POST")
}

fn is_application(value: &str) -> bool {
    value.strip_prefix("AP").is_some_and(|digits| {
        digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

fn show(account_sid: &str, number: &str, state: &NumberState) -> Value {
    json!({
        "sid": state.sid,
        "account_sid": account_sid,
        "phone_number": number,
        "friendly_name": state.friendly_name,
        "capabilities": {"voice": true, "sms": true, "mms": true, "fax": false},
        "sms_url": state.sms_url,
        "sms_method": state.sms_method,
        "sms_fallback_url": state.sms_fallback_url,
        "sms_fallback_method": state.sms_fallback_method,
        "sms_application_sid": state.sms_application_sid,
        "status_callback": state.status_callback,
        "status_callback_method": state.status_callback_method,
        "voice_url": null,
        "beta": false,
        "origin": "twilio",
        "status": "in-use",
        "api_version": "2010-04-01",
        "uri": format!(
            "/2010-04-01/Accounts/{account_sid}/IncomingPhoneNumbers/{}.json",
            state.sid
        ),
    })
}
