//! `switchboard sandbox`: the hub and all simulators in one process; `switchboard sandbox say`: a customer
//! of the sandbox that runs.

use std::fs::{DirBuilder, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use switchboard_sandbox::{Heard, Ports, Remark, Sandbox, SandboxOptions, Source, say_at};

use super::say;
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

/// What a customer says, and where.
#[derive(Debug, clap::Args)]
struct SayArgs {
    /// facebook, instagram, whatsapp, google, twilio.sms, twilio.whatsapp, viber or chatplugin
    source: String,
    /// What the customer writes
    text: Option<String>,
    /// The customer's name, or the id of one who wrote before
    #[arg(long, value_name = "NAME")]
    from: Option<String>,
    /// The account to write to, by its id at the provider
    #[arg(long, value_name = "ID")]
    channel: Option<String>,
    /// What the customer does instead of writing, like image, reaction or read
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// The message that a reply, a reaction or a receipt is about, by its id; otherwise the last one
    #[arg(long, value_name = "ID")]
    to: Option<String>,
    /// The emoji of a reaction
    #[arg(long, value_name = "EMOJI")]
    emoji: Option<String>,
    /// The number that somebody changes to
    #[arg(long, value_name = "NUMBER")]
    number: Option<String>,
    /// What stands on what is tapped
    #[arg(long, value_name = "WORDS")]
    title: Option<String>,
    /// What tapping it means to the hub
    #[arg(long, value_name = "WORDS")]
    payload: Option<String>,
    /// How often the provider delivers the same call
    #[arg(long, value_name = "TIMES")]
    repeat: Option<usize>,
    /// Where the sandbox takes orders; it prints the address when it starts
    #[arg(long, value_name = "URL", default_value = CONTROL)]
    control: String,
}

/// Where the sandbox takes orders if it has the default address: at the port after the hub's.
const CONTROL: &str = "http://127.0.0.1:8081";

/// Locked by the hub that has the database open.
const LOCK: &str = "sandbox.db.lock";
/// The only files the sandbox ever removes.
const FILES: [&str; 7] = [
    "sandbox.db",
    "sandbox.db-wal",
    "sandbox.db-shm",
    "sandbox-envelopes.db",
    "sandbox-envelopes.db-wal",
    "sandbox-envelopes.db-shm",
    "sandbox.key",
];
/// The only folder it ever removes: what customers have sent.
const MEDIA: &str = "sandbox-media";

pub(super) fn run(args: &SandboxArgs) -> anyhow::Result<ExitCode> {
    if let Some(SandboxCommand::Say(args)) = &args.command {
        return let_say(args);
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
        gone(std::fs::remove_file(&file), &file)?;
    }
    let media = data.join(MEDIA);
    gone(std::fs::remove_dir_all(&media), &media)
}

fn gone(removed: std::io::Result<()>, what: &Path) -> anyhow::Result<()> {
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", what.display()))
        }
        _ => Ok(()),
    }
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
        "\nLet customers write to them:".to_owned(),
        say_command(sandbox, "facebook \"Is it still available?\""),
        say_command(sandbox, "whatsapp --kind image --from \"Grace Hopper\""),
        "\nSee them all, then let one go:".to_owned(),
        call("channels.list", "{}"),
        call("channels.facebook.disconnect", r#"{"channel_id":"THE-ID-FROM-THE-LIST"}"#),
        format!("\nThe API, readable:          http://{address}/docs"),
        format!("Provoke a provider's fault: {}", fault_call(sandbox)),
        "Stop with Ctrl-C; nothing is kept.\n".to_owned(),
    ]
    .join("\n")
}

fn say_command(sandbox: &Sandbox, what: &str) -> String {
    match sandbox.control_url() {
        CONTROL => format!("  switchboard sandbox say {what}"),
        other => format!("  switchboard sandbox say {what} --control {other}"),
    }
}

