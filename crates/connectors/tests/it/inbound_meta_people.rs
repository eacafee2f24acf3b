//! Asking Meta who somebody is and where a file lies.

use serde_json::{Value, json};
use switchboard_connector::{Account, ErrorClass, Profile};
use switchboard_domain::{RawJson, Secret, SourceChannelId, UpstreamKey};

use crate::hub::{Hub, assert_class, assert_hidden};
use crate::script::{Asked, Script};

/// A hub whose Meta says what the test tells it to.
async fn scripted(source: &str) -> (Hub, Script) {
    let provider = Script::start().await;
    let mut hub = Hub::start().await;
    hub.set(&format!("sources.{source}.api_url"), &provider.url);
    (hub, provider)
}

fn page() -> Account {
    Account {
        source_channel_id: SourceChannelId::new("108201940000001"),
        upstream: UpstreamKey::new("meta:page:108201940000001"),
        credentials: Some(Secret::new(r#"{"page_token":"canary-token"}"#)),
        facts: RawJson::from_checked(r#"{"page_id":"108201940000001"}"#),
    }
}

fn number() -> Account {
    Account {
        source_channel_id: SourceChannelId::new("106540352242922"),
        upstream: UpstreamKey::new("meta:waba:1"),
        credentials: Some(Secret::new(r#"{"user_token":"canary-token"}"#)),
        facts: RawJson::from_checked(r#"{"phone_number_id":"106540352242922","waba_id":"1"}"#),
    }
}

fn named(name: Option<&str>, avatar_url: Option<&str>) -> Profile {
    Profile {
        display_name: name.map(str::to_owned),
        avatar_url: avatar_url.map(str::to_owned),
    }
}

/// Path and query, without the proof that every call carries.
fn target(asked: &Asked) -> String {
    let target = asked.uri.to_string();
    let token = asked.headers["authorization"].to_str().unwrap();
    assert_eq!(token, "Bearer canary-token");
    let (target, proof) = target
        .split_once("appsecret_proof=")
        .unwrap_or_else(|| panic!("{target} proves nothing"));
    assert_eq!(proof.len(), 64);
    target.trim_end_matches(['?', '&']).to_owned()
}

fn refusal(code: i64, subcode: i64) -> Value {
    json!({"error": {"message": "no", "type": "OAuthException", "code": code, "error_subcode": subcode}})
}

#[tokio::test]
async fn a_person_on_facebook_has_a_first_and_a_last_name() {
    for (answer, profile) in [
        (
            json!({"first_name": "Ada", "last_name": "Lovelace", "profile_pic": "https://a.example/p", "id": "5"}),
            Some(named(Some("Ada Lovelace"), Some("https://a.example/p"))),
        ),
        (
            json!({"last_name": "Lovelace", "profile_pic": ""}),
            Some(named(Some("Lovelace"), None)),
        ),
        (
            json!({"profile_pic": "https://a.example/p"}),
            Some(named(None, Some("https://a.example/p"))),
        ),
        (json!({"first_name": " ", "id": "5"}), None),
    ] {
        let (hub, provider) = scripted("facebook").await;
        provider.says(200, &answer);

        let found = hub.source("facebook").profile(&page(), "5").await.unwrap();

        assert_eq!(found, profile, "{answer}");
        assert_eq!(
            provider.asked().iter().map(target).collect::<Vec<_>>(),
            ["/v25.0/5?fields=first_name%2Clast_name%2Cprofile_pic"]
        );
    }
}

#[tokio::test]
async fn a_person_whose_profile_is_refused_is_found_in_the_thread() {
    let people = |people: Value| json!({"data": [{"id": "t_1", "participants": {"data": people}}]});
    for (answer, profile) in [
        (
            people(
                json!([{"name": "Shop", "id": "108201940000001"}, {"name": "Ada Lovelace", "id": "5"}]),
            ),
            Some(named(Some("Ada Lovelace"), None)),
        ),
        (
            people(json!([{"name": "Ada", "id": 5}])),
            Some(named(Some("Ada"), None)),
        ),
        (
            people(json!([{"name": "", "id": "5"}, {"name": "x"}])),
            None,
        ),
        (json!({"data": [{"id": "t_1"}]}), None),
        (json!({"data": []}), None),
    ] {
        let (hub, provider) = scripted("facebook").await;
        provider.says(400, &refusal(100, 33)).says(200, &answer);

        let found = hub.source("facebook").profile(&page(), "5").await.unwrap();

        assert_eq!(found, profile, "{answer}");
        assert_eq!(
            target(&provider.asked()[1]),
            "/v25.0/108201940000001/conversations?platform=messenger&user_id=5&fields=participants"
        );
    }
}

#[tokio::test]
async fn what_is_not_about_the_person_is_not_asked_again() {
    for (answer, class) in [
        (refusal(190, 463), ErrorClass::Reauth),
        (refusal(613, 0), ErrorClass::Throttle),
        (refusal(2, 0), ErrorClass::Retry),
    ] {
        let (hub, provider) = scripted("facebook").await;
        for _ in 0..3 {
            provider.says(400, &answer);
        }

        let error = hub
            .source("facebook")
            .profile(&page(), "5")
            .await
            .unwrap_err();

        assert_class(&error, class);
        assert_hidden(&error, "canary");
        let asks_the_same = |asked: &Asked| target(asked).starts_with("/v25.0/5?");
        assert!(provider.asked().iter().all(asks_the_same));
    }
}

#[tokio::test]
async fn who_is_refused_twice_stays_unknown_with_the_second_reason() {
    let (hub, provider) = scripted("facebook").await;
    provider
        .says(400, &refusal(100, 33))
        .says(403, &refusal(10, 0));

    let error = hub
        .source("facebook")
        .profile(&page(), "5")
        .await
        .unwrap_err();

    assert_class(&error, ErrorClass::Permission);
}

#[tokio::test]
async fn a_person_on_instagram_has_one_name_or_a_user_name() {
    for (answer, profile) in [
        (
            json!({"name": "Ada", "username": "ada", "profile_pic": "https://a.example/p"}),
            Some(named(Some("Ada"), Some("https://a.example/p"))),
        ),
        (
            json!({"name": "", "username": "ada"}),
            Some(named(Some("ada"), None)),
        ),
        (json!({"id": "6"}), None),
    ] {
        let (hub, provider) = scripted("facebook").await;
        provider.says(200, &answer);

        let found = hub.source("instagram").profile(&page(), "6").await.unwrap();

        assert_eq!(found, profile, "{answer}");
        assert_eq!(
            target(&provider.asked()[0]),
            "/v25.0/6?fields=name%2Cusername%2Cprofile_pic"
        );
    }
}

#[tokio::test]
async fn who_has_not_agreed_to_be_known_on_instagram_is_refused_by_permission() {
    let (hub, provider) = scripted("facebook").await;
    provider.says(400, &refusal(230, 0));

    let error = hub
        .source("instagram")
        .profile(&page(), "6")
        .await
        .unwrap_err();

    assert_class(&error, ErrorClass::Permission);
    assert_eq!(provider.asked().len(), 1);
}

#[tokio::test]
async fn no_handle_leads_to_another_path() {
    for handle in ["", ".", "..", "me/accounts?x=#"] {
        for source in ["facebook", "instagram"] {
            let (hub, provider) = scripted("facebook").await;
            provider.says(200, &json!({"name": "Shop", "first_name": "Shop"}));

            let found = hub.source(source).profile(&page(), handle).await.unwrap();

            assert_eq!(found, None, "{handle:?}");
            assert_eq!(provider.asked().len(), 0);
        }
    }
}

#[tokio::test]
async fn a_file_on_whatsapp_is_fetched_with_the_token_from_where_meta_says() {
    let (hub, provider) = scripted("whatsapp").await;
    let url = "https://lookaside.example.net/whatsapp_business/attachments/?mid=1&hash=x";
    provider.says(
        200,
        &json!({"url": url, "mime_type": "image/jpeg", "id": "1003383421387256"}),
    );

    let source = hub
        .source("whatsapp")
        .media(&number(), "1003383421387256")
        .await
        .unwrap();

    assert_eq!(source.url.as_str(), url);
    let authorization = source.authorization.as_ref().unwrap();
    assert_eq!(authorization.expose(), "Bearer canary-token");
    assert!(!format!("{source:?}").contains("canary"));
    assert_eq!(target(&provider.asked()[0]), "/v25.0/1003383421387256");
}

#[tokio::test]
async fn a_file_that_meta_does_not_place_on_the_web_is_not_fetched() {
    for url in ["file:///etc/passwd", "canary", ""] {
        let (hub, provider) = scripted("whatsapp").await;
        provider.says(200, &json!({"url": url}));

        let error = hub
            .source("whatsapp")
            .media(&number(), "1")
            .await
            .unwrap_err();

        assert_class(&error, ErrorClass::Retry);
        assert_hidden(&error, "canary");
    }
    let (hub, provider) = scripted("whatsapp").await;
    provider.says(404, &refusal(100, 33));
    let error = hub.source("whatsapp").media(&number(), "1").await;
    assert_class(&error.unwrap_err(), ErrorClass::Config);
}

#[tokio::test]
async fn what_is_no_id_of_a_file_on_whatsapp_is_not_asked_for() {
    let (hub, provider) = scripted("whatsapp").await;
    for link in ["", "..", "a/b", "1?x=2", "https://a.example/1"] {
        let error = hub.source("whatsapp").media(&number(), link).await;

        assert_class(&error.unwrap_err(), ErrorClass::Content);
    }
    assert_eq!(provider.asked().len(), 0);
}

#[tokio::test]
async fn a_file_of_a_page_lies_where_the_link_says_and_takes_no_token() {
    let hub = Hub::start().await;
    for source in ["facebook", "instagram"] {
        let link = "https://scontent.example.net/v/t1/photo.jpg?oh=abc&oe=def";
        let found = hub.source(source).media(&page(), link).await.unwrap();
        assert_eq!(found.url.as_str(), link);
        assert!(found.authorization.is_none());

        for link in [
            "",
            "file:///etc/passwd",
            "/reel/1/",
            "data:,x",
            "javascript:x",
        ] {
            let error = hub.source(source).media(&page(), link).await;
            assert_class(&error.unwrap_err(), ErrorClass::Content);
        }
    }
}
