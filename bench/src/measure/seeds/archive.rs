//! Conversations that look like those of an inbox that has been in use: made from numbers, the same
//! each time.
//!
//! Few are open and unread, some words are rare, and what belongs to one conversation is stored
//! between what belongs to all others, as it arrives.

use switchboard_domain::{
    Contact, ContactId, Conversation, DeliveryState, Message, MessageId, MessageSequence, Named,
    NewMessage, ProfileFetch, Timestamp,
};

use super::held::{BEGIN, Place, name_of, pick, place_of, source_of};

/// A word that few conversations have.
pub(in crate::measure) const NEEDLE: &str = "needle";

/// Conversations with that word, if there are as many.
const NEEDLES: u64 = 40;

/// Milliseconds between two messages of one conversation.
const ROUND: i64 = 86_400_000;

/// Milliseconds between two messages of one round.
const STEP: i64 = 5_000;

const TEXTS: [&str; 5] = [
    "Hello, is anybody there?",
    "When does my parcel arrive? It was promised for yesterday.",
    "Thank you, that was quick.",
    "Could you send me the invoice once more, please?",
    "I would like to change the address of my order.",
];

/// What lists are filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::measure) enum Mark {
    WhatsApp,
    Open,
    Unread,
    Needle,
}

/// Some conversations of given lengths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::measure) struct Archive {
    /// What it is called in the cache.
    pub(super) name: String,
    conversations: u64,
    /// How many messages a conversation has, by its index; the last holds for all that follow.
    lengths: Vec<u64>,
}

impl Archive {
    /// So many conversations with ten messages each.
    pub(in crate::measure) fn of_conversations(count: u64) -> Self {
        Self {
            name: format!("conversations-{count}"),
            conversations: count,
            lengths: vec![10],
        }
    }

    /// One conversation of each length.
    pub(in crate::measure) fn of_lengths(lengths: &[u64]) -> Self {
        let names: Vec<String> = lengths.iter().map(u64::to_string).collect();
        Self {
            name: format!("messages-{}", names.join("-")),
            conversations: u64::try_from(lengths.len()).unwrap_or(u64::MAX),
            lengths: lengths.to_vec(),
        }
    }

    pub(super) const fn conversations(&self) -> u64 {
        self.conversations
    }

    fn length(&self, index: u64) -> u64 {
        let given = usize::try_from(index)
            .ok()
            .and_then(|index| self.lengths.get(index));
        given.or(self.lengths.last()).copied().unwrap_or_default()
    }

    /// Every message, by conversation and place in it, in the order in which they are stored.
    pub(super) fn places(&self) -> impl Iterator<Item = (u64, u64)> {
        let longest = self.lengths.iter().copied().max().unwrap_or_default();
        (0..longest).flat_map(move |place| {
            (0..self.conversations)
                .filter(move |index| self.length(*index) > place)
                .map(move |index| (index, place))
        })
    }

    /// Whether it is a conversation's newest message.
    pub(super) fn is_last(&self, index: u64, place: u64) -> bool {
        place + 1 == self.length(index)
    }

    /// How many conversations have all of these.
    pub(in crate::measure) fn count(&self, marks: &[Mark]) -> u64 {
        let has_all = |index: &u64| marks.iter().all(|mark| self.has(*index, *mark));
        let matching = (0..self.conversations).filter(has_all);
        u64::try_from(matching.count()).unwrap_or(u64::MAX)
    }

    fn has(&self, index: u64, mark: Mark) -> bool {
        match mark {
            Mark::WhatsApp => source_of(index).0 == "whatsapp",
            Mark::Open => index % 20 == 3,
            Mark::Unread => index % 50 == 7,
            Mark::Needle => index.is_multiple_of((self.conversations / NEEDLES).max(1)),
        }
    }

