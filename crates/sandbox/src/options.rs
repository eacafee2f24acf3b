//! How a sandbox is started.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use crate::World;
use crate::post::Pause;

/// How a sandbox is started. The default: the sample world, free loopback ports, the system's clock.
#[derive(Clone, Debug, Default)]
pub struct SandboxOptions {
    /// What the simulators know.
    pub world: World,
    /// Where they listen.
    pub ports: Ports,
    /// Who may reach them, and under which name; `None` is this machine alone.
    pub public: Option<Public>,
    /// What time it is for the simulators.
    pub now: Now,
    /// Makes the calls that providers make: webhooks, and the proof that one answers. `None` builds
    /// one.
    pub client: Option<reqwest::Client>,
    /// The hub's public base address, like `http://127.0.0.1:8080`: what its operator typed into the
    /// consoles of Meta and Google, and where a web site's visitors find the chat. Can be told later:
    /// [`Sandbox::set_hub`](crate::Sandbox::set_hub).
    pub hub: Option<String>,
    /// How providers wait before they deliver a webhook again.
    pub pause: Pause,
    /// How long providers wait for the answer to a webhook, instead of each provider's own time.
    pub patience: Option<Duration>,
}

/// The ports to listen on; 0 takes a free one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ports {
    /// `graph.facebook.com`.
    pub meta: u16,
    /// `api.twilio.com`.
    pub twilio_api: u16,
    /// `messaging.twilio.com`.
    pub twilio_messaging: u16,
    /// `oauth2.googleapis.com` and `businessmessages.googleapis.com`.
    pub google: u16,
    /// `chatapi.viber.com`.
    pub viber: u16,
    /// The sandbox's own: faults and state. Always on loopback.
    pub control: u16,
}

/// Makes the simulators reachable from other machines; the control port never is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Public {
    /// The address to listen on.
    pub bind: IpAddr,
    /// The host name in the addresses that the simulators hand out.
    pub host: String,
}

impl Default for Public {
    fn default() -> Self {
        Self {
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            host: "127.0.0.1".to_owned(),
        }
    }
}

/// What time it is, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone)]
pub struct Now(Arc<dyn Fn() -> i64 + Send + Sync>);

impl Now {
    /// Asks `clock` for the milliseconds since 1970.
    pub fn from_millis(clock: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(clock))
    }

    /// Milliseconds since 1970.
    pub fn millis(&self) -> i64 {
        (self.0)()
    }

    /// Whole seconds since 1970.
    pub fn seconds(&self) -> i64 {
        self.millis().div_euclid(1000)
    }
}

/// The system's clock.
impl Default for Now {
    fn default() -> Self {
        Self::from_millis(system_millis)
    }
}

impl fmt::Debug for Now {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Now").field(&self.millis()).finish()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the clock that is injected when nobody injects another"
)]
fn system_millis() -> i64 {
    std::time::SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        })
}
