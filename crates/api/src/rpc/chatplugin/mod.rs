//! The procedures that visitors of the web chat call.

use axum::Json;
use axum::extract::{FromRequest as _, Request, State};
use axum::response::IntoResponse;
use axum::routing::post;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_connector::request::{InvalidRequest, Token, optional};
use switchboard_connector::{RequestBody, request};
use switchboard_domain::{ChannelId, ConversationId};
use switchboard_engine::Engine;
use switchboard_engine::chatplugin::{Arrival, ChatError, Visitor, Writing};
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ArrayBuilder, Schema, Type};
use utoipa::openapi::{ObjectBuilder, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::Procedure;
use super::bearer::bearer;
use super::field::Id;
use crate::body::{Json as AnyJson, Verbatim};
use crate::error::{ApiError, Code};
use crate::limits::Limits;
use crate::openapi::{Fault, Sketch, VISITOR_TOKEN, reference};
use crate::peer::Peer;

/// The header in which a visitor's program names what it sends (draft-ietf-httpapi-idempotency-key-header).
const NAME: &str = "Idempotency-Key";

/// Longest name, in bytes.
const LONGEST_NAME: usize = 255;

const CHANNEL: &str = "3502a0a7-933d-5410-b5fc-51f041146d89";

/// Every procedure of visitors.
pub(super) fn procedures(limits: &Limits) -> Vec<Procedure> {
    vec![authenticate(limits), resume_token(limits), send(limits)]
}

/// How somebody comes to the web chat: with a channel for the first time, with a token again.
#[derive(Debug, Deserialize, ToSchema)]
struct Authenticate {
    /// The channel to chat on.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    channel_id: Option<Id<ChannelId>>,
    /// What `chatplugin.resumeToken` gave; wins over the channel.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, nullable = false)]
    resume_token: Option<Token>,
}

impl RequestBody for Authenticate {
    const REQUIRED: &'static [&'static str] = &[];
    const ALIASES: &'static [(&'static str, &'static str)] =
        &[("channelId", "channel_id"), ("resumeToken", "resume_token")];
}

/// Which visitor the hub's own programs mean.
#[derive(Debug, Deserialize, ToSchema)]
struct ResumeToken {
    /// The channel they chat on.
    #[schema(value_type = Uuid)]
    channel_id: Id<ChannelId>,
    /// Their conversation.
    #[schema(value_type = Uuid)]
    conversation_id: Id<ConversationId>,
}

impl RequestBody for ResumeToken {
    const REQUIRED: &'static [&'static str] = &["channel_id", "conversation_id"];
    const ALIASES: &'static [(&'static str, &'static str)] = &[
        ("channelId", "channel_id"),
        ("conversationId", "conversation_id"),
    ];
}

/// What a visitor writes.
#[derive(Debug, Deserialize, ToSchema)]
struct Send {
    /// The message, in any JSON; the web chat sends `{"text": "…"}`.
    #[schema(value_type = Object)]
    #[expect(dead_code, reason = "it is taken as it was written")]
    message: Value,
}

impl RequestBody for Send {
    const REQUIRED: &'static [&'static str] = &["message"];
    const ANY_JSON: &'static [&'static str] = &["message"];
}

/// An object of text under these names, all of them there.
fn texts(names: &[&str]) -> ObjectBuilder {
    names.iter().fold(ObjectBuilder::new(), |object, name| {
        let text = ObjectBuilder::new().schema_type(Type::String);
        object.property(*name, text).required(*name)
    })
}

fn authenticate(limits: &Limits) -> Procedure {
    let path = "/chatplugin.authenticate";
    let limits = limits.clone();
    let route = move |State(engine): State<Engine>, request: Request| {
        let limits = limits.clone();
        async move {
            limits.address(Peer::asking(&request))?;
            let AnyJson(body) = read(request, &engine).await?;
            let Authenticate {
                channel_id,
                resume_token,
            } = request::parse(body)?;
            let arrival = match (resume_token, channel_id) {
                (Some(token), _) => Arrival::Resumed(token.into_secret()),
                (None, Some(channel)) => Arrival::New(channel.0),
                (None, None) => {
                    return Err(InvalidRequest::field(
                        "channel_id",
                        "The field channel_id is required, or resume_token instead of it.",
                    )
                    .into());
                }
            };
            let visit = engine.authenticate_visitor(arrival).await?;
            let links = engine.media_links();
            let messages: Vec<_> = visit
                .messages
                .iter()
                .map(|message| message.to_bare_json(&links))
                .collect();
            Ok::<_, ApiError>(
                Json(json!({ "token": visit.token.expose(), "messages": messages }))
                    .into_response(),
            )
        }
    };
    Procedure {
        path: path.to_owned(),
        operation: Sketch::public("chatplugin", path, "Lets a visitor of the web chat in")
            .request(Authenticate::schema(), json!({ "channel_id": CHANNEL }))
            .answer(
                "What the visitor calls with, for one hour, and the conversation so far.",
                Schema::Object(
                    texts(&["token"])
                        .property("messages", ArrayBuilder::new().items(reference("Message")))
                        .required("messages")
                        .build(),
                ),
                json!({ "token": "eyJ…", "messages": [] }),
            )
            .faults(Fault::PROCEDURE)
            .faults(&[
                Fault::UnknownChat,
                Fault::InvalidToken,
                Fault::TooManyRequests,
            ])
            .build(),
        route: post(route),
    }
}

