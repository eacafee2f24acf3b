//! Everything that is shown with conversations.

use switchboard_domain::{
    Channel, ChannelId, Conversation, MediaCopy, Message, MessageId, MetadataRecord,
    MetadataSubject,
};

use super::{ChannelReads, MediaReads, MessageReads, MetadataReads};
use crate::StorageError;

/// What is shown with conversations, as far as it is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Their channels, in any order.
    pub channels: Vec<Channel>,
    /// Their last messages, in any order.
    pub messages: Vec<Message>,
    /// The notes of copied files of these messages, and of pictures of those who write, in the order of
    /// [`MediaReads::media_copies`].
    pub copies: Vec<MediaCopy>,
    /// What is noted about all of them, in the order of [`MetadataReads::metadata`].
    pub records: Vec<MetadataRecord>,
}

/// Reading what is shown with conversations.
pub trait ShownReads {
    /// Their channels, last messages, copied files and pictures, and what is noted about them. One question to a database
    /// that is behind a network, instead of one for each kind.
    fn shown_with(&mut self, conversations: &[Conversation]) -> Result<Shown, StorageError>;
}

/// What has to be asked for to show conversations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Their channels; some may be named more than once.
    pub channels: Vec<ChannelId>,
    /// Their last messages.
    pub messages: Vec<MessageId>,
    /// What has files that may have been copied: the messages, and those who write and have a picture.
    pub files: Vec<MessageId>,
    /// Whatever something can be noted about.
    pub subjects: Vec<MetadataSubject>,
}

impl Wanted {
    /// What is wanted for these.
    pub fn by(conversations: &[Conversation]) -> Self {
        let channels: Vec<_> = conversations.iter().map(|one| one.channel).collect();
        let last = |one: &Conversation| Some(one.last_message?.id);
        let messages: Vec<_> = conversations.iter().filter_map(last).collect();
        let pictured = conversations
            .iter()
            .filter(|one| one.avatar_url.value.is_some());
        let pictures = pictured.map(|one| MediaCopy::for_pictures_of(one.id));
        let files = messages.iter().copied().chain(pictures).collect();
        let subjects = conversations
            .iter()
            .map(|one| MetadataSubject::Conversation(one.id))
            .chain(channels.iter().copied().map(MetadataSubject::Channel))
            .chain(messages.iter().copied().map(MetadataSubject::Message))
            .collect();
        Self {
            channels,
            messages,
            files,
            subjects,
        }
    }
}

/// Asks for each kind by itself: for a database that is close by, and for units that write.
pub fn shown_kind_by_kind<T>(
    tx: &mut T,
    conversations: &[Conversation],
) -> Result<Shown, StorageError>
where
    T: ChannelReads + MessageReads + MetadataReads + MediaReads + ?Sized,
{
    let wanted = Wanted::by(conversations);
    Ok(Shown {
        channels: tx.channels_by_id(&wanted.channels)?,
        messages: tx.messages(&wanted.messages)?,
        copies: tx.media_copies(&wanted.files)?,
        records: tx.metadata(&wanted.subjects)?,
    })
}
