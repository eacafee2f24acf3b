//! The use cases of conversations: list, info, read, tag, state, contact, refetch.

mod change;
pub mod filter;
mod info;
mod list;
mod view;

pub use change::ChangeConversationError;
pub use info::ConversationInfoError;
pub use list::{Conversations, ListConversations, ListConversationsError};
pub use view::{ConversationView, MessageView};

pub(crate) use view::message_views;
