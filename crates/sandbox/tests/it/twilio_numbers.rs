//! The account and its phone numbers.

use http::Method;
use serde_json::Value;
use switchboard_sandbox::Twilio;
use switchboard_sandbox::twilio::NumberState;

use crate::call::{Answer, Call, refused, sandbox};

const NUMBER: &str = "+491234567";
const HUB: &str = "https://hub.example.com/twilio";
/// What connecting sets.
const VALID: &[(&str, &str)] = &[
    ("SmsUrl", HUB),
    ("SmsMethod", "POST"),
    ("SmsApplicationSid", ""),
];

pub(crate) fn call(twilio: &Twilio, method: Method, base: &str, path: &str) -> Call {
    let account = twilio.account();
    let path = path.replace("{sid}", &account.sid);
    Call::new(method, base, &path)
        .header("authorization", &basic(&account.sid, &account.auth_token))
}

pub(crate) fn basic(user: &str, password: &str) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
    format!("Basic {text}")
}

fn list(twilio: &Twilio) -> Call {
    call(
        twilio,
        Method::GET,
        twilio.url(),
        "/2010-04-01/Accounts/{sid}/IncomingPhoneNumbers.json",
    )
}

fn update(twilio: &Twilio, form: &[(&str, &str)]) -> Call {
    let sid = twilio.number(NUMBER).unwrap().sid;
    let path = format!("/2010-04-01/Accounts/{{sid}}/IncomingPhoneNumbers/{sid}.json");
    call(twilio, Method::POST, twilio.url(), &path).form(form)
}

