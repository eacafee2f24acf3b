//! `switchboard sandbox say`: a customer of the sandbox that runs.

use std::process::ExitCode;

use anyhow::bail;
use switchboard_sandbox::{Heard, Remark, Source, say_at};

use super::CONTROL;
use crate::commands::say;
use crate::commands::serve::runtime;

/// What a customer says, and where.
#[derive(Debug, clap::Args)]
pub(super) struct SayArgs {
    /// facebook, instagram, whatsapp, google, twilio.sms, twilio.whatsapp, viber or chatplugin
    pub(super) source: String,
    /// What the customer writes
    pub(super) text: Option<String>,
    /// The customer's name, or the id of one who wrote before
    #[arg(long, value_name = "NAME")]
    pub(super) from: Option<String>,
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
    pub(super) control: String,
}

/// Asks the sandbox that runs, and tells what became of it.
pub(super) fn let_say(args: &SayArgs) -> anyhow::Result<ExitCode> {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

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
}
