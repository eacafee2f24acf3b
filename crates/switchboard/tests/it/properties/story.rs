//! Stories: what happens on WhatsApp, Messenger and Instagram, each step at a second of its own.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::promises::bodies::{
    ACCOUNT, PAGE, event, meta, millis, whatsapp_act, whatsapp_echo, whatsapp_rename,
    whatsapp_status, whatsapp_text,
};

/// One call of a provider.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) path: &'static str,
    pub(super) body: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    WhatsApp,
    Page,
    Instagram,
}

impl Place {
    fn account(self) -> &'static str {
        match self {
            Self::WhatsApp => "",
            Self::Page => PAGE,
            Self::Instagram => ACCOUNT,
        }
    }
}

/// What may happen; those that are about a message are about one of those before.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Text,
    Echo,
    React(prop::sample::Index),
    TakeReactionBack(prop::sample::Index),
    Edit(prop::sample::Index),
    Unsend(prop::sample::Index),
    Confirm(prop::sample::Index, u8),
    ConfirmUntil(prop::sample::Index, bool),
    Rename,
}

/// Who does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Contact,
    Ours,
}

/// A message of the story.
#[derive(Clone, Debug)]
struct Written {
    place: Place,
    person: &'static str,
    name: String,
    is_ours: bool,
    is_unsent: bool,
}

const PEOPLE: [&str; 2] = ["4915700000001", "4915700000002"];

pub(super) fn steps() -> impl Strategy<Value = Vec<(Step, u8, u8)>> {
    let index = any::<prop::sample::Index>;
    let step = prop_oneof![
        4 => Just(Step::Text),
        2 => Just(Step::Echo),
        2 => index().prop_map(Step::React),
        1 => index().prop_map(Step::TakeReactionBack),
        2 => index().prop_map(Step::Edit),
        1 => index().prop_map(Step::Unsend),
        3 => (index(), 0..4_u8).prop_map(|(which, receipt)| Step::Confirm(which, receipt)),
        2 => (index(), any::<bool>()).prop_map(|(which, seen)| Step::ConfirmUntil(which, seen)),
        1 => Just(Step::Rename),
    ];
    prop::collection::vec((step, 0..3_u8, 0..2_u8), 30..70)
}

/// The calls of a story, in the order in which it happens.
pub(super) fn told(steps: &[(Step, u8, u8)]) -> Vec<Call> {
    let mut written: Vec<Written> = Vec::new();
    let mut calls = Vec::new();
    let mut renamed = [0; PEOPLE.len()];
    for (second, (step, place, person)) in (1..).zip(steps.iter().copied()) {
        let place = [Place::WhatsApp, Place::Page, Place::Instagram][usize::from(place)];
        let times = &mut renamed[usize::from(person)];
        let person = PEOPLE[usize::from(person)];
        let body = match step {
            Step::Text | Step::Echo => {
                let message = Written {
                    place,
                    person,
                    name: format!("{place:?}.{second}"),
                    is_ours: matches!(step, Step::Echo),
                    is_unsent: false,
                };
                let body = message.body(second);
                written.push(message);
                Some((place, body))
            }
            Step::React(which) => about(&mut written, which, |message| {
                Some(message.reacted(second, "❤️"))
            }),
            Step::TakeReactionBack(which) => about(&mut written, which, |message| {
                Some(message.reacted(second, ""))
            }),
            Step::Edit(which) => about(&mut written, which, |message| Some(message.edited(second))),
            Step::Unsend(which) => about(&mut written, which, |message| message.unsent(second)),
            Step::Confirm(which, receipt) => about(&mut written, which, |message| {
                message.confirmed(second, receipt)
            }),
            Step::Rename => {
                *times += 1;
                Some((Place::WhatsApp, has_another_id(person, *times, second)))
            }
            Step::ConfirmUntil(which, seen) => about(&mut written, which, |message| {
                message.confirmed_until(second, if seen { "read" } else { "delivery" })
            }),
        };
        calls.extend(body.map(|(place, body)| Call {
            path: match place {
                Place::WhatsApp => "/whatsapp",
                Place::Page => "/facebook",
                Place::Instagram => "/instagram",
            },
            body,
        }));
    }
    calls
}

/// WhatsApp addresses somebody differently, for the so-many-th time.
fn has_another_id(person: &str, times: u32, seconds: i64) -> Value {
    let name = |times: u32| match times {
        0 => person.to_owned(),
        times => format!("{person} after {times} changes"),
    };
    whatsapp_rename(&name(times - 1), &name(times), seconds)
}