fn numbers(answer: &Value) -> Vec<&str> {
    let list = answer["incoming_phone_numbers"].as_array().unwrap();
    list.iter()
        .map(|number| number["phone_number"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn the_account_needs_its_exact_credentials_and_path() {
    let sandbox = sandbox().await;
    let twilio = &sandbox.twilio;
    let account = twilio.account();
    let get = || {
        call(
            twilio,
            Method::GET,
            twilio.url(),
            "/2010-04-01/Accounts/{sid}.json",
        )
    };
    let with = |user: &str, password: &str| get().header("authorization", &basic(user, password));

    refused(
        Answer::twilio_error,
        vec![
            (
                "no credentials",
                get().without_header("authorization"),
                (401, 20003),
            ),
            ("wrong password", with(&account.sid, "0"), (401, 20003)),
            ("wrong user", with("AC1", &account.auth_token), (401, 20003)),
            (
                "bearer",
                get().header("authorization", &format!("Bearer {}", account.auth_token)),
                (401, 20003),
            ),
            (
                "another account",
                get().replace("AC00", "AC01"),
                (404, 20404),
            ),
            ("no suffix", get().replace(".json", ""), (404, 20404)),
            (
                "another version",
                get().replace("2010-04-01", "2008-08-01"),
                (404, 20404),
            ),
            ("wrong method", get().method(Method::DELETE), (405, 20004)),
            (
                "the other host",
                call(
                    twilio,
                    Method::GET,
                    twilio.messaging_url(),
                    "/2010-04-01/Accounts/{sid}.json",
                ),
                (404, 20404),
            ),
        ],
    )
    .await;

    let answer = get().works().await;
    assert_eq!(answer["sid"], account.sid);
    assert_eq!(
        (&answer["status"], &answer["type"]),
        (&"active".into(), &"Full".into())
    );
}

#[tokio::test]
async fn a_suspended_account_can_be_looked_at_and_nothing_else() {
    let sandbox = sandbox().await;
    let twilio = &sandbox.twilio;
    twilio.set_account_status("suspended");

    let get = call(
        twilio,
        Method::GET,
        twilio.url(),
        "/2010-04-01/Accounts/{sid}.json",
    );
    assert_eq!(get.works().await["status"], "suspended");
    assert_eq!(list(twilio).send().await.twilio_error(), (401, 20003));

    twilio.set_account_status("active");
    let old = list(twilio);
    twilio.rotate_auth_token("new");
    assert_eq!(old.send().await.twilio_error(), (401, 20003));
    list(twilio).works().await;
}

#[tokio::test]
async fn a_number_is_found_by_exactly_its_digits_with_an_encoded_plus() {
    let sandbox = sandbox().await;
    let twilio = &sandbox.twilio;
    let find = |query: &str| Call {
        url: format!("{}?{query}", list(twilio).url),
        ..list(twilio)
    };

    let found = find("PhoneNumber=%2B491234567").works().await;
    assert_eq!(numbers(&found), [NUMBER]);
    let number = &found["incoming_phone_numbers"][0];
    assert_eq!(number["sms_url"], "https://legacy.example.com/sms");
    assert_eq!(number["sms_method"], "GET");
    assert_eq!(number["capabilities"]["sms"], true);
    for miss in [
        "PhoneNumber=+491234567",
        "PhoneNumber=491234567",
        "PhoneNumber=%2B4912345",
    ] {
        assert_eq!(numbers(&find(miss).works().await), [""; 0], "{miss}");
    }
}

#[tokio::test]
async fn numbers_come_in_pages_whose_address_is_a_path() {
    let sandbox = sandbox().await;
    let twilio = &sandbox.twilio;
    for n in 0..120 {
        twilio.put_number(
            &format!("+1555{n:04}"),
            NumberState::new(format!("PNx{n}"), "More"),
        );
    }
    let mut seen = Vec::new();
    let mut next = list(twilio).set("PageSize", "50");
    let mut tokenless = String::new();
    loop {
        let answer = next.works().await;
        seen.extend(numbers(&answer).into_iter().map(ToOwned::to_owned));
        let Some(path) = answer["next_page_uri"].as_str() else {
            break;
        };
        assert!(path.starts_with("/2010-04-01/Accounts/AC"), "{path}");
        tokenless = path.split("&PageToken").next().unwrap().to_owned();
        next = call(twilio, Method::GET, twilio.url(), path);
    }

    assert_eq!(seen.len(), 123);
    assert!(seen.is_sorted());
    refused(
        Answer::twilio_error,
        vec![
            (
                "page without token",
                call(twilio, Method::GET, twilio.url(), &tokenless),
                (400, 20001),
            ),
            (
                "size in words",
                list(twilio).set("PageSize", "all"),
                (400, 20001),
            ),
            ("size 0", list(twilio).set("PageSize", "0"), (400, 20001)),
            (
                "wrong method",
                list(twilio).method(Method::POST),
                (405, 20004),
            ),
            ("no suffix", list(twilio).replace(".json", ""), (404, 20404)),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_number_is_changed_by_a_form_of_known_parameters() {
    let sandbox = sandbox().await;
    let twilio = &sandbox.twilio;
    let before = twilio.number(NUMBER).unwrap();
    let valid = || update(twilio, VALID);
    let with = |form: &[(&str, &str)]| update(twilio, form);

    refused(
        Answer::twilio_error,
        vec![
            (
                "unknown parameter",
                with(&[("SmsUrl", HUB), ("SmsHook", HUB)]),
                (400, 20001),
            ),
            (
                "name in small letters",
                with(&[("sms_url", HUB)]),
                (400, 20001),
            ),
            (
                "relative address",
                with(&[("SmsUrl", "/twilio")]),
                (400, 21402),
            ),
            (
                "other scheme",
                with(&[("SmsUrl", "ftp://hub.example.com/")]),
                (400, 21402),
            ),
            ("no address", with(&[("SmsUrl", "hub")]), (400, 21402)),
            (
                "wrong method name",
                with(&[("SmsMethod", "PATCH")]),
                (400, 21403),
            ),
            (
                "no application",
                with(&[("SmsApplicationSid", "AP1")]),
                (400, 20001),
            ),
            (
                "JSON",
                valid().json(&serde_json::json!({"SmsUrl": HUB})),
                (415, 20415),
            ),
            (
                "unknown number",
                valid().replace("/PN0", "/PN9"),
                (404, 20404),
            ),
            ("no suffix", valid().replace(".json", ""), (404, 20404)),
            (
                "wrong HTTP method",
                valid().method(Method::PUT),
                (405, 20004),
            ),
            (
                "no credentials",
                valid().without_header("authorization"),
                (401, 20003),
            ),
        ],
    )
    .await;
    assert_eq!(twilio.number(NUMBER).unwrap(), before);
}

#[tokio::test]
async fn a_changed_number_shows_and_can_be_released() {
    let sandbox = sandbox().await;
    let twilio = &sandbox.twilio;
    let valid = || update(twilio, VALID);
    let answer = valid().works().await;
    assert_eq!(answer["sms_url"], HUB);
    let after = twilio.number(NUMBER).unwrap();
    assert_eq!(
        (after.sms_url.as_str(), after.sms_method.as_str()),
        (HUB, "POST")
    );
    update(twilio, &[("SmsUrl", "")]).works().await;
    assert_eq!(twilio.number(NUMBER).unwrap().sms_url, "");
    let get = valid().method(Method::GET).works().await;
    assert_eq!(get["phone_number"], NUMBER);
    let gone = valid();
    twilio.delete_number(NUMBER);
    assert_eq!(gone.send().await.twilio_error(), (404, 20404));
}
