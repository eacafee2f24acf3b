//! Who is at the other end of a connection.

use std::net::{IpAddr, SocketAddr};

use axum::body::Body;
use axum::extract::Request;
use tower::ServiceExt as _;
use tower::util::MapRequest;

/// The address at the other end of a connection: of a proxy, if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(IpAddr);

impl Peer {
    /// The peer behind a connection.
    pub const fn of(address: SocketAddr) -> Self {
        Self(address.ip())
    }

    /// Tells a service with each request who asks.
    pub fn told_to<S, B>(
        self,
        service: S,
    ) -> MapRequest<S, impl FnMut(http::Request<B>) -> http::Request<B> + Clone>
    where
        S: tower::Service<http::Request<B>>,
    {
        service.map_request(move |mut request: http::Request<B>| {
            request.extensions_mut().insert(self);
            request
        })
    }

    /// The peer of a request, if the server has told.
    pub(crate) fn asking(request: &Request<Body>) -> Option<IpAddr> {
        request.extensions().get::<Self>().map(|peer| peer.0)
    }
}
