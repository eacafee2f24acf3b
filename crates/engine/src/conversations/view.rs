//! Conversations and messages with everything that is shown of them.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use switchboard_api_types::{ConversationJson, MessageJson, MessageParts, Progress};
use switchboard_domain::{
    Channel, ChannelId, Conversation, MediaCopy, Message, MessageId, MetadataRecord,
    MetadataSubject, User,
};
use switchboard_storage::{ReadTx, StorageError};

use crate::media::MediaLinks;

/// A conversation with everything that is shown of it.
#[derive(Clone, Debug)]
pub struct ConversationView {
    /// The conversation.
    pub conversation: Conversation,
    /// Its channel.
    pub channel: Channel,
    /// What is noted about its channel.
    pub channel_records: Vec<MetadataRecord>,
    /// What is noted about it.
    pub records: Vec<MetadataRecord>,
    /// Its newest message.
    pub last_message: Option<MessageView>,
    /// The copy of the picture of whoever writes there.
    pub picture: Option<MediaCopy>,
}

/// A message with everything that is shown of it.
#[derive(Clone, Debug)]
pub struct MessageView {
    /// The message.
    pub message: Message,
    /// What is noted about it.
    pub records: Vec<MetadataRecord>,
    /// Files it links to that were copied.
    pub copies: Vec<MediaCopy>,
    /// The user who wrote it.
    pub sender: Option<User>,
    /// How far its conversation has been read and confirmed.
    pub progress: Progress,
}

impl MessageView {
    /// A message that nothing is noted about yet.
    pub fn of_new(message: Message) -> Self {
        Self {
            message,
            records: Vec::new(),
            copies: Vec::new(),
            sender: None,
            progress: Progress::default(),
        }
    }

    /// The message as clients see it, with its metadata.
    pub fn to_json(&self, links: &MediaLinks) -> MessageJson {
        let shown = links.shown(&self.message.source, &self.copies);
        let mut json = MessageJson::new(&self.parts(&shown));
        if let (Some(metadata), Some(error)) = (&mut json.metadata, self.media_error()) {
            metadata.insert("media_error".to_owned(), error.into());
        }
        json
    }

    /// The message as clients see it, without its metadata.
    pub fn to_bare_json(&self, links: &MediaLinks) -> MessageJson {
        let shown = links.shown(&self.message.source, &self.copies);
        MessageJson::bare(&self.parts(&shown))
    }

    /// Why a file of the message could not be copied, as far as it could not.
    fn media_error(&self) -> Option<&str> {
        let missing = self.copies.iter().find(|copy| copy.key.is_none())?;
        missing.error.as_deref()
    }

    fn parts<'p>(&'p self, links: &'p [(String, String)]) -> MessageParts<'p> {
        MessageParts {
            message: &self.message,
            records: &self.records,
            links,
            sender: self.sender.as_ref(),
            progress: self.progress,
        }
    }
}

impl ConversationView {
    /// The conversation as clients see it.
    pub fn to_json(&self, links: &MediaLinks) -> ConversationJson {
        let last = self.last_message.as_ref().map(|last| last.to_json(links));
        let mut conversation = Cow::Borrowed(&self.conversation);
        let picture = self.picture.as_ref();
        let shown = picture.and_then(|copy| links.picture(&conversation.source, copy));
        if shown.is_some() {
            conversation.to_mut().avatar_url.value = shown;
        }
        ConversationJson::new(
            &conversation,
            (&self.channel, &self.channel_records),
            &self.records,
            last,
        )
    }
}

