//! `switchboard sandbox`: the hub and all simulators in one process; `switchboard sandbox say`: a customer
//! of the sandbox that runs.

mod data;
mod guide;
mod say;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use switchboard_sandbox::{Ports, Sandbox, SandboxOptions};

use self::say::SayArgs;
use super::serve::{listen, runtime};
use crate::config::{Config, Raw};
use crate::wire::{Hub, World};
use crate::{logging, shutdown};

/// How the sandbox runs.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct SandboxArgs {
    #[command(subcommand)]
    command: Option<SandboxCommand>,
    /// Address and port of the hub
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Folder of the sandbox's own database; begun anew at each start
    #[arg(long, default_value = "data/sandbox", value_name = "FOLDER")]
    data: PathBuf,
}

#[derive(Debug, clap::Subcommand)]
enum SandboxCommand {
    /// Let a customer write to the hub of the sandbox that runs
    Say(SayArgs),
}

/// Where the sandbox takes orders if it has the default address: at the port after the hub's.
const CONTROL: &str = "http://127.0.0.1:8081";

/// The only folder it ever removes: what customers have sent.
const MEDIA: &str = "sandbox-media";

pub(super) fn run(args: &SandboxArgs) -> anyhow::Result<ExitCode> {
    if let Some(SandboxCommand::Say(args)) = &args.command {
        return say::let_say(args);
    }
    anyhow::ensure!(
        args.listen.ip().is_loopback(),
        "the sandbox has no token and made-up accounts: it listens on loopback only, like 127.0.0.1:8080"
    );
    logging::start();
    runtime()?.block_on(async {
        let shutdown = shutdown::on_signal()?;
        let listener = listen(args.listen, "choose another with --listen").await?;
        let address = listener.local_addr()?;
        let sandbox = simulators(args.listen, address).await?;
        let config = config(&sandbox, address, &args.data)?;
        data::begin_anew(&args.data)?;
        let metrics = switchboard_api::install_metrics()?;
        let hub = Hub::assemble(&config, World::real(), metrics)?;
        super::say(&guide::what_to_try(address, &sandbox))?;
        let outcome = hub.run(listener, shutdown).await;
        sandbox.stop().await;
        outcome
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The simulators of a hub at `address`. They take orders at the port after the one that was asked for,
/// or at any if that is taken or the hub's own was any.
async fn simulators(asked: SocketAddr, address: SocketAddr) -> anyhow::Result<Sandbox> {
    let options = |control| SandboxOptions {
        hub: Some(format!("http://{address}")),
        ports: Ports {
            control,
            ..Ports::default()
        },
        ..SandboxOptions::default()
    };
    let next = match asked.port() {
        0 => 0,
        port => port.checked_add(1).unwrap_or(0),
    };
    match Sandbox::start(options(next)).await {
        Err(error) if error.kind() == ErrorKind::AddrInUse => Sandbox::start(options(0)).await,
        started => started,
    }
    .context("cannot start the simulators")
}

/// Settings that point at the simulators. The environment and configuration files are left out: the
/// sandbox never touches a real account or database.
fn config(sandbox: &Sandbox, address: SocketAddr, data: &Path) -> anyhow::Result<Config> {
    let mut raw = Raw::defaults()
        .with("server.listen", address.to_string(), "the sandbox")
        .with(
            "server.public_url",
            format!("http://{address}"),
            "the sandbox",
        )
        .with(
            "store.url",
            format!("sqlite://{}", data.join("sandbox.db").display()),
            "the sandbox",
        )
        .with(
            "media.store",
            data.join(MEDIA).display().to_string(),
            "the sandbox",
        );
    for (name, value) in sandbox.settings() {
        raw = raw.with(&name, value, "the sandbox");
    }
    Ok(Config::read(raw)?)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::super::{Cli, Command};
    use super::*;

    fn args(line: &[&str]) -> SandboxArgs {
        let Command::Sandbox(args) = Cli::try_parse_from(line).unwrap().command else {
            panic!("{line:?} is another command")
        };
        *args
    }

    #[test]
    fn the_sandbox_starts_without_a_subcommand_and_says_with_one() {
        let plain = args(&["switchboard", "sandbox", "--listen", "127.0.0.1:0"]);
        assert!(plain.command.is_none());
        let line = [
            "switchboard",
            "sandbox",
            "say",
            "viber",
            "hi",
            "--from",
            "Grace",
        ];
        let Some(SandboxCommand::Say(say)) = args(&line).command else {
            panic!("it is the subcommand")
        };
        assert_eq!(
            (say.source.as_str(), say.text.as_deref()),
            ("viber", Some("hi"))
        );
        assert_eq!(
            (say.from.as_deref(), say.control.as_str()),
            (Some("Grace"), CONTROL)
        );
    }

    #[test]
    fn orders_are_taken_at_the_port_after_the_hub_s() {
        let args = args(&["switchboard", "sandbox"]);

        assert_eq!(
            format!("http://127.0.0.1:{}", args.listen.port() + 1),
            CONTROL
        );
    }
}