fn about(
    written: &mut [Written],
    which: prop::sample::Index,
    act: impl FnOnce(&mut Written) -> Option<Value>,
) -> Option<(Place, Value)> {
    if written.is_empty() {
        return None;
    }
    let message = which.get_mut(written);
    let place = message.place;
    act(message).map(|body| (place, body))
}

impl Written {
    /// Who wrote it.
    fn side(&self) -> Side {
        if self.is_ours {
            Side::Ours
        } else {
            Side::Contact
        }
    }

    fn is_whatsapp(&self) -> bool {
        self.place == Place::WhatsApp
    }

    /// A call about a page or an Instagram account.
    fn meta(&self, seconds: i64, side: Side, what: (&str, Value)) -> Value {
        let account = self.place.account();
        let parties = if side == Side::Ours {
            (account, self.person)
        } else {
            (self.person, account)
        };
        let object = if self.place == Place::Page {
            "page"
        } else {
            "instagram"
        };
        meta(
            object,
            account,
            "messaging",
            &[event(parties, seconds, what)],
        )
    }

    fn body(&self, seconds: i64) -> Value {
        let text = format!("said at {seconds}");
        if self.is_whatsapp() {
            let write = if self.is_ours {
                whatsapp_echo
            } else {
                whatsapp_text
            };
            return write(self.person, &self.name, seconds, &text);
        }
        let mut message = json!({"mid": self.name, "text": text});
        if self.is_ours {
            message["is_echo"] = json!(true);
            if self.place == Place::Page {
                message["app_id"] = json!(263_902_037_430_900_u64);
            }
        }
        self.meta(seconds, self.side(), ("message", message))
    }

    fn reacted(&self, seconds: i64, emoji: &str) -> Value {
        if self.is_whatsapp() {
            let reaction = json!({"message_id": self.name, "emoji": emoji});
            let id = format!("wamid.reaction.{seconds}");
            return whatsapp_act(self.person, &id, seconds, ("reaction", reaction));
        }
        let mut reaction = json!({"mid": self.name, "action": "unreact"});
        if !emoji.is_empty() {
            reaction =
                json!({"mid": self.name, "action": "react", "emoji": emoji, "reaction": "love"});
        }
        self.meta(seconds, Side::Contact, ("reaction", reaction))
    }

    fn edited(&self, seconds: i64) -> Value {
        let text = format!("edited at {seconds}");
        if self.is_whatsapp() {
            let edit = json!({
                "original_message_id": self.name, "message": {"type": "text", "text": {"body": text}}
            });
            let id = format!("wamid.edit.{seconds}");
            return whatsapp_act(self.person, &id, seconds, ("edit", edit));
        }
        let edit = json!({"mid": self.name, "text": text, "num_edit": seconds});
        self.meta(seconds, self.side(), ("message_edit", edit))
    }

    /// What is taken back is taken back once.
    fn unsent(&mut self, seconds: i64) -> Option<Value> {
        if std::mem::replace(&mut self.is_unsent, true) {
            return None;
        }
        if self.is_whatsapp() {
            let revoke = json!({"original_message_id": self.name});
            let id = format!("wamid.revoke.{seconds}");
            return Some(whatsapp_act(self.person, &id, seconds, ("revoke", revoke)));
        }
        let gone = json!({"mid": self.name, "is_deleted": true});
        Some(self.meta(seconds, self.side(), ("message", gone)))
    }

    fn confirmed(&self, seconds: i64, receipt: u8) -> Option<Value> {
        if !self.is_ours {
            return None;
        }
        Some(match self.place {
            Place::WhatsApp => {
                let status = ["sent", "failed", "delivered", "read"][usize::from(receipt)];
                whatsapp_status(self.person, &self.name, seconds, status)
            }
            Place::Page => self.meta(
                seconds,
                Side::Contact,
                ("delivery", json!({"mids": [self.name]})),
            ),
            Place::Instagram => {
                self.meta(seconds, Side::Contact, ("read", json!({"mid": self.name})))
            }
        })
    }

    fn confirmed_until(&self, seconds: i64, kind: &str) -> Option<Value> {
        let until = json!({"watermark": millis(seconds)});
        (self.place == Place::Page).then(|| self.meta(seconds, Side::Contact, (kind, until)))
    }
}
