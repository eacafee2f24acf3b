//! The filters of an inbox, whose totals are kept.
//!
//! Conversations with a message are tallied by their channel, the words of their state and their
//! source, and of each tally it is kept how many there are and how many of those have unread messages.
//! So the total of any of these conditions together is the sum of a few numbers, however many
//! conversations there are.

use std::collections::BTreeSet;

use switchboard_domain::{
    ChannelId, ConversationFilter as Filter, Range, TextPattern, WordPattern,
};

/// The key of the words of states.
const STATE: &str = "state";

/// What is tallied together, apart from the source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tally {
    /// Conversations of this channel; `None`: of all.
    pub channel: Option<ChannelId>,
    /// Conversations in this state.
    pub state: TallyState,
}

/// Which states are tallied together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TallyState {
    /// Whatever the state, none included.
    Any,
    /// Those that have a state.
    Some,
    /// Those whose state has this word, in lower case.
    Word(String),
}

impl TallyState {
    /// The name in the store: words are not empty and hold no white space.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Any => "",
            Self::Some => " ",
            Self::Word(word) => word,
        }
    }
}

impl Tally {
    /// Where a conversation is tallied that is held on this channel and whose state has these words.
    pub fn of(channel: ChannelId, state: &BTreeSet<String>) -> Vec<Self> {
        let mut states = vec![TallyState::Any];
        if !state.is_empty() {
            states.push(TallyState::Some);
        }
        states.extend(state.iter().cloned().map(TallyState::Word));
        [None, Some(channel)]
            .into_iter()
            .flat_map(|channel| {
                states
                    .iter()
                    .cloned()
                    .map(move |state| Self { channel, state })
            })
            .collect()
    }
}

/// What a tally says of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TallyNumbers {
    /// The source.
    pub source: String,
    /// How many conversations with a message there are.
    pub listed: i64,
    /// How many of those have unread messages.
    pub unread: i64,
}

/// Conditions on channel, source, state and unread messages that all have to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxFilter {
    /// One of these; `None`: any.
    channels: Option<BTreeSet<ChannelId>>,
    /// Each speaks of nothing but the source.
    sources: Vec<Filter>,
    state: State,
    unread: Unread,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    In(TallyState),
    NotIn(TallyState),
}

/// Whether there are unread messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unread {
    Any,
    Is(bool),
}

impl InboxFilter {
    const ALL: Self = Self {
        channels: None,
        sources: Vec::new(),
        state: State::In(TallyState::Any),
        unread: Unread::Any,
    };

    /// What a filter asks for, if it is nothing but such conditions.
    pub fn of(filter: &Filter) -> Option<Self> {
        let mut inbox = Self::ALL;
        inbox.narrow(filter).then_some(inbox)
    }

    /// The conditions of this kind that everything which passes a filter meets.
    pub fn around(filter: &Filter) -> Self {
        let mut inbox = Self::ALL;
        inbox.narrow(filter);
        inbox
    }

    /// The same with conversations that have no state at all, whatever was asked about it.
    #[must_use]
    pub fn without_state(mut self) -> Self {
        self.state = State::NotIn(TallyState::Some);
        self
    }

    /// How many conversations pass, of what is kept. `read` gives the numbers of a tally.
    pub fn total<E>(
        &self,
        mut read: impl FnMut(&Tally) -> Result<Vec<TallyNumbers>, E>,
    ) -> Result<u64, E> {
        let channels: Vec<_> = match &self.channels {
            None => vec![None],
            Some(channels) => channels.iter().copied().map(Some).collect(),
        };
        let states = match &self.state {
            State::In(state) => vec![(state, 1)],
            State::NotIn(state) => vec![(&TallyState::Any, 1), (state, -1)],
        };
        let mut total = 0;
        for channel in channels {
            for (state, sign) in &states {
                let tally = Tally {
                    channel,
                    state: (*state).clone(),
                };
                let passing = read(&tally)?
                    .iter()
                    .map(|numbers| self.passing(numbers))
                    .sum::<i64>();
                total += sign * passing;
            }
        }
        Ok(u64::try_from(total).unwrap_or_default())
    }

    fn passing(&self, numbers: &TallyNumbers) -> i64 {
        if !self
            .sources
            .iter()
            .all(|filter| has_source(filter, &numbers.source))
        {
            return 0;
        }
        match self.unread {
            Unread::Any => numbers.listed,
            Unread::Is(true) => numbers.unread,
            Unread::Is(false) => numbers.listed - numbers.unread,
        }
    }

