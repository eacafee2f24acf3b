//! When something happened, in Google's words.

use switchboard_domain::Timestamp;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Reads a time as protocol buffers write it in JSON, RFC 3339 with up to nine digits after the second
/// (protobuf.dev/reference/protobuf/google.protobuf/#timestamp, read 2026-11-22). What is finer than a
/// millisecond is cut off.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    let millis = moment.unix_timestamp_nanos().div_euclid(1_000_000);
    i64::try_from(millis).ok().map(Timestamp::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_digits_is_cut_to_milliseconds() {
        for (text, millis) in [
            ("2014-10-02T15:01:23.045123456Z", 1_412_262_083_045),
            ("2014-10-02T15:01:23.045999999Z", 1_412_262_083_045),
            ("2014-10-02T15:01:23Z", 1_412_262_083_000),
            ("2014-10-02T15:01:23.1Z", 1_412_262_083_100),
            ("2014-10-02T17:01:23.045+02:00", 1_412_262_083_045),
            ("1969-12-31T23:59:59.9991Z", -1),
        ] {
            assert_eq!(parse(text), Some(Timestamp::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "MESSAGE_CREATE_TIME",
            "2014-10-02",
            "2014-13-02T15:01:23Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
