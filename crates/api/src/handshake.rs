//! Where providers call: for now only to see that the address is ours.

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use switchboard_connector::{Connector, Handshake, RawWebhook};
use switchboard_engine::Engine;
use utoipa::openapi::path::{HttpMethod, PathItem};

use crate::body;
use crate::error::{ApiError, Code};
use crate::openapi::{Fault, Sketch};

/// Largest call of a provider that is read: WhatsApp's calls may have 3 MB.
const LIMIT: usize = 4 * 1024 * 1024;

/// Answers a provider's call on `path`.
pub(crate) async fn answer(
    engine: Engine,
    path: &'static str,
    request: Request,
) -> Result<Response, ApiError> {
    let method = request.method().clone();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let headers = request.headers().clone();
    let body = body::read(request, LIMIT).await?;
    let call = RawWebhook {
        method,
        query,
        headers,
        body: body.into(),
    };
    match engine.handshake(path, &call) {
        Handshake::Answer { content_type, body } => {
            Ok(([(CONTENT_TYPE, content_type)], body).into_response())
        }
        Handshake::Refused => Err(ApiError::new(
            Code::Unauthorized,
            "The call does not prove that it comes from the provider: its verify token or \
             signature does not fit what is configured for the source.",
        )),
        // Providers take any status above 299 for "later" and deliver again.
        Handshake::Other => Err(ApiError::new(
            Code::NotReceiving,
            "This hub does not take in messages yet; nothing was stored.",
        )),
    }
}

/// The paths, for the API's description.
pub(crate) fn described(connectors: &[&'static dyn Connector]) -> Vec<(&'static str, PathItem)> {
    let mut paths: Vec<_> = connectors
        .iter()
        .filter_map(|connector| connector.webhook_path())
        .collect();
    paths.sort_unstable();
    paths.dedup();
    paths
        .into_iter()
        .map(|path| {
            let name = |verb: &str| format!("webhook{}.{verb}", path.replace('/', "."));
            let shake = Sketch::public(
                "webhooks",
                &name("handshake"),
                "Proves that the address is ours",
            )
            .text_answer("text/plain", "What the provider wants to hear.")
            .faults(&[Fault::Forbidden, Fault::NotReceiving])
            .build();
            let receive = Sketch::public("webhooks", &name("receive"), "Takes a provider's call")
                .text_answer(
                    "text/plain",
                    "What the provider wants to hear, if it is a handshake.",
                )
                .faults(&[Fault::Forbidden, Fault::BodyTooLarge, Fault::NotReceiving])
                .build();
            let mut item = PathItem::new(HttpMethod::Get, shake);
            item.merge_operations(PathItem::new(HttpMethod::Post, receive));
            (path, item)
        })
        .collect()
}
