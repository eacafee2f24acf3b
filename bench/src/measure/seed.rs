//! Channels that are there before measuring begins.

use std::time::Duration;

use anyhow::ensure;

use crate::hub::Hub;
use crate::load::{self, Amount, Target};

/// Connections that seed.
const CONNECTIONS: usize = 32;

/// Connects `channels` websites.
pub(super) fn connect(hub: &Hub, channels: u64) -> anyhow::Result<()> {
    let target = Target::of_connects(hub.address)?;
    load::generate(
        &target,
        Amount {
            connections: CONNECTIONS,
            lasting: Duration::from_mins(2),
            below: channels,
        },
    )?;
    let list: serde_json::Value = serde_json::from_slice(&hub.list()?)?;
    let listed = list
        .get("data")
        .and_then(|data| data.as_array())
        .map(Vec::len);
    ensure!(
        listed.map(u64::try_from) == Some(Ok(channels)),
        "the hub lists {listed:?} of {channels} channels"
    );
    Ok(())
}
