//! The one way out to providers: time-outs, retries, metrics, and no secret in an error.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use backon::BackoffBuilder;
use metrics::{counter, histogram};
use switchboard_domain::{Chance, Secret, Source};
use tokio::time::Instant;

use crate::call::{Auth, Body};
use crate::{Answer, Call, Effect, ErrorClass, ProviderError, Repeat, Settings};

/// Longest wait for one answer.
const CALL_TIMEOUT: Duration = Duration::from_secs(15);
/// Largest answer that is read.
const ANSWER_LIMIT: usize = 4 * 1024 * 1024;
/// Tries after the first one.
const RETRIES: usize = 2;
/// Shortest backoff before the first retry; doubled for the second, with up to as much jitter.
const FIRST_BACKOFF: Duration = Duration::from_millis(200);

/// Waiting, passed in so that tests need not.
#[async_trait]
pub trait Pause: Send + Sync + fmt::Debug {
    /// Returns after `wait`.
    async fn pause(&self, wait: Duration);
}

/// Waits for real.
#[derive(Clone, Copy, Debug)]
pub struct TokioPause;

#[async_trait]
impl Pause for TokioPause {
    async fn pause(&self, wait: Duration) {
        tokio::time::sleep(wait).await;
    }
}

/// Calls the provider of one source on behalf of one request of ours.
#[derive(Clone, Debug)]
pub struct Caller {
    source: Source,
    client: reqwest::Client,
    chance: Arc<dyn Chance>,
    pause: Arc<dyn Pause>,
    deadline: Instant,
}

impl Caller {
    /// A caller whose calls all end by `deadline`. `client` is the hub's one pooled client; its
    /// connect time-out is 5 s and it follows no redirects.
    pub fn new(
        source: Source,
        client: reqwest::Client,
        chance: Arc<dyn Chance>,
        pause: Arc<dyn Pause>,
        deadline: Instant,
    ) -> Self {
        Self {
            source,
            client,
            chance,
            pause,
            deadline,
        }
    }

    pub(crate) async fn call(
        &self,
        settings: &Settings,
        call: Call,
        judge: impl Fn(&Answer) -> Result<(), ProviderError> + Send + Sync,
    ) -> Result<Answer, ProviderError> {
        let mut waits = backon::ExponentialBuilder::default()
            .with_min_delay(FIRST_BACKOFF)
            .with_factor(2.0)
            .with_jitter()
            .with_jitter_seed(self.chance.number())
            .with_max_times(RETRIES)
            .build();
        loop {
            let mut error = match self.once(&call, &judge).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            error.message = without_secrets(&error.message, &call.secrets, settings);
            let may_repeat = error.class.is_transient()
                && (call.repeat == Repeat::Idempotent || error.effect == Effect::None);
            let Some(wait) = waits.next().filter(|_| may_repeat) else {
                return Err(error);
            };
            let wait = error.retry_after.map_or(wait, |asked| asked.max(wait));
            if Instant::now() + wait >= self.deadline {
                return Err(error);
            }
            tracing::debug!(
                source = %self.source,
                operation = call.operation,
                class = error.class.as_str(),
                "{} of {} did not work, trying again",
                call.operation,
                self.source
            );
            self.pause.pause(wait).await;
        }
    }

    /// One try, counted and timed.
    async fn once(
        &self,
        call: &Call,
        judge: &(impl Fn(&Answer) -> Result<(), ProviderError> + Send + Sync),
    ) -> Result<Answer, ProviderError> {
        let begun = Instant::now();
        let outcome = match self.exchange(call).await {
            Ok(answer) => judge(&answer).map(|()| answer),
            Err(error) => Err(error),
        };
        let class = outcome
            .as_ref()
            .map_or_else(|error| error.class.as_str(), |_| "ok");
        let source = self.source.as_str().to_owned();
        counter!("switchboard_provider_calls_total", "source" => source.clone(), "operation" => call.operation, "class" => class).increment(1);
        histogram!("switchboard_provider_call_seconds", "source" => source, "operation" => call.operation)
            .record(begun.elapsed().as_secs_f64());
        outcome
    }

    async fn exchange(&self, call: &Call) -> Result<Answer, ProviderError> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ProviderError::refused(
                ErrorClass::Retry,
                "no time is left for the call",
            ));
        }
        let mut request = self
            .client
            .request(call.method.clone(), call.url.clone())
            .timeout(left.min(CALL_TIMEOUT));
        request = match &call.auth {
            Auth::None => request,
            Auth::Bearer(token) => request.bearer_auth(token.expose()),
            Auth::Basic { user, password } => request.basic_auth(user, Some(password.expose())),
        };
        for (name, value) in &call.headers {
            request = request.header(*name, value.expose());
        }
        request = match &call.body {
            Body::None => request,
            Body::Json(body) => request.json(body),
            Body::Form(fields) => request.form(fields),
        };
        let mut response = request.send().await.map_err(|error| transport(&error))?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| transport(&error))? {
            if body.len() + chunk.len() > ANSWER_LIMIT {
                return Err(ProviderError::unclear(
                    "the provider's answer is larger than 4 MiB",
                ));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status,
            headers,
            body,
        })
    }
}

/// What a failed exchange means. The address is left out: its query may hold a token.
fn transport(error: &reqwest::Error) -> ProviderError {
    if error.is_connect() {
        return ProviderError::refused(ErrorClass::Retry, "the provider cannot be reached");
    }
    if error.is_timeout() {
        return ProviderError::unclear("the provider did not answer in time");
    }
    if error.is_builder() {
        return ProviderError::refused(
            ErrorClass::Content,
            "the request to the provider cannot be written: a value is not allowed in HTTP",
        );
    }
    ProviderError::unclear("the connection to the provider broke before its answer was complete")
}

/// Providers like to quote the token they refuse.
fn without_secrets(message: &str, of_call: &[Secret], settings: &Settings) -> String {
    let mut message = message.to_owned();
    for secret in of_call.iter().chain(settings.secrets()) {
        if !secret.is_empty() && message.contains(secret.expose()) {
            message = message.replace(secret.expose(), "***");
        }
    }
    message
}
