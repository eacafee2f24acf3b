//! The server's address, and the way there: with TLS where the address asks for it.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use postgres::Client;
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::OpenError;
use crate::refusal::Refusal;

/// How long to try to reach a host, unless the address says otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long the server may leave what we sent unacknowledged before the connection counts as lost.
const SILENCE: Duration = Duration::from_secs(15);

/// Where the database is.
#[derive(Clone)]
pub(crate) struct Address {
    config: Config,
    tls: MakeRustlsConnect,
}

impl Address {
    /// Reads `postgres://user:password@host:port/database?sslmode=…`.
    pub(crate) fn parse(url: &str) -> Result<Self, OpenError> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(OpenError::NotAnAddress);
        }
        let mut config: Config = understood(url)
            .parse()
            // What the driver says may quote a part of the address, and that may be of the password.
            .map_err(|_quoting: postgres::Error| OpenError::NotAnAddress)?;
        let hosts = config.get_hosts();
        if hosts.is_empty() || hosts.iter().any(has_part_of_a_password) {
            return Err(OpenError::NotAnAddress);
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        if !url.contains("keepalives_idle=") {
            config.keepalives_idle(SILENCE);
        }
        if config.get_application_name().is_none() {
            config.application_name("switchboard");
        }
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(BuilderVerifierExt::with_platform_verifier)
            .map_err(|source| OpenError::Tls { source })?
            .with_no_client_auth();
        Ok(Self {
            config,
            tls: MakeRustlsConnect::new(tls),
        })
    }

    /// Connects. With `sslmode=prefer`, the default, a server whose certificate is not trusted is
    /// talked to without TLS, like one that has none.
    pub(crate) fn connect(&self) -> Result<Client, postgres::Error> {
        let connect =
            |config: &Config| postgres::Config::from(config.clone()).connect(self.tls.clone());
        match connect(&self.config) {
            Err(error) => match self.without_tls(&error) {
                Some(config) => connect(&config),
                None => Err(error),
            },
            connected => connected,
        }
    }

    /// Connects likewise. The session is served by the second, while it is polled.
    pub(crate) async fn session(
        &self,
    ) -> Result<(tokio_postgres::Client, impl Future<Output = ()> + use<>), postgres::Error> {
        let (client, session) = match self.config.connect(self.tls.clone()).await {
            Err(error) => match self.without_tls(&error) {
                Some(config) => config.connect(self.tls.clone()).await?,
                None => return Err(error),
            },
            Ok(connected) => connected,
        };
        let served = async move {
            if let Err(error) = session.await {
                let refusal = Refusal::from(error);
                tracing::warn!("a connection to PostgreSQL has ended: {refusal}");
            }
        };
        Ok((client, served))
    }

    /// How to connect without TLS, where it may be left out and was what went wrong.
    fn without_tls(&self, error: &postgres::Error) -> Option<Config> {
        if self.config.get_ssl_mode() != SslMode::Prefer || !is_about_tls(error) {
            return None;
        }
        tracing::warn!(
            "the connection to {} is not encrypted: its certificate is not trusted ({}); set \
             sslmode=require to insist",
            self.name(),
            error.source().map(ToString::to_string).unwrap_or_default(),
        );
        let mut config = self.config.clone();
        config.ssl_mode(SslMode::Disable);
        Some(config)
    }

    /// What to call the database in messages: without user and password.
    pub(crate) fn name(&self) -> String {
        let hosts: Vec<_> = self
            .config
            .get_hosts()
            .iter()
            .map(|host| match host {
                Host::Tcp(name) => name.clone(),
                Host::Unix(folder) => folder.display().to_string(),
            })
            .collect();
        let database = self.config.get_dbname().unwrap_or_default();
        format!("{}/{database}", hosts.join(","))
    }
}

/// The modes that libpq has and the driver does not, said in the driver's words. Its `require`
/// checks the certificate against the host's name, which libpq calls `verify-full`.
fn understood(url: &str) -> String {
    url.replace("sslmode=verify-full", "sslmode=require")
        .replace("sslmode=verify-ca", "sslmode=require")
        .replace("sslmode=allow", "sslmode=prefer")
}

/// With `@` written plainly in a password, what follows it is taken for the host.
fn has_part_of_a_password(host: &Host) -> bool {
    matches!(host, Host::Tcp(name) if name.contains('@'))
}

fn is_about_tls(error: &postgres::Error) -> bool {
    error
        .source()
        .and_then(|cause| cause.downcast_ref::<io::Error>())
        .and_then(io::Error::get_ref)
        .is_some_and(<dyn Error + Send + Sync>::is::<rustls::Error>)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_database_has_no_user_and_no_password() {
        let address = Address::parse("postgres://anna:canary@db.example:5433/hub").unwrap();

        assert_eq!(address.name(), "db.example/hub");
    }

    #[test]
    fn an_address_that_cannot_be_read_is_not_quoted() {
        for url in [
            "postgres://anna:word@canary@db.example/hub",
            "postgres://anna:canary@db.example:port/hub",
            "postgres://anna:canary@db.example/hub?sslmode=canary",
            "postgres://anna:canary@db.example/hub?canary=canary",
            "mysql://anna:canary@db.example/hub",
            "postgres://",
        ] {
            let Err(refused) = Address::parse(url) else {
                panic!("{url} was accepted");
            };

            let said = format!("{refused} {refused:?}");
            assert!(!said.contains("canary") && !said.contains("anna"), "{said}");
        }
    }

    #[test]
    fn the_strict_modes_of_libpq_are_as_strict_here() {
        for mode in ["require", "verify-ca", "verify-full"] {
            let url = format!("postgres://db.example/hub?sslmode={mode}");

            let address = Address::parse(&url).unwrap();

            assert_eq!(address.config.get_ssl_mode(), SslMode::Require);
        }
    }
}
