//! What the engine holds to open a [`ProviderContext`] for each request.

use std::collections::BTreeMap;
use std::sync::Arc;

use switchboard_domain::{Chance, Clock};
use tokio::time::Instant;
use url::Url;

use crate::{Caller, Connector, Pause, ProviderContext, Section, Settings};

/// The hub's one way to providers: settings, the pooled client, time and chance.
#[derive(Clone, Debug)]
pub struct ProviderAccess {
    settings: BTreeMap<&'static str, Settings>,
    public_url: Option<Url>,
    client: reqwest::Client,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    pause: Arc<dyn Pause>,
}

impl ProviderAccess {
    /// Access without any settings. `client` is shared by all connectors: 5 s to connect, no
    /// redirects followed.
    pub fn new(
        client: reqwest::Client,
        public_url: Option<Url>,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        pause: Arc<dyn Pause>,
    ) -> Self {
        Self {
            settings: BTreeMap::new(),
            public_url,
            client,
            clock,
            chance,
            pause,
        }
    }

    /// Adds the settings of a section.
    #[must_use]
    pub fn with_settings(mut self, section: &'static Section, settings: Settings) -> Self {
        self.settings.insert(section.name, settings);
        self
    }

    /// The settings a connector sees: its section's, or the defaults of the section.
    pub fn settings(&self, connector: &dyn Connector) -> Settings {
        let section = connector.section();
        self.settings
            .get(section.name)
            .cloned()
            .unwrap_or_else(|| Settings::resolve(section, |_, _| None))
    }

    /// How providers reach the hub; `None` if nobody configured it.
    pub const fn public_url(&self) -> Option<&Url> {
        self.public_url.as_ref()
    }

    /// What a connector may use during one request of ours, which ends at `deadline`.
    pub fn context(&self, connector: &dyn Connector, deadline: Instant) -> ProviderContext {
        ProviderContext {
            settings: self.settings(connector),
            public_url: self.public_url.clone(),
            clock: Arc::clone(&self.clock),
            chance: Arc::clone(&self.chance),
            caller: Caller::new(
                connector.source(),
                self.client.clone(),
                Arc::clone(&self.chance),
                Arc::clone(&self.pause),
                deadline,
            ),
        }
    }
}
