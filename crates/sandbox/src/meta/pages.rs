//! Pages and the Instagram accounts behind them (developers.facebook.com/docs/graph-api/reference/
//! page and /user/accounts, read 2026-11-22).

use serde_json::{Value, json};

use super::auth::Caller;
use super::fields::{Asked, Field, Node};
use super::graph_error::GraphError;
use super::paging::{List, Window};
use super::params::Params;
use super::state::State;
use super::world::{Instagram, Page, TokenKind};

/// What Meta shows for a page without picture.
const SILHOUETTE: &str = "https://scontent.example.com/silhouette.png";

/// What a page is looked at with.
#[derive(Clone, Copy)]
struct View<'a> {
    caller: &'a Caller,
    page: &'a Page,
    /// The page token of this caller.
    page_token: &'a str,
    default: &'static [&'static str],
}

/// `/me/accounts`: the pages that the caller has a role on.
pub(crate) fn list(
    state: &mut State,
    caller: &Caller,
    params: &Params,
    here: &str,
    now: i64,
) -> Result<Value, GraphError> {
    let Caller::Holder { text, issued } = caller else {
        return Err(GraphError::new(
            2500,
            "An active access token must be used to query information about the current user.",
        ));
    };
    if matches!(issued.token.kind, TokenKind::Page(_)) {
        return Err(GraphError::parameter(
            "Tried accessing nonexisting field (accounts) on node type (Page)",
        ));
    }
    if !caller.may("pages_show_list") {
        return Err(GraphError::permission(
            200,
            "Requires pages_show_list permission",
        ));
    }
    let window = Window::read(params)?;
    let asked = params.get("fields").map(Asked::read).transpose()?;
    let roles = state
        .users
        .get(&issued.token.user_id)
        .map(|user| user.roles.clone())
        .unwrap_or_default();
    let ids: Vec<String> = roles.into_iter().map(|(page_id, _)| page_id).collect();
    let accounts = List {
        address: here,
        params,
        token: text,
    };
    window.cut(&ids, accounts, |page_id| {
        let Some(page) = state.pages.get(page_id).cloned() else {
            return Ok(Value::Null);
        };
        let page_token = state.page_token(issued, page_id, now);
        let view = View {
            caller,
            page: &page,
            page_token: &page_token,
            default: &["access_token", "category", "name", "id", "tasks"],
        };
        view.node(state).show(asked.as_deref())
    })
}

/// `/{page-id}`.
pub(crate) fn get(
    state: &mut State,
    caller: &Caller,
    params: &Params,
    page_id: &str,
    now: i64,
) -> Result<Value, GraphError> {
    let Some(page) = state.pages.get(page_id).cloned() else {
        return Err(GraphError::unknown_object(&http::Method::GET, page_id));
    };
    let Caller::Holder { text, issued } = caller else {
        return Err(not_yours());
    };
    let scopes = [
        "pages_show_list",
        "pages_read_engagement",
        "pages_manage_metadata",
    ];
    if !scopes.iter().any(|scope| caller.may(scope)) {
        return Err(not_yours());
    }
    let page_token = match &issued.token.kind {
        TokenKind::Page(own) if *own == page_id => text.clone(),
        TokenKind::Page(_) => return Err(not_yours()),
        TokenKind::User | TokenKind::SystemUser => {
            if state.tasks(&issued.token.user_id, page_id).is_none() {
                return Err(not_yours());
            }
            state.page_token(issued, page_id, now)
        }
    };
    let asked = params.get("fields").map(Asked::read).transpose()?;
    let view = View {
        caller,
        page: &page,
        page_token: &page_token,
        default: &["name", "id"],
    };
    view.node(state).show(asked.as_deref())
}

/// `/{instagram-account-id}`, for those who may see the page behind it.
pub(crate) fn instagram(
    state: &State,
    caller: &Caller,
    params: &Params,
    account_id: &str,
) -> Result<Value, GraphError> {
    let unknown = || GraphError::unknown_object(&http::Method::GET, account_id);
    let page = state.page_of_instagram(account_id).ok_or_else(unknown)?;
    let token = caller.token().ok_or_else(unknown)?;
    let allowed = match &token.kind {
        TokenKind::Page(id) => *id == page.id,
        TokenKind::User | TokenKind::SystemUser => state.tasks(&token.user_id, &page.id).is_some(),
    };
    let account = page
        .instagram
        .as_ref()
        .filter(|_| allowed)
        .ok_or_else(unknown)?;
    if !caller.may("instagram_basic") {
        return Err(GraphError::permission(
            10,
            "Application does not have permission for this action",
        ));
    }
    let asked = params.get("fields").map(Asked::read).transpose()?;
    account_node(account).show(asked.as_deref())
}

