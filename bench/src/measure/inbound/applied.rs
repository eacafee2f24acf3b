//! Whether everything that was acknowledged has become a message of a conversation.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;

use crate::http;
use crate::load::Paced;
use crate::metrics::Metrics;
use crate::statistics::real;
use crate::webhook::senders;

/// How long a hub may take to apply what it has acknowledged.
const PATIENCE: Duration = Duration::from_mins(3);

const AGAIN: Duration = Duration::from_millis(100);

/// Waits until a hub that has acknowledged so many webhooks has applied them.
pub(super) fn wait(hub: SocketAddr, acknowledged: u64) -> anyhow::Result<()> {
    let begin = Instant::now();
    loop {
        let done = applied(&Metrics::of(hub)?, acknowledged);
        match done {
            Ok(true) => return Ok(()),
            Ok(false) if begin.elapsed() > PATIENCE => {
                bail!("{acknowledged} webhooks were acknowledged and not all of them are applied")
            }
            // Counters are there once they have counted something.
            Err(error) if begin.elapsed() > PATIENCE => return Err(error),
            Ok(false) | Err(_) => std::thread::sleep(AGAIN),
        }
    }
}

fn applied(metrics: &Metrics, acknowledged: u64) -> anyhow::Result<bool> {
    let waiting = metrics.backlog()?.waiting;
    let messages = if acknowledged == 0 {
        0.0
    } else {
        metrics.messages()?
    };
    Ok(waiting <= 0.0 && messages >= real(acknowledged))
}

/// As much of a list as is looked at.
#[derive(Deserialize)]
struct List {
    pagination_data: Pagination,
}

#[derive(Deserialize)]
struct Pagination {
    total: u64,
}

/// Each acknowledged webhook is one message, and there is one conversation for each sender.
pub(super) fn verify(hub: SocketAddr, traffic: &Paced<'_>) -> anyhow::Result<()> {
    let acknowledged = traffic.acknowledged();
    let messages = Metrics::of(hub)?.messages()?;
    ensure!(
        (messages - real(u64::try_from(acknowledged.len())?)).abs() < 0.5,
        "{} webhooks were acknowledged and {messages} messages were applied",
        acknowledged.len()
    );
    let list = http::post(hub, "/conversations.list", "{\"page_size\":1}")?;
    let List {
        pagination_data: Pagination { total },
    } = serde_json::from_slice(&list).context("the list of conversations has no total")?;
    let senders = senders(&acknowledged)?;
    ensure!(
        total == senders,
        "{senders} people have written and there are {total} conversations"
    );
    Ok(())
}
