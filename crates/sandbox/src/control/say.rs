//! `POST /sandbox.say`: a customer does something.
//!
//! `{"source": "facebook", "text": "hello", "from": "Grace Hopper", "channel": "fb-page-id-2",
//! "kind": "text", "repeat": 1}`: only `source` is needed, and for most kinds `text`. Other kinds take
//! `to` (the id of a message, or the last one), `title` and `payload` (what is tapped), `emoji`,
//! `latitude` and `longitude`, `reference` (of a link), `number` (the new one). `hide_number`,
//! `hide_profile` and `username` say what the provider tells about the person.
//!
//! `acts` instead is a list of such things, each with its own `kind` and what goes with it. They are
//! delivered one by one, or with `"together": true` in one call, which only Meta does; `order` can be
//! `reverse` or `shuffle` (like two halves of a pack of cards, so always alike). The answer is then
//! `{"said": […]}`, as delivered.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::act::ActRequest;
use super::{Refused, refused};
use crate::customers::{Customer, Customers, Letter, Outcome, Said, Source};

/// More copies than anybody needs to see what a hub makes of them.
const MOST_COPIES: usize = 1000;

/// More acts than fit into one call of any provider.
const MOST_ACTS: usize = 1000;

/// Who is to do what.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SayRequest {
    source: String,
    text: Option<String>,
    from: Option<String>,
    channel: Option<String>,
    kind: Option<String>,
    repeat: Option<usize>,
    to: Option<String>,
    title: Option<String>,
    payload: Option<String>,
    emoji: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    reference: Option<String>,
    number: Option<String>,
    username: Option<String>,
    #[serde(default)]
    hide_number: bool,
    #[serde(default)]
    hide_profile: bool,
    acts: Option<Vec<ActRequest>>,
    together: Option<bool>,
    order: Option<Order>,
}

/// In which order acts are delivered.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Order {
    /// As they were done.
    #[default]
    Done,
    Reverse,
    Shuffle,
}

pub(super) async fn say(
    State(customers): State<Arc<Customers>>,
    body: Bytes,
) -> Result<Json<Value>, Refused> {
    let mut request: SayRequest =
        serde_json::from_slice(&body).map_err(|error| refused(&error.to_string()))?;
    let source: Source = request
        .source
        .parse()
        .map_err(|error: String| refused(&error))?;
    let customer = request.customer(source);
    if let Some(acts) = request.acts.take() {
        return say_all(&customers, &customer, &request, &acts).await;
    }
    if request.together.is_some() {
        return Err(refused("together goes with acts: a list of what is done"));
    }
    if request.order.is_some() {
        return Err(refused("order goes with acts: a list of what is done"));
    }
    let copies = request.repeat.unwrap_or(1);
    if !(1..=MOST_COPIES).contains(&copies) {
        return Err(refused(&format!(
            "repeat must be between 1 and {MOST_COPIES}, got {copies}"
        )));
    }
    let act = request.one().act()?;
    let letter = customers
        .prepare(&customer, &act)
        .map_err(|impossible| refused(&impossible.to_string()))?;
    let mut said = customers.send(&letter).await;
    for _copy in 1..copies {
        said = customers.send(&letter).await;
    }
    Ok(Json(shown(&said)))
}

/// Lets a customer do several things, and delivers them as ordered.
async fn say_all(
    customers: &Customers,
    customer: &Customer,
    request: &SayRequest,
    acts: &[ActRequest],
) -> Result<Json<Value>, Refused> {
    if let Some(field) = request.beside_acts() {
        return Err(refused(&format!(
            "{field} cannot stand beside acts: it belongs into each of them"
        )));
    }
    if request.repeat.is_some() {
        return Err(refused(
            "repeat cannot stand beside acts: list an act as often as it is done",
        ));
    }
    if !(1..=MOST_ACTS).contains(&acts.len()) {
        return Err(refused(&format!(
            "acts must be between 1 and {MOST_ACTS}, got {}",
            acts.len()
        )));
    }
    let mut letters = Vec::with_capacity(acts.len());
    for (number, act) in acts.iter().enumerate() {
        let at = |problem: &str| refused(&format!("acts[{number}]: {problem}"));
        let act = act.act().map_err(|(_, Json(said))| {
            let problem = said.get("message").and_then(Value::as_str);
            at(problem.unwrap_or_default())
        })?;
        let letter = customers
            .prepare(customer, &act)
            .map_err(|impossible| at(&impossible.to_string()))?;
        letters.push(letter);
    }
    let letters = in_order(letters, request.order.unwrap_or_default());
    let mut said = Vec::with_capacity(letters.len());
    if request.together == Some(true) {
        said = customers
            .send_together(&letters)
            .await
            .map_err(|impossible| refused(&format!("together: {impossible}")))?;
    } else {
        for letter in &letters {
            said.push(customers.send(letter).await);
        }
    }
    let said: Vec<_> = said.iter().map(shown).collect();
    Ok(Json(json!({ "said": said })))
}

fn in_order(mut letters: Vec<Letter>, order: Order) -> Vec<Letter> {
    match order {
        Order::Done => letters,
        Order::Reverse => {
            letters.reverse();
            letters
        }
        Order::Shuffle => {
            let second = letters.split_off(letters.len() / 2);
            let mut first = letters.into_iter();
            let pairs = second
                .into_iter()
                .flat_map(|letter| [Some(letter), first.next()]);
            pairs.flatten().collect()
        }
    }
}

impl SayRequest {
    fn customer(&self, source: Source) -> Customer {
        let mut customer = Customer::of(source);
        if let Some(from) = &self.from {
            customer = customer.named(from);
        }
        if let Some(channel) = &self.channel {
            customer = customer.on(channel);
        }
        if let Some(username) = &self.username {
            customer = customer.with_username(username);
        }
        if self.hide_number {
            customer = customer.hiding_number();
        }
        if self.hide_profile {
            customer = customer.hiding_profile();
        }
        customer
    }

    /// What the request says about the one thing that is done.
    fn one(self) -> ActRequest {
        ActRequest {
            text: self.text,
            kind: self.kind,
            to: self.to,
            title: self.title,
            payload: self.payload,
            emoji: self.emoji,
            latitude: self.latitude,
            longitude: self.longitude,
            reference: self.reference,
            number: self.number,
        }
    }

    /// A field of one act that the request as a whole has.
    fn beside_acts(&self) -> Option<&'static str> {
        [
            ("text", self.text.is_some()),
            ("kind", self.kind.is_some()),
            ("to", self.to.is_some()),
            ("title", self.title.is_some()),
            ("payload", self.payload.is_some()),
            ("emoji", self.emoji.is_some()),
            ("latitude", self.latitude.is_some()),
            ("longitude", self.longitude.is_some()),
            ("reference", self.reference.is_some()),
            ("number", self.number.is_some()),
        ]
        .into_iter()
        .find_map(|(field, is_there)| is_there.then_some(field))
    }
}

fn shown(said: &Said) -> Value {
    let (outcome, why) = match &said.outcome {
        Outcome::Answered { body, .. } if !said.is_accepted() => ("refused", Some(body)),
        Outcome::Answered { .. } => ("accepted", None),
        Outcome::NoAnswer { why } => ("no_answer", Some(why)),
        Outcome::NotSent { why } => ("not_sent", Some(why)),
    };
    json!({
        "message_id": said.id,
        "source": said.source.name(),
        "channel": said.channel,
        "customer": {"id": said.customer_id, "name": said.customer_name},
        "outcome": outcome,
        "status": said.status(),
        "why": why,
    })
}
