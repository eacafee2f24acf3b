//! What the phones of the customers know: people, their ids, and what they have said.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::customers::{Act, Customer, Impossible, Source};

/// How often a message can be edited (developers.facebook.com/docs/messenger-platform, read
/// 2026-11-22).
const MOST_EDITS: u64 = 5;

/// The phones of one provider's customers.
#[derive(Debug, Default)]
pub(crate) struct Phones {
    people: Vec<Person>,
    messages: Vec<Message>,
    numbers: u64,
}

/// A customer as the provider knows one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) source: Source,
    /// The account whose business knows the person by this id; empty if all do.
    pub(crate) scope: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) hides_number: bool,
    pub(crate) hides_profile: bool,
    pub(crate) username: Option<String>,
}

/// The ids of an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ids {
    /// Of the message it makes, or else of the one it is about.
    pub(crate) id: String,
    /// Of the message it is about; empty if it is about none.
    pub(crate) about: String,
}

/// Something that was said.
#[derive(Clone, Debug)]
struct Message {
    source: Source,
    channel: String,
    person: String,
    id: String,
    kind: &'static str,
    text: Option<String>,
    at: i64,
    edits: u64,
    is_from_customer: bool,
    is_unsent: bool,
}

/// Which of the phones, and in which conversation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Thread<'a> {
    pub(crate) person: &'a Person,
    pub(crate) channel: &'a str,
}

impl Phones {
    /// The person whom `customer` names. Who is new gets an id from `issue`, which makes it of the seed
    /// that belongs to source, scope and name.
    pub(crate) fn person(
        &mut self,
        customer: &Customer,
        scope: &str,
        issue: impl FnOnce(&str) -> String,
    ) -> Person {
        // Twilio's ids have the name of the network in front.
        let from = customer.from.trim_start_matches("whatsapp:");
        let known = self.people.iter_mut().find(|person| {
            person.source == customer.source
                && person.scope == scope
                && (person.id == from || person.name == from || person.user_id() == from)
        });
        if let Some(person) = known {
            person.hides_number = customer.hides_number;
            person.hides_profile = customer.hides_profile;
            person.username.clone_from(&customer.username);
            return person.clone();
        }
        let seed = format!("{}/{scope}/{from}", customer.source);
        let person = Person {
            source: customer.source,
            scope: scope.to_owned(),
            id: issue(&seed),
            name: from.to_owned(),
            hides_number: customer.hides_number,
            hides_profile: customer.hides_profile,
            username: customer.username.clone(),
        };
        self.people.push(person.clone());
        person
    }