fn resume_token(limits: &Limits) -> Procedure {
    let path = "/chatplugin.resumeToken";
    let limits = limits.clone();
    let route = move |State(engine): State<Engine>, request: Request| {
        let limits = limits.clone();
        async move {
            limits.address(Peer::asking(&request))?;
            let token = bearer(request.headers())
                .map(str::to_owned)
                .ok_or_else(|| {
                    ApiError::new(
                        Code::InvalidRequest,
                        "The header authorization is missing; it carries the visitor's token.",
                    )
                })?;
            let visitor = match engine.visitor(&token) {
                Ok(visitor) => visitor,
                Err(ChatError::Token) if is_the_hubs(&request) => {
                    let AnyJson(body) = read(request, &engine).await?;
                    let ResumeToken {
                        channel_id,
                        conversation_id,
                    } = request::parse(body)?;
                    Visitor {
                        channel: channel_id.0,
                        conversation: conversation_id.0,
                    }
                }
                Err(error) => return Err(error.into()),
            };
            let resume = engine.resume_token(visitor).await?;
            Ok::<_, ApiError>(Json(json!({ "resume_token": resume.expose() })).into_response())
        }
    };
    Procedure {
        path: path.to_owned(),
        operation: Sketch::with_token(
            "chatplugin",
            path,
            "Gives a visitor a way to come back",
            VISITOR_TOKEN,
        )
        .describe(
            "Called with the visitor's token, or with the hub's own token and a body that names \
                 channel and conversation.",
        )
        .request(ObjectBuilder::new().build(), json!({}))
        .answer(
            "A token for `chatplugin.authenticate`, good for seven days.",
            Schema::Object(texts(&["resume_token"]).build()),
            json!({ "resume_token": "eyJ…" }),
        )
        .faults(Fault::PROCEDURE)
        .faults(&[
            Fault::UnknownChat,
            Fault::InvalidToken,
            Fault::TooManyRequests,
        ])
        .build(),
        route: post(route),
    }
}

fn send(limits: &Limits) -> Procedure {
    let path = "/chatplugin.send";
    let limits = limits.clone();
    let route = move |State(engine): State<Engine>, request: Request| {
        let limits = limits.clone();
        async move {
            limits.address(Peer::asking(&request))?;
            let token = bearer(request.headers()).ok_or_else(|| {
                ApiError::new(
                    Code::Unauthorized,
                    "The request needs the visitor's token, as chatplugin.authenticate gave it.",
                )
            })?;
            let visitor = engine.visitor(token)?;
            limits.visitor(visitor.conversation)?;
            let name = name(&request)?;
            let Verbatim(Send { message: _ }, written) =
                Verbatim::from_request(request, &engine).await?;
            let content = written.json("message");
            let writing = Writing { content, name };
            let stored = engine.send_as_visitor(visitor, writing).await?;
            Ok::<_, ApiError>(Json(stored.to_bare_json(&engine.media_links())).into_response())
        }
    };
    Procedure {
        path: path.to_owned(),
        operation: named(
            Sketch::with_token(
                "chatplugin",
                path,
                "Takes what a visitor writes",
                VISITOR_TOKEN,
            )
            .request(
                Send::schema(),
                json!({ "message": { "text": "What is the answer?" } }),
            )
            .answer(
                "The message, stored.",
                reference("Message"),
                super::messages::sample(),
            )
            .faults(Fault::PROCEDURE)
            .faults(&[
                Fault::UnknownChat,
                Fault::InvalidToken,
                Fault::TooManyRequests,
            ])
            .build(),
        ),
        route: post(route),
    }
}

async fn read(request: Request, engine: &Engine) -> Result<AnyJson, ApiError> {
    AnyJson::from_request(request, engine).await
}

/// The visitor's own name for what they write.
fn name(request: &Request) -> Result<Option<String>, ApiError> {
    let Some(given) = request.headers().get(NAME) else {
        return Ok(None);
    };
    let name = given.to_str().unwrap_or_default();
    if name.is_empty() || name.len() > LONGEST_NAME {
        return Err(ApiError::new(
            Code::InvalidRequest,
            format!(
                "The header {NAME} must be 1 to {LONGEST_NAME} letters, digits and signs of ASCII."
            ),
        ));
    }
    Ok(Some(name.to_owned()))
}

/// Describes [`name`].
fn named(mut operation: Operation) -> Operation {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(LONGEST_NAME));
    let parameter = ParameterBuilder::new()
        .name(NAME)
        .parameter_in(ParameterIn::Header)
        .description(Some(
            "The visitor's own name for the message. A repeated call with the same name stores nothing and \
             answers with the first message.",
        ))
        .schema(Some(text))
        .build();
    operation.parameters = Some(vec![RefOr::T(parameter)]);
    operation
}

/// Whether the gate would let the request in with the hub's own token.
fn is_the_hubs(request: &Request) -> bool {
    request
        .extensions()
        .get::<crate::auth::ShowsHubToken>()
        .is_some()
}

impl From<ChatError> for ApiError {
    fn from(error: ChatError) -> Self {
        match error {
            ChatError::UnknownChannel(id) => Self::new(
                Code::UnknownChannel,
                format!("There is no connected chat channel {id}."),
            ),
            ChatError::UnknownConversation(id) => Self::new(
                Code::NotFound,
                format!("There is no conversation {id} on this channel."),
            ),
            ChatError::Token => Self::new(
                Code::InvalidToken,
                "The token is none that this hub has given to a visitor, or it has run out.",
            ),
            ChatError::Storage(error) => error.into(),
        }
    }
}
