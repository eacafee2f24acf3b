//! `switchboard sandbox`: the hub and all simulators in one process.

use std::fs::{DirBuilder, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use switchboard_sandbox::{Sandbox, SandboxOptions};

use super::say;
use super::serve::{listen, runtime};
use crate::config::{Config, Raw};
use crate::wire::{Hub, World};
use crate::{logging, shutdown};

/// How the sandbox runs.
#[derive(Debug, clap::Args)]
pub(super) struct SandboxArgs {
    /// Address and port of the hub
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Folder of the sandbox's own database; begun anew at each start
    #[arg(long, default_value = "data/sandbox", value_name = "FOLDER")]
    data: PathBuf,
}

/// Locked by the hub that has the database open.
const LOCK: &str = "sandbox.db.lock";
/// The only files the sandbox ever removes.
const FILES: [&str; 4] = [
    "sandbox.db",
    "sandbox.db-wal",
    "sandbox.db-shm",
    "sandbox.key",
];

pub(super) fn run(args: &SandboxArgs) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        args.listen.ip().is_loopback(),
        "the sandbox has no token and made-up accounts: it listens on loopback only, like 127.0.0.1:8080"
    );
    logging::start();
    runtime()?.block_on(async {
        let shutdown = shutdown::on_signal()?;
        let listener = listen(args.listen, "choose another with --listen").await?;
        let address = listener.local_addr()?;
        let sandbox = Sandbox::start(SandboxOptions::default())
            .await
            .context("cannot start the simulators")?;
        let config = config(&sandbox, address, &args.data)?;
        begin_anew(&args.data)?;
        let metrics = switchboard_api::install_metrics()?;
        let hub = Hub::assemble(&config, World::real(), metrics)?;
        say(&what_to_try(address, &sandbox))?;
        let outcome = hub.run(listener, shutdown).await;
        sandbox.stop().await;
        outcome
    })?;
    Ok(ExitCode::SUCCESS)
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
        );
    for (name, value) in sandbox.settings() {
        raw = raw.with(&name, value, "the sandbox");
    }
    Ok(Config::read(raw)?)
}

/// The simulators forget when they stop, so the hub does too.
fn begin_anew(data: &Path) -> anyhow::Result<()> {
    let unusable = || format!("cannot use the folder {}", data.display());
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data)
        .with_context(unusable)?;
    // The lock of whoever uses the database: while it is ours, nobody loses files under their feet.
    let lock = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(data.join(LOCK))
        .with_context(unusable)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => bail!(
            "{} is in use by another sandbox; stop that one, or choose another folder with --data",
            data.display()
        ),
        Err(TryLockError::Error(error)) => return Err(error).with_context(unusable),
    }
    for file in FILES {
        let file = data.join(file);
        match std::fs::remove_file(&file) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot remove {}", file.display()));
            }
        }
    }
    Ok(())
}

fn what_to_try(address: SocketAddr, sandbox: &Sandbox) -> String {
    let call = |path: &str, body: &str| {
        format!("  curl -s http://{address}/{path} -H 'content-type: application/json' -d '{body}'")
    };
    [
        format!("\nThe hub serves on http://{address}; all providers are simulated. Paste in another terminal:\n"),
        "Which Facebook pages could be connected?".to_owned(),
        call("channels.facebook.explore", r#"{"auth_token":"authentication token"}"#),
        "\nConnect one, and accounts of other sources:".to_owned(),
        call("channels.facebook.connect", r#"{"page_id":"fb-page-id-1","page_token":"authentication token"}"#),
        call("channels.instagram.connect", r#"{"page_id":"fb-page-id-1","account_id":"ig-account-id","page_token":"authentication token"}"#),
        call("channels.whatsapp.connect", r#"{"phone_number_id":"1234567","user_token":"user access token","name":"Customer support hotline"}"#),
        call("channels.google.connect", r#"{"gbm_id":"gbm-id","name":"My custom name for this location"}"#),
        call("channels.twilio.sms.connect", r#"{"phone_number":"+491234567","name":"SMS for receipts"}"#),
        call("channels.twilio.whatsapp.connect", r#"{"phone_number":"+491234567","name":"WhatsApp Marketing"}"#),
        call("channels.viber.connect", "{}"),
        call("channels.chatplugin.connect", r#"{"name":"website-identifier-42"}"#),
        "\nSee them all, then let one go:".to_owned(),
        call("channels.list", "{}"),
        call("channels.facebook.disconnect", r#"{"channel_id":"THE-ID-FROM-THE-LIST"}"#),
        format!("\nThe API, readable:          http://{address}/docs"),
        format!("Provoke a provider's fault: {}", fault_call(sandbox)),
        "Stop with Ctrl-C; nothing is kept.\n".to_owned(),
    ]
    .join("\n")
}

fn fault_call(sandbox: &Sandbox) -> String {
    format!(
        "\n  curl -s {}/sandbox.faults -d '{}'",
        sandbox.control_url(),
        r#"{"provider":"meta","operation":"get_page","fault":"rate_limited","times":1}"#
    )
}
