//! What Google knows: a service account and the agents it may speak for.

use std::collections::BTreeSet;
use std::fmt;

/// The private key of the sandbox's service account. It opens nothing but this simulator.
const PRIVATE_KEY: &str = include_str!("keys/sandbox-only-service-account.pem");

/// What Google knows when the sandbox starts.
#[derive(Clone)]
pub struct GoogleWorld {
    /// The service account.
    pub service_account: ServiceAccount,
    /// The partner key, with which webhooks are signed.
    pub partner_key: String,
    /// The agents of the partner.
    pub agents: BTreeSet<String>,
}

impl fmt::Debug for GoogleWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GoogleWorld")
            .field("service_account", &self.service_account)
            .field("agents", &self.agents)
            .finish_non_exhaustive()
    }
}

/// A service account of a Google Cloud project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAccount {
    /// Its name as an e-mail address, `iss` of its assertions.
    pub client_email: String,
    /// The id of its key, `kid` of its assertions.
    pub private_key_id: String,
    /// Whether it, and its key, are enabled.
    pub enabled: bool,
}

impl ServiceAccount {
    /// The key file as Google's console hands it out.
    pub(crate) fn key_file(&self, token_uri: &str) -> String {
        serde_json::json!({
            "type": "service_account",
            "project_id": "switchboard-sandbox",
            "private_key_id": self.private_key_id,
            "private_key": PRIVATE_KEY,
            "client_email": self.client_email,
            "client_id": "100000000000000000001",
            "token_uri": token_uri,
        })
        .to_string()
    }
}

impl GoogleWorld {
    /// The service account without agents.
    pub fn empty() -> Self {
        Self {
            service_account: ServiceAccount {
                client_email: "hub@switchboard-sandbox.iam.gserviceaccount.com".to_owned(),
                private_key_id: "5a2d0b7c9e4f41d8b6a35c8f7e019d2446b1c3f0".to_owned(),
                enabled: true,
            },
            partner_key: "gbm-partner-key-EXAMPLE-0001".to_owned(),
            agents: BTreeSet::new(),
        }
    }

    /// The agent of the printed sample request, and another.
    pub fn sample() -> Self {
        Self {
            agents: ["gbm-id", "8a2f41c0-5b6d-4e7f-9a10-3c4d5e6f7081"]
                .map(ToOwned::to_owned)
                .into(),
            ..Self::empty()
        }
    }
}
