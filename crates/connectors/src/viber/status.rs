//! What the `status` in Viber's answers means
//! (developers.viber.com/docs/api/rest-bot-api/#error-codes, read 2026-11-22).

use switchboard_connector::{Answer, ErrorClass, ProviderError};

use super::wire::Outcome;
use crate::http_status;

/// Accepts status 0. HTTP 200 alone says nothing.
pub(crate) fn check(answer: &Answer) -> Result<(), ProviderError> {
    http_status::check(answer)?;
    let Outcome {
        status,
        status_message,
    } = answer.json()?;
    if status == 0 {
        return Ok(());
    }
    let message = status_message
        .filter(|message| !message.trim().is_empty())
        .unwrap_or_else(|| format!("Viber answered status {status} without a reason"));
    Err(http_status::classed(answer, class(status), message).with_code(status.to_string()))
}

fn class(status: i64) -> ErrorClass {
    match status {
        1 | 10 => ErrorClass::Config,
        2 | 8 | 15 => ErrorClass::Reauth,
        3 | 4 | 14 | 16..=20 | 22 => ErrorClass::Content,
        5 | 6 | 11 | 13 | 21 => ErrorClass::Recipient,
        7 | 9 => ErrorClass::Policy,
        12 => ErrorClass::Throttle,
        23 | 24 => ErrorClass::Window,
        // Viber calls every other one a general error.
        _ => ErrorClass::Retry,
    }
}

#[cfg(test)]
mod tests {
    use switchboard_connector::Effect;

    use super::*;
    use crate::http_status::tests::answer;

    #[test]
    fn each_status_has_the_class_of_the_table() {
        use ErrorClass::{Config, Content, Policy, Reauth, Recipient, Retry, Throttle, Window};
        let table: &[(ErrorClass, &[i64])] = &[
            (Config, &[1, 10]),
            (Reauth, &[2, 8, 15]),
            (Content, &[3, 4, 14, 16, 17, 18, 19, 20, 22]),
            (Recipient, &[5, 6, 11, 13, 21]),
            (Policy, &[7, 9]),
            (Throttle, &[12]),
            (Window, &[23, 24]),
            (Retry, &[25, 999, -1]),
        ];
        for (want, statuses) in table {
            for status in *statuses {
                assert_eq!(class(*status), *want, "{status}");
            }
        }
    }

    #[test]
    fn a_status_that_is_not_zero_is_an_error_under_http_200() {
        let body = r#"{"status":2,"status_message":"invalidAuthToken"}"#;

        let error = check(&answer(200, body)).unwrap_err();

        assert_eq!(error.class, ErrorClass::Reauth);
        assert_eq!(error.message, "invalidAuthToken");
        assert_eq!(error.code.as_deref(), Some("2"));
        assert_eq!(error.effect, Effect::None);
    }

    #[test]
    fn a_general_error_says_nothing_about_its_effect() {
        let error = check(&answer(200, r#"{"status":999}"#)).unwrap_err();

        assert_eq!(error.class, ErrorClass::Retry);
        assert_eq!(error.effect, Effect::Possible);
        assert_eq!(error.message, "Viber answered status 999 without a reason");
    }

    #[test]
    fn an_answer_without_a_status_is_no_success() {
        assert!(check(&answer(200, "{}")).is_err());
        assert!(check(&answer(200, "ok")).is_err());
        assert_eq!(
            check(&answer(502, "")).unwrap_err().class,
            ErrorClass::Retry
        );
        assert_eq!(check(&answer(200, r#"{"status":0}"#)), Ok(()));
    }
}
