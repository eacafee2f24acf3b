//! What Twilio's errors mean, by code (twilio.com/docs/api/errors, read 2026-11-22).

use serde::Deserialize;
use switchboard_connector::{Answer, ErrorClass, ProviderError};

use crate::http_status;

/// The body of an error.
#[derive(Debug, Deserialize)]
struct Refused {
    code: i64,
    #[serde(default)]
    message: Option<String>,
}

/// Accepts 2xx.
pub(crate) fn check(answer: &Answer) -> Result<(), ProviderError> {
    if answer.is_success() {
        return Ok(());
    }
    let Ok(Refused { code, message }) = answer.json() else {
        return http_status::check(answer);
    };
    let message = message
        .filter(|message| !message.trim().is_empty())
        .unwrap_or_else(|| format!("Twilio answered HTTP {} without a reason", answer.status));
    let error = match class(code) {
        Some(class) => http_status::classed(answer, class, message),
        None => http_status::refusal(answer, message),
    };
    Err(error.with_code(code.to_string()))
}

/// The class of a code; `None` for codes that say no more than the HTTP status.
fn class(code: i64) -> Option<ErrorClass> {
    let class = match code {
        20_003 | 30_002 => ErrorClass::Reauth,
        20_429 | 21_611 | 30_001 | 63_017 | 63_018 | 63_038 => ErrorClass::Throttle,
        20_404 | 21_212 | 21_408 | 21_606 | 21_703 | 21_704 | 30_034 | 63_007 => ErrorClass::Config,
        21_211
        | 21_214
        | 21_610
        | 21_612
        | 21_614
        | 30_003..=30_006
        | 63_003
        | 63_014
        | 63_015
        | 63_024
        | 63_032
        | 63_033
        | 63_049 => ErrorClass::Recipient,
        21_617 | 21_620 | 21_655 | 21_656 | 63_005 | 63_019 | 63_021 => ErrorClass::Content,
        30_007 | 63_013 => ErrorClass::Policy,
        20_403 => ErrorClass::Permission,
        30_008 | 63_010 => ErrorClass::Retry,
        63_016 => ErrorClass::Window,
        _ => return None,
    };
    Some(class)
}

#[cfg(test)]
mod tests {
    use switchboard_connector::Effect;

    use super::*;
    use crate::http_status::tests::answer;

    #[test]
    fn each_code_has_the_class_of_the_table() {
        use ErrorClass::{Config, Content, Policy, Reauth, Recipient, Retry, Throttle, Window};
        let table: &[(ErrorClass, &[i64])] = &[
            (Reauth, &[20_003, 30_002]),
            (
                Config,
                &[
                    20_404, 21_408, 21_606, 21_212, 21_703, 21_704, 63_007, 30_034,
                ],
            ),
            (Throttle, &[20_429, 21_611, 30_001, 63_017, 63_018, 63_038]),
            (
                Recipient,
                &[21_211, 21_214, 21_612, 21_614, 63_003, 63_024, 21_610],
            ),
            (
                Recipient,
                &[
                    30_003, 30_004, 30_005, 30_006, 63_014, 63_015, 63_032, 63_049,
                ],
            ),
            (
                Content,
                &[21_617, 21_620, 21_655, 21_656, 63_005, 63_021, 63_019],
            ),
            (Policy, &[30_007, 63_013]),
            (Retry, &[30_008, 63_010]),
            (Window, &[63_016]),
        ];
        for (want, codes) in table {
            for code in *codes {
                assert_eq!(class(*code), Some(*want), "{code}");
            }
        }
        assert_eq!(class(20_002), None);
    }

    #[test]
    fn the_code_and_the_words_are_twilios() {
        let body = r#"{"code":20003,"message":"Authenticate","more_info":"https://www.twilio.com/docs/errors/20003","status":401}"#;

        let error = check(&answer(401, body)).unwrap_err();

        assert_eq!(error.class, ErrorClass::Reauth);
        assert_eq!(error.message, "Authenticate");
        assert_eq!(error.code.as_deref(), Some("20003"));
    }

    #[test]
    fn an_unknown_code_is_classed_by_the_status() {
        for (status, class, effect) in [
            (400, ErrorClass::Content, Effect::None),
            (429, ErrorClass::Throttle, Effect::None),
            (500, ErrorClass::Retry, Effect::Possible),
        ] {
            let error = check(&answer(status, r#"{"code":12345,"message":"m"}"#)).unwrap_err();

            assert_eq!((error.class, error.effect), (class, effect), "{status}");
            assert_eq!(error.code.as_deref(), Some("12345"));
        }
    }

    #[test]
    fn an_error_that_is_no_json_is_classed_by_the_status() {
        let error = check(&answer(502, "<html>Bad Gateway</html>")).unwrap_err();

        assert_eq!(error.class, ErrorClass::Retry);
        assert_eq!(error.code, None);
    }
}
