//! Which part of a file is asked for (RFC 9110, section 14).

use std::ops::Range;

use http::HeaderValue;

/// Which part of a file is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it; also where the header makes no sense, or asks for several parts.
    Everything,
    /// These bytes, of which there is at least one.
    Part(Range<u64>),
    /// Bytes that are not there.
    Nothing,
}

pub(super) fn asked(header: Option<&HeaderValue>, size: u64) -> Asked {
    let parts = header
        .and_then(|header| header.to_str().ok()?.trim().strip_prefix("bytes="))
        .and_then(|range| range.trim().split_once('-'));
    let Some((first, last)) = parts else {
        return Asked::Everything;
    };
    let range = match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Ok(first), Err(_)) if last.trim().is_empty() => first..size,
        (Err(_), Ok(length)) if first.trim().is_empty() => size.saturating_sub(length)..size,
        _ => return Asked::Everything,
    };
    if range.is_empty() {
        Asked::Nothing
    } else {
        Asked::Part(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_ten(header: &str) -> Asked {
        asked(Some(&HeaderValue::from_str(header).unwrap()), 10)
    }

    #[test]
    fn a_part_is_asked_for_from_the_front_and_from_the_end() {
        for (header, range) in [
            ("bytes=0-0", 0..1),
            ("bytes=2-5", 2..6),
            ("bytes=2-", 2..10),
            ("bytes=9-99", 9..10),
            ("bytes=-3", 7..10),
            ("bytes=-99", 0..10),
            ("bytes= 0 - 4", 0..5),
            ("bytes=0-18446744073709551615", 0..10),
        ] {
            assert_eq!(of_ten(header), Asked::Part(range), "{header}");
        }
    }

    #[test]
    fn bytes_that_are_not_there_cannot_be_had() {
        for header in ["bytes=10-", "bytes=10-20", "bytes=-0"] {
            assert_eq!(of_ten(header), Asked::Nothing, "{header}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_not_heard() {
        for header in [
            "",
            "bytes=",
            "bytes=-",
            "bytes=5-2",
            "bytes=0-1,3-4",
            "lines=0-1",
            "bytes=a-b",
        ] {
            assert_eq!(of_ten(header), Asked::Everything, "{header}");
        }
        assert_eq!(asked(None, 10), Asked::Everything);
    }
}
