//! The language of filters, to the database and back: refused in a sentence or answered.

use super::hub::FuzzedHub;
use switchboard_engine::conversations::{ListConversations, ListConversationsError};

/// Does that with one input.
pub fn run(hub: &FuzzedHub, filters: &str) {
    let request = ListConversations {
        filters: Some(filters.to_owned()),
        cursor: None,
        page_size: 10,
    };
    match hub.wait(hub.engine.list_conversations(request)) {
        Ok(_) | Err(ListConversationsError::Filter(_)) => {}
        Err(error) => panic!("{filters:?}: {error}"),
    }
}
