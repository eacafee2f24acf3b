//! Whether a channel that one hub has acknowledged is in the next list of another.

use std::net::SocketAddr;

use serde::Deserialize;

use crate::http::{Client, Request};
use crate::measure::Bench;
use crate::report::{Bar, Figure};
use crate::statistics::{Spread, real};

/// Clients at a time, so that lists share the hub's questions to the database.
const CLIENTS: u64 = 8;

/// Channels that each client connects.
const CHANNELS: u64 = 125;

pub(super) fn measure(bench: &mut Bench<'_>) -> anyhow::Result<()> {
    let postgres = bench.postgres()?;
    let database = postgres.database();
    let one = bench.program.start(&database.url())?;
    let other = bench.program.start(&database.url())?;
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (one, other) = (one.address, other.address);
            std::thread::spawn(move || lists_without(one, other, client))
        })
        .collect();
    let mut missing = 0;
    for client in clients {
        missing += client
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    }
    let lists = CLIENTS * CHANNELS;
    let figure = Spread::of([real(missing)]).map(|spread| Figure {
        what: format!("lists, of {lists}, without the channel just connected at another hub"),
        unit: "",
        bar: Bar::Below(1.0),
        spread,
    });
    bench.report.figures.extend(figure);
    other.stop()?;
    one.stop()
}

/// As much of an answer as is looked for.
#[derive(Deserialize)]
struct Connected {
    id: String,
}

/// Connects at `one` and lists at `other` at once; counts the lists that lack the channel.
fn lists_without(one: SocketAddr, other: SocketAddr, client: u64) -> anyhow::Result<u64> {
    let mut connecting = Client::connect(one)?;
    let mut listing = Client::connect(other)?;
    let mut connect = Request::connect(one, "fresh-");
    let mut list = Request::post(other, "/channels.list", "{}");
    let mut missing = 0;
    for channel in 0..CHANNELS {
        let number = client * CHANNELS + channel;
        let answer = connecting.ask(connect.numbered(number))?;
        let Connected { id } = serde_json::from_slice(answer)?;
        let listed = listing.ask(list.numbered(0))?;
        if !listed.windows(id.len()).any(|bytes| bytes == id.as_bytes()) {
            missing += 1;
        }
    }
    Ok(missing)
}
