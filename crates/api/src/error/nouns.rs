//! What the engine's refusals about contacts are in HTTP.

use switchboard_engine::contacts::{ContactError, MergeError, RecentMessagesError, UnmergeError};

use super::{ApiError, Code};

impl From<ContactError> for ApiError {
    fn from(error: ContactError) -> Self {
        match error {
            ContactError::Unknown => unknown_contact("id"),
            ContactError::OfNobody => unknown_contact("conversation_id"),
            ContactError::Storage(error) => error.into(),
        }
    }
}

impl From<MergeError> for ApiError {
    fn from(error: MergeError) -> Self {
        match error {
            MergeError::Unknown(field) => unknown_contact(field),
            MergeError::Itself => Self::new(
                Code::InvalidRequest,
                "A contact cannot be merged into itself; source_id and destination_id must differ.",
            )
            .with_field("destination_id"),
            MergeError::Storage(error) => error.into(),
        }
    }
}

impl From<UnmergeError> for ApiError {
    fn from(error: UnmergeError) -> Self {
        match error {
            UnmergeError::Unknown(_id) => unknown_contact("id"),
            UnmergeError::NotMerged(id) => Self::new(
                Code::NotFound,
                format!(
                    "The contact {id} was not merged into this one; it may have come along with \
                     another that was, whose merge has to be undone first."
                ),
            )
            .with_field("source_id"),
            UnmergeError::IsBack(id) => Self::new(
                Code::ContactBack,
                format!(
                    "There is a contact {id} again, because the person has written anew; delete it \
                     or merge it first."
                ),
            )
            .with_field("source_id"),
            UnmergeError::Storage(error) => error.into(),
        }
    }
}

impl From<RecentMessagesError> for ApiError {
    fn from(error: RecentMessagesError) -> Self {
        match error {
            RecentMessagesError::Unknown => unknown_contact("contact_id"),
            RecentMessagesError::Cursor {
                conversation,
                cursor: _,
            } => Self::new(
                Code::InvalidRequest,
                format!(
                    "The cursor of the conversation {conversation} is wrong: it must be one that \
                     this list gave."
                ),
            )
            .with_field(&format!("cursors.{conversation}")),
            RecentMessagesError::Storage(error) => error.into(),
        }
    }
}

/// The sentence is Airy's.
fn unknown_contact(field: &str) -> ApiError {
    ApiError::new(Code::NotFound, "Contact not found").with_field(field)
}
