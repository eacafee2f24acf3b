//! How long a server says that it took: `server-timing: total;dur=1.25`
//! (w3.org/TR/server-timing, read 2026-11-22).

use std::time::Duration;

/// The duration of the metric `total` in the head of an answer.
pub(super) fn server_time(head: &[u8]) -> Option<Duration> {
    let head = std::str::from_utf8(head).ok()?;
    let (_, metrics) = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("server-timing"))?;
    let total = metrics.split(',').find_map(|metric| {
        let (name, parameters) = metric.split_once(';')?;
        (name.trim() == "total").then_some(parameters)
    })?;
    let millis = total
        .split(';')
        .find_map(|parameter| parameter.trim().strip_prefix("dur="))?;
    let millis: f64 = millis.trim_matches('"').parse().ok()?;
    Duration::try_from_secs_f64(millis / 1e3).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str) -> Option<Duration> {
        server_time(format!("HTTP/1.1 200 OK\r\n{line}\r\ncontent-length: 2\r\n\r\n").as_bytes())
    }

    #[test]
    fn the_total_is_found_among_other_metrics() {
        let expected = Some(Duration::from_micros(1_250));

        assert_eq!(said("server-timing: total;dur=1.25"), expected);
        assert_eq!(
            said("Server-Timing: db;dur=9, total;desc=x;dur=1.25"),
            expected
        );
    }

    #[test]
    fn a_server_need_not_say() {
        assert_eq!(said("date: today"), None);
        assert_eq!(said("server-timing: db;dur=9"), None);
        assert_eq!(said("server-timing: total;dur=-1"), None);
        assert_eq!(said("server-timing: total"), None);
    }
}
