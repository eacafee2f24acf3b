//! A hub as connectors see it: settings, time, chance and the way out to the simulators.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use switchboard_connector::{
    Account, Caller, Candidate, ConnectError, Connector, Draft, ErrorClass, MediaSource, Pause,
    Profile, ProviderContext, ProviderError, Settings,
};
use switchboard_connectors::ALL;
use switchboard_domain::{Chance, FixedChance, ManualClock, RawJson, Secret, Timestamp};
use switchboard_sandbox::{CallRecord, Now, Sandbox, SandboxOptions, World};
use tokio::time::Instant;
use url::Url;

/// 2026-11-22T12:00:00Z.
pub(crate) const NOON: i64 = 1_795_348_800_000;

/// Where providers reach the hub, unless a test says otherwise.
pub(crate) const PUBLIC_URL: &str = "https://hub.example.com/";

/// A hub and the sandbox around it.
pub(crate) struct Hub {
    pub(crate) sandbox: Sandbox,
    pub(crate) settings: BTreeMap<String, String>,
    pub(crate) public_url: Option<Url>,
    /// How long a request may take.
    pub(crate) patience: Duration,
}

impl Hub {
    pub(crate) async fn start() -> Self {
        Self::start_with(World::sample()).await
    }

    pub(crate) async fn start_with(world: World) -> Self {
        install_crypto();
        let options = SandboxOptions {
            world,
            now: Now::from_millis(|| NOON),
            ..SandboxOptions::default()
        };
        let sandbox = Sandbox::start(options).await.expect("the sandbox starts");
        Self {
            settings: sandbox.settings().into_iter().collect(),
            sandbox,
            public_url: Some(Url::parse(PUBLIC_URL).unwrap()),
            patience: Duration::from_secs(30),
        }
    }

    /// Sets a setting by its full name.
    pub(crate) fn set(&mut self, setting: &str, value: &str) {
        self.settings.insert(setting.to_owned(), value.to_owned());
    }

    pub(crate) fn source(&self, source: &str) -> Connected<'_> {
        Connected {
            hub: self,
            connector: connector(source),
        }
    }

    fn context(&self, connector: &dyn Connector) -> ProviderContext {
        let chance: Arc<dyn Chance> = Arc::new(FixedChance::seeded(7));
        let caller = Caller::new(
            connector.source(),
            client(),
            Arc::clone(&chance),
            Arc::new(NoPause),
            Instant::now() + self.patience,
        );
        ProviderContext {
            settings: self.settings_of(connector),
            public_url: self.public_url.clone(),
            clock: Arc::new(ManualClock::at(Timestamp::from_millis(NOON))),
            chance,
            caller,
        }
    }

    pub(crate) fn settings_of(&self, connector: &dyn Connector) -> Settings {
        Settings::resolve(connector.section(), |section, key| {
            let value = self
                .settings
                .get(&format!("sources.{}.{key}", section.name));
            value.map(Secret::new)
        })
    }
}

/// One connector at work in a hub.
pub(crate) struct Connected<'a> {
    hub: &'a Hub,
    connector: &'static dyn Connector,
}

impl Connected<'_> {
    pub(crate) async fn prepare(&self, request: Value) -> Result<Draft, ConnectError> {
        let cx = self.hub.context(self.connector);
        self.connector.prepare(&cx, request).await
    }

    /// The refusal of the provider that `request` meets.
    pub(crate) async fn refusal(&self, request: Value) -> ProviderError {
        match self.prepare(request).await {
            Err(ConnectError::Provider(error)) => error,
            other => panic!("the provider should refuse, but: {other:?}"),
        }
    }

    pub(crate) async fn subscribe(
        &self,
        draft: &Draft,
        known: Option<&RawJson>,
    ) -> Result<RawJson, ConnectError> {
        let cx = self.hub.context(self.connector);
        self.connector.subscribe(&cx, draft, known).await
    }

    /// Connects as the engine does; the account as the engine would store it.
    pub(crate) async fn connect(&self, request: Value) -> Account {
        let draft = self.prepare(request).await.expect("the draft is accepted");
        let facts = self
            .subscribe(&draft, None)
            .await
            .expect("the subscription works");
        stored(draft, facts)
    }

    pub(crate) async fn unsubscribe(&self, account: &Account) -> Result<(), ProviderError> {
        let cx = self.hub.context(self.connector);
        self.connector.unsubscribe(&cx, account).await
    }

    pub(crate) async fn profile(
        &self,
        account: &Account,
        handle: &str,
    ) -> Result<Option<Profile>, ProviderError> {
        let cx = self.hub.context(self.connector);
        self.connector.profile(&cx, account, handle).await
    }

    pub(crate) async fn media(
        &self,
        account: &Account,
        link: &str,
    ) -> Result<MediaSource, ProviderError> {
        let cx = self.hub.context(self.connector);
        self.connector.media(&cx, account, link).await
    }

    pub(crate) async fn explore(&self, request: Value) -> Result<Vec<Candidate>, ConnectError> {
        let cx = self.hub.context(self.connector);
        self.connector.explore(&cx, request).await
    }
}

pub(crate) fn stored(draft: Draft, facts: RawJson) -> Account {
    Account {
        source_channel_id: draft.source_channel_id,
        upstream: draft.upstream.expect("the draft has an upstream"),
        credentials: draft.credentials,
        facts,
    }
}

pub(crate) fn connector(source: &str) -> &'static dyn Connector {
    let found = ALL
        .iter()
        .find(|connector| connector.source().as_str() == source);
    *found.expect("the source is in the list")
}

pub(crate) fn operations(calls: &[CallRecord]) -> Vec<&'static str> {
    calls.iter().map(|call| call.operation).collect()
}

pub(crate) fn credential(draft: &Draft, key: &str) -> String {
    let credentials = draft.credentials.as_ref().expect("there are credentials");
    let value: Value = serde_json::from_str(credentials.expose()).unwrap();
    value[key].as_str().unwrap().to_owned()
}

pub(crate) fn fact(facts: &RawJson, key: &str) -> Value {
    let value: Value = serde_json::from_str(facts.as_str()).unwrap();
    value[key].clone()
}

pub(crate) fn upstream(draft: &Draft) -> Option<&str> {
    draft
        .upstream
        .as_ref()
        .map(switchboard_domain::UpstreamKey::as_str)
}

#[track_caller]
pub(crate) fn assert_class(error: &ProviderError, class: ErrorClass) {
    assert_eq!(error.class, class, "{error:?}");
}

/// No part of an error shows `canary`.
#[track_caller]
pub(crate) fn assert_hidden(error: &dyn std::error::Error, canary: &str) {
    let shown = format!("{error:?} {error:#?} {error}");
    assert!(!shown.contains(canary), "{shown}");
}

pub(crate) fn install_crypto() {
    // The second test finds it installed already.
    drop(rustls::crypto::ring::default_provider().install_default());
}

#[expect(
    clippy::disallowed_methods,
    reason = "the hub's own client is built in the binary"
)]
fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("the client is plain")
}

/// Backoff without waiting.
#[derive(Debug)]
struct NoPause;

#[async_trait]
impl Pause for NoPause {
    async fn pause(&self, _wait: Duration) {}
}
