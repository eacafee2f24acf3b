//! What is shown with conversations, in one round trip.

use postgres::Row;
use switchboard_domain::Conversation;
use switchboard_storage::{Shown, ShownReads, StorageError, Wanted, shown_kind_by_kind};

use crate::batch::Batch;
use crate::snapshot::Snapshot;
use crate::stored::column;
use crate::{channels, media, messages, metadata};

impl ShownReads for Snapshot<'_> {
    fn shown_with(&mut self, conversations: &[Conversation]) -> Result<Shown, StorageError> {
        let wanted = Wanted::by(conversations);
        let channels = column(&wanted.channels, |id| id.as_uuid());
        let last = column(&wanted.messages, |id| id.as_uuid());
        let files = column(&wanted.files, |id| id.as_uuid());
        let (subjects, kinds) = metadata::wanted(&wanted.subjects);
        let [channels, messages, copies, records] = self.ask_all([
            (channels::FIND_ALL, &[&channels]),
            (messages::FIND, &[&last]),
            (media::OF_MESSAGES, &[&files]),
            (metadata::FIND, &[&subjects, &kinds]),
        ])?;
        Ok(Shown {
            channels: all(&channels, channels::read)?,
            messages: all(&messages, messages::read)?,
            copies: media::in_order(&copies)?,
            records: metadata::in_order(&records)?,
        })
    }
}

/// Asks for what may have to be told first.
impl ShownReads for Batch<'_> {
    fn shown_with(&mut self, conversations: &[Conversation]) -> Result<Shown, StorageError> {
        shown_kind_by_kind(self, conversations)
    }
}

fn all<T>(
    rows: &[Row],
    read: impl Fn(&Row) -> Result<T, StorageError>,
) -> Result<Vec<T>, StorageError> {
    rows.iter().map(read).collect()
}
