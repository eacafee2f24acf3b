//! Calls to Twilio's REST API: addresses, credentials, errors and pages.

use http::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use switchboard_connector::{
    Answer, Call, ConnectError, ErrorClass, ProviderContext, ProviderError,
};
use switchboard_domain::Secret;
use url::Url;

use super::error;
use crate::endpoint;

/// Most pages of a list that are read.
const PAGE_LIMIT: usize = 1_000;

/// The number of the sandbox that all Twilio accounts share
/// (twilio.com/docs/whatsapp/sandbox, read 2026-11-22). No API lists or configures it.
pub(crate) const SHARED_SANDBOX: &str = "+14155238886";

/// Twilio's API as one account uses it.
#[derive(Debug)]
pub(crate) struct Twilio<'a> {
    cx: &'a ProviderContext,
    account_sid: &'a str,
    auth_token: &'a Secret,
    api: Url,
    messaging: Url,
}

/// The account itself.
#[derive(Debug, Deserialize)]
struct AccountState {
    status: String,
}

/// One page of a list, in the words of either API.
pub(crate) trait Listed: DeserializeOwned {
    /// What is listed.
    type Item;

    /// The items, and where the list goes on.
    fn into_parts(self) -> (Vec<Self::Item>, Option<String>);
}

impl<'a> Twilio<'a> {
    /// The API that the configuration describes.
    pub(crate) fn of(cx: &'a ProviderContext) -> Result<Self, ConnectError> {
        Ok(Self {
            cx,
            account_sid: cx.settings.required("account_sid")?.expose(),
            auth_token: cx.settings.required("auth_token")?,
            api: endpoint::base(cx, "api_url")?,
            messaging: endpoint::base(cx, "messaging_url")?,
        })
    }

    /// A call about the account's own things, below `/2010-04-01/Accounts/{sid}`.
    pub(crate) fn of_account(
        &self,
        operation: &'static str,
        method: Method,
        path: &[&str],
    ) -> Call {
        let path = [&["2010-04-01", "Accounts", self.account_sid], path].concat();
        Call::new(operation, method, endpoint::below(&self.api, &path))
    }

    /// A call about WhatsApp senders, below `/v2/Channels/Senders`.
    pub(crate) fn of_senders(
        &self,
        operation: &'static str,
        method: Method,
        path: &[&str],
    ) -> Call {
        let path = [&["v2", "Channels", "Senders"], path].concat();
        Call::new(operation, method, endpoint::below(&self.messaging, &path))
    }

    /// Makes a call and reads its answer.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, call: Call) -> Result<T, ProviderError> {
        let judge = |answer: &Answer| {
            error::check(answer)?;
            answer.json::<T>().map(drop)
        };
        let call = call.basic(self.account_sid, self.auth_token);
        self.cx.call(call, judge).await?.json()
    }

    /// Refuses an account that is suspended or closed.
    pub(crate) async fn account_is_active(&self) -> Result<(), ProviderError> {
        let file = format!("{}.json", self.account_sid);
        let url = endpoint::below(&self.api, &["2010-04-01", "Accounts", &file]);
        let AccountState { status } = self.ask(Call::new("get_account", Method::GET, url)).await?;
        if status == "active" {
            return Ok(());
        }
        Err(ProviderError::refused(
            ErrorClass::Config,
            format!(
                "the Twilio account {} is {status}; reactivate it in Twilio's console",
                self.account_sid
            ),
        ))
    }

    /// The first item of a list that is `wanted`, looked for to its end. Twilio's older lists
    /// continue with a path, the newer ones with an absolute address.
    pub(crate) async fn find<L: Listed + Send>(
        &self,
        first: Call,
        (operation, base): (&'static str, &Url),
        wanted: impl Fn(&L::Item) -> bool + Send + Sync,
    ) -> Result<Option<L::Item>, ProviderError> {
        let mut call = first;
        for _ in 0..PAGE_LIMIT {
            let (items, next) = self.ask::<L>(call).await?.into_parts();
            if let Some(item) = items.into_iter().find(|item| wanted(item)) {
                return Ok(Some(item));
            }
            let Some(next) = next.filter(|next| !next.is_empty()) else {
                return Ok(None);
            };
            call = Call::new(operation, Method::GET, endpoint::next_page(base, &next)?);
        }
        Err(ProviderError::unclear(format!(
            "Twilio's list does not end after {PAGE_LIMIT} pages"
        )))
    }

    /// Where accounts and numbers are.
    pub(crate) const fn api(&self) -> &Url {
        &self.api
    }

    /// Where WhatsApp senders are.
    pub(crate) const fn messaging(&self) -> &Url {
        &self.messaging
    }
}
