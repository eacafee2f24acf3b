//! One request after the other, each timed by itself.

use std::net::SocketAddr;

use anyhow::ensure;

use crate::http::{Client, Request};
use crate::hub::Hub;
use crate::postgres::Postgres;
use crate::report::Timing;
use crate::shares::Clocks;
use crate::statistics::percentile;

/// Requests before the first that is timed.
const WARM_UP: u32 = 20;

/// What is asked.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) path: &'static str,
    pub(super) body: String,
    /// Entries of the answer.
    pub(super) entries: usize,
}

/// Asks so many times.
pub(super) fn time(
    hub: &Hub,
    postgres: Option<&Postgres>,
    question: &Question,
    repeats: u32,
) -> anyhow::Result<Timing> {
    let mut client = Client::connect(hub.address)?;
    let request = Request::post(hub.address, question.path, &question.body);
    for warm_up in 0..WARM_UP {
        let answer = client.ask(request.bytes())?;
        if warm_up == 0 {
            let entries = super::listed(answer)?.data.len();
            ensure!(
                entries == question.entries,
                "{} {} has {entries} entries instead of {}",
                question.path,
                question.body,
                question.entries
            );
        }
    }
    let before = Clocks::read(&hub.process, postgres)?;
    let (mut micros, mut by_server) = (Vec::new(), true);
    for _repeat in 0..repeats {
        let answer = client.ask_timed(request.bytes())?;
        by_server &= answer.at_server.is_some();
        let took = answer.at_server.unwrap_or(answer.elapsed);
        micros.push(u32::try_from(took.as_micros())?);
    }
    let shares = Clocks::read(&hub.process, postgres)?.shares_since(&before);
    micros.sort_unstable();
    Ok(Timing {
        p50: f64::from(percentile(&micros, 50)) / 1e3,
        p99: f64::from(percentile(&micros, 99)) / 1e3,
        by_server,
        shares,
    })
}

/// The cursor of the page that begins at about half of `size` entries, reached page by page.
pub(super) fn cursor_at_half(
    hub: SocketAddr,
    path: &'static str,
    fixed: &str,
    size: u64,
) -> anyhow::Result<String> {
    let step = (size / 10).clamp(1, 1_000);
    let mut client = Client::connect(hub)?;
    let mut cursor = None::<String>;
    let mut passed = 0;
    loop {
        let body = body(fixed, step, cursor.as_deref());
        let page = super::listed(client.ask(Request::post(hub, path, &body).bytes())?)?;
        passed += u64::try_from(page.data.len())?;
        let next = page.pagination_data.next_cursor;
        let Some(next) = next else {
            anyhow::bail!("{path} ends after {passed} of {size} entries");
        };
        if passed * 2 >= size {
            return Ok(next);
        }
        cursor = Some(next);
    }
}

/// A request for a page. `fixed` are further fields, with a comma behind.
pub(super) fn body(fixed: &str, page_size: u64, cursor: Option<&str>) -> String {
    let cursor = cursor.map_or_else(String::new, |cursor| {
        format!(",\"cursor\":{}", serde_json::Value::from(cursor))
    });
    format!("{{{fixed}\"page_size\":{page_size}{cursor}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_for_a_page_is_json() {
        for (cursor, expected) in [
            (None, "{\"a\":1,\"page_size\":20}"),
            (
                Some("x\"y"),
                "{\"a\":1,\"page_size\":20,\"cursor\":\"x\\\"y\"}",
            ),
        ] {
            let body = body("\"a\":1,", 20, cursor);

            assert_eq!(body, expected);
            assert!(serde_json::from_str::<serde_json::Value>(&body).is_ok());
        }
    }
}
