//! Names, judged by what they resolve to at the moment they are connected to: nobody can show one
//! address to a check and another to the connection.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::guard::is_public;

/// A name leads into a private network, or nowhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name leads to no public address")]
pub(crate) struct LeadsNowherePublic;

type Lookup = dyn Fn(String) -> futures_util::future::BoxFuture<'static, std::io::Result<Vec<IpAddr>>>
    + Send
    + Sync;

/// Resolves names to their public addresses.
#[derive(Clone)]
pub(crate) struct PublicOnly(Arc<Lookup>);

impl fmt::Debug for PublicOnly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicOnly")
    }
}

impl PublicOnly {
    /// Asks the operating system.
    pub(crate) fn of_the_system() -> Self {
        Self::asking(|name| {
            Box::pin(async move {
                let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
                Ok(found.map(|address| address.ip()).collect())
            })
        })
    }

    /// Asks somebody else.
    pub(crate) fn asking(
        lookup: impl Fn(
            String,
        )
            -> futures_util::future::BoxFuture<'static, std::io::Result<Vec<IpAddr>>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self(Arc::new(lookup))
    }
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let looked_up = (self.0)(name.as_str().to_owned());
        Box::pin(async move {
            let found = looked_up.await?;
            // One private address among public ones is a trick too.
            if found.is_empty() || !found.iter().copied().all(is_public) {
                return Err(LeadsNowherePublic.into());
            }
            let addresses: Addrs =
                Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}
