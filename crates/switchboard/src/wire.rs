//! The concrete parts, put together.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use switchboard_api::{AnonymousHosts, ApiOptions, MetricsHandle, Origin};
use switchboard_connector::{Pause, ProviderAccess, TokioPause};
use switchboard_domain::{Chance, Clock};
use switchboard_engine::media::{MediaParts, MediaStore};
use switchboard_engine::{Engine, EngineParts, FailPoints, Vault};
use switchboard_media::{Fetcher, Store as Media};
use switchboard_storage::Store;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::config::{Config, MediaPlace, StoreUrl};
use crate::{SystemClock, ThreadChance, master_key, server};

/// Longest time to connect to a provider.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an unused connection to a provider is kept.
const IDLE_CONNECTION: Duration = Duration::from_secs(90);
/// Longest time for one request of ours: above the engine's 30 s for providers' calls.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(40);

/// What the hub takes from the world; tests put their own in.
#[derive(Clone, Debug)]
pub struct World {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// Waiting.
    pub pause: Arc<dyn Pause>,
}

impl World {
    /// The real one.
    pub fn real() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            chance: Arc::new(ThreadChance),
            pause: Arc::new(TokioPause),
        }
    }
}

/// A hub that is put together and not yet serving.
#[derive(Debug)]
pub struct Hub {
    /// The use cases.
    pub engine: Engine,
    /// The HTTP API.
    pub router: Router,
    /// The database.
    pub store: Store,
}

impl Hub {
    /// Opens the store, loads the key and puts the hub together.
    ///
    /// Blocks while the database is opened and migrated.
    pub fn assemble(config: &Config, world: World, metrics: MetricsHandle) -> anyhow::Result<Self> {
        let World {
            clock,
            chance,
            pause,
        } = world;
        // A key that cannot be used is refused before a database is made.
        let key = master_key::find(config.secret_key.as_ref(), &config.key_file())?;
        let store = open_store(&config.store)?;
        let key = match key {
            Some(key) => key,
            None => master_key::generate(&config.key_file(), &*chance)?,
        };
        let client = provider_client()?;
        let media = media_parts(config, &client, &*clock, &chance)?;
        let mut providers = ProviderAccess::new(
            client,
            config.public_url.clone(),
            Arc::clone(&clock),
            Arc::clone(&chance),
            Arc::clone(&pause),
        );
        for settings in &config.sources {
            providers = providers.with_settings(settings.section(), settings.clone());
        }
        let engine = Engine::new(EngineParts {
            store: store.clone(),
            connectors: switchboard_connectors::ALL,
            providers,
            vault: Vault::new(&key, Arc::clone(&chance)),
            clock,
            chance: Arc::clone(&chance),
            pause,
            media,
            retention: config.retention,
            fail_points: fail_points()?,
        });
        let options = ApiOptions {
            system_token: config.system_token.clone(),
            anonymous_hosts: anonymous_hosts(config),
            allowed_origins: config
                .allowed_origins
                .iter()
                .map(|origin| Origin::parse(origin))
                .collect::<Result<_, _>>()?,
            metrics,
            request_timeout: REQUEST_TIMEOUT,
            chance,
            version: env!("CARGO_PKG_VERSION"),
        };
        let router = switchboard_api::router(engine.clone(), options);
        Ok(Self {
            engine,
            router,
            store,
        })
    }

    /// Serves until `shutdown`, then finishes what is under way and closes the store.
    pub async fn run(
        self,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> anyhow::Result<()> {
        let Self {
            engine,
            router,
            store,
        } = self;
        let workers = tokio::spawn({
            let (engine, shutdown) = (engine.clone(), shutdown.clone());
            async move { engine.run_workers(shutdown).await }
        });
        server::serve(listener, router, shutdown.clone()).await;
        engine.finish().await;
        workers.await.context("the workers ended early")?;
        tokio::task::spawn_blocking(move || store.close())
            .await
            .context("the store did not close")?;
        Ok(())
    }
}

/// What a test has planned to go wrong.
#[cfg(feature = "fail-points")]
fn fail_points() -> anyhow::Result<FailPoints> {
    crate::fail_points::from_environment()
}

/// Nothing goes wrong on purpose.
#[cfg(not(feature = "fail-points"))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "where tests plan accidents, a plan can be wrong"
)]
fn fail_points() -> anyhow::Result<FailPoints> {
    Ok(FailPoints::default())
}

