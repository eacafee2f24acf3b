//! Starting and stopping all simulators together.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::customers::{Customers, Visitors};
use crate::desk::Desk;
use crate::hub::HubAddress;
use crate::post::{Means, PostOffice};
use crate::server::Port;
use crate::surroundings::Surroundings;
use crate::twilio::{ApiHost, MessagingHost};
use crate::{
    Google, Meta, Ports, SandboxOptions, Twilio, Viber, World, control, google, meta, outgoing,
    twilio, viber,
};

/// All simulators, running. They stop when it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    /// Meta's Graph API.
    pub meta: Meta,
    /// Twilio's two hosts.
    pub twilio: Twilio,
    /// Google's token endpoint and Business Messages.
    pub google: Google,
    /// Viber's bot API.
    pub viber: Viber,
    pub(crate) customers: Customers,
    hub: HubAddress,
    control_url: String,
    servers: Vec<JoinHandle<io::Result<()>>>,
    stopping: DropGuard,
}

/// Takes the ports of Meta, Twilio's two hosts, Google and Viber.
async fn bind(address: IpAddr, ports: Ports) -> io::Result<[Port; 5]> {
    Ok([
        Port::bind(address, ports.meta).await?,
        Port::bind(address, ports.twilio_api).await?,
        Port::bind(address, ports.twilio_messaging).await?,
        Port::bind(address, ports.google).await?,
        Port::bind(address, ports.viber).await?,
    ])
}

/// Where the simulators are.
struct Addresses {
    meta: String,
    twilio: (String, String),
    google: String,
    viber: String,
}

/// The simulators, and the customers who write through them.
fn customers(
    world: World,
    addresses: Addresses,
    (surroundings, office): (&Surroundings, Arc<PostOffice>),
    stopped: &CancellationToken,
) -> Customers {
    let around = || surroundings.clone();
    let now = surroundings.now.clone();
    let desk = |operations| Desk::new(operations, stopped.clone());
    Customers {
        meta: Meta::new(world.meta, addresses.meta, around(), desk(meta::OPERATIONS)),
        twilio: Twilio::new(
            world.twilio,
            addresses.twilio,
            now.clone(),
            desk(twilio::OPERATIONS),
        ),
        google: Google::new(
            world.google,
            addresses.google,
            around(),
            desk(google::OPERATIONS),
        ),
        viber: Viber::new(
            world.viber,
            addresses.viber,
            around(),
            desk(viber::OPERATIONS),
        ),
        visitors: Arc::new(Visitors::new(surroundings.hub.clone())),
        office,
        now,
    }
}

impl Sandbox {
    /// Starts all simulators. Needs a running tokio runtime.
    pub async fn start(options: SandboxOptions) -> io::Result<Self> {
        let SandboxOptions {
            world,
            ports,
            public,
            now,
            client,
            hub,
            pause,
            patience,
        } = options;
        let public = public.unwrap_or_default();
        let stopped = CancellationToken::new();
        let client = client.unwrap_or_else(outgoing::client);
        let surroundings = Surroundings {
            now: now.clone(),
            client: client.clone(),
            hub: HubAddress::new(hub),
        };
        let url = |port: &Port| format!("http://{}:{}", public.host, port.number);

        let [
            meta_port,
            twilio_api,
            twilio_messaging,
            google_port,
            viber_port,
        ] = bind(public.bind, ports).await?;
        let control = Port::bind(IpAddr::V4(Ipv4Addr::LOCALHOST), ports.control).await?;

        let office = PostOffice::new(Means {
            client,
            now,
            pause,
            patience,
            stopped: stopped.clone(),
        });
        let addresses = Addresses {
            meta: url(&meta_port),
            twilio: (url(&twilio_api), url(&twilio_messaging)),
            google: url(&google_port),
            viber: url(&viber_port),
        };
        let customers = customers(world, addresses, (&surroundings, office), &stopped);
        let Customers {
            meta,
            twilio,
            google,
            viber,
            ..
        } = customers.clone();
        let control_url = format!("http://127.0.0.1:{}", control.number);
        let router = control::router(customers.clone());
        let servers = vec![
            meta_port.serve(meta.clone(), stopped.clone()),
            twilio_api.serve(ApiHost(twilio.clone()), stopped.clone()),
            twilio_messaging.serve(MessagingHost(twilio.clone()), stopped.clone()),
            google_port.serve(google.clone(), stopped.clone()),
            viber_port.serve(viber.clone(), stopped.clone()),
            control.route(router, stopped.clone()),
        ];
        Ok(Self {
            meta,
            twilio,
            google,
            viber,
            customers,
            hub: surroundings.hub,
            control_url,
            servers,
            stopping: stopped.drop_guard(),
        })
    }

    /// The base address of `POST /sandbox.say`, `POST /sandbox.faults` and `POST /sandbox.state`.
    pub fn control_url(&self) -> &str {
        &self.control_url
    }

    /// Tells where the hub is, as its operator would tell Meta and Google when it moves.
    pub fn set_hub(&self, base_url: &str) {
        self.hub.set(base_url);
    }

    /// Stops: calls that hang are let go, the others get their answers.
    pub async fn stop(self) {
        drop(self.stopping);
        for server in self.servers {
            if let Ok(Err(error)) = server.await {
                tracing::warn!(%error, "a simulator did not stop cleanly");
            }
        }
    }
}
