//! Where the hubs of one test live: a folder to work in, a database, simulated providers.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use switchboard_sandbox::{Sandbox, SandboxOptions};
use switchboard_testkit::postgres::TestDatabase;

use super::{Hub, Program};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreKind {
    /// Where a hub that nobody configured stores: in `data`, in the folder it works in.
    Sqlite,
    Postgres,
}

/// Lives as long as the test; hubs come and go.
pub(crate) struct Site {
    folder: tempfile::TempDir,
    database: Option<TestDatabase>,
    pub(crate) sandbox: Sandbox,
}

impl Site {
    pub(crate) async fn create(kind: StoreKind) -> Self {
        let sandbox = Sandbox::start(SandboxOptions::default())
            .await
            .expect("loopback has ports");
        Self {
            folder: tempfile::tempdir().expect("there is room for temporary files"),
            database: (kind == StoreKind::Postgres).then(TestDatabase::create),
            sandbox,
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// `switchboard serve` here, on a free port, with the simulated providers.
    pub(crate) fn serve(&self) -> Program {
        let mut program =
            Program::new(&["serve"], self.folder()).setting("server.listen", "127.0.0.1:0");
        if let Some(database) = &self.database {
            program = program.setting("store.url", &database.url());
        }
        for (name, value) in self.sandbox.settings() {
            program = program.setting(&name, &value);
        }
        program
    }

    /// A hub that is ready.
    pub(crate) async fn start(&self) -> Hub {
        self.start_timed().await.0
    }

    /// The same, with how long that took.
    pub(crate) async fn start_timed(&self) -> (Hub, Duration) {
        Hub::start_timed(self.serve()).await
    }

    /// A hub that the simulated providers call, and that is to die or fail as planned.
    pub(crate) async fn start_planned(&self, plan: Option<&str>) -> Hub {
        let mut program = self.serve();
        if let Some(plan) = plan {
            program = program.env("TESTING_FAIL_POINT", plan);
        }
        let (hub, _took) = Hub::start_timed(program).await;
        self.sandbox.set_hub(&hub.url);
        hub
    }

    /// Connects a page of the simulated Facebook, by a hub that ends afterwards.
    pub(crate) async fn connect_page(&self, page: &str) {
        let hub = self.start_planned(None).await;
        let page = json!({"page_id": page, "page_token": "authentication token"});
        hub.call("/channels.facebook.connect", &page).await;
        hub.stop().await;
    }

    /// A hub that providers can call, which takes a port that is known before it starts. Somebody
    /// else may take that port first; then it is another one.
    pub(crate) async fn start_public(&self, configure: impl Fn(Program) -> Program) -> Hub {
        for _attempt in 0..20 {
            let address = free_address();
            let program = configure(self.serve())
                .setting("server.listen", &address)
                .setting("server.public_url", &format!("http://{address}"));
            match Hub::start(program).await {
                Ok(hub) => return hub,
                Err(ended) if ended.logged.iter().any(|l| l.contains("cannot listen on")) => {}
                Err(ended) => panic!("the hub did not start: {ended:#?}"),
            }
        }
        panic!("no free port was found");
    }

    /// Waits until a hub that has its database to itself says that it looks at what a killed one has
    /// left behind: it does not wait for claims to expire.
    pub(crate) async fn looks_at_once(&self, hub: &Hub) {
        if self.database.is_some() {
            return;
        }
        let looks = |line: &str| {
            let says = "which were being changed when the hub stopped";
            line.contains(says).then(|| line.to_owned())
        };
        let line = hub.process.logs("the hub looks at claims", looks).await;
        assert!(line.is_some(), "the hub goes on");
    }

    /// Makes claims that killed hubs have left behind due, as 45 s do. Only hubs that share their
    /// database wait for that; the others know at the start that nobody else can hold a claim.
    pub(crate) fn let_claims_expire(&self) {
        self.update("UPDATE jobs SET run_at = 0 WHERE kind = 'account.claim'");
    }

    /// Makes the lease under which a killed hub has applied envelopes end, as 15 s do, and those of its
    /// jobs.
    pub(crate) fn let_leases_expire(&self) {
        self.update("UPDATE apply_progress SET lease_until = 0");
        self.update("UPDATE jobs SET run_at = 0");
    }

    /// Changes the database behind the hubs' backs, where it is a server's.
    fn update(&self, statement: &str) {
        let Some(database) = &self.database else {
            return;
        };
        // The blocking client may not be used where async code runs.
        let updated = std::thread::scope(|scope| {
            scope
                .spawn(|| database.client().execute(statement, &[]).is_ok())
                .join()
        });
        assert!(updated.is_ok_and(|done| done), "{statement}");
    }
}

/// An address of this machine whose port was free a moment ago.
pub(crate) fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback has ports");
    listener.local_addr().expect("it is bound").to_string()
}

/// Every file below a folder, with its mode. One that goes meanwhile is not there.
pub(crate) fn files(folder: &Path) -> BTreeMap<PathBuf, u32> {
    let mut found = BTreeMap::new();
    let Some(entries) = unless_gone(std::fs::read_dir(folder)) else {
        return found;
    };
    for entry in entries {
        let path = entry.expect("it can be read").path();
        let Some(metadata) = unless_gone(path.metadata()) else {
            continue;
        };
        found.insert(path.clone(), metadata.permissions().mode() & 0o777);
        if metadata.is_dir() {
            found.extend(files(&path));
        }
    }
    found
}

fn unless_gone<T>(found: std::io::Result<T>) -> Option<T> {
    match found {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        found => Some(found.expect("it can be read")),
    }
}
