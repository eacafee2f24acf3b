//! The calls that providers make themselves: the proof that a webhook address answers.

use std::time::Duration;

use url::{Host, Url};

/// How long a provider waits for a webhook.
pub(crate) const WEBHOOK_TIMEOUT: Duration = Duration::from_secs(5);

/// A client like the providers' own: follows no redirects, waits [`WEBHOOK_TIMEOUT`].
///
/// # Panics
///
/// If the system's certificates cannot be read.
#[expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "the client of the providers' side is not the hub's, and only the sandbox has it"
)]
pub(crate) fn client() -> reqwest::Client {
    // Another part of the process may have installed one already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(WEBHOOK_TIMEOUT)
        .no_proxy()
        .build()
        .expect("a client with default TLS can be built where certificates can be read")
}

/// Whether a provider takes an address for a webhook: `https`, or plain `http` on this machine, which
/// no real provider could reach.
pub(crate) fn is_callable(url: &Url) -> bool {
    let local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && local)
}
