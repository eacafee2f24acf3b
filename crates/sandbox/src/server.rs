//! HTTP around a simulator: faults before and after its answer, the log of calls, clean stopping.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::connection::{CuttableListener, Scissors};
use crate::desk::Desk;
use crate::exchange::{Reply, Request};
use crate::{CallRecord, Fault};

/// Larger than any body that a provider takes, so that the simulators refuse for themselves.
const BODY_LIMIT: usize = 8 * 1024 * 1024;

/// A provider's behaviour, without HTTP.
pub(crate) trait Simulator: Send + Sync + 'static {
    /// Its faults and its log.
    fn desk(&self) -> &Desk;

    /// What the call is: a name from its list of operations.
    fn operation(&self, request: &Request) -> &'static str;

    /// Does what the provider does.
    fn answer(&self, request: &Request) -> impl Future<Output = Reply> + Send;

    /// Refuses in the provider's words.
    fn refusal(&self, request: &Request, refusal: Refusal) -> Reply;
}

/// The faults that a provider words itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    ExpiredToken,
    MissingPermission,
    RateLimited,
    Outage,
}

/// A port that is taken and not yet served: its address is known before the simulator is built.
#[derive(Debug)]
pub(crate) struct Port {
    listener: TcpListener,
    pub(crate) number: u16,
}

impl Port {
    pub(crate) async fn bind(address: IpAddr, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::new(address, port)).await?;
        let number = listener.local_addr()?.port();
        Ok(Self { listener, number })
    }

    /// Serves `simulator` here until `stopped`.
    pub(crate) fn serve<S: Simulator>(
        self,
        simulator: S,
        stopped: CancellationToken,
    ) -> JoinHandle<io::Result<()>> {
        let router = Router::new()
            .fallback(exchange::<S>)
            .with_state(Arc::new(simulator));
        self.route(router, stopped)
    }

    /// Serves a router here until `stopped`.
    pub(crate) fn route(
        self,
        router: Router,
        stopped: CancellationToken,
    ) -> JoinHandle<io::Result<()>> {
        let service = router.into_make_service_with_connect_info::<Scissors>();
        tokio::spawn(
            axum::serve(CuttableListener(self.listener), service)
                .with_graceful_shutdown(stopped.cancelled_owned())
                .into_future(),
        )
    }
}

/// One call, with its fault if one is planned.
async fn exchange<S: Simulator>(
    State(simulator): State<Arc<S>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    request: http::Request<Body>,
) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        scissors.cut();
        return Response::default();
    };
    let request = Request::new(head, body);
    let operation = simulator.operation(&request);
    let desk = simulator.desk();
    let record = |status: Option<u16>| {
        desk.record(CallRecord {
            method: request.method.clone(),
            path: request.path().to_owned(),
            operation,
            status,
        });
    };
    let refuse = |refusal| simulator.refusal(&request, refusal);
    let reply = match desk.take_fault(operation) {
        None => simulator.answer(&request).await,
        Some(Fault::ExpiredToken) => refuse(Refusal::ExpiredToken),
        Some(Fault::MissingPermission) => refuse(Refusal::MissingPermission),
        Some(Fault::RateLimited) => refuse(Refusal::RateLimited),
        Some(Fault::Outage) => refuse(Refusal::Outage),
        Some(Fault::ServerError(status)) => Reply::page_for_people(status),
        Some(Fault::GarbledAnswer) => {
            simulator.answer(&request).await;
            Reply::garbled()
        }
        Some(Fault::Hang) => {
            desk.hold(None, || record(None)).await;
            scissors.cut();
            return Response::default();
        }
        Some(Fault::DropAfterEffect) => {
            simulator.answer(&request).await;
            record(None);
            scissors.cut();
            return Response::default();
        }
        Some(Fault::SlowAfterEffect(wait)) => {
            let reply = simulator.answer(&request).await;
            desk.hold(Some(wait), || record(Some(reply.status.as_u16())))
                .await;
            return response(reply);
        }
    };
    record(Some(reply.status.as_u16()));
    response(reply)
}

fn response(reply: Reply) -> Response {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = reply.status;
    for (name, value) in reply.headers {
        response.headers_mut().append(name, value);
    }
    response
}
