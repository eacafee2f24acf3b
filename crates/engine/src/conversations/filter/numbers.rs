//! The fields that hold a number or a moment, and ranges of them.

use switchboard_domain::{ConversationFilter as Filter, Range};

use super::token::{End, Ends};
use super::{excerpt, moment};

/// A field that every conversation has, and that is a number.
#[derive(Clone, Copy, Debug)]
pub(super) enum NumberField {
    UnreadCount,
    CreatedAt,
    LastMessageAt,
}

impl NumberField {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::UnreadCount => "unread_count",
            Self::CreatedAt => "created_at",
            Self::LastMessageAt => "last_message_at",
        }
    }

    /// The smallest and the largest number that a text stands for.
    pub(super) fn span(self, text: &str) -> Result<(i64, i64), String> {
        let text = text.trim();
        let (span, form) = match self {
            Self::UnreadCount => (
                text.parse().ok().map(|number| (number, number)),
                "a whole number, as in unread_count:2",
            ),
            Self::CreatedAt | Self::LastMessageAt => (
                moment::span(text),
                "milliseconds since 1970 or an ISO 8601 time in quotes, as in \
                 \"2020-10-25T21:24:54.560Z\"",
            ),
        };
        span.ok_or_else(|| format!("{} is not {}; write {form}", excerpt(text), self.kind()))
    }

    fn kind(self) -> &'static str {
        match self {
            Self::UnreadCount => "a number that unread_count can be",
            Self::CreatedAt => "a moment that created_at can be",
            Self::LastMessageAt => "a moment that last_message_at can be",
        }
    }

    /// An end that is not included leaves out all that its text stands for.
    pub(super) fn range(self, ends: &Ends) -> Result<Filter, String> {
        let span = |end: &End| end.text.as_ref().map(|text| self.span(text)).transpose();
        let from = match span(&ends.from)? {
            None => None,
            Some((first, _)) if ends.from.included => Some(first),
            Some((_, last)) => match last.checked_add(1) {
                None => return Ok(Filter::Nothing),
                after => after,
            },
        };
        let to = match span(&ends.to)? {
            None => None,
            Some((_, last)) if ends.to.included => Some(last),
            Some((first, _)) => match first.checked_sub(1) {
                None => return Ok(Filter::Nothing),
                before => before,
            },
        };
        Ok(self.within(from, to))
    }

    pub(super) fn within(self, from: Option<i64>, to: Option<i64>) -> Filter {
        if matches!((from, to), (Some(from), Some(to)) if from > to) {
            return Filter::Nothing;
        }
        let range = Range { from, to };
        match self {
            Self::UnreadCount => Filter::UnreadCount(range),
            Self::CreatedAt => Filter::CreatedAt(range),
            Self::LastMessageAt => Filter::LastMessageAt(range),
        }
    }
}
