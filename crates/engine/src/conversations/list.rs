//! Listing conversations.

use switchboard_domain::{ConversationCursor, ConversationPlace, Timestamp};
use switchboard_storage::{ConversationQuery, StorageError};

use super::filter::{self, FilterError};
use super::view::{ConversationView, views};
use crate::Engine;

/// Which conversations to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListConversations {
    /// A query in the filter language; `None` or blank for all.
    pub filters: Option<String>,
    /// Where the page begins: what the former page said comes next, or how many to leave out.
    pub cursor: Option<String>,
    /// How many at most.
    pub page_size: usize,
}

/// A page of conversations.
#[derive(Clone, Debug)]
pub struct Conversations {
    /// The conversations, newest message first.
    pub conversations: Vec<ConversationView>,
    /// Where this page began.
    pub cursor: String,
    /// Where the next one begins; `None` on the last.
    pub next_cursor: Option<String>,
    /// How many there are on all pages, see [`switchboard_storage::ConversationPage::total`].
    pub total: u64,
}

/// Conversations cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum ListConversationsError {
    /// The query is wrong.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// The cursor is none that this hub has given.
    #[error("the cursor is neither a number nor one that conversations.list gave as next_cursor")]
    Cursor,
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// The conversations that pass a filter, newest message first.
    ///
    /// A page begins after the last conversation of the former one, wherever that stands by then: what
    /// arrives while somebody pages through neither repeats nor hides one that stays where it was. One
    /// that gets a message meanwhile moves to the front.
    pub async fn list_conversations(
        &self,
        request: ListConversations,
    ) -> Result<Conversations, ListConversationsError> {
        let filter = filter::parse(request.filters.as_deref().unwrap_or_default())?;
        let cursor = request
            .cursor
            .filter(|cursor| !cursor.trim().is_empty())
            .unwrap_or_else(|| "0".to_owned());
        let query = ConversationQuery {
            filter,
            cursor: parse_cursor(&cursor)?,
            limit: request.page_size,
        };
        self.0
            .store
            .read(move |tx| {
                let page = tx.conversation_page(&query)?;
                let next_cursor = page
                    .conversations
                    .last()
                    .filter(|_last| page.has_more)
                    .and_then(|last| Some(as_cursor(last.place()?)));
                Ok(Conversations {
                    conversations: views(tx, page.conversations)?,
                    cursor,
                    next_cursor,
                    total: page.total,
                })
            })
            .await
    }
}

/// `<milliseconds>_<id>`.
fn as_cursor(place: ConversationPlace) -> String {
    format!("{}_{}", place.last_message_at.as_millis(), place.id)
}

/// A number of conversations to leave out, as Airy has it, or a place.
fn parse_cursor(cursor: &str) -> Result<Option<ConversationCursor>, ListConversationsError> {
    let cursor = cursor.trim();
    if let Some((at, id)) = cursor.split_once('_') {
        let place = ConversationPlace {
            last_message_at: at
                .parse()
                .map(Timestamp::from_millis)
                .map_err(|_no_number| ListConversationsError::Cursor)?,
            id: id
                .parse()
                .map_err(|_no_id| ListConversationsError::Cursor)?,
        };
        return Ok(Some(ConversationCursor::After(place)));
    }
    match cursor.parse::<u64>() {
        Ok(0) => Ok(None),
        Ok(leave_out) => Ok(Some(ConversationCursor::Offset(leave_out))),
        Err(_no_number) => Err(ListConversationsError::Cursor),
    }
}