/// `/me`: the holder of the token.
pub(crate) fn me(
    state: &mut State,
    caller: &Caller,
    params: &Params,
    now: i64,
) -> Result<Value, GraphError> {
    let Some(token) = caller.token() else {
        return Err(GraphError::new(
            2500,
            "An active access token must be used to query information about the current user.",
        ));
    };
    if let TokenKind::Page(id) = &token.kind {
        return get(state, caller, params, id, now);
    }
    let name = state
        .users
        .get(&token.user_id)
        .map(|user| user.name.clone());
    let node = Node {
        kind: "User",
        default: &["name", "id"],
        fields: vec![
            ("id", Field::text(&token.user_id)),
            ("name", Field::maybe(name)),
            ("email", Field::Absent),
            ("picture", Field::Absent),
        ],
    };
    let asked = params.get("fields").map(Asked::read).transpose()?;
    node.show(asked.as_deref())
}

fn not_yours() -> GraphError {
    GraphError::permission(
        10,
        "This endpoint requires the 'pages_read_engagement' permission or the 'Page Public Content \
         Access' feature.",
    )
}

impl View<'_> {
    fn node(&self, state: &State) -> Node {
        let page = self.page;
        let tasks = self
            .caller
            .token()
            .and_then(|token| state.tasks(&token.user_id, &page.id));
        let located = page.location.as_ref().map_or_else(
            || page.name.clone(),
            |place| format!("{} ({place})", page.name),
        );
        let account = match &page.instagram {
            Some(account) if self.caller.may("instagram_basic") => {
                Field::Node(account_node(account))
            }
            _ => Field::Absent,
        };
        let subscribed = state.page_subscriptions.contains_key(&page.id);
        Node {
            kind: "Page",
            default: self.default,
            fields: vec![
                ("id", Field::text(&page.id)),
                ("name", Field::text(&page.name)),
                ("name_with_location_descriptor", Field::text(&located)),
                ("access_token", Field::text(self.page_token)),
                ("category", Field::text("Shopping & retail")),
                ("picture", Field::Data(picture(page))),
                ("is_webhooks_subscribed", Field::Plain(subscribed.into())),
                ("tasks", Field::maybe(tasks.map(|tasks| json!(tasks)))),
                ("instagram_business_account", account),
                ("about", Field::Absent),
                ("business", Field::Absent),
                ("cover", Field::Absent),
                ("link", Field::Absent),
                ("location", Field::Absent),
                ("phone", Field::Absent),
                ("username", Field::Absent),
                ("verification_status", Field::Absent),
                ("website", Field::Absent),
            ],
        }
    }
}

fn picture(page: &Page) -> Node {
    let url = page.picture.as_deref().unwrap_or(SILHOUETTE);
    Node {
        kind: "ProfilePictureSource",
        default: &["height", "is_silhouette", "url", "width"],
        fields: vec![
            ("height", Field::Plain(50.into())),
            ("is_silhouette", Field::Plain(page.picture.is_none().into())),
            ("url", Field::text(url)),
            ("width", Field::Plain(50.into())),
            ("cache_key", Field::Absent),
        ],
    }
}

fn account_node(account: &Instagram) -> Node {
    Node {
        kind: "IGUser",
        default: &["id"],
        fields: vec![
            ("id", Field::text(&account.id)),
            ("username", Field::text(&account.username)),
            ("name", Field::text(&account.name)),
            (
                "profile_picture_url",
                Field::maybe(account.profile_picture_url.clone()),
            ),
            ("biography", Field::Absent),
            ("followers_count", Field::Absent),
            ("follows_count", Field::Absent),
            ("ig_id", Field::Absent),
            ("media_count", Field::Absent),
            ("website", Field::Absent),
        ],
    }
}
