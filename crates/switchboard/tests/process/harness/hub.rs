//! A hub that serves, as its callers see it.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::program::Process;
use super::{Ended, Program, until};

/// A running `switchboard serve`, or `switchboard sandbox`.
pub(crate) struct Hub {
    pub(crate) url: String,
    pub(crate) process: Process,
    pub(crate) client: reqwest::Client,
}

impl Hub {
    /// Starts the program and waits until it tells its address; what it said, if it ended instead.
    pub(crate) async fn start(program: Program) -> Result<Self, Ended> {
        let process = program.start();
        let url = tokio::select! {
            Some(logged) = process.logs("the hub logs its address", address) => logged,
            Some(said) = process.says("the sandbox tells its address", address) => said,
            else => return Err(process.ended().await),
        };
        Ok(Self {
            url,
            process,
            client: client(),
        })
    }

    /// Starts the program and waits until it can serve and store. Returns how long that took.
    pub(crate) async fn start_timed(program: Program) -> (Self, Duration) {
        let begun = Instant::now();
        let hub = Self::start(program)
            .await
            .unwrap_or_else(|ended| panic!("the hub did not start: {ended:#?}"));
        until("the hub is healthy", async || hub.is_healthy().await).await;
        (hub, begun.elapsed())
    }

    async fn is_healthy(&self) -> bool {
        let answer = self.client.get(format!("{}/health", self.url)).send().await;
        answer.is_ok_and(|answer| answer.status() == 200)
    }

    /// Posts JSON.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        let request = self.client.post(format!("{}{path}", self.url)).json(body);
        Answer::of(request)
            .await
            .unwrap_or_else(|error| panic!("{path} is answered: {error:?}"))
    }

    /// Posts JSON and expects the call to work.
    pub(crate) async fn call(&self, path: &str, body: &Value) -> Value {
        let answer = self.post(path, body).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.json()
    }

    /// All channels.
    pub(crate) async fn channels(&self) -> Vec<Value> {
        let listed = self.call("/channels.list", &serde_json::json!({})).await;
        listed["data"].as_array().expect("a list").clone()
    }

    /// Stops it as service managers do, and expects that it ends well.
    pub(crate) async fn stop(self) -> Ended {
        self.process.terminate();
        let ended = self.process.ended().await;
        assert_eq!(ended.code, Some(0), "{ended:#?}");
        ended
    }
}

/// The address in a log line that announces one.
fn address(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("serves on http://")?;
    let end = rest.find([',', ' ', '"', ';'])?;
    Some(format!("http://{}", rest.get(..end)?))
}

/// What a hub answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Answer {
    /// The whole answer, or why there is none.
    pub(crate) async fn of(request: reqwest::RequestBuilder) -> reqwest::Result<Self> {
        let response = request.send().await?;
        let status = response.status().as_u16();
        let text = response.text().await?;
        Ok(Self { status, text })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }
}

/// The tests' own client: no proxy, and patient.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are clients of the hub, not of providers"
)]
fn client() -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_mins(1))
        .build()
        .expect("a client can be built")
}
