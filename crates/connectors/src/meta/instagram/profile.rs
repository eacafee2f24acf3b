//! What a person is called who has written to an Instagram account.

use http::Method;
use serde::Deserialize;
use switchboard_connector::{Account, Profile, ProviderContext, ProviderError};

use super::super::address;
use super::super::graph::Graph;
use super::super::page;

/// A person, as the account may see them
/// (developers.facebook.com/docs/messenger-platform/instagram/features/user-profile, read
/// 2026-11-22).
#[derive(Debug, Deserialize)]
struct Person {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    username: Option<String>,
    #[serde(default)]
    profile_pic: Option<String>,
}

pub(crate) async fn profile(
    cx: &ProviderContext,
    account: &Account,
    handle: &str,
) -> Result<Option<Profile>, ProviderError> {
    if !address::is_id(handle) {
        return Ok(None);
    }
    let graph = Graph::of(cx)?;
    let (_, token) = page::stored(&account.facts, account.credentials.as_ref())?;
    let call = graph
        .call("get_profile", Method::GET, &[handle])
        .query("fields", "name,username,profile_pic");
    let person: Person = graph.ask(graph.on_behalf(call, &token)).await?;
    // Many have a user name and nothing else.
    let names = [person.name, person.username].into_iter().flatten();
    let mut names = names.map(|name| name.trim().to_owned());
    let profile = Profile {
        display_name: names.find(|name| !name.is_empty()),
        avatar_url: person.profile_pic.filter(|url| !url.is_empty()),
    };
    Ok((profile != Profile::default()).then_some(profile))
}
