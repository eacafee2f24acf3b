//! Calls to the Graph API: version, token, `appsecret_proof`, errors and pages.

use http::Method;
use serde::de::DeserializeOwned;
use switchboard_connector::{Answer, Call, ConnectError, ProviderContext, ProviderError};
use switchboard_domain::Secret;
use url::Url;

use super::graph_error;
use super::wire::{Done, Listed};
use crate::{endpoint, signature};

/// Most pages of a list that are read; at 100 accounts a page more than anybody has.
const PAGE_LIMIT: usize = 1_000;

/// The Graph API as one Meta app uses it.
#[derive(Debug)]
pub(crate) struct Graph<'a> {
    cx: &'a ProviderContext,
    base: Url,
    version: &'a str,
    /// The app.
    pub(crate) app_id: &'a str,
    /// The app's secret.
    pub(crate) app_secret: &'a Secret,
}

impl<'a> Graph<'a> {
    /// The API that the configuration describes.
    pub(crate) fn of(cx: &'a ProviderContext) -> Result<Self, ConnectError> {
        Ok(Self {
            cx,
            app_id: cx.settings.required("app_id")?.expose(),
            app_secret: cx.settings.required("app_secret")?,
            version: cx.settings.required("api_version")?.expose(),
            base: endpoint::base(cx, "api_url")?,
        })
    }

    /// A call of `path`, below the version.
    pub(crate) fn call(&self, operation: &'static str, method: Method, path: &[&str]) -> Call {
        let path: Vec<&str> = std::iter::once(&self.version)
            .chain(path)
            .copied()
            .collect();
        Call::new(operation, method, endpoint::below(&self.base, &path))
    }

    /// The same on behalf of whoever holds `token`: a person, a page or a system user.
    pub(crate) fn on_behalf(&self, call: Call, token: &Secret) -> Call {
        // Mandatory for apps that demand it, allowed for all
        // (developers.facebook.com/docs/graph-api/securing-requests, read 2026-11-22).
        let proof = appsecret_proof(self.app_secret, token);
        call.bearer(token).secret_query("appsecret_proof", &proof)
    }

    /// Makes a call and reads its answer.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, call: Call) -> Result<T, ProviderError> {
        let judge = |answer: &Answer| {
            graph_error::check(answer)?;
            answer.json::<T>().map(drop)
        };
        self.judged(call, judge).await
    }

    /// Makes a call whose refusals mean something special.
    pub(crate) async fn judged<T: DeserializeOwned>(
        &self,
        call: Call,
        judge: impl Fn(&Answer) -> Result<(), ProviderError> + Send + Sync,
    ) -> Result<T, ProviderError> {
        self.cx.call(call, judge).await?.json()
    }

    /// Makes a call that only does something.
    pub(crate) async fn perform(&self, call: Call) -> Result<(), ProviderError> {
        let judge = |answer: &Answer| {
            graph_error::check(answer)?;
            let Done { success } = answer.json()?;
            if success {
                return Ok(());
            }
            Err(ProviderError::unclear(
                "Meta answered success: false and no reason",
            ))
        };
        self.cx.call(call, judge).await.map(drop)
    }

    /// Reads a list to its end, starting with `first`.
    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        first: Call,
        operation: &'static str,
        token: &Secret,
    ) -> Result<Vec<T>, ProviderError> {
        let mut all = Vec::new();
        let mut call = first;
        for _ in 0..PAGE_LIMIT {
            let Listed { data, paging } = self.ask(call).await?;
            all.extend(data);
            let Some(next) = paging.and_then(|paging| paging.next) else {
                return Ok(all);
            };
            call = self.next_page(operation, &next, token)?;
        }
        Err(ProviderError::unclear(format!(
            "Meta's list does not end after {PAGE_LIMIT} pages"
        )))
    }

    /// The address is used as it was given: decoding it breaks cursors that hold a `%`.
    fn next_page(
        &self,
        operation: &'static str,
        next: &Secret,
        token: &Secret,
    ) -> Result<Call, ProviderError> {
        let url = endpoint::next_page(&self.base, next.expose())?;
        let in_query = |key: &str| {
            let mut pairs = url.query_pairs();
            let found = pairs.find(|(name, _)| name == key);
            found.map(|(_, value)| Secret::new(value))
        };
        let (given_token, given_proof) = (in_query("access_token"), in_query("appsecret_proof"));
        let call = Call::new(operation, Method::GET, url);
        let call = match &given_proof {
            Some(proof) => call.bearer(token).hiding(proof),
            None => self.on_behalf(call, token),
        };
        Ok(match &given_token {
            Some(token) => call.hiding(token),
            None => call,
        })
    }
}

/// Proves that a call comes from the app's own server: HMAC-SHA-256 of the token.
fn appsecret_proof(app_secret: &Secret, token: &Secret) -> Secret {
    signature::hmac_sha256_hex(app_secret, token.expose().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_is_the_hmac_of_the_token() {
        let secret = Secret::new("3f1c9a7e5b2d4860a1b2c3d4e5f60718");

        let proof = appsecret_proof(&secret, &Secret::new("EAAGtest"));

        assert_eq!(
            proof.expose(),
            "7a1387a7068b4b9df3c7a7d674506899acdeb5d7da41fb4f2907ac12bdb34340"
        );
    }
}
