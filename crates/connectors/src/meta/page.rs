//! Facebook pages: looked up, subscribed and unsubscribed. Instagram accounts are reached through
//! the page they are linked to.

use http::Method;
use serde::Deserialize;
use serde_json::json;
use switchboard_connector::{
    Account, ConnectError, Draft, ErrorClass, ProviderContext, ProviderError,
};
use switchboard_domain::{RawJson, Secret, UpstreamKey};

use super::graph::Graph;
use super::token::{self, Inspected};
use super::wire::{Page, Picture};
use crate::remembered;

/// What a page is asked about itself.
pub(crate) const FIELDS: &str = "id,name,name_with_location_descriptor,access_token,picture,\
    is_webhooks_subscribed,tasks,instagram_business_account";

/// What the page is to send us. All are in the enumeration of v25.0
/// (developers.facebook.com/docs/graph-api/reference/page/subscribed_apps, read 2026-11-22); one
/// unknown name fails the whole call.
const SUBSCRIBED_FIELDS: &[&str] = &[
    "messages",
    "messaging_postbacks",
    "messaging_optins",
    "messaging_optouts",
    "message_deliveries",
    "message_reads",
    "message_echoes",
    "message_edits",
    "message_reactions",
    "messaging_referrals",
    "messaging_handovers",
    "standby",
    "messaging_policy_enforcement",
    "messaging_account_linking",
    "messaging_feedback",
    "inbox_labels",
];

/// Looks a page up with `token`, which may be a person's or the page's, and returns it with the
/// token that acts for it.
pub(crate) async fn open(
    graph: &Graph<'_>,
    page_id: &str,
    token: Secret,
    (scopes, fields): (&[&str], &str),
) -> Result<(Page, Secret), ProviderError> {
    let inspected = token::inspect(graph, &token, scopes).await?;
    let token = if inspected.is_user() && inspected.expires() {
        token::exchange(graph, &token).await?
    } else {
        token
    };
    let call = graph
        .call("get_page", Method::GET, &[page_id])
        .query("fields", fields);
    let mut page: Page = graph.ask(graph.on_behalf(call, &token)).await?;
    page.may_message()?;
    page.is_granted(&inspected, scopes)?;
    let own = page.access_token.take();
    let own = own.or_else(|| inspected.is_page().then_some(token));
    let own = own.ok_or_else(|| {
        let problem = format!(
            "the token may see the page {page_id} but not act for it; use a token of somebody who manages the page"
        );
        ProviderError::refused(ErrorClass::Permission, problem)
    })?;
    Ok((page, own))
}

impl Page {
    /// What people call the page. The longer name tells branches of one company apart, not every
    /// page has it.
    pub(crate) fn title(&self) -> &str {
        let names = [&self.name_with_location_descriptor, &self.name];
        let mut names = names.into_iter().flatten().map(|name| name.trim());
        names.find(|name| !name.is_empty()).unwrap_or(&self.id)
    }

    /// The page's picture, unless it is the grey shape of those that have none.
    pub(crate) fn picture_url(&self) -> Option<String> {
        let Picture { data } = self.picture.as_ref()?;
        let picture = data.as_ref().filter(|picture| !picture.is_silhouette)?;
        picture.url.clone().filter(|url| !url.is_empty())
    }

    /// Refuses a page that its manager left out when granting the permissions.
    fn is_granted(&self, inspected: &Inspected, scopes: &[&str]) -> Result<(), ProviderError> {
        // Those of other names are granted for Instagram accounts.
        let mut of_pages = scopes.iter().filter(|scope| scope.starts_with("pages_"));
        let Some(missing) = of_pages.find(|scope| inspected.excludes(scope, &self.id)) else {
            return Ok(());
        };
        Err(ProviderError::refused(
            ErrorClass::Permission,
            format!(
                "the token has the permission {missing} for other pages and not for {}; grant it for this page too and connect again with a new token",
                self.id
            ),
        ))
    }

    /// Refuses a page whose token holder may not answer messages, as far as Meta tells.
    fn may_message(&self) -> Result<(), ProviderError> {
        let Some(tasks) = &self.tasks else {
            return Ok(());
        };
        let may = |task: &str| tasks.iter().any(|granted| granted == task);
        if may("MESSAGING") && (may("MANAGE") || may("MODERATE")) {
            return Ok(());
        }
        Err(ProviderError::refused(
            ErrorClass::Permission,
            format!(
                "the holder of the token lacks the tasks MESSAGING and MANAGE on the page {}; have them assigned and connect again",
                self.id
            ),
        ))
    }
}

/// What the channels of a page share.
pub(crate) fn upstream(page_id: &str) -> UpstreamKey {
    UpstreamKey::new(format!("meta:page:{page_id}"))
}

/// The page's token, to be stored.
pub(crate) fn credentials(token: &Secret) -> Secret {
    remembered::credentials(&json!({"page_token": token.expose()}))
}

/// The page, to be stored.
pub(crate) fn facts(page_id: &str) -> RawJson {
    remembered::facts(&json!({"page_id": page_id}))
}

/// Makes the page send us its messages, and those of the Instagram account behind it.
pub(crate) async fn subscribe(
    cx: &ProviderContext,
    draft: &Draft,
) -> Result<RawJson, ConnectError> {
    let graph = Graph::of(cx)?;
    let (page_id, token) = stored(&draft.facts, draft.credentials.as_ref())?;
    let call = graph
        .call(
            "subscribe_page",
            Method::POST,
            &[&page_id, "subscribed_apps"],
        )
        .query("subscribed_fields", &SUBSCRIBED_FIELDS.join(","))
        .idempotent();
    graph.perform(graph.on_behalf(call, &token)).await?;
    Ok(draft.facts.clone())
}

/// Makes the page stop.
pub(crate) async fn unsubscribe(
    cx: &ProviderContext,
    account: &Account,
) -> Result<(), ProviderError> {
    let graph = Graph::of(cx)?;
    let (page_id, token) = stored(&account.facts, account.credentials.as_ref())?;
    let call = graph.call(
        "unsubscribe_page",
        Method::DELETE,
        &[&page_id, "subscribed_apps"],
    );
    graph.perform(graph.on_behalf(call, &token)).await
}

/// The page and its token, as they were stored.
pub(crate) fn stored(
    facts: &RawJson,
    credentials: Option<&Secret>,
) -> Result<(String, Secret), ProviderError> {
    #[derive(Deserialize)]
    struct Facts {
        page_id: String,
    }
    #[derive(Deserialize)]
    struct Credentials {
        page_token: String,
    }
    let Facts { page_id } = remembered::recall(facts)?;
    let Credentials { page_token } = remembered::unlock(credentials)?;
    Ok((page_id, Secret::new(page_token)))
}
