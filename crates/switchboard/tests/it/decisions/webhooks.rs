//! Where providers knock.

use reqwest::Method;

use crate::harness::{Answer, StoreKind, TestHub};

fn verify_token(hub: &TestHub) -> String {
    let settings = hub.sandbox.settings();
    let found = settings
        .into_iter()
        .find(|(name, _)| name == "sources.facebook.webhook_secret");
    found.expect("the sandbox has an app").1
}

async fn knock(hub: &TestHub, path: &str, token: &str) -> Answer {
    let query = [
        ("hub.mode", "subscribe"),
        ("hub.challenge", "0115820144401158201444"),
        ("hub.verify_token", token),
    ];
    Answer::read(
        hub.request(Method::GET, path)
            .query(&query)
            .send()
            .await
            .unwrap(),
    )
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metas_handshake_is_answered_verbatim_to_those_who_know_the_token() {
    let token = [("security.system_token", "s3cret-token")];
    let hub = TestHub::start_with(StoreKind::Sqlite, &token).await;
    for path in ["/facebook", "/instagram", "/whatsapp"] {
        let answer = knock(&hub, path, &verify_token(&hub)).await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (200, "0115820144401158201444"),
            "{path}"
        );
        assert!(
            answer
                .header("content-type")
                .is_some_and(|media| media.starts_with("text/plain"))
        );

        assert_eq!(knock(&hub, path, "a guess").await.status, 403, "{path}");
    }
}
