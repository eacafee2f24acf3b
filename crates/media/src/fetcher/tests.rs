use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use parking_lot::Mutex;
use reqwest::dns::Resolve as _;
use switchboard_domain::Secret;

use super::*;

/// A server on loopback, and what it was shown to authorize with.
struct Server {
    url: Url,
    shown: Arc<Mutex<Vec<Option<String>>>>,
}

impl Server {
    async fn start(elsewhere: Option<&Url>) -> Self {
        let shown = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&shown);
        let file = move |headers: HeaderMap| {
            let authorization = headers.get(AUTHORIZATION);
            seen.lock()
                .push(authorization.map(|value| value.to_str().unwrap().to_owned()));
            async { ([(CONTENT_TYPE, "image/png")], "a picture") }
        };
        let target = elsewhere.map(|url| url.join("file").unwrap().to_string());
        let away = move || {
            let target = target.clone().unwrap_or_default();
            async move { Redirect::temporary(&target) }
        };
        let cut = || async {
            let pieces = [Ok("half"), Err(std::io::Error::other("gone"))];
            Body::from_stream(stream::iter(pieces)).into_response()
        };
        let router = Router::new()
            .route("/file", get(file))
            .route("/again", get(|| async { Redirect::to("/file") }))
            .route("/round", get(|| async { Redirect::to("/round") }))
            .route("/nowhere", get(|| async { StatusCode::FOUND }))
            .route("/away", get(away))
            .route("/expired", get(|| async { StatusCode::FORBIDDEN }))
            .route(
                "/busy",
                get(|| async { (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "7")]) }),
            )
            .route("/broken", get(|| async { StatusCode::BAD_GATEWAY }))
            .route("/cut", get(cut))
            .route(
                "/private",
                get(|| async { Redirect::to("http://169.254.169.254/latest/meta-data/") }),
            );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            url: Url::parse(&url).unwrap(),
            shown,
        }
    }

    fn source(&self, path: &str) -> MediaSource {
        MediaSource {
            url: self.url.join(path).unwrap(),
            authorization: Some(Secret::new("Bearer canary")),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "there is no wiring in a test")]
fn client() -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

fn trusting(servers: &[&Server]) -> Fetcher {
    let configured = servers.iter().map(|server| server.url.clone());
    Fetcher::new(client(), configured).unwrap()
}

async fn fetched(fetcher: &Fetcher, source: &MediaSource) -> Result<Vec<u8>, ProviderError> {
    let mut file = fetcher.fetch(source).await?;
    let mut bytes = Vec::new();
    while let Some(piece) = file.pieces.next().await {
        bytes.extend_from_slice(&piece?);
    }
    Ok(bytes)
}

async fn refusal(server: &Server, path: &str) -> ProviderError {
    fetched(&trusting(&[server]), &server.source(path))
        .await
        .unwrap_err()
}

#[tokio::test]
async fn a_file_comes_with_what_is_said_of_it() {
    let server = Server::start(None).await;

    let file = trusting(&[&server]).fetch(&server.source("file")).await;

    let file = file.unwrap();
    assert_eq!(file.content_type.as_deref(), Some("image/png"));
    assert_eq!(file.size, Some(9));
    assert_eq!(*server.shown.lock(), [Some("Bearer canary".to_owned())]);
}

#[tokio::test]
async fn a_redirect_on_the_same_host_keeps_the_credentials() {
    let server = Server::start(None).await;

    let bytes = fetched(&trusting(&[&server]), &server.source("again")).await;

    assert_eq!(bytes.unwrap(), b"a picture");
    assert_eq!(*server.shown.lock(), [Some("Bearer canary".to_owned())]);
}

#[tokio::test]
async fn a_redirect_to_another_host_does_not_see_the_credentials() {
    let other = Server::start(None).await;
    let server = Server::start(Some(&other.url)).await;

    let bytes = fetched(&trusting(&[&server, &other]), &server.source("away")).await;

    assert_eq!(bytes.unwrap(), b"a picture");
    assert_eq!(*other.shown.lock(), [None]);
}

#[tokio::test]
async fn a_private_address_is_not_called() {
    let configured = Server::start(None).await;
    let other = Server::start(None).await;

    let error = fetched(&trusting(&[&configured]), &other.source("file")).await;

    assert_eq!(error.unwrap_err().class, ErrorClass::Policy);
    assert!(other.shown.lock().is_empty(), "nobody called");
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_not_followed() {
    let other = Server::start(None).await;
    let server = Server::start(Some(&other.url)).await;

    for path in ["away", "private"] {
        let error = refusal(&server, path).await;
        assert_eq!(error.class, ErrorClass::Policy, "{path}");
    }
    assert!(other.shown.lock().is_empty(), "nobody called");
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_not_called() {
    let server = Server::start(None).await;
    let resolver =
        PublicOnly::asking(|_name| Box::pin(async { Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]) }));
    let fetcher = Fetcher::resolving(client(), [], resolver).unwrap();
    let mut source = server.source("file");
    source.url.set_host(Some("files.example.com")).unwrap();

    let error = fetched(&fetcher, &source).await.unwrap_err();

    assert_eq!(error.class, ErrorClass::Policy, "{error}");
    assert!(server.shown.lock().is_empty(), "nobody called");
}

#[tokio::test]
async fn a_name_is_judged_each_time_it_is_connected_to() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let resolver = PublicOnly::asking(move |_name| {
        let is_first = counted.fetch_add(1, Ordering::SeqCst) == 0;
        let address = if is_first {
            Ipv4Addr::new(1, 1, 1, 1)
        } else {
            Ipv4Addr::LOCALHOST
        };
        Box::pin(async move { Ok(vec![IpAddr::V4(address)]) })
    });
    let name = || "rebound.example.com".parse().unwrap();

    assert!(resolver.resolve(name()).await.is_ok());
    assert!(resolver.resolve(name()).await.is_err());
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn one_private_address_among_public_ones_spoils_the_name() {
    let resolver = PublicOnly::asking(|_name| {
        let addresses = [Ipv4Addr::new(1, 1, 1, 1), Ipv4Addr::new(10, 0, 0, 1)];
        Box::pin(async move { Ok(addresses.map(IpAddr::V4).to_vec()) })
    });

    let found = resolver.resolve("mixed.example.com".parse().unwrap()).await;

    assert!(found.is_err());
}

#[tokio::test]
async fn what_cannot_be_had_is_told_apart_from_what_may_come_later() {
    let server = Server::start(None).await;

    for (path, class) in [
        ("expired", ErrorClass::Content),
        ("missing", ErrorClass::Content),
        ("round", ErrorClass::Content),
        ("nowhere", ErrorClass::Content),
        ("busy", ErrorClass::Throttle),
        ("broken", ErrorClass::Retry),
        ("cut", ErrorClass::Retry),
    ] {
        let error = refusal(&server, path).await;
        assert_eq!(error.class, class, "{path}: {error}");
        assert!(!error.message.contains("127.0.0.1"), "{path}: {error}");
    }
    let busy = refusal(&server, "busy").await;
    assert_eq!(busy.retry_after, Some(Duration::from_secs(7)));
}
