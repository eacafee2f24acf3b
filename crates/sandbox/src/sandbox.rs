//! Starting and stopping all simulators together.

use std::io;
use std::net::{IpAddr, Ipv4Addr};

use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::desk::Desk;
use crate::server::Port;
use crate::twilio::{ApiHost, MessagingHost};
use crate::{
    Google, Meta, SandboxOptions, Twilio, Viber, control, google, meta, outgoing, twilio, viber,
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
    control_url: String,
    servers: Vec<JoinHandle<io::Result<()>>>,
    stopping: DropGuard,
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
        } = options;
        let public = public.unwrap_or_default();
        let stopped = CancellationToken::new();
        let client = client.unwrap_or_else(outgoing::client);
        let url = |port: &Port| format!("http://{}:{}", public.host, port.number);
        let desk = |operations| Desk::new(operations, stopped.clone());

        let meta_port = Port::bind(public.bind, ports.meta).await?;
        let twilio_api = Port::bind(public.bind, ports.twilio_api).await?;
        let twilio_messaging = Port::bind(public.bind, ports.twilio_messaging).await?;
        let google_port = Port::bind(public.bind, ports.google).await?;
        let viber_port = Port::bind(public.bind, ports.viber).await?;
        let control = Port::bind(IpAddr::V4(Ipv4Addr::LOCALHOST), ports.control).await?;

        let meta = Meta::new(
            world.meta,
            url(&meta_port),
            now.clone(),
            client.clone(),
            desk(meta::OPERATIONS),
        );
        let twilio = Twilio::new(
            world.twilio,
            url(&twilio_api),
            url(&twilio_messaging),
            desk(twilio::OPERATIONS),
        );
        let google = Google::new(
            world.google,
            url(&google_port),
            now.clone(),
            desk(google::OPERATIONS),
        );
        let viber = Viber::new(
            world.viber,
            url(&viber_port),
            now,
            client,
            desk(viber::OPERATIONS),
        );
        let control_url = format!("http://127.0.0.1:{}", control.number);
        let router = control::router(&meta, &twilio, &google, &viber);
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
            control_url,
            servers,
            stopping: stopped.drop_guard(),
        })
    }

    /// The base address of `POST /sandbox.faults` and `POST /sandbox.state`.
    pub fn control_url(&self) -> &str {
        &self.control_url
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
