use axum::body::to_bytes;
use http::HeaderMap;
use serde_json::{Value, json};
use switchboard_connector::{ErrorClass, ProviderError};
use switchboard_domain::{FixedChance, Source};
use switchboard_engine::StorageError;
use switchboard_engine::channels::{ConnectChannelError, DisconnectChannelError};

use super::*;

const PAGE: Source = Source::named("page");

async fn answered(error: ApiError) -> (u16, Value) {
    let id = RequestId::of(&HeaderMap::new(), &FixedChance::seeded(1));
    let (parts, body) = error.answer(&id).into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let mut json: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(json["request_id"].take(), json!(id.as_str()));
    (parts.status.as_u16(), json)
}

fn refused(class: ErrorClass, message: &str) -> ApiError {
    let error = ProviderError::refused(class, message);
    disconnecting_failed(&PAGE, DisconnectChannelError::Provider(error))
}

#[tokio::test]
async fn an_account_that_somebody_else_changes_is_409() {
    for error in [
        connecting_failed(&PAGE, ConnectChannelError::Busy),
        disconnecting_failed(&PAGE, DisconnectChannelError::Busy),
    ] {
        let (status, json) = answered(error).await;
        assert_eq!((status, &json["code"]), (409, &json!("account_busy")));
    }
}

#[tokio::test]
async fn every_lasting_refusal_is_400_and_every_passing_one_502() {
    for (class, want) in [
        (ErrorClass::Retry, 502),
        (ErrorClass::Throttle, 502),
        (ErrorClass::Reauth, 400),
        (ErrorClass::Permission, 400),
        (ErrorClass::Window, 400),
        (ErrorClass::Recipient, 400),
        (ErrorClass::Content, 400),
        (ErrorClass::Policy, 400),
        (ErrorClass::Config, 400),
    ] {
        let (status, json) = answered(refused(class, "No.")).await;
        assert_eq!(status, want, "{class:?}");
        assert_eq!(json["provider"]["class"], class.as_str());
    }
}

#[tokio::test]
async fn the_provider_s_words_end_like_a_sentence() {
    for (said, message) in [
        ("Invalid token", "page refused: Invalid token."),
        ("Really? ", "page refused: Really?"),
        ("", "page refused: it gives no reason."),
    ] {
        let (_, json) = answered(refused(ErrorClass::Reauth, said)).await;
        assert_eq!(json["message"], message);
    }
}

#[tokio::test]
async fn a_damaged_row_is_told_to_the_log_alone() {
    let error = ApiError::from(StorageError::Inconsistent {
        table: "channels",
        column: "facts",
        row: "canary".to_owned(),
        problem: "no JSON".to_owned(),
    });

    assert!(
        error
            .cause()
            .unwrap()
            .contains("channels.facts of row canary")
    );
    let (status, json) = answered(error).await;
    assert_eq!((status, &json["code"]), (500, &json!("internal")));
    assert!(!json.to_string().contains("canary"), "{json}");
}

#[test]
fn the_log_learns_every_cause() {
    let driver = std::io::Error::other("disk is full");

    let error = ApiError::from(StorageError::unavailable(driver));

    assert_eq!(
        error.cause(),
        Some("the database is unavailable: disk is full")
    );
}

#[test]
fn a_wait_is_rounded_up_to_whole_seconds() {
    let id = RequestId::of(&HeaderMap::new(), &FixedChance::seeded(1));
    for (millis, seconds) in [(1, "1"), (1_000, "1"), (1_001, "2")] {
        let wait = Some(Duration::from_millis(millis));
        let error = ApiError::new(Code::ProviderRateLimited, "Wait.").with_retry_after(wait);
        assert_eq!(error.answer(&id).headers()[RETRY_AFTER], seconds);
    }
}
