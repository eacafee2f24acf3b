//! What is written down.

use std::io;
use std::sync::{Arc, LazyLock, Mutex};

use serde_json::json;
use switchboard_api::ApiOptions;
use switchboard_domain::Secret;
use tracing::Dispatch;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::hub::{Hub, options, post};

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Nobody's log. While there is but one other, the first thread that comes by a place in the code
/// decides for all threads whether that place is logged, and threads of other tests keep no log.
static NOBODYS: LazyLock<Dispatch> = LazyLock::new(|| {
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_writer(io::sink);
    Dispatch::new(subscriber.finish())
});

/// Keeps what this thread logs from `level` on.
fn keep(level: LevelFilter) -> (Log, tracing::subscriber::DefaultGuard) {
    LazyLock::force(&NOBODYS);
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    (log, tracing::subscriber::set_default(subscriber))
}

#[tokio::test]
async fn an_error_is_a_line_with_the_request_s_id_and_a_success_is_none() {
    let hub = Hub::open();
    let (log, _guard) = keep(LevelFilter::INFO);

    hub.post("/channels.list", &json!({})).await;
    assert_eq!(log.text(), "");
    let mut request = post("/channels.info", "{}");
    request
        .headers_mut()
        .insert("x-request-id", "caller-1".parse().unwrap());
    hub.send(request).await;

    let line = log.text();
    for wanted in [
        "INFO",
        "method=\"POST\"",
        "endpoint=\"/channels.info\"",
        "status=400",
        "duration_ms=",
        "request_id=\"caller-1\"",
        "code=\"invalid_request\"",
    ] {
        assert!(line.contains(wanted), "{wanted} is not in {line}");
    }
}

#[tokio::test]
async fn our_own_faults_are_errors_with_a_cause() {
    let hub = Hub::open();
    let (log, _guard) = keep(LevelFilter::WARN);
    let body = json!({ "account": "7", "token": "t", "do": "panic" });

    hub.post("/channels.page.connect", &body).await;
    hub.close_store();
    hub.post("/channels.list", &json!({})).await;

    let text = log.text();
    assert!(
        text.contains("ERROR") && text.contains("panicked"),
        "{text}"
    );
    assert!(
        text.contains("WARN") && text.contains("the store is closed"),
        "{text}"
    );
}

#[tokio::test]
async fn no_secret_body_or_query_is_written_at_any_level() {
    let hub = Hub::with(ApiOptions {
        system_token: Some(Secret::new("canary-system")),
        ..options()
    });
    let (log, _guard) = keep(LevelFilter::TRACE);

    for order in ["refuse", "break", "panic", "canary-order", ""] {
        let body = json!({ "account": "canary-account", "token": "canary-token", "do": order });
        let mut request = post("/channels.page.connect?canary-query", body.to_string());
        let header = "Bearer canary-system".parse().unwrap();
        request.headers_mut().insert("authorization", header);
        hub.send(request).await;
    }
    hub.send(post("/channels.list", "{canary-body")).await;
    hub.get("/page?lie&canary-query").await;
    hub.get("/canary-path").await;

    let text = log.text();
    assert!(text.contains("/channels.page.connect"), "{text}");
    assert!(!text.contains("canary"), "{text}");
}