    fn state(&self, index: u64) -> &'static str {
        if self.has(index, Mark::Open) {
            "OPEN"
        } else {
            "CLOSED"
        }
    }

    /// A conversation before its first message.
    pub(super) fn conversation(&self, index: u64) -> Conversation {
        let Place {
            channel,
            source,
            handle,
            id,
        } = place_of(index);
        let length = self.length(index);
        Conversation {
            id,
            channel,
            source,
            handle,
            created_at: self.sent_at(index, 0),
            last_message: None,
            last_inbound_at: Some(self.sent_at(index, length.saturating_sub(1))),
            message_count: length,
            unread_count: if self.has(index, Mark::Unread) { 3 } else { 0 },
            read_through: None,
            delivered_until: None,
            seen_until: None,
            display_name: Named {
                value: Some(name_of(index)),
                said_at: Some(self.sent_at(index, 0)),
                by_user: false,
            },
            avatar_url: Named::default(),
            profile: ProfileFetch::NotNeeded,
            state: Some(self.state(index).to_owned()),
            tags: Vec::new(),
            contact: ContactId::of_conversation(id),
        }
    }

    /// The contact that a conversation brings with it.
    pub(super) fn contact(&self, index: u64) -> Contact {
        let Place { source, id, .. } = place_of(index);
        Contact {
            id: ContactId::of_conversation(id),
            display_name: Some(name_of(index)),
            name_is_generated: false,
            avatar_url: None,
            title: None,
            gender: None,
            timezone: None,
            locale: None,
            organization_name: None,
            via: [].into(),
            address: None,
            conversations: [(id, source)].into(),
            metadata: None,
            created_at: self.sent_at(index, 0),
            updated_at: None,
        }
    }

    /// What a conversation is found by, besides its columns.
    pub(super) fn words(&self, index: u64) -> [(&'static str, Vec<String>); 2] {
        let words = |text: &str| {
            let lower = text.to_lowercase();
            lower.split_whitespace().map(str::to_owned).collect()
        };
        [
            ("display_name", words(&name_of(index))),
            ("metadata.state", words(self.state(index))),
        ]
    }

    /// The message at a place of a conversation.
    pub(super) fn message(&self, index: u64, place: u64) -> NewMessage {
        let Place {
            source, handle, id, ..
        } = place_of(index);
        let text = self.text(index, place);
        let provider_id = format!("wamid.{index:012}{place:012}");
        let sent_at = self.sent_at(index, place);
        NewMessage {
            message: Message {
                id: MessageId::of_global_name(&provider_id),
                sequence: MessageSequence(0),
                conversation: id,
                source,
                content: format!(
                    "{{\"from\":\"{handle}\",\"id\":\"{provider_id}\",\"timestamp\":\"{}\",\
                     \"type\":\"text\",\"text\":{{\"body\":\"{text}\"}}}}",
                    sent_at.as_seconds()
                ),
                from_contact: true,
                sender: handle,
                sent_at,
                updated_at: None,
                delivery: DeliveryState::Delivered,
                provider_id: Some(provider_id),
                provider_key: None,
                receipt: None,
                edits: 0,
                unsent: false,
                envelope: None,
            },
            text: Some(text),
        }
    }

    fn text(&self, index: u64, place: u64) -> String {
        let middle = self.length(index) / 2;
        let text = pick(&TEXTS, index + place);
        if place == middle && self.has(index, Mark::Needle) {
            format!("{text} There is a {NEEDLE} in it.")
        } else {
            text.to_owned()
        }
    }

    /// Conversations take turns, in an order that is not the one of their numbers.
    fn sent_at(&self, index: u64, place: u64) -> Timestamp {
        let turn = index.wrapping_mul(7_919) % self.conversations.max(1);
        let millis = |count: u64, each: i64| {
            i64::try_from(count).map_or(i64::MAX, |count| count.saturating_mul(each))
        };
        let since = millis(place, ROUND).saturating_add(millis(turn, STEP));
        Timestamp::from_millis(BEGIN.saturating_add(since))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::held::id_of;
    use super::*;

    #[test]
    fn every_message_has_its_place_between_those_of_others() {
        let archive = Archive::of_lengths(&[1, 3]);

        let places: Vec<_> = archive.places().collect();

        assert_eq!(places, [(0, 0), (1, 0), (1, 1), (1, 2)]);
        assert!(archive.is_last(0, 0) && archive.is_last(1, 2));
        assert!(!archive.is_last(1, 1));
    }

    #[test]
    fn ids_differ_and_newest_messages_differ_in_time() {
        let archive = Archive::of_conversations(1_000);

        let ids: BTreeSet<_> = (0..1_000).map(id_of).collect();
        let times: BTreeSet<_> = (0..1_000)
            .map(|index| archive.message(index, 9).message.sent_at.as_millis())
            .collect();
        let messages: BTreeSet<_> = archive
            .places()
            .map(|(index, place)| archive.message(index, place).message.id)
            .collect();

        assert_eq!(
            (ids.len(), times.len(), messages.len()),
            (1_000, 1_000, 10_000)
        );
    }

    #[test]
    fn a_filter_finds_some_and_never_all() {
        for count in [100, 1_000, 100_000] {
            let archive = Archive::of_conversations(count);

            assert_eq!(archive.count(&[Mark::Unread]), count / 50);
            assert_eq!(archive.count(&[Mark::Open]), count / 20);
            assert_eq!(archive.count(&[Mark::WhatsApp]), count * 3 / 4);
            let needles = archive.count(&[Mark::Needle]);
            assert!((NEEDLES..=NEEDLES + 10).contains(&needles), "{needles}");
        }
    }

    #[test]
    fn the_needle_is_in_one_message_of_those_that_have_it() {
        let archive = Archive::of_conversations(100);

        let texts = archive.places().filter(|&(index, place)| {
            let message = archive.message(index, place);
            message.text.is_some_and(|text| text.contains(NEEDLE))
        });

        assert_eq!(
            u64::try_from(texts.count()).ok(),
            Some(archive.count(&[Mark::Needle]))
        );
    }

    #[test]
    fn what_a_provider_would_have_sent_is_json() {
        let message = Archive::of_conversations(100).message(0, 5).message;

        let content: serde_json::Value = serde_json::from_str(&message.content).unwrap();

        assert_eq!(content["from"], message.sender);
    }
}
