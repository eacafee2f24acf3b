//! Customers: people with phones, and what they do becomes a webhook to the hub.

mod act;
mod customer;
mod impossible;
mod letter;
mod said;
mod source;
mod visitor;

use std::sync::Arc;

use serde_json::Value;

pub use self::act::Act;
pub use self::customer::{Customer, SAMPLE_CUSTOMER};
pub use self::impossible::Impossible;
pub use self::letter::Letter;
pub(crate) use self::letter::Part;
pub use self::said::{Outcome, Said};
pub use self::source::Source;
pub(crate) use self::visitor::Visitors;
use crate::meta::Event;
use crate::post::{Parcel, PostOffice, Violation};
use crate::{Google, Meta, Now, Twilio, Viber};

/// Everybody who takes part when a customer does something.
#[derive(Clone, Debug)]
pub(crate) struct Customers {
    pub(crate) meta: Meta,
    pub(crate) twilio: Twilio,
    pub(crate) google: Google,
    pub(crate) viber: Viber,
    pub(crate) visitors: Arc<Visitors>,
    pub(crate) office: Arc<PostOffice>,
    pub(crate) now: Now,
}

impl Customers {
    /// Does it on the phone, and tells nobody yet.
    pub(crate) fn prepare(&self, customer: &Customer, act: &Act) -> Result<Letter, Impossible> {
        match customer.source {
            Source::Facebook | Source::Instagram => self.meta.compose_page_event(customer, act),
            Source::WhatsApp => self.meta.compose_whatsapp(customer, act),
            Source::Google => self.google.compose(customer, act),
            Source::TwilioSms | Source::TwilioWhatsApp => self.twilio.compose(customer, act),
            Source::Viber => self.viber.compose(customer, act),
            Source::Chatplugin => self.visitors.compose(customer, act, self.now.millis()),
        }
    }

    /// Tells the hub.
    pub(crate) async fn send(&self, letter: &Letter) -> Said {
        let parcel = match &letter.part {
            Part::Visitor(message) => {
                let (number, outcome) = self.visit(letter, message).await;
                return letter.said(number, outcome);
            }
            // One event always goes together with itself.
            Part::Meta(event) => self
                .meta
                .parcel(&[event])
                .unwrap_or_else(|impossible| Err(impossible.to_string())),
            Part::Twilio(inbound) => self.twilio.parcel(inbound),
            Part::Google(notice) => self.google.parcel(notice),
            Part::Viber(callback) => self.viber.parcel(callback),
        };
        let (number, outcome) = self.post(parcel).await;
        if let (Part::Viber(callback), Outcome::Answered { body, .. }) = (&letter.part, &outcome)
            && callback.event == "conversation_started"
            && outcome.is_accepted()
        {
            self.viber.welcome(letter, body);
        }
        letter.said(number, outcome)
    }

    /// Tells the hub of several things in one body.
    pub(crate) async fn send_together(&self, letters: &[Letter]) -> Result<Vec<Said>, Impossible> {
        let events: Vec<&Event> = letters
            .iter()
            .map(|letter| match &letter.part {
                Part::Meta(event) => Ok(event),
                _ => Err(Impossible::Together),
            })
            .collect::<Result<_, _>>()?;
        let parcel = self.meta.parcel(&events)?;
        let (number, outcome) = self.post(parcel).await;
        Ok(letters
            .iter()
            .map(|letter| letter.said(number, outcome.clone()))
            .collect())
    }

    async fn post(&self, parcel: Result<Parcel, String>) -> (Option<u64>, Outcome) {
        match parcel {
            Ok(parcel) => {
                let (number, outcome) = self.office.send(parcel).await;
                (Some(number), outcome)
            }
            Err(why) => (None, Outcome::not_sent(why)),
        }
    }

    /// Begins the conversation if need be, says it, and begins anew if the hub wants that.
    async fn visit(&self, letter: &Letter, message: &Value) -> (Option<u64>, Outcome) {
        let mut said = self.visit_once(letter, message).await;
        if matches!(said.1.status(), Some(401 | 403)) {
            self.visitors.forget_token(letter);
            said = self.visit_once(letter, message).await;
        }
        said
    }

    async fn visit_once(&self, letter: &Letter, message: &Value) -> (Option<u64>, Outcome) {
        match self.visitors.authenticate(letter) {
            Err(why) => return (None, Outcome::not_sent(why)),
            Ok(None) => {}
            Ok(Some(parcel)) => {
                let (number, outcome) = self.office.send(parcel).await;
                if let Err(outcome) = self.visitors.take_token(letter, &outcome) {
                    return (Some(number), outcome);
                }
            }
        }
        self.post(self.visitors.say(letter, message)).await
    }

    /// What the hub did that the providers would not put up with.
    pub(crate) fn violations(&self) -> Vec<Violation> {
        let complaints = [
            (Source::Facebook, self.meta.desk.complaints()),
            (Source::TwilioSms, self.twilio.desk.complaints()),
            (Source::Google, self.google.desk.complaints()),
            (Source::Viber, self.viber.desk.complaints()),
        ];
        let mut violations = self.office.violations();
        for (source, messages) in complaints {
            let of_source = messages
                .into_iter()
                .map(|message| Violation { source, message });
            violations.extend(of_source);
        }
        violations
    }

    /// All people and what they have said, for a person at a terminal.
    pub(crate) fn snapshot(&self) -> Vec<Value> {
        let mut people = self.meta.people();
        people.extend(self.google.people());
        people.extend(self.twilio.people());
        people.extend(self.viber.people());
        people.extend(self.visitors.phones.lock().snapshot());
        people
    }
}

impl Letter {
    fn said(&self, number: Option<u64>, outcome: Outcome) -> Said {
        let id = match (&self.part, &outcome) {
            // The hub's answer is the message.
            (Part::Visitor(_), Outcome::Answered { body, .. }) => {
                let message: Value = serde_json::from_str(body).unwrap_or_default();
                message
                    .get("id")
                    .and_then(Value::as_str)
                    .map(ToOwned::to_owned)
            }
            _ => self.id.clone(),
        };
        Said {
            source: self.source,
            channel: self.channel.clone(),
            customer_id: self.customer_id.clone(),
            customer_name: self.customer_name.clone(),
            id,
            outcome,
            number,
        }
    }
}
