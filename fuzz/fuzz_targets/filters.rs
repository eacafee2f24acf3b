//! The language of filters, to the database and back: refused in a sentence or answered.

#![no_main]

use libfuzzer_sys::fuzz_target;
use switchboard_engine::conversations::{ListConversations, ListConversationsError};
use switchboard_fuzz::HUB;

fuzz_target!(|filters: &str| {
    let request = ListConversations {
        filters: Some(filters.to_owned()),
        cursor: None,
        page_size: 10,
    };
    match HUB.wait(HUB.engine.list_conversations(request)) {
        Ok(_) | Err(ListConversationsError::Filter(_)) => {}
        Err(error) => panic!("{filters:?}: {error}"),
    }
});
