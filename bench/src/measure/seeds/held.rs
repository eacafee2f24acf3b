//! Where conversations are held, and by whom.

use switchboard_domain::{
    Channel, ChannelId, Connection, ConversationId, RawJson, Source, SourceChannelId, Timestamp,
};

/// When the first message was sent.
pub(super) const BEGIN: i64 = 1_750_000_000_000;

const CHANNELS: [(&str, &str); 4] = [
    ("chatplugin", "website"),
    ("whatsapp", "106540352242901"),
    ("whatsapp", "106540352242902"),
    ("whatsapp", "106540352242903"),
];

const NAMES: [&str; 8] = [
    "Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Frances", "Niklaus",
];

/// The conversation with that number.
pub(in crate::measure) fn id_of(index: u64) -> ConversationId {
    place_of(index).id
}

/// The channels that conversations are held on.
pub(super) fn channels() -> Vec<Channel> {
    let now = Timestamp::from_millis(BEGIN);
    CHANNELS
        .iter()
        .map(|&(source, account)| Channel {
            id: channel_id(source, account),
            source: Source::named(source),
            source_channel_id: SourceChannelId::new(account),
            name: account.to_owned(),
            image_url: None,
            connection: Connection::Connected,
            upstream: None,
            facts: RawJson::empty_object(),
            created_at: now,
            updated_at: now,
        })
        .collect()
}

/// Where a conversation is held.
pub(super) struct Place {
    pub(super) channel: ChannelId,
    pub(super) source: Source,
    pub(super) handle: String,
    pub(super) id: ConversationId,
}

pub(super) fn place_of(index: u64) -> Place {
    let (source, account) = source_of(index);
    let channel = channel_id(source, account);
    let handle = format!("4915{index:09}");
    Place {
        id: ConversationId::derive(channel, &handle),
        channel,
        source: Source::named(source),
        handle,
    }
}

/// Source and account.
pub(super) fn source_of(index: u64) -> (&'static str, &'static str) {
    pick(&CHANNELS, index)
}

fn channel_id(source: &'static str, account: &str) -> ChannelId {
    ChannelId::derive(&Source::named(source), &SourceChannelId::new(account))
}

/// What people call the contact.
pub(super) fn name_of(index: u64) -> String {
    format!("{} {}", pick(&NAMES, index / 3), index)
}

/// One of them, in turns.
pub(super) fn pick<T: Copy + Default, const COUNT: usize>(of: &[T; COUNT], number: u64) -> T {
    let count = u64::try_from(COUNT).unwrap_or(1).max(1);
    let index = usize::try_from(number % count).unwrap_or_default();
    of.get(index).copied().unwrap_or_default()
}