    /// Takes a condition in as far as it is one of these; whether that is all of it.
    fn narrow(&mut self, filter: &Filter) -> bool {
        match filter {
            Filter::All => true,
            Filter::Nothing => self.nothing(),
            Filter::And(all) => {
                let taken: Vec<bool> = all.iter().map(|part| self.narrow(part)).collect();
                taken.into_iter().all(|is_taken| is_taken)
            }
            Filter::Or(any) if any.len() == 1 => any.iter().all(|one| self.narrow(one)),
            filter if is_about_source(filter) => {
                self.sources.push(filter.clone());
                true
            }
            filter => {
                if let Some(asked) = channels(filter) {
                    self.channels = Some(match self.channels.take() {
                        None => asked,
                        Some(before) => before.intersection(&asked).copied().collect(),
                    });
                    return true;
                }
                if let Some(asked) = state(filter) {
                    return self.narrow_state(asked);
                }
                unread(filter).is_some_and(|asked| self.narrow_unread(asked))
            }
        }
    }

    fn narrow_state(&mut self, asked: State) -> bool {
        if self.state == State::In(TallyState::Any) {
            self.state = asked;
            return true;
        }
        self.state == asked
    }

    fn narrow_unread(&mut self, asked: Unread) -> bool {
        match (self.unread, asked) {
            (Unread::Is(before), Unread::Is(asked)) if before != asked => self.nothing(),
            (Unread::Any, asked) => {
                self.unread = asked;
                true
            }
            (Unread::Is(_), _) => true,
        }
    }

    fn nothing(&mut self) -> bool {
        self.channels = Some(BTreeSet::new());
        true
    }
}

/// Whether a condition asks for sources by their names and for nothing else.
fn is_about_source(filter: &Filter) -> bool {
    match filter {
        Filter::Source(TextPattern::Is(_)) => true,
        Filter::And(parts) | Filter::Or(parts) => parts.iter().all(is_about_source),
        Filter::Not(other) => is_about_source(other),
        _ => false,
    }
}

/// Whether a source passes a condition that is about nothing else.
fn has_source(filter: &Filter, source: &str) -> bool {
    match filter {
        Filter::Source(TextPattern::Is(name)) => name == source,
        Filter::And(all) => all.iter().all(|part| has_source(part, source)),
        Filter::Or(any) => any.iter().any(|part| has_source(part, source)),
        Filter::Not(other) => !has_source(other, source),
        _ => false,
    }
}

/// The channels of which one is asked for.
fn channels(filter: &Filter) -> Option<BTreeSet<ChannelId>> {
    match filter {
        Filter::Channel(TextPattern::Is(text)) => Some(written_as(text).into_iter().collect()),
        Filter::Or(any) => {
            let channels: Option<Vec<_>> = any.iter().map(channels).collect();
            Some(channels?.into_iter().flatten().collect())
        }
        _ => None,
    }
}

/// The channel whose id is written like this; another way to write it is another text.
fn written_as(text: &str) -> Option<ChannelId> {
    let channel = ChannelId::from_uuid(text.parse().ok()?);
    (channel.to_string() == text).then_some(channel)
}

fn state(filter: &Filter) -> Option<State> {
    match filter {
        Filter::Metadata { key, value } if key == STATE => match value {
            WordPattern::Present => Some(State::In(TallyState::Some)),
            WordPattern::Word(word) if is_word(word) => {
                Some(State::In(TallyState::Word(word.clone())))
            }
            _ => None,
        },
        Filter::Not(other) => Some(match state(other)? {
            State::In(state) => State::NotIn(state),
            State::NotIn(state) => State::In(state),
        }),
        _ => None,
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_whitespace)
}

/// Whether unread messages are asked for.
fn unread(filter: &Filter) -> Option<Unread> {
    match filter {
        Filter::UnreadCount(Range { from, to }) => match (from.unwrap_or(0), to) {
            (1, None) => Some(Unread::Is(true)),
            (..=0, Some(0)) => Some(Unread::Is(false)),
            (..=0, None) => Some(Unread::Any),
            _ => None,
        },
        Filter::Not(other) => match unread(other)? {
            Unread::Is(asked) => Some(Unread::Is(!asked)),
            Unread::Any => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests;
