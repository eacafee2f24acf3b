//! Tokens: what Meta knows about one, and a longer life for it
//! (developers.facebook.com/docs/facebook-login/guides/access-tokens, read 2026-11-22).

use http::Method;
use switchboard_connector::{Answer, ErrorClass, ProviderError};
use switchboard_domain::Secret;

use super::graph::Graph;
use super::graph_error;
use super::wire::{Debugged, Exchanged, TokenData, TokenProblem};

/// A token that is valid, ours and allowed to do what was asked for.
#[derive(Debug)]
pub(crate) struct Inspected {
    data: TokenData,
}

/// Asks Meta about `token` and refuses it unless it is valid, belongs to the configured app and has
/// all of `scopes`.
pub(crate) async fn inspect(
    graph: &Graph<'_>,
    token: &Secret,
    scopes: &[&str],
) -> Result<Inspected, ProviderError> {
    let app_token = Secret::new(format!("{}|{}", graph.app_id, graph.app_secret.expose()));
    let call = graph
        .call("debug_token", Method::GET, &["debug_token"])
        .secret_query("input_token", token)
        .secret_query("access_token", &app_token);
    // Everything that may quote Meta is said inside the judge: there the token is taken out.
    let judge = |answer: &Answer| {
        graph_error::check(answer).map_err(about_the_app)?;
        let Debugged { data } = answer.json()?;
        accept(&data, graph.app_id, scopes)
    };
    let Debugged { data } = graph.judged(call, judge).await?;
    Ok(Inspected { data })
}

impl Inspected {
    /// Whether it will stop working by itself.
    pub(crate) const fn expires(&self) -> bool {
        self.data.expires_at != 0
    }

    /// Whether it is a person's.
    pub(crate) fn is_user(&self) -> bool {
        self.data.kind.as_deref() == Some("USER")
    }

    /// Whether it is a page's own.
    pub(crate) fn is_page(&self) -> bool {
        self.data.kind.as_deref() == Some("PAGE")
    }

    /// Whether the permission `scope` was given for some accounts, and `id` is none of them.
    pub(crate) fn excludes(&self, scope: &str, id: &str) -> bool {
        let mut granted = self.data.granular_scopes.iter();
        granted.any(|granular| {
            let targets = granular.target_ids.as_deref().unwrap_or_default();
            granular.scope == scope
                && !targets.is_empty()
                && !targets.iter().any(|target| target.is(id))
        })
    }

    /// The accounts that the permission `scope` was given for; empty if it holds for all.
    pub(crate) fn into_targets(self, scope: &str) -> Vec<String> {
        let granted = self.data.granular_scopes.into_iter();
        granted
            .filter(|granular| granular.scope == scope)
            .flat_map(|granular| granular.target_ids.unwrap_or_default())
            .map(super::wire::Id::into_string)
            .collect()
    }
}

/// Exchanges a token for one that lives about 60 days.
pub(crate) async fn exchange(graph: &Graph<'_>, token: &Secret) -> Result<Secret, ProviderError> {
    let call = graph
        .call("exchange_token", Method::GET, &["oauth", "access_token"])
        .query("grant_type", "fb_exchange_token")
        .query("client_id", graph.app_id)
        .secret_query("client_secret", graph.app_secret)
        .secret_query("fb_exchange_token", token);
    let Exchanged { access_token } = graph.ask(call).await?;
    Ok(access_token)
}

/// The caller of `debug_token` is the app: a dead token is the app's, not the one asked about.
fn about_the_app(error: ProviderError) -> ProviderError {
    if error.class != ErrorClass::Reauth {
        return error;
    }
    ProviderError {
        class: ErrorClass::Config,
        message: format!(
            "Meta does not accept the app_id and app_secret that are configured: {}",
            error.message
        ),
        ..error
    }
}

fn accept(data: &TokenData, app_id: &str, scopes: &[&str]) -> Result<(), ProviderError> {
    // Whatever the code, a token that is not valid has to be replaced, unless a permission is what
    // it lacks.
    if let Some(TokenProblem {
        code,
        subcode,
        message,
    }) = &data.error
    {
        let class = graph_error::class(*code, *subcode)
            .filter(|class| *class == ErrorClass::Permission)
            .unwrap_or(ErrorClass::Reauth);
        let reason = message.as_deref().unwrap_or("Meta gives no reason");
        let message =
            format!("the token is not valid, create a new one and connect again: {reason}");
        return Err(
            ProviderError::refused(class, message).with_code(graph_error::written(*code, *subcode))
        );
    }
    if !data.is_valid {
        return Err(ProviderError::refused(
            ErrorClass::Reauth,
            "the token is not valid, create a new one and connect again",
        ));
    }
    if let Some(other) = data.app_id.as_deref().filter(|id| *id != app_id) {
        return Err(ProviderError::refused(
            ErrorClass::Reauth,
            format!(
                "the token belongs to the Meta app {other}; create one with the app {app_id} and connect again"
            ),
        ));
    }
    let Some(granted) = &data.scopes else {
        return Ok(());
    };
    let lacking = |scope: &&&str| !granted.iter().any(|granted| granted == **scope);
    let missing: Vec<&str> = scopes.iter().filter(lacking).copied().collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(ProviderError::refused(
        ErrorClass::Permission,
        format!(
            "the token lacks the permission {}; grant it to the app {app_id} and connect again with a new token",
            missing.join(", ")
        ),
    ))
}
