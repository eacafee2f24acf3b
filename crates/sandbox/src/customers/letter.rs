//! What a customer did, not told to the hub yet.

use super::Source;
use crate::google::Notice;
use crate::meta::Event;
use crate::phones::Person;
use crate::twilio::Inbound;
use crate::viber::Callback;

/// What a customer did, not told to the hub yet: letters can be sent late, twice, together or in another
/// order.
#[derive(Clone, Debug)]
pub struct Letter {
    pub(crate) source: Source,
    pub(crate) channel: String,
    pub(crate) customer_id: String,
    pub(crate) customer_name: String,
    pub(crate) id: Option<String>,
    pub(crate) part: Part,
}

/// What the provider will tell.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    Meta(Event),
    Twilio(Inbound),
    Google(Notice),
    Viber(Callback),
    /// What a visitor of a web site sends.
    Visitor(serde_json::Value),
}

impl Letter {
    pub(crate) fn new(person: &Person, channel: &str, id: Option<String>, part: Part) -> Self {
        Self {
            source: person.source,
            channel: channel.to_owned(),
            customer_id: person.id.clone(),
            customer_name: person.name.clone(),
            id,
            part,
        }
    }

    /// The same under the id that the hub is told.
    pub(crate) fn known_as(mut self, customer_id: String) -> Self {
        self.customer_id = customer_id;
        self
    }

    /// The provider's id of the message, or of the message that the act is about.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The provider's id of the person.
    pub fn customer_id(&self) -> &str {
        &self.customer_id
    }
}