/// Asks the sandbox that runs, and tells what became of it.
fn let_say(args: &SayArgs) -> anyhow::Result<ExitCode> {
    let remark = Remark {
        source: &args.source,
        text: args.text.as_deref(),
        from: args.from.as_deref(),
        channel: args.channel.as_deref(),
        kind: args.kind.as_deref(),
        to: args.to.as_deref(),
        emoji: args.emoji.as_deref(),
        number: args.number.as_deref(),
        title: args.title.as_deref(),
        payload: args.payload.as_deref(),
        repeat: args.repeat,
    };
    let heard = runtime()?.block_on(say_at(&args.control, remark))?;
    let kind = args.kind.as_deref().unwrap_or("text");
    say(&told(&heard, kind)?)?;
    Ok(ExitCode::SUCCESS)
}

/// One line about what happened; an error if the hub did not take it.
fn told(heard: &Heard, kind: &str) -> anyhow::Result<String> {
    let Heard {
        customer,
        channel,
        source,
        ..
    } = heard;
    let who = format!("{} ({})", customer.name, customer.id);
    let why = heard.why.as_deref().unwrap_or_default();
    let is_visitor = source.parse() == Ok(Source::Chatplugin);
    match (heard.outcome.as_str(), heard.status) {
        ("accepted", Some(status)) => {
            let id = heard.message_id.as_deref().unwrap_or("without an id");
            Ok(format!(
                "{who} sent {kind} {id} to {channel} on {source}: the hub answered {status}"
            ))
        }
        ("refused", Some(status)) if is_visitor => {
            bail!("{who} could not write to {channel} on {source}: the hub answered {status}")
        }
        ("refused", Some(status)) => bail!(
            "{who} sent {kind} to {channel} on {source}, and the hub answered {status} instead of 200; its \
             log tells why"
        ),
        ("no_answer", _) => {
            bail!("{who} sent {kind} to {channel} on {source}, and the hub did not answer: {why}")
        }
        _ => bail!(
            "{who} sent {kind} to {channel} on {source}, and the hub was not called: {why}; connect the \
             channel first"
        ),
    }
}

fn fault_call(sandbox: &Sandbox) -> String {
    format!(
        "\n  curl -s {}/sandbox.faults -d '{}'",
        sandbox.control_url(),
        r#"{"provider":"meta","operation":"get_page","fault":"rate_limited","times":1}"#
    )
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use serde_json::json;

    use super::super::{Cli, Command};
    use super::*;

    fn heard(source: &str, outcome: &str, status: Option<u16>, why: Option<&str>) -> Heard {
        serde_json::from_value(json!({
            "message_id": "m_1",
            "source": source,
            "channel": "fb-page-id-1",
            "customer": {"id": "42", "name": "Ada Lovelace"},
            "outcome": outcome,
            "status": status,
            "why": why,
        }))
        .unwrap()
    }

    fn args(line: &[&str]) -> SandboxArgs {
        let Command::Sandbox(args) = Cli::try_parse_from(line).unwrap().command else {
            panic!("{line:?} is another command")
        };
        *args
    }

    #[test]
    fn what_the_hub_took_is_one_line() {
        assert_eq!(
            told(&heard("facebook", "accepted", Some(200), None), "text").unwrap(),
            "Ada Lovelace (42) sent text m_1 to fb-page-id-1 on facebook: the hub answered 200"
        );
    }

    #[test]
    fn what_the_hub_did_not_take_is_an_error_that_says_why() {
        for (heard, words) in [
            (
                heard("facebook", "refused", Some(503), Some("")),
                "answered 503",
            ),
            (
                heard("chatplugin", "refused", Some(404), Some("")),
                "answered 404",
            ),
            (
                heard("viber", "no_answer", None, Some("nobody listens there")),
                "did not answer: nobody listens there",
            ),
            (
                heard("viber", "not_sent", None, Some("no webhook is set")),
                "no webhook is set; connect the channel first",
            ),
        ] {
            let error = told(&heard, "text").unwrap_err().to_string();

            assert!(error.starts_with("Ada Lovelace (42) "), "{error}");
            assert!(error.contains(words), "{error}");
        }
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
