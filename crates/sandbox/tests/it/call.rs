//! A call that a hub could make, and ways to get it wrong.

use std::fmt::Debug;
use std::sync::OnceLock;

use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, Method};
use serde_json::Value;
use sha2::Sha256;
use switchboard_sandbox::{Meta, Sandbox, SandboxOptions};

/// A sandbox with the sample world.
pub(crate) async fn sandbox() -> Sandbox {
    Sandbox::start(SandboxOptions::default()).await.unwrap()
}

/// A client that follows no redirects, as the hub's.
#[expect(
    clippy::disallowed_methods,
    reason = "the test's own client stands for the hub's"
)]
pub(crate) fn client() -> reqwest::Client {
    static CRYPTO: OnceLock<()> = OnceLock::new();
    CRYPTO.get_or_init(|| drop(rustls::crypto::ring::default_provider().install_default()));
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap()
}

#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Call {
    pub(crate) fn new(method: Method, base: &str, path: &str) -> Self {
        Self {
            method,
            url: format!("{base}{path}"),
            query: Vec::new(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Sets a parameter of the query.
    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self = self.unset(name);
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn unset(mut self, name: &str) -> Self {
        self.query.retain(|(other, _)| other != name);
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(other, _)| other != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without_header(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| other != name);
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.raw("application/json", &body.to_string())
    }

    /// A form; the values are encoded.
    pub(crate) fn form(self, pairs: &[(&str, &str)]) -> Self {
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(pairs);
        let text = text.finish();
        self.raw("application/x-www-form-urlencoded", &text)
    }

    pub(crate) fn raw(self, media_type: &str, body: &str) -> Self {
        let mut call = self.header("content-type", media_type);
        call.body = body.as_bytes().to_vec();
        call
    }

    pub(crate) fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// The same on another path, or the same path with something else in it.
    pub(crate) fn replace(mut self, this: &str, that: &str) -> Self {
        assert!(self.url.contains(this), "{this} is not in {}", self.url);
        self.url = self.url.replace(this, that);
        self
    }

    /// With a token and its proof, in the query.
    pub(crate) fn token(self, meta: &Meta, token: &str) -> Self {
        self.set("access_token", token)
            .set("appsecret_proof", &proof(&meta.app().secret, token))
    }

    pub(crate) async fn try_send(&self) -> reqwest::Result<Answer> {
        let mut url = url::Url::parse(&self.url).unwrap();
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        let mut request = client()
            .request(self.method.clone(), url)
            .body(self.body.clone());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let response = request.send().await?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await?,
        })
    }

    pub(crate) async fn send(&self) -> Answer {
        self.try_send().await.unwrap()
    }

    /// Sends it, and expects it to work.
    pub(crate) async fn works(&self) -> Value {
        let answer = self.send().await;
        assert!(
            (200..300).contains(&answer.status),
            "{self:?}: HTTP {} {}",
            answer.status,
            answer.text
        );
        answer.json()
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("{error}: HTTP {} {}", self.status, self.text))
    }

    /// Status, code and subcode of a Graph error; 0 for what is not there.
    pub(crate) fn graph_error(&self) -> (u16, u64, u64) {
        let error = &self.json()["error"];
        assert!(error["fbtrace_id"].is_string(), "{}", self.text);
        assert!(error["type"].is_string(), "{}", self.text);
        (
            self.status,
            error["code"].as_u64().unwrap(),
            error["error_subcode"].as_u64().unwrap_or(0),
        )
    }

    /// Status and code of a Twilio error.
    pub(crate) fn twilio_error(&self) -> (u16, u64) {
        let error = self.json();
        assert_eq!(error["status"], self.status);
        assert!(error["more_info"].is_string(), "{}", self.text);
        (self.status, error["code"].as_u64().unwrap())
    }
}

/// Sends each mutation and compares what `read` finds in the answer.
pub(crate) async fn refused<T: PartialEq + Debug>(
    read: impl Fn(&Answer) -> T,
    mutations: Vec<(&str, Call, T)>,
) {
    for (name, call, expected) in mutations {
        let answer = call.send().await;
        assert_eq!(read(&answer), expected, "{name}: {}", answer.text);
    }
}

pub(crate) fn proof(secret: &str, token: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    hex::encode(mac.chain_update(token).finalize().into_bytes())
}
