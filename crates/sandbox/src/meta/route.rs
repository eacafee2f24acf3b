//! Which call it is: version, path and method.

use http::Method;

use super::graph_error::GraphError;
use super::state::State;
use super::world::TokenKind;
use super::{params::Params, version};
use crate::exchange::Request;

/// A call, and the id in its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) operation: Operation,
    pub(crate) id: String,
}

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    ExchangeToken,
    DebugToken,
    ListPages,
    GetMe,
    GetPage,
    GetInstagramAccount,
    SubscribePage,
    GetPageSubscriptions,
    UnsubscribePage,
    GetPhoneNumber,
    GetWaba,
    ListPhoneNumbers,
    ListOwnedWabas,
    ListClientWabas,
    SubscribeWaba,
    GetWabaSubscriptions,
    UnsubscribeWaba,
    SubscribeApp,
    GetAppSubscriptions,
    UnsubscribeApp,
    GetProfile,
    ListConversations,
    GetMedia,
    /// A possible call to an object that does not exist.
    UnknownObject,
}

/// The edges that can only be read.
const LISTS: &[&str] = &[
    "accounts",
    "phone_numbers",
    "owned_whatsapp_business_accounts",
    "client_whatsapp_business_accounts",
    "conversations",
];

impl Operation {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ExchangeToken => "exchange_token",
            Self::DebugToken => "debug_token",
            Self::ListPages => "list_pages",
            Self::GetMe => "get_me",
            Self::GetPage => "get_page",
            Self::GetInstagramAccount => "get_instagram_account",
            Self::SubscribePage => "subscribe_page",
            Self::GetPageSubscriptions => "get_page_subscriptions",
            Self::UnsubscribePage => "unsubscribe_page",
            Self::GetPhoneNumber => "get_phone_number",
            Self::GetWaba => "get_waba",
            Self::ListPhoneNumbers => "list_phone_numbers",
            Self::ListOwnedWabas => "list_owned_wabas",
            Self::ListClientWabas => "list_client_wabas",
            Self::SubscribeWaba => "subscribe_waba",
            Self::GetWabaSubscriptions => "get_waba_subscriptions",
            Self::UnsubscribeWaba => "unsubscribe_waba",
            Self::SubscribeApp => "subscribe_app",
            Self::GetAppSubscriptions => "get_app_subscriptions",
            Self::UnsubscribeApp => "unsubscribe_app",
            Self::GetProfile => "get_profile",
            Self::ListConversations => "list_conversations",
            Self::GetMedia => "get_media",
            Self::UnknownObject => "unknown",
        }
    }
}

impl Route {
    /// Reads version, path and method. What an id stands for, `state` tells.
    pub(crate) fn read(state: &State, request: &Request, now: i64) -> Result<Self, GraphError> {
        let segments = request.segments();
        let mut parts: Vec<&str> = segments.iter().map(String::as_str).collect();
        if parts.last() == Some(&"") {
            parts.pop();
        }
        let (version, path) = parts.split_first().unwrap_or((&"", &[]));
        version::check(version, now)?;
        let method = &request.method;
        let reading = *method == Method::GET;
        let (operation, id) = match *path {
            ["oauth", "access_token"] if reading || *method == Method::POST => {
                (Operation::ExchangeToken, "")
            }
            ["debug_token"] if reading => (Operation::DebugToken, ""),
            ["me"] if reading => (Operation::GetMe, "me"),
            [id, "accounts"] if reading => (Operation::ListPages, id),
            [id, "phone_numbers"] if reading => (Operation::ListPhoneNumbers, id),
            [id, "owned_whatsapp_business_accounts"] if reading => (Operation::ListOwnedWabas, id),
            [id, "client_whatsapp_business_accounts"] if reading => {
                (Operation::ListClientWabas, id)
            }
            ["me", "subscribed_apps"] => {
                let page = page_of_me(state, request);
                return Ok(Self {
                    operation: page_subscription(method)?,
                    id: page.unwrap_or_else(|| "me".to_owned()),
                });
            }
            [id, "subscribed_apps"] if state.wabas.contains_key(id) => {
                (waba_subscription(method)?, id)
            }
            [id, "subscribed_apps"] if state.pages.contains_key(id) => {
                (page_subscription(method)?, id)
            }
            [id, "subscribed_apps"] => (Operation::UnknownObject, id),
            [id, "subscriptions"] if id == state.app.id => (app_subscription(method)?, id),
            [id, "conversations"] if reading && state.pages.contains_key(id) => {
                (Operation::ListConversations, id)
            }
            [id, "conversations"] if reading => (Operation::UnknownObject, id),
            [id] if reading => (node(state, id), id),
            ["oauth", "access_token"] | [_] => return Err(unsupported(method)),
            [_, edge] if LISTS.contains(&edge) => return Err(unsupported(method)),
            ref unknown => {
                let rest = unknown.get(1..).unwrap_or_default().join("/");
                return Err(GraphError::new(
                    2500,
                    format!("Unknown path components: /{rest}"),
                ));
            }
        };
        Ok(Self {
            operation,
            id: id.to_owned(),
        })
    }
}

fn unsupported(method: &Method) -> GraphError {
    let verb = method.as_str().to_ascii_lowercase();
    GraphError::method(format!("Unsupported {verb} request."))
}

fn page_subscription(method: &Method) -> Result<Operation, GraphError> {
    Ok(match *method {
        Method::POST => Operation::SubscribePage,
        Method::GET => Operation::GetPageSubscriptions,
        Method::DELETE => Operation::UnsubscribePage,
        _ => return Err(unsupported(method)),
    })
}

fn waba_subscription(method: &Method) -> Result<Operation, GraphError> {
    Ok(match *method {
        Method::POST => Operation::SubscribeWaba,
        Method::GET => Operation::GetWabaSubscriptions,
        Method::DELETE => Operation::UnsubscribeWaba,
        _ => return Err(unsupported(method)),
    })
}

fn app_subscription(method: &Method) -> Result<Operation, GraphError> {
    Ok(match *method {
        Method::POST => Operation::SubscribeApp,
        Method::GET => Operation::GetAppSubscriptions,
        Method::DELETE => Operation::UnsubscribeApp,
        _ => return Err(unsupported(method)),
    })
}

fn node(state: &State, id: &str) -> Operation {
    if state.pages.contains_key(id) {
        Operation::GetPage
    } else if state.page_of_instagram(id).is_some() {
        Operation::GetInstagramAccount
    } else if state.wabas.contains_key(id) {
        Operation::GetWaba
    } else if state.phone_number(id).is_some() {
        Operation::GetPhoneNumber
    } else if state.whatsapp_files.contains_key(id) {
        Operation::GetMedia
    } else if state.phones.by_id(id).is_some() {
        Operation::GetProfile
    } else {
        Operation::UnknownObject
    }
}

/// `me` of a page token is the page. Whether the token is alive is checked later.
fn page_of_me(state: &State, request: &Request) -> Option<String> {
    let params = Params::read(request).ok()?;
    let text = params
        .get("access_token")
        .or_else(|| request.authorization("Bearer"))?;
    match &state.token(text)?.token.kind {
        TokenKind::Page(id) => Some(id.clone()),
        TokenKind::User | TokenKind::SystemUser => None,
    }
}
