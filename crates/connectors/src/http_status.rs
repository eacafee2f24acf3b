//! What an HTTP status means when the provider gives no code that we know.

use switchboard_connector::{Answer, Effect, ErrorClass, ProviderError};

/// Accepts 2xx; everything else is an error without the provider's own words.
pub(crate) fn check(answer: &Answer) -> Result<(), ProviderError> {
    if answer.is_success() {
        return Ok(());
    }
    Err(refusal(
        answer,
        format!(
            "the provider answered HTTP {} without a reason",
            answer.status
        ),
    ))
}

/// The error that the status alone tells.
pub(crate) fn refusal(answer: &Answer, message: impl Into<String>) -> ProviderError {
    let class = match answer.status {
        408 | 500.. => ErrorClass::Retry,
        429 => ErrorClass::Throttle,
        401 => ErrorClass::Reauth,
        403 => ErrorClass::Permission,
        // A redirect or an unknown path: the base address in the configuration is wrong.
        300..=399 | 404 | 405 => ErrorClass::Config,
        _ => ErrorClass::Content,
    };
    classed(answer, class, message)
}

/// The error of a class that somebody else has decided.
pub(crate) fn classed(
    answer: &Answer,
    class: ErrorClass,
    message: impl Into<String>,
) -> ProviderError {
    let error = ProviderError::refused(class, message);
    match class {
        ErrorClass::Retry => ProviderError {
            effect: Effect::Possible,
            retry_after: answer.retry_after(),
            ..error
        },
        ErrorClass::Throttle => ProviderError {
            retry_after: answer.retry_after(),
            ..error
        },
        _ => error,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use http::HeaderMap;

    use super::*;

    pub(crate) fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status,
            headers: HeaderMap::new(),
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn a_status_alone_decides_the_class_and_the_effect() {
        for (status, class, effect) in [
            (500, ErrorClass::Retry, Effect::Possible),
            (503, ErrorClass::Retry, Effect::Possible),
            (408, ErrorClass::Retry, Effect::Possible),
            (429, ErrorClass::Throttle, Effect::None),
            (401, ErrorClass::Reauth, Effect::None),
            (403, ErrorClass::Permission, Effect::None),
            (404, ErrorClass::Config, Effect::None),
            (302, ErrorClass::Config, Effect::None),
            (400, ErrorClass::Content, Effect::None),
            (422, ErrorClass::Content, Effect::None),
        ] {
            let error = check(&answer(status, "<html>")).unwrap_err();

            assert_eq!((error.class, error.effect), (class, effect), "{status}");
        }
    }

    #[test]
    fn a_throttled_call_says_when_to_come_back() {
        let mut answer = answer(429, "");
        answer.headers.insert("retry-after", "7".parse().unwrap());

        let error = check(&answer).unwrap_err();

        assert_eq!(error.retry_after, Some(std::time::Duration::from_secs(7)));
    }
}
