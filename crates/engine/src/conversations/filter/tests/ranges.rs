//! Ranges, numbers and times.

use switchboard_domain::ConversationFilter::{
    CreatedAt, DisplayName, LastMessageAt, Nothing, UnreadCount,
};
use switchboard_domain::WordPattern::Between;

use super::{range, reads, refuses};

#[test]
fn defect_26_a_lower_open_end_is_no_error() {
    reads("unread_count:[* TO 5]", UnreadCount(range(None, 5)));
    reads("created_at:[* TO 7]", CreatedAt(range(None, 7)));
}

#[test]
fn defect_26_an_upper_bound_of_created_at_may_exceed_32_bits() {
    reads(
        "created_at:[1603661094560 TO 1603661094999]",
        CreatedAt(range(1_603_661_094_560, 1_603_661_094_999)),
    );
}

#[test]
fn defect_26_curly_brackets_leave_their_end_out() {
    reads("unread_count:{1 TO 5}", UnreadCount(range(2, 4)));
    reads("unread_count:[1 TO 5}", UnreadCount(range(1, 4)));
    reads("unread_count:{1 TO 5]", UnreadCount(range(2, 5)));
    reads("unread_count:{1 TO *}", UnreadCount(range(2, None)));
    reads("unread_count:{1 TO 2}", Nothing);
    reads(&format!("unread_count:{{{} TO *]", i64::MAX), Nothing);
    reads(&format!("unread_count:[* TO {}}}", i64::MIN), Nothing);
}

#[test]
fn defect_26_a_value_that_is_no_number_is_a_parse_error() {
    refuses("unread_count:many", 14, "`many` is not a number");
    refuses("unread_count:[1 TO x]", 14, "`x` is not a number");
    refuses("unread_count:1*", 14, "wildcards do not fit");
    refuses("unread_count:1.5", 14, "`1.5`");
    refuses("unread_count:99999999999999999999", 14, "whole number");
    refuses("created_at:yesterday", 12, "`yesterday` is not a moment");
    refuses("last_message_at:2020-02-30", 17, "ISO 8601");
}

#[test]
fn a_time_stands_for_all_that_it_leaves_open() {
    const DAY: i64 = 86_400_000;
    const MIDNIGHT: i64 = 1_603_584_000_000;

    reads(
        "created_at:2020-10-25",
        CreatedAt(range(MIDNIGHT, MIDNIGHT + DAY - 1)),
    );
    reads(
        "created_at:[2020-10-25 TO 2020-10-26]",
        CreatedAt(range(MIDNIGHT, MIDNIGHT + 2 * DAY - 1)),
    );
    reads(
        "created_at:{2020-10-25 TO 2020-10-27}",
        CreatedAt(range(MIDNIGHT + DAY, MIDNIGHT + 2 * DAY - 1)),
    );
    let exact = 1_603_661_094_560;
    for form in [
        "\"2020-10-25T21:24:54.560Z\"",
        "2020-10-25T21\\:24\\:54.560Z",
        "\"2020-10-25T23:24:54.56+02:00\"",
        "\"2020-10-25T15:54:54.560999-05:30\"",
        "\"2020-10-25 21:24:54.560\"",
        "[2020-10-25T21:24:54.560Z TO 2020-10-25T21:24:54.560Z]",
    ] {
        reads(
            &format!("last_message_at:{form}"),
            LastMessageAt(range(exact, exact)),
        );
    }
    let second = exact - 560;
    reads(
        "created_at:\"2020-10-25T21:24:54Z\"",
        CreatedAt(range(second, second + 999)),
    );
    reads(
        "created_at:\"2020-10-25T21:24Z\"",
        CreatedAt(range(second - 54_000, second + 5_999)),
    );
    reads("created_at:[1969-12-31 TO *]", CreatedAt(range(-DAY, None)));
    reads(
        "created_at:[2000-02-29 TO *]",
        CreatedAt(range(951_782_400_000, None)),
    );
    reads(
        "created_at:[* TO 9999-12-31]",
        CreatedAt(range(None, 253_402_300_799_999)),
    );
}

#[test]
fn a_time_that_does_not_exist_is_refused() {
    for wrong in [
        "1900-02-29",
        "2020-13-01",
        "2020-00-01",
        "2020-01-00",
        "0000-01-01",
        "2020-1-1",
        "2020-10-25T24:00",
        "2020-10-25T21:60",
        "2020-10-25T21:24:60",
        "2020-10-25T21:24:54.",
        "2020-10-25T21:24:54.1234567890",
        "2020-10-25T21:24+25:00",
        "2020-10-25T21:24+0200",
        "2020-10-25T",
        "2020-10-2é",
        "",
    ] {
        refuses(&format!("created_at:\"{wrong}\""), 12, "is not a moment");
    }
}

#[test]
fn ranges_of_words_compare_byte_by_byte() {
    let between = |from: Option<&str>, to: Option<&str>| {
        DisplayName(Between(from.map(str::to_owned), to.map(str::to_owned)))
    };

    reads("display_name:[A TO c]", between(Some("a"), Some("c")));
    reads("display_name:[a TO *]", between(Some("a"), None));
    reads("display_name:[* TO \"*\"]", between(None, Some("*")));
    reads("display_name:[TO TO \\*]", Nothing);
    reads(
        "display_name:{a TO c}",
        between(Some("a\u{1}"), Some("b\u{10ffff}")),
    );
    reads(
        "display_name:[* TO \u{e000}}",
        between(None, Some("\u{d7ff}\u{10ffff}")),
    );
    reads("display_name:[c TO a]", Nothing);
    reads("display_name:[* TO \"\"}", Nothing);
    refuses("source:[a TO b]", 8, "source has no ranges");
}

#[test]
fn a_malformed_range_shows_the_form_of_one() {
    for query in [
        "text:[",
        "text:[a",
        "text:[a TO",
        "text:[a TO ]",
        "text:[a b c]",
        "text:[a \"TO\" c]",
        "text:[a TO b c]",
        "text:[a * b]",
    ] {
        refuses(query, 6, "a range is written [low TO high]");
    }
    refuses("a]", 2, "this ] ends no range");
}
