//! `GET /openapi.json`: the API's description, made from the procedures themselves.

mod fault;
mod sketch;

use switchboard_api_types::{
    AddressJson, ChannelJson, ChannelMetadataJson, ContactJson, ConversationJson, MessageJson,
    PaginationJson, SenderJson, TagJson, TemplateJson, UserJson,
};
use switchboard_connector::Connector;
use utoipa::openapi::path::{HttpMethod, Operation, PathItem, PathsBuilder};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder,
    SecurityRequirement, Tag, tag::TagBuilder,
};

pub(crate) use fault::Fault;
pub(crate) use sketch::{Sketch, data_of, page_of, reference};

use crate::error::{Code, ErrorJson, ProviderFailureJson};
use crate::limits::Limits;
use crate::{health, ingest, media, metrics, rpc};

const ABOUT: &str = "\
Connects a company's messaging channels behind one API.

Every procedure is called with `POST` and a JSON body; an empty body counts as `{}`, unknown fields \
are ignored and `null` is the same as leaving a field out. Every answer carries `x-request-id`; one \
sent by the caller is kept. Answers to the hub's own users say in `server-timing` how many milliseconds they \
took. An answer that is an error is an `Error`: its `message` is for people, \
its `code` for programs.";

/// The name of the security scheme.
const SYSTEM_TOKEN: &str = "system_token";

/// The name of the security scheme of custom sources.
pub(crate) const SOURCE_TOKEN: &str = "source_token";

/// The name of the security scheme of visitors of the web chat.
pub(crate) const VISITOR_TOKEN: &str = "visitor_token";

/// Describes the API of a hub with these sources.
pub fn openapi(connectors: &'static [&'static dyn Connector], version: &str) -> OpenApi {
    let mut paths = PathsBuilder::new();
    for procedure in rpc::procedures(connectors, version) {
        paths = paths.path(
            procedure.path,
            PathItem::new(HttpMethod::Post, procedure.operation),
        );
    }
    for (_, procedure) in rpc::with_own_tokens(&Limits::new()) {
        paths = paths.path(
            procedure.path,
            PathItem::new(HttpMethod::Post, procedure.operation),
        );
    }
    for (path, item) in ingest::described(connectors) {
        paths = paths.path(path, item);
    }
    for (path, operation) in [
        ("/health", health::operation()),
        ("/metrics", metrics::operation()),
        ("/openapi.json", operation()),
    ] {
        paths = paths.path(path, PathItem::new(HttpMethod::Get, operation));
    }
    for (path, operation) in media::described() {
        paths = paths.path(path, PathItem::new(HttpMethod::Get, operation));
    }
    let info = InfoBuilder::new()
        .title("Switchboard")
        .version(version)
        .description(Some(ABOUT))
        .license(Some(
            LicenseBuilder::new()
                .name("Apache-2.0")
                .identifier(Some("Apache-2.0"))
                .build(),
        ));
    OpenApiBuilder::new()
        .info(info)
        .paths(paths)
        .components(Some(components()))
        // The token is only asked for where one is configured.
        .security(Some([
            SecurityRequirement::new(SYSTEM_TOKEN, [""; 0]),
            SecurityRequirement::default(),
        ]))
        .tags(Some(tags()))
        .build()
}

fn components() -> Components {
    let bearer = |description: &str| {
        let token = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(description))
            .build();
        SecurityScheme::Http(token)
    };
    let mut components = ComponentsBuilder::new()
        .schema_from::<ChannelJson<'_>>()
        .schema_from::<ChannelMetadataJson<'_>>()
        .schema_from::<ConversationJson>()
        .schema_from::<MessageJson>()
        .schema_from::<SenderJson>()
        .schema_from::<PaginationJson>()
        .schema_from::<AddressJson<'_>>()
        .schema_from::<ContactJson<'_>>()
        .schema_from::<TagJson<'_>>()
        .schema_from::<TemplateJson<'_>>()
        .schema_from::<UserJson<'_>>()
        .schema_from::<rpc::envelopes::EnvelopeJson>()
        .schema_from::<ErrorJson<'_>>()
        .schema_from::<Code>()
        .schema_from::<ProviderFailureJson>()
        .security_scheme(
            SYSTEM_TOKEN,
            bearer("The hub's `security.system_token`. A hub without one asks for nothing."),
        )
        .security_scheme(
            SOURCE_TOKEN,
            bearer("The token that `sources.create` gave to a source."),
        )
        .security_scheme(
            VISITOR_TOKEN,
            bearer("The token that `chatplugin.authenticate` gave to a visitor."),
        );
    for fault in Fault::ALL {
        components = components.response(fault.name(), fault.response());
    }
    components.build()
}

fn tags() -> Vec<Tag> {
    [
        ("channels", "The accounts that are connected."),
        ("conversations", "The threads with contacts."),
        ("messages", "What was written, and what is noted about it."),
        ("contacts", "The address book."),
        ("tags", "What conversations can be tagged with."),
        ("templates", "Messages to be written again and again."),
        ("users", "Those who work with the hub."),
        ("client", "What consoles ask first."),
        (
            "components",
            "The parts of the hub, for consoles made for Airy.",
        ),
        (
            "envelopes",
            "For operators: what arrived, and what became of it.",
        ),
        (
            "webhooks",
            "Where providers call; not meant for anybody else.",
        ),
        ("sources", "Programs of your own that speak for a channel."),
        ("chatplugin", "The web chat, as its visitors call it."),
        ("media", "Files, of messages and to be sent."),
        ("hub", "The hub itself."),
    ]
    .into_iter()
    .map(|(name, description)| {
        TagBuilder::new()
            .name(name)
            .description(Some(description))
            .build()
    })
    .collect()
}

fn operation() -> Operation {
    Sketch::public("hub", "openapi.json", "This description")
        .text_answer("application/json", "OpenAPI 3.1.")
        .build()
}

/// The description as it is served: the same text in each run.
#[expect(
    clippy::expect_used,
    reason = "the sentence proves that it cannot fail"
)]
pub(crate) fn as_text(description: &OpenApi) -> String {
    description
        .to_pretty_json()
        .expect("the description has no maps with keys that are not text")
}
