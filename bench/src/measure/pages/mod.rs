//! Lists by the page, in databases of different sizes: a page must not take longer because there are
//! more of them.

pub(super) mod conversations;
pub(super) mod messages;
mod timing;

use anyhow::Context as _;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Entries of the pages that are timed.
const PAGE: u64 = 20;

/// How often a list may take as long in the database where it takes longest.
const FLAT: f64 = 2.0;

/// As much of an answer as is looked at.
#[derive(Debug, Deserialize)]
struct Listed {
    data: Vec<IgnoredAny>,
    pagination_data: Pagination,
}

#[derive(Debug, Deserialize)]
struct Pagination {
    next_cursor: Option<String>,
}

fn listed(answer: &[u8]) -> anyhow::Result<Listed> {
    serde_json::from_slice(answer).context("the answer is no page of a list")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_be_the_last() {
        let page = |cursor: &str| {
            let text = format!(
                "{{\"data\":[{{\"id\":1}},2],\"pagination_data\":{{\"previous_cursor\":null,\
                 \"next_cursor\":{cursor},\"total\":2}}}}"
            );
            listed(text.as_bytes()).unwrap()
        };

        assert_eq!(
            page("\"x\"").pagination_data.next_cursor.as_deref(),
            Some("x")
        );
        assert_eq!(page("null").pagination_data.next_cursor, None);
        assert_eq!(page("null").data.len(), 2);
        assert!(listed(b"{\"data\":[]}").is_err());
    }
}
