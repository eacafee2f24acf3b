//! A hub without a network: requests go straight into the router.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Method, Request, StatusCode};
use serde_json::Value;
use switchboard_api::{AnonymousHosts, ApiOptions, install_metrics, router};
use switchboard_connector::{Pause, ProviderAccess, TokioPause};
use switchboard_domain::{Chance, Clock, FixedChance, ManualClock, Timestamp};
use switchboard_engine::media::{MediaParts, MediaPolicies};
use switchboard_engine::{Engine, EngineParts, MasterKey, Vault};
use switchboard_storage_sqlite::{SqliteOptions, open};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::obedient;

/// Largest file that is kept.
pub(crate) const MAX_BYTES: u64 = 3 * 1024 * 1024;

/// Errors that are worded as Airy words them, for clients that compare the words.
const AIRYS: [&str; 3] = [
    "Contact not found",
    "Source already exists",
    "Source not found: ",
];

pub(crate) struct Hub {
    pub(crate) router: Router,
    close: Box<dyn Fn() + Send + Sync>,
    again: Box<dyn Fn(u64) -> Engine + Send + Sync>,
    _folder: TempDir,
}

/// What is answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Open, on loopback, with nothing allowed that need not be.
pub(crate) fn options() -> ApiOptions {
    ApiOptions {
        system_token: None,
        anonymous_hosts: AnonymousHosts::Loopback { and: None },
        allowed_origins: Vec::new(),
        metrics: install_metrics().unwrap(),
        request_timeout: Duration::from_secs(40),
        chance: Arc::new(FixedChance::seeded(7)),
        version: "1.2.3",
    }
}

impl Hub {
    pub(crate) fn open() -> Self {
        Self::with(options())
    }

    pub(crate) fn with(options: ApiOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder.path().join("hub.db"), SqliteOptions::default()).unwrap();
        let again = {
            let store = store.clone();
            let media = folder.path().join("media");
            move |key| engine(store.clone(), key, &media)
        };
        Self {
            router: router(again(1), options),
            close: Box::new(move || store.close()),
            again: Box::new(again),
            _folder: folder,
        }
    }

    /// Takes the database away.
    pub(crate) fn close_store(&self) {
        (self.close)();
    }

    /// A router of the same store under another master key.
    pub(crate) fn with_another_key(&self) -> Router {
        router((self.again)(2), options())
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(post(path, body.to_string())).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(request(Method::GET, path)).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        send(&self.router, request).await
    }
}

impl Answer {
    /// The body, which is JSON.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/json"));
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Status, code and field of an error, whose body is complete.
    #[track_caller]
    pub(crate) fn error(&self) -> (u16, String, Option<String>) {
        let json = self.json();
        let text = |field: &str| json[field].as_str().map(str::to_owned);
        let message = text("message").unwrap();
        let is_airys = AIRYS.iter().any(|airys| message.starts_with(airys));
        assert!(message.ends_with('.') || is_airys, "no sentence: {message}");
        assert_eq!(text("request_id").as_deref(), self.header("x-request-id"));
        (self.status.as_u16(), text("code").unwrap(), text("field"))
    }

    #[track_caller]
    pub(crate) fn is_error(&self, status: u16, code: &str) {
        let (got_status, got_code, _) = self.error();
        assert_eq!((got_status, got_code.as_str()), (status, code), "{self:?}");
    }
}

pub(crate) async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: to_bytes(body, usize::MAX).await.unwrap(),
    }
}

pub(crate) fn request(method: Method, path: &str) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .body(Body::empty())
        .unwrap()
}

pub(crate) fn post(path: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path)
        .header(CONTENT_TYPE, "application/json")
        .body(body.into())
        .unwrap()
}

/// The request of a caller who shows a token.
pub(crate) fn bearing(token: &str, mut request: Request<Body>) -> Request<Body> {
    let value = format!("Bearer {token}").parse().unwrap();
    request.headers_mut().insert(AUTHORIZATION, value);
    request
}

fn engine(store: switchboard_storage::Store, key: u64, folder: &Path) -> Engine {
    let clock: Arc<dyn Clock> =
        Arc::new(ManualClock::at(Timestamp::from_millis(1_795_000_000_000)));
    let chance: Arc<dyn Chance> = Arc::new(FixedChance::seeded(key));
    let pause: Arc<dyn Pause> = Arc::new(TokioPause);
    let files = switchboard_media::Store::in_folder(folder, clock.now(), Arc::clone(&chance));
    let media = MediaParts {
        store: Arc::new(files.unwrap()),
        fetch: Arc::new(switchboard_media::Fetcher::new(client(), []).unwrap()),
        policies: MediaPolicies::default(),
        base_url: "http://hub.example/".to_owned(),
        max_bytes: MAX_BYTES,
    };
    Engine::new(EngineParts {
        store,
        connectors: obedient::ALL,
        providers: ProviderAccess::new(
            client(),
            None,
            Arc::clone(&clock),
            Arc::clone(&chance),
            Arc::clone(&pause),
        ),
        vault: Vault::new(&MasterKey::random(&*chance), Arc::clone(&chance)),
        clock,
        chance,
        pause,
        media,
        retention: switchboard_engine::Retention::default(),
        fail_points: switchboard_engine::FailPoints::default(),
    })
}

/// Never used: the obedient source calls nobody.
#[expect(clippy::disallowed_methods, reason = "there is no wiring in a test")]
fn client() -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::new()
}
