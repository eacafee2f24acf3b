//! Every procedure: `POST /<noun>.<verb>`, one file each.

mod bearer;
pub(crate) mod channels;
mod chatplugin;
mod client;
mod components;
mod contacts;
pub(crate) mod conversations;
pub(crate) mod envelopes;
mod field;
mod media;
pub(crate) mod messages;
mod page;
mod sources;
mod tags;
mod templates;
mod users;

use axum::routing::MethodRouter;
use switchboard_connector::Connector;
use switchboard_engine::Engine;
use utoipa::openapi::path::Operation;

use crate::gate::Access;
use crate::limits::Limits;

/// A procedure: where it is called, what the description says of it, and how it is answered.
pub(crate) struct Procedure {
    pub(crate) path: String,
    pub(crate) operation: Operation,
    pub(crate) route: MethodRouter<Engine>,
}

/// Every procedure there is with these sources, in a hub of that version.
pub(crate) fn procedures(connectors: &[&'static dyn Connector], version: &str) -> Vec<Procedure> {
    let mut procedures = channels::procedures(connectors);
    procedures.extend(conversations::procedures());
    procedures.extend(messages::procedures());
    procedures.extend(envelopes::procedures());
    procedures.extend(sources::procedures());
    procedures.extend(contacts::procedures());
    procedures.extend(tags::procedures());
    procedures.extend(templates::procedures());
    procedures.extend(users::procedures());
    procedures.extend(client::procedures(version));
    procedures.extend(components::procedures());
    procedures
}

/// Procedures whose callers show a token of their own kind instead of the hub's.
pub(crate) fn with_own_tokens(limits: &Limits) -> Vec<(Access, Procedure)> {
    let sources = sources::procedures_of_sources()
        .into_iter()
        .map(|procedure| (Access::Public, procedure));
    let visitors = chatplugin::procedures(limits)
        .into_iter()
        .map(|procedure| (Access::Visitors, procedure));
    let uploads = media::procedures(limits)
        .into_iter()
        .map(|procedure| (Access::Uploads, procedure));
    sources.chain(visitors).chain(uploads).collect()
}
