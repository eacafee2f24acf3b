//! Tokens of service accounts: a signed claim is exchanged for a token
//! (developers.google.com/identity/protocols/oauth2/service-account, read 2026-11-22).

use http::Method;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use switchboard_connector::{
    Answer, Call, ConnectError, ErrorClass, ProviderContext, ProviderError,
};
use switchboard_domain::{Secret, Timestamp};
use url::Url;

use super::wire::{Claims, Issued, KeyFile, Refused};
use crate::http_status;

/// What a token for Business Messages is good for.
const SCOPE: &str = "https://www.googleapis.com/auth/businessmessages";
/// The longest life that Google allows a claim, in seconds.
const CLAIM_LIFE: i64 = 3_600;

/// Asks for a token, which proves that the configured service account lives.
pub(crate) async fn prove(cx: &ProviderContext) -> Result<(), ConnectError> {
    let key = read(cx.settings.required("service_account")?)?;
    let token_uri = Url::parse(&key.token_uri)
        .map_err(|_problem| unusable("its token_uri is not a web address"))?;
    let assertion = signed(&key, cx.clock.now())?;
    let call = Call::new("issue_token", Method::POST, token_uri)
        .form(vec![
            (
                "grant_type",
                "urn:ietf:params:oauth:grant-type:jwt-bearer".to_owned(),
            ),
            ("assertion", assertion.expose().to_owned()),
        ])
        .hiding(&assertion)
        .idempotent();
    cx.call(call, judge).await?;
    Ok(())
}

fn read(service_account: &Secret) -> Result<KeyFile, ProviderError> {
    serde_json::from_str(service_account.expose())
        .map_err(|_problem| unusable("it lacks client_email or private_key, or is no JSON"))
}

/// The parser's own words are left out: they could quote the key.
fn unusable(problem: &str) -> ProviderError {
    ProviderError::refused(
        ErrorClass::Config,
        format!(
            "the setting sources.google.service_account is not the key file of a service account: {problem}; download a new one from Google's console"
        ),
    )
}

/// The claim, signed with the account's private key.
fn signed(key: &KeyFile, now: Timestamp) -> Result<Secret, ProviderError> {
    let encoding_key = EncodingKey::from_rsa_pem(key.private_key.expose().as_bytes())
        .map_err(|_problem| unusable("its private_key is no RSA key in PEM form"))?;
    let mut header = Header::new(Algorithm::RS256);
    header.kid.clone_from(&key.private_key_id);
    let issued_at = now.as_seconds();
    let claims = Claims {
        iss: &key.client_email,
        scope: SCOPE,
        aud: &key.token_uri,
        iat: issued_at,
        exp: issued_at.saturating_add(CLAIM_LIFE),
    };
    jsonwebtoken::encode(&header, &claims, &encoding_key)
        .map(Secret::new)
        .map_err(|_problem| unusable("its private_key cannot sign"))
}

fn judge(answer: &Answer) -> Result<(), ProviderError> {
    if answer.is_success() {
        return answer.json::<Issued>().map(drop);
    }
    let Ok(Refused {
        error,
        error_description,
    }) = answer.json()
    else {
        return http_status::check(answer);
    };
    let message = error_description.unwrap_or_else(|| error.clone());
    let refusal = match class(&error) {
        Some(class) => http_status::classed(answer, class, message),
        None => http_status::refusal(answer, message),
    };
    Err(refusal.with_code(error))
}

/// The class of an OAuth error code (RFC 6749, 5.2, and what Google adds to it).
fn class(code: &str) -> Option<ErrorClass> {
    let class = match code {
        "invalid_grant" | "invalid_client" => ErrorClass::Reauth,
        "unauthorized_client" | "access_denied" | "invalid_scope" => ErrorClass::Permission,
        "invalid_request" | "unsupported_grant_type" => ErrorClass::Config,
        "temporarily_unavailable" | "internal_failure" => ErrorClass::Retry,
        _ => return None,
    };
    Some(class)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http_status::tests::answer;

    #[test]
    fn the_code_decides_the_class() {
        for (status, code, want) in [
            (400, "invalid_grant", ErrorClass::Reauth),
            (401, "invalid_client", ErrorClass::Reauth),
            (401, "unauthorized_client", ErrorClass::Permission),
            (400, "invalid_scope", ErrorClass::Permission),
            (400, "invalid_request", ErrorClass::Config),
            (400, "unheard_of", ErrorClass::Content),
            (503, "unheard_of", ErrorClass::Retry),
        ] {
            let body = format!(r#"{{"error":"{code}","error_description":"Its words."}}"#);

            let error = judge(&answer(status, &body)).unwrap_err();

            assert_eq!(error.class, want, "{code}");
            assert_eq!(error.code.as_deref(), Some(code));
            assert_eq!(error.message, "Its words.");
        }
    }

    #[test]
    fn a_success_without_a_token_is_no_success() {
        assert!(judge(&answer(200, "{}")).is_err());
        assert!(judge(&answer(200, r#"{"access_token":"ya29"}"#)).is_ok());
    }

    #[test]
    fn a_key_file_that_cannot_be_used_is_never_quoted() {
        for text in [
            "canary-secret",
            r#"{"client_email":"a@b","private_key":"canary-secret"}"#,
            r#"{"private_key":"canary-secret"}"#,
            "/canary-secret/key.json",
        ] {
            let refused = read(&Secret::new(text))
                .and_then(|key| signed(&key, Timestamp::from_millis(0)))
                .unwrap_err();

            assert_eq!(refused.class, ErrorClass::Config);
            assert!(
                !format!("{refused:?} {refused}").contains("canary"),
                "{refused}"
            );
        }
    }
}