    pub(crate) fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.iter()
    }

    /// A person by the provider's id.
    pub(crate) fn by_id(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// Gives a person another id: a new number.
    pub(crate) fn change_id(&mut self, person: &Person, id: &str) {
        for known in &mut self.people {
            if known.source == person.source && known.id == person.id {
                id.clone_into(&mut known.id);
            }
        }
        for message in &mut self.messages {
            if message.source == person.source && message.person == person.id {
                id.clone_into(&mut message.person);
            }
        }
    }

    /// The next number of what is counted: messages, media.
    pub(crate) const fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// Keeps what was done on the phone. Refuses what no phone allows.
    pub(crate) fn keep(
        &mut self,
        thread: Thread<'_>,
        (id, act): (&str, &Act),
        at: i64,
    ) -> Result<u64, Impossible> {
        match act {
            Act::Edit { text, .. } => {
                let message = self.own(thread, id, act)?;
                if message.edits == MOST_EDITS {
                    return Err(Impossible::Edited { id: id.to_owned() });
                }
                message.edits += 1;
                message.text = Some(text.clone());
                return Ok(message.edits);
            }
            Act::Unsend { .. } => {
                let message = self.own(thread, id, act)?;
                message.is_unsent = true;
                message.text = None;
            }
            _ if act.is_message() => self.push(thread, (id, act.kind(), act.words()), (at, true)),
            _ => {}
        }
        Ok(0)
    }

    /// Keeps what the business said.
    pub(crate) fn receive(&mut self, thread: Thread<'_>, id: &str, text: Option<&str>, at: i64) {
        self.push(thread, (id, "answer", text), (at, false));
    }

    fn push(
        &mut self,
        thread: Thread<'_>,
        (id, kind, text): (&str, &'static str, Option<&str>),
        (at, is_from_customer): (i64, bool),
    ) {
        self.messages.push(Message {
            source: thread.person.source,
            channel: thread.channel.to_owned(),
            person: thread.person.id.clone(),
            id: id.to_owned(),
            kind,
            text: text.map(ToOwned::to_owned),
            at,
            edits: 0,
            is_from_customer,
            is_unsent: false,
        });
    }

    /// The ids of an act: of the message it makes, or of the one it is about. `mint` makes a new id of
    /// the seed it gets.
    pub(crate) fn ids(
        &mut self,
        thread: Thread<'_>,
        act: &Act,
        mint: impl FnOnce(&str) -> String,
    ) -> Result<Ids, Impossible> {
        let about = act
            .about()
            .map(|named| self.target(thread, named.as_ref(), act.kind()))
            .transpose()?;
        if let (Some(id), false) = (&about, act.is_message()) {
            return Ok(Ids {
                id: id.clone(),
                about: id.clone(),
            });
        }
        let number = self.next_number();
        let Person { source, id, .. } = thread.person;
        Ok(Ids {
            id: mint(&format!("{source}/{}/{id}/{number}", thread.channel)),
            about: about.unwrap_or_default(),
        })
    }

    /// The message that an act is about: the one it names, or the last one of the conversation.
    fn target(
        &self,
        thread: Thread<'_>,
        named: Option<&String>,
        kind: &'static str,
    ) -> Result<String, Impossible> {
        let last = || {
            let mut messages = self.messages.iter().rev();
            let found = messages.find(|message| message.is_in(thread));
            found.map(|message| message.id.clone())
        };
        let id = named.cloned().or_else(last);
        id.ok_or(Impossible::Message { kind, id: None })
    }

    fn own(&mut self, thread: Thread<'_>, id: &str, act: &Act) -> Result<&mut Message, Impossible> {
        let found = self.messages.iter_mut().find(|message| {
            message.is_in(thread)
                && message.id == id
                && message.is_from_customer
                && !message.is_unsent
        });
        found.ok_or_else(|| Impossible::Message {
            kind: act.kind(),
            id: Some(id.to_owned()),
        })
    }

    /// People and what they have said, for a person at a terminal.
    pub(crate) fn snapshot(&self) -> Vec<Value> {
        let people = self.people.iter();
        people
            .map(|person| {
                let messages = self.messages.iter().filter(|message| {
                    message.source == person.source && message.person == person.id
                });
                let said: Vec<Value> = messages.map(Message::shown).collect();
                json!({
                    "source": person.source.name(),
                    "id": person.id,
                    "name": person.name,
                    "messages": said,
                })
            })
            .collect()
    }
}

impl Person {
    /// WhatsApp's business-scoped user id: another one after a change of the number.
    pub(crate) fn user_id(&self) -> String {
        format!("DE.{}", digits(&format!("user/{}", self.id), 16))
    }

    /// The number, or the business-scoped user id of who hides it.
    pub(crate) fn shown_id(&self) -> String {
        if self.hides_number {
            return self.user_id();
        }
        self.id.clone()
    }
}

impl Message {
    fn is_in(&self, thread: Thread<'_>) -> bool {
        self.source == thread.person.source
            && self.channel == thread.channel
            && self.person == thread.person.id
    }

    fn shown(&self) -> Value {
        json!({
            "id": self.id,
            "channel": self.channel,
            "kind": self.kind,
            "text": self.text,
            "at": self.at,
            "from_customer": self.is_from_customer,
            "edits": self.edits,
            "unsent": self.is_unsent,
        })
    }
}

/// `count` decimal digits of a seed, the first not zero.
pub(crate) fn digits(seed: &str, count: usize) -> String {
    let sum = Sha256::digest(seed.as_bytes());
    sum.iter()
        .take(count)
        .enumerate()
        .map(|(position, byte)| match position {
            0 => char::from(b'1' + byte % 9),
            _ => char::from(b'0' + byte % 10),
        })
        .collect()
}

/// `count` bytes of a seed.
pub(crate) fn bytes(seed: &str, count: usize) -> Vec<u8> {
    Sha256::digest(seed.as_bytes())
        .into_iter()
        .take(count)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phones_with(customer: &Customer) -> (Phones, Person) {
        let mut phones = Phones::default();
        let person = phones.person(customer, "", |seed| digits(seed, 16));
        (phones, person)
    }

    #[test]
    fn the_same_name_is_the_same_person_and_so_is_the_id() {
        let customer = Customer::of(Source::Facebook);
        let (mut phones, ada) = phones_with(&customer);
        let by_id = customer.clone().named(&ada.id);

        assert_eq!(phones.person(&customer, "", |_| "1".to_owned()), ada);
        assert_eq!(phones.person(&by_id, "", |_| "1".to_owned()), ada);
        let grace = phones.person(&customer.named("Grace"), "", |seed| digits(seed, 16));
        assert_ne!(grace.id, ada.id);
        assert_eq!(grace.id.len(), 16);
    }

    #[test]
    fn only_own_messages_are_edited_and_only_five_times() {
        let (mut phones, person) = phones_with(&Customer::of(Source::Facebook));
        let thread = Thread {
            person: &person,
            channel: "c",
        };
        phones.keep(thread, ("m1", &Act::text("hi")), 0).unwrap();
        phones.receive(thread, "m2", None, 0);
        let edit = Act::Edit {
            of: None,
            text: "hello".to_owned(),
        };

        for times in 1..=5 {
            assert_eq!(phones.keep(thread, ("m1", &edit), 1), Ok(times));
        }
        assert_eq!(
            phones.keep(thread, ("m1", &edit), 1),
            Err(Impossible::Edited {
                id: "m1".to_owned()
            })
        );
        assert!(phones.keep(thread, ("m2", &edit), 1).is_err());
        assert_eq!(phones.target(thread, None, "edit"), Ok("m2".to_owned()));
    }
}
