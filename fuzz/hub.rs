//! The hub that targets share: embedded, without workers, in a folder of its own.

use std::sync::Arc;

use switchboard::config::{Config, Raw};
use switchboard::wire::{Hub, World};
use switchboard_connector::TokioPause;
use switchboard_domain::{FixedChance, ManualClock, Timestamp};
use switchboard_engine::Engine;
use tokio::runtime::Runtime;

/// A hub, and what it runs on.
pub struct FuzzedHub {
    /// Its use cases.
    pub engine: Engine,
    runtime: Runtime,
    _folder: tempfile::TempDir,
}

impl FuzzedHub {
    /// Puts one together.
    pub fn begin() -> Self {
        let folder = tempfile::tempdir().expect("there is room for temporary files");
        let file = folder.path().join("hub.db");
        let key = "c3dpdGNoYm9hcmQgdGVzdHMgdXNlIHRoaXMga2V5ISE=";
        let raw = Raw::defaults()
            .with(
                "store.url",
                format!("sqlite://{}", file.display()),
                "fuzzing",
            )
            .with("security.secret_key", key, "fuzzing");
        let config = Config::read(raw).expect("the settings are right");
        let world = World {
            clock: Arc::new(ManualClock::at(Timestamp::from_millis(1_795_348_800_000))),
            chance: Arc::new(FixedChance::seeded(1)),
            pause: Arc::new(TokioPause),
        };
        let metrics = switchboard_api::install_metrics().expect("metrics can be installed");
        let hub = Hub::assemble(&config, world, metrics).expect("the hub can be put together");
        Self {
            engine: hub.engine,
            runtime: Runtime::new().expect("there are threads"),
            _folder: folder,
        }
    }

    /// Waits for a use case.
    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }
}
