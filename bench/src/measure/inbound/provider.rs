//! The provider's side of a number that receives: a simulator that the hub connects it at.

use anyhow::Context as _;
use serde_json::json;
use switchboard_sandbox::{Sandbox, SandboxOptions};
use tokio::runtime::Runtime;

use crate::http;
use crate::hub::Hub;
use crate::webhook::PHONE_NUMBER_ID;

/// The simulators, idle once the number is connected.
#[derive(Debug)]
pub(super) struct Provider {
    sandbox: Sandbox,
    /// What the simulators run on; gone after them.
    _runtime: Runtime,
}

impl Provider {
    pub(super) fn start() -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let sandbox = runtime
            .block_on(Sandbox::start(SandboxOptions::default()))
            .context("cannot start the simulators")?;
        Ok(Self {
            sandbox,
            _runtime: runtime,
        })
    }

    /// What a hub needs to know to use it.
    pub(super) fn settings(&self) -> Vec<(String, String)> {
        self.sandbox.settings()
    }

    /// What it signs webhooks with.
    pub(super) fn app_secret(&self) -> String {
        self.sandbox.meta.app().secret
    }
}

/// Connects the number that receives at a hub that was started with the provider's settings.
pub(super) fn connect(hub: &Hub) -> anyhow::Result<()> {
    let request = json!({
        "phone_number_id": PHONE_NUMBER_ID,
        "user_token": "user access token",
    });
    let path = "/channels.whatsapp.connect";
    http::post(hub.address, path, &request.to_string()).map(drop)
}
