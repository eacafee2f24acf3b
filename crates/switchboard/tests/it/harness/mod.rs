//! A whole hub for one test: its own database, its own simulators, a clock that stands still.

mod answer;
mod store;

pub(crate) use answer::Answer;
pub(crate) use store::{StoreKind, TestStore};

use std::sync::Arc;

use serde_json::Value;
use switchboard::config::{Config, Raw};
use switchboard::wire::{Hub, World};
use switchboard_connector::Pause;
use switchboard_domain::{Clock as _, Event, FixedChance, ManualClock, Position, Timestamp};
use switchboard_engine::Engine;
use switchboard_sandbox::{Now, Sandbox, SandboxOptions};
use switchboard_storage::{StorageError, Store};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Sunday, 2026-11-22T12:00:00Z.
pub(crate) const NOON: Timestamp = Timestamp::from_millis(1_795_348_800_000);

/// The key that all hubs of a test seal credentials with, unless it sets another.
const SECRET_KEY: &str = "c3dpdGNoYm9hcmQgdGVzdHMgdXNlIHRoaXMga2V5ISE=";

/// Writes each test twice: `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! on_both_stores {
    ($($(#[$meta:meta])* async fn $name:ident($hub:ident: TestHub) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(clippy::wildcard_imports, clippy::allow_attributes, unused_imports, reason = "a test uses what it needs of its file")]
            use super::*;
            async fn body($hub: $crate::harness::TestHub) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                body($crate::harness::TestHub::start($crate::harness::StoreKind::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                body($crate::harness::TestHub::start($crate::harness::StoreKind::Postgres).await).await;
            }
        }
    )*};
}

/// Waits for nothing: backoff takes no time in tests.
#[derive(Debug)]
struct NoPause;

#[async_trait::async_trait]
impl Pause for NoPause {
    async fn pause(&self, _wait: std::time::Duration) {
        tokio::task::yield_now().await;
    }
}

/// What hubs of one test share.
struct Parts {
    store: Arc<TestStore>,
    sandbox: Arc<Sandbox>,
    clock: Arc<ManualClock>,
}

/// A hub that serves on a free port, with simulators of all providers.
pub(crate) struct TestHub {
    pub(crate) url: String,
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) engine: Engine,
    pub(crate) store: Arc<TestStore>,
    pub(crate) log: Store,
    client: reqwest::Client,
    shutdown: CancellationToken,
    running: JoinHandle<anyhow::Result<()>>,
}

impl TestHub {
    pub(crate) async fn start(kind: StoreKind) -> Self {
        Self::start_with(kind, &[]).await
    }

    /// A hub with settings of its own beside those of the simulators.
    pub(crate) async fn start_with(kind: StoreKind, settings: &[(&str, &str)]) -> Self {
        let clock = Arc::new(ManualClock::at(NOON));
        let watch = Arc::clone(&clock);
        let options = SandboxOptions {
            now: Now::from_millis(move || watch.now().as_millis()),
            ..SandboxOptions::default()
        };
        let sandbox = Sandbox::start(options).await.expect("loopback has ports");
        let store = Arc::new(TestStore::create(kind));
        Self::join(
            Parts {
                store,
                sandbox: Arc::new(sandbox),
                clock,
            },
            settings,
        )
        .await
    }

    /// A hub with settings of its own on a database that another hub has left.
    pub(crate) async fn restart(self, settings: &[(&str, &str)]) -> Self {
        let parts = self.parts();
        self.stop().await;
        Self::join(parts, settings).await
    }

    /// Another hub on the same database and the same providers.
    pub(crate) async fn second(&self) -> Self {
        self.second_with(&[]).await
    }

    /// Another hub on the same database and the same providers, with settings of its own.
    pub(crate) async fn second_with(&self, settings: &[(&str, &str)]) -> Self {
        Self::join(self.parts(), settings).await
    }

    fn parts(&self) -> Parts {
        Parts {
            store: Arc::clone(&self.store),
            sandbox: Arc::clone(&self.sandbox),
            clock: Arc::clone(&self.clock),
        }
    }

    async fn join(parts: Parts, settings: &[(&str, &str)]) -> Self {
        let Parts {
            store,
            sandbox,
            clock,
        } = parts;
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback has ports");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        sandbox.set_hub(&url);
        let mut raw = Raw::defaults()
            .with("server.public_url", &url, "the test")
            .with("store.url", store.url(), "the test")
            .with("media.store", store.media_folder(), "the test")
            .with("security.secret_key", SECRET_KEY, "the test");
        for (name, text) in sandbox.settings() {
            raw = raw.with(&name, text, "the sandbox");
        }
        for (name, text) in settings {
            raw = raw.with(name, *text, "the test");
        }
        let config = Config::read(raw).expect("the test's settings are right");
        let world = World {
            clock: Arc::<ManualClock>::clone(&clock),
            chance: Arc::new(FixedChance::seeded(store.next_seed())),
            pause: Arc::new(NoPause),
        };
        let metrics = switchboard_api::install_metrics().expect("metrics can be installed");
        let hub = tokio::task::spawn_blocking(move || Hub::assemble(&config, world, metrics))
            .await
            .expect("assembling does not panic")
            .expect("the hub can be put together");
        let engine = hub.engine.clone();
        let log = hub.store.clone();
        let shutdown = CancellationToken::new();
        let running = tokio::spawn(hub.run(listener, shutdown.clone()));
        let client = client();
        Self {
            url,
            sandbox,
            clock,
            engine,
            store,
            log,
            client,
            shutdown,
            running,
        }
    }

    /// Posts JSON.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        let request = self.request(reqwest::Method::POST, path).json(&body);
        Answer::read(request.send().await.expect("the hub answers")).await
    }

    /// Posts JSON and expects the call to work.
    pub(crate) async fn call(&self, path: &str, body: Value) -> Value {
        let answer = self.post(path, body).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.json()
    }

    /// A request to this hub, to be completed.
    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// The whole event log.
    pub(crate) async fn events(&self) -> Vec<Event> {
        self.log
            .read::<_, StorageError, _>(|tx| tx.events_after(Position::START, 10_000))
            .await
            .expect("the store answers")
    }

    /// Waits until everything that was received has been applied.
    pub(crate) async fn applied(&self) {
        loop {
            let progress = self
                .log
                .read::<_, StorageError, _>(|tx| tx.apply_progress())
                .await
                .expect("the store answers");
            if progress.through == progress.newest {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
    }

    /// Stops the hub as SIGTERM does, and waits until it has.
    pub(crate) async fn stop(self) -> Arc<TestStore> {
        self.shutdown.cancel();
        drop(self.client);
        self.running
            .await
            .expect("it does not panic")
            .expect("it stops cleanly");
        self.store
    }
}

/// The tests' own client: no redirects, no proxy.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are clients of the hub, not of providers"
)]
pub(crate) fn client() -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client can be built")
}
