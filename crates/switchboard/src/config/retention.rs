//! `retention.*`: how long things are kept.

use std::time::Duration;

use switchboard_engine::Retention;

use super::meaning::Reader;

/// A month: WhatsApp delivers again for a week, and people look into things for some weeks more.
const DEFAULT_DAYS: &str = "30";

/// Reads the settings. A wrong one is a problem that the reader keeps; the default stands in for it.
pub(super) fn read(reader: &mut Reader) -> Retention {
    let mut kept = |setting| {
        reader
            .parsed(setting, Some(DEFAULT_DAYS), parse_days)
            .unwrap_or_default()
    };
    Retention {
        envelopes: kept("retention.envelopes_days"),
        events: kept("retention.events_days"),
    }
}

/// A number of days; 0 for ever.
fn parse_days(text: &str) -> Result<Option<Duration>, String> {
    let wrong = || "write a number of days from 1 to 36500, or 0 to keep them for ever".to_owned();
    let days: u64 = text.parse().map_err(|_no_number| wrong())?;
    match days {
        0 => Ok(None),
        1..=36_500 => Ok(Some(Duration::from_hours(days * 24))),
        _ => Err(wrong()),
    }
}