/// Reads everything that is shown of conversations, with one question and another for the users who wrote
/// last. Those whose channel is gone are left out.
pub(crate) fn views(
    tx: &mut dyn ReadTx,
    conversations: Vec<Conversation>,
) -> Result<Vec<ConversationView>, StorageError> {
    if conversations.is_empty() {
        return Ok(Vec::new());
    }
    let shown = tx.shown_with(&conversations)?;
    let channels: HashMap<ChannelId, Channel> = shown
        .channels
        .into_iter()
        .map(|channel| (channel.id, channel))
        .collect();
    let mut records = by_subject(shown.records);
    let progress: HashMap<_, _> = conversations
        .iter()
        .map(|conversation| (conversation.id, Progress::from(conversation)))
        .collect();
    let progress = |message: &Message| {
        let known = progress.get(&message.conversation);
        known.copied().unwrap_or_default()
    };
    let (pictures, copies): (Vec<_>, Vec<_>) =
        shown.copies.into_iter().partition(MediaCopy::is_picture);
    let mut pictures: HashMap<_, _> = pictures
        .into_iter()
        .map(|copy| ((copy.conversation, copy.link.clone()), copy))
        .collect();
    let noted = Noted {
        records: &mut records,
        copies,
    };
    let mut last: HashMap<_, _> = with_notes(tx, shown.messages, noted, progress)?
        .into_iter()
        .map(|view| (view.message.id, view))
        .collect();
    Ok(conversations
        .into_iter()
        .filter_map(|conversation| {
            let channel = channels.get(&conversation.channel)?.clone();
            let subject = MetadataSubject::Conversation(conversation.id);
            let last_message = conversation
                .last_message
                .and_then(|message| last.remove(&message.id));
            let link = conversation.avatar_url.value.clone();
            let picture = link.and_then(|link| pictures.remove(&(conversation.id, link)));
            let channel_subject = MetadataSubject::Channel(channel.id);
            Some(ConversationView {
                channel_records: records.get(&channel_subject).cloned().unwrap_or_default(),
                records: records.remove(&subject).unwrap_or_default(),
                channel,
                last_message,
                picture,
                conversation,
            })
        })
        .collect())
}

/// Reads everything that is shown of messages, in their order.
pub(crate) fn message_views(
    tx: &mut dyn ReadTx,
    messages: Vec<Message>,
    progress: impl Fn(&Message) -> Progress,
) -> Result<Vec<MessageView>, StorageError> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = messages.iter().map(|message| message.id).collect();
    let subjects: Vec<_> = ids.iter().copied().map(MetadataSubject::Message).collect();
    let noted = Noted {
        records: &mut by_subject(tx.metadata(&subjects)?),
        copies: tx.media_copies(&ids)?,
    };
    with_notes(tx, messages, noted, progress)
}

/// What was read about messages.
struct Noted<'n> {
    records: &'n mut Records,
    copies: Vec<MediaCopy>,
}

/// The same where what is noted about the messages was read already, and is taken from there.
fn with_notes(
    tx: &mut dyn ReadTx,
    messages: Vec<Message>,
    Noted {
        records,
        copies: noted,
    }: Noted<'_>,
    progress: impl Fn(&Message) -> Progress,
) -> Result<Vec<MessageView>, StorageError> {
    let mut copies: HashMap<MessageId, Vec<MediaCopy>> = HashMap::new();
    for copy in noted {
        copies.entry(copy.message).or_default().push(copy);
    }
    let mut writers: Vec<String> = messages
        .iter()
        .filter(|message| !message.from_contact)
        .map(|message| message.sender.clone())
        .collect();
    writers.sort_unstable();
    writers.dedup();
    let users: HashMap<_, _> = if writers.is_empty() {
        HashMap::new()
    } else {
        tx.users_by_id(&writers)?
            .into_iter()
            .map(|user| (user.id.clone(), user))
            .collect()
    };
    Ok(messages
        .into_iter()
        .map(|message| MessageView {
            records: records
                .remove(&MetadataSubject::Message(message.id))
                .unwrap_or_default(),
            copies: copies.remove(&message.id).unwrap_or_default(),
            sender: (!message.from_contact)
                .then(|| users.get(&message.sender).cloned())
                .flatten(),
            progress: progress(&message),
            message,
        })
        .collect())
}

/// What is noted, by what it is noted about.
type Records = BTreeMap<MetadataSubject, Vec<MetadataRecord>>;

fn by_subject(read: Vec<MetadataRecord>) -> Records {
    let mut records = Records::new();
    for record in read {
        records.entry(record.subject).or_default().push(record);
    }
    records
}
