//! What a person is called who has written to a page.

use http::Method;
use serde::Deserialize;
use switchboard_connector::{Account, ErrorClass, Profile, ProviderContext, ProviderError};
use switchboard_domain::Secret;

use super::super::address;
use super::super::graph::Graph;
use super::super::page;
use super::super::wire::{Id, Listed};

/// A person, as the page may see them
/// (developers.facebook.com/docs/messenger-platform/identity/user-profile, read 2026-11-22).
#[derive(Debug, Deserialize)]
struct Person {
    #[serde(default)]
    first_name: Option<String>,
    #[serde(default)]
    last_name: Option<String>,
    #[serde(default)]
    profile_pic: Option<String>,
}

/// A thread, with those who take part.
#[derive(Debug, Deserialize)]
struct Thread {
    #[serde(default)]
    participants: Option<Listed<Participant>>,
}

#[derive(Debug, Deserialize)]
struct Participant {
    #[serde(default)]
    id: Option<Id>,
    #[serde(default)]
    name: Option<String>,
}

/// Asks for the person, and where Meta refuses that, who takes part in the thread with them.
pub(crate) async fn profile(
    cx: &ProviderContext,
    account: &Account,
    handle: &str,
) -> Result<Option<Profile>, ProviderError> {
    if !address::is_id(handle) {
        return Ok(None);
    }
    let graph = Graph::of(cx)?;
    let (page_id, token) = page::stored(&account.facts, account.credentials.as_ref())?;
    match person(&graph, &token, handle).await {
        Ok(person) => Ok(person.into_profile()),
        Err(error) if is_about_the_person(error.class) => {
            participant(&graph, &token, &page_id, handle).await
        }
        Err(error) => Err(error),
    }
}

/// Pages without Business Asset User Profile Access get no profiles, and some people none at all.
const fn is_about_the_person(class: ErrorClass) -> bool {
    matches!(
        class,
        ErrorClass::Permission
            | ErrorClass::Recipient
            | ErrorClass::Content
            | ErrorClass::Policy
            | ErrorClass::Config
    )
}

async fn person(graph: &Graph<'_>, token: &Secret, id: &str) -> Result<Person, ProviderError> {
    let call = graph
        .call("get_profile", Method::GET, &[id])
        .query("fields", "first_name,last_name,profile_pic");
    graph.ask(graph.on_behalf(call, token)).await
}

async fn participant(
    graph: &Graph<'_>,
    token: &Secret,
    page_id: &str,
    id: &str,
) -> Result<Option<Profile>, ProviderError> {
    let call = graph
        .call(
            "list_conversations",
            Method::GET,
            &[page_id, "conversations"],
        )
        .query("platform", "messenger")
        .query("user_id", id)
        .query("fields", "participants");
    let threads: Listed<Thread> = graph.ask(graph.on_behalf(call, token)).await?;
    let participants = threads
        .data
        .into_iter()
        .filter_map(|thread| thread.participants);
    let mut people = participants.flat_map(|participants| participants.data);
    let found = people.find(|person| person.id.as_ref().is_some_and(|found| found.is(id)));
    let name = found.and_then(|person| person.name);
    Ok(name
        .filter(|name| !name.trim().is_empty())
        .map(|name| Profile {
            display_name: Some(name.trim().to_owned()),
            avatar_url: None,
        }))
}

impl Person {
    fn into_profile(self) -> Option<Profile> {
        let names = [self.first_name, self.last_name];
        let name: Vec<String> = names.into_iter().flatten().collect();
        let name = name.join(" ").trim().to_owned();
        let profile = Profile {
            display_name: (!name.is_empty()).then_some(name),
            avatar_url: self.profile_pic.filter(|url| !url.is_empty()),
        };
        (profile != Profile::default()).then_some(profile)
    }
}
