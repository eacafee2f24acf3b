//! What a page may ask about the people who wrote to it, and its conversations with them
//! (developers.facebook.com/docs/messenger-platform/identity/user-profile,
//! /docs/messenger-platform/instagram/features/user-profile and
//! /docs/graph-api/reference/page/conversations, read 2026-11-22).

use http::Method;
use serde_json::{Value, json};

use super::auth::Caller;
use super::cdn;
use super::fields::{Asked, Field, Node};
use super::graph_error::GraphError;
use super::params::Params;
use super::state::State;
use super::world::{Page, TokenKind};
use crate::customers::Source;
use crate::media::Sample;
use crate::phones::{Person, digits};

/// `/{psid}` and `/{igsid}`: a person, as far as the page knows one.
pub(crate) fn get(
    state: &State,
    caller: &Caller,
    params: &Params,
    (id, url, now): (&str, &str, i64),
) -> Result<Value, GraphError> {
    let unknown = || GraphError::unknown_object(&Method::GET, id);
    let person = state.phones.by_id(id).ok_or_else(unknown)?;
    let page = page_of(state, person).ok_or_else(unknown)?;
    if !is_page(caller, &page.id) {
        return Err(unknown());
    }
    let scope = match person.source {
        Source::Instagram => "instagram_manage_messages",
        _ => "pages_messaging",
    };
    require(caller, scope)?;
    let asked = params.get("fields").map(Asked::read).transpose()?;
    if person.hides_profile {
        return Err(
            GraphError::parameter("No profile available for this user.").with_subcode(2_018_218)
        );
    }
    let path = cdn::path(&person.scope, &person.id, Sample::portrait().name);
    let picture = cdn::link(url, &path, now * 1000, &person.id);
    match person.source {
        Source::Instagram => on_instagram(person, &picture),
        _ => in_messenger(person, &picture),
    }
    .show(asked.as_deref())
}

/// `/{page-id}/conversations`: those with one person, or all.
pub(crate) fn conversations(
    state: &State,
    caller: &Caller,
    params: &Params,
    page_id: &str,
) -> Result<Value, GraphError> {
    let page = state
        .pages
        .get(page_id)
        .filter(|_| is_page(caller, page_id))
        .ok_or_else(|| GraphError::unknown_object(&Method::GET, page_id))?;
    let (source, scope) = match params.get("platform") {
        None | Some("messenger") => (Source::Facebook, "pages_messaging"),
        Some("instagram") => (Source::Instagram, "instagram_manage_messages"),
        Some(other) => {
            return Err(GraphError::parameter(format!(
                "Param platform must be one of {{INSTAGRAM, MESSENGER}} - got \"{other}\"."
            )));
        }
    };
    require(caller, scope)?;
    let asked = params.get("fields").map(Asked::read).transpose()?;
    let account = match source {
        Source::Instagram => page.instagram.as_ref().map(|account| account.id.as_str()),
        _ => Some(page_id),
    };
    let wanted = params.get("user_id");
    let data = state
        .phones
        .people()
        .filter(|person| person.source == source && Some(person.scope.as_str()) == account)
        .filter(|person| wanted.is_none_or(|id| id == person.id))
        .map(|person| conversation(person, page).show(asked.as_deref()))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(json!({ "data": data }))
}

/// The page that a person wrote to, directly or to the Instagram account behind it.
fn page_of<'state>(state: &'state State, person: &Person) -> Option<&'state Page> {
    match person.source {
        Source::Facebook => state.pages.get(&person.scope),
        Source::Instagram => state.page_of_instagram(&person.scope),
        _ => None,
    }
}

/// Only the page itself knows its people.
fn is_page(caller: &Caller, page_id: &str) -> bool {
    caller
        .token()
        .is_some_and(|token| matches!(&token.kind, TokenKind::Page(own) if own == page_id))
}

fn require(caller: &Caller, scope: &str) -> Result<(), GraphError> {
    if caller.may(scope) {
        return Ok(());
    }
    Err(GraphError::permission(
        200,
        format!("Requires {scope} permission to manage the object."),
    ))
}

fn in_messenger(person: &Person, picture: &str) -> Node {
    let (first, last) = person.name.rsplit_once(' ').unwrap_or((&person.name, ""));
    Node {
        kind: "User",
        default: &["first_name", "last_name", "profile_pic", "id"],
        fields: vec![
            ("id", Field::text(&person.id)),
            ("name", Field::text(&person.name)),
            ("first_name", Field::text(first)),
            ("last_name", Field::text(last)),
            ("profile_pic", Field::text(picture)),
            ("gender", Field::Absent),
            ("locale", Field::Absent),
            ("timezone", Field::Absent),
        ],
    }
}

fn on_instagram(person: &Person, picture: &str) -> Node {
    Node {
        kind: "IGUser",
        default: &["id"],
        fields: vec![
            ("id", Field::text(&person.id)),
            ("name", Field::text(&person.name)),
            ("username", Field::text(&username(person))),
            ("profile_pic", Field::text(picture)),
            ("follower_count", Field::Plain(42.into())),
            ("is_verified_user", Field::Plain(false.into())),
            ("is_user_follow_business", Field::Plain(true.into())),
            ("is_business_follow_user", Field::Plain(false.into())),
        ],
    }
}

fn username(person: &Person) -> String {
    person.name.to_lowercase().replace(' ', ".")
}

fn conversation(person: &Person, page: &Page) -> Node {
    let id = format!(
        "t_{}",
        digits(&format!("{}/{}", person.scope, person.id), 17)
    );
    let participants = match (person.source, &page.instagram) {
        (Source::Instagram, Some(account)) => json!({"data": [
            {"username": username(person), "id": person.id},
            {"username": account.username, "id": account.id},
        ]}),
        _ => json!({"data": [
            {"name": person.name, "email": format!("{}@facebook.com", person.id), "id": person.id},
            {"name": page.name, "email": format!("{}@facebook.com", page.id), "id": page.id},
        ]}),
    };
    Node {
        kind: "UnifiedThread",
        default: &["id", "updated_time"],
        fields: vec![
            ("id", Field::text(&id)),
            ("participants", Field::Plain(participants)),
            ("updated_time", Field::Absent),
            ("message_count", Field::Absent),
            ("snippet", Field::Absent),
            ("senders", Field::Absent),
        ],
    }
}