/// Opens the database that the settings name.
pub fn open_store(url: &StoreUrl) -> anyhow::Result<Store> {
    match url {
        StoreUrl::Sqlite(path) => switchboard_storage_sqlite::open(
            path,
            switchboard_storage_sqlite::SqliteOptions::default(),
        )
        .with_context(|| format!("cannot open the database {}", path.display())),
        StoreUrl::Postgres(url) => switchboard_storage_postgres::open(
            url.expose(),
            switchboard_storage_postgres::PostgresOptions::default(),
        )
        .context("cannot open the PostgreSQL database of store.url"),
    }
}

/// Where files are kept, and how they are fetched: from the public internet, and from wherever the
/// operator says that a provider is.
fn media_parts(
    config: &Config,
    client: &reqwest::Client,
    clock: &dyn Clock,
    chance: &Arc<dyn Chance>,
) -> anyhow::Result<MediaParts> {
    let chance = Arc::clone(chance);
    let store = match &config.media.place {
        MediaPlace::Folder(folder) => Media::in_folder(folder, clock.now(), chance),
        MediaPlace::Bucket(bucket) => Media::in_bucket(bucket.clone(), client.clone(), chance),
    };
    let store: Arc<dyn MediaStore> = Arc::new(store.context("media.store cannot be used")?);
    let configured = config.sources.iter().flat_map(|settings| {
        let keys = settings
            .section()
            .settings
            .iter()
            .map(|setting| setting.key);
        keys.filter(|key| key.ends_with("_url"))
            .filter_map(|key| Url::parse(settings.get(key)?.expose()).ok())
    });
    let base_url = config.public_url.as_ref().map_or_else(
        || format!("http://{}/", local(config.listen)),
        |url| url.as_str().to_owned(),
    );
    Ok(MediaParts {
        store,
        fetch: Arc::new(Fetcher::new(client.clone(), configured)?),
        policies: config.media.policies.clone(),
        base_url,
        max_bytes: config.media.max_bytes,
    })
}

/// By which address this machine calls itself.
const fn local(listen: SocketAddr) -> SocketAddr {
    match listen {
        SocketAddr::V4(address) if address.ip().is_unspecified() => {
            SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port())
        }
        SocketAddr::V6(address) if address.ip().is_unspecified() => {
            SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), address.port())
        }
        other => other,
    }
}

/// The hub's one client for providers: pooled, rustls with the system's roots, no redirects, because
/// these calls carry credentials.
#[expect(clippy::disallowed_methods, reason = "this is the one client")]
fn provider_client() -> anyhow::Result<reqwest::Client> {
    if rustls::crypto::ring::default_provider()
        .install_default()
        .is_err()
    {
        tracing::debug!("the TLS provider was installed already");
    }
    reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(IDLE_CONNECTION)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("switchboard/", env!("CARGO_PKG_VERSION")))
        .build()
        .context("cannot set up TLS for the calls to providers")
}

/// Without a token only callers that name this machine, or the configured address, are let in: a page
/// on the internet whose name resolves to 127.0.0.1 is not.
fn anonymous_hosts(config: &Config) -> AnonymousHosts {
    if config.allow_anonymous {
        return AnonymousHosts::Any;
    }
    let host = config
        .public_url
        .as_ref()
        .and_then(|url| url.host_str())
        .map(str::to_owned);
    AnonymousHosts::Loopback { and: host }
}
