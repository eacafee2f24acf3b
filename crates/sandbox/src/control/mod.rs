//! The sandbox's own port: a person at a terminal provokes faults and looks at the state.
//!
//! `POST /sandbox.faults {"provider": "meta", "operation": "get_page", "fault": "rate_limited",
//! "times": 1}` plans a fault; without `operation` it strikes every call, without `times` for good.
//! `"fault": "none"` clears. `POST /sandbox.state` shows accounts, subscriptions, calls, customers and
//! webhooks. `POST /sandbox.say` lets a customer do something.

mod act;
mod say;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::customers::Customers;
use crate::desk::Desk;
use crate::{CallRecord, Delivery, Fault};

/// How many calls `/sandbox.state` shows of each provider.
const CALLS_SHOWN: usize = 50;

type Refused = (StatusCode, Json<Value>);

pub(crate) fn router(customers: Customers) -> Router {
    Router::new()
        .route("/sandbox.faults", post(faults))
        .route("/sandbox.state", post(state))
        .route("/sandbox.say", post(say::say))
        .with_state(Arc::new(customers))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plan {
    provider: String,
    operation: Option<String>,
    fault: String,
    times: Option<usize>,
    /// Of `server_error`; 500 if left out.
    status: Option<u16>,
    /// Of `slow_after_effect`; 30 if left out.
    seconds: Option<u64>,
}

async fn faults(
    State(customers): State<Arc<Customers>>,
    body: Bytes,
) -> Result<Json<Value>, Refused> {
    let plan: Plan = serde_json::from_slice(&body).map_err(|error| refused(&error.to_string()))?;
    let desk = desk(&customers, &plan.provider)?;
    if plan.fault == "none" {
        desk.clear();
        return Ok(Json(json!({})));
    }
    let fault = fault(&plan)?;
    if let Some(operation) = &plan.operation
        && !desk.knows(operation)
    {
        return Err(refused(&format!(
            "operation \"{operation}\" does not exist at {}; use one of {}",
            plan.provider,
            desk.operations().join(", ")
        )));
    }
    desk.plan(plan.operation.as_deref(), fault, plan.times);
    Ok(Json(json!({})))
}

fn fault(plan: &Plan) -> Result<Fault, Refused> {
    Ok(match plan.fault.as_str() {
        "expired_token" => Fault::ExpiredToken,
        "missing_permission" => Fault::MissingPermission,
        "rate_limited" => Fault::RateLimited,
        "server_error" => Fault::ServerError(plan.status.unwrap_or(500)),
        "outage" => Fault::Outage,
        "hang" => Fault::Hang,
        "slow_after_effect" => {
            Fault::SlowAfterEffect(Duration::from_secs(plan.seconds.unwrap_or(30)))
        }
        "drop_after_effect" => Fault::DropAfterEffect,
        "garbled_answer" => Fault::GarbledAnswer,
        other => {
            return Err(refused(&format!(
                "fault \"{other}\" does not exist; use expired_token, missing_permission, \
                 rate_limited, server_error, outage, hang, slow_after_effect, drop_after_effect, \
                 garbled_answer or none"
            )));
        }
    })
}

async fn state(State(customers): State<Arc<Customers>>) -> Json<Value> {
    let Customers {
        meta,
        twilio,
        google,
        viber,
        ..
    } = &*customers;
    Json(json!({
        "meta": {"url": meta.url(), "state": meta.snapshot(), "calls": calls(&meta.desk)},
        "twilio": {
            "url": twilio.url(),
            "messaging_url": twilio.messaging_url(),
            "state": twilio.snapshot(),
            "calls": calls(&twilio.desk),
        },
        "google": {"url": google.url(), "state": google.snapshot(), "calls": calls(&google.desk)},
        "viber": {"url": viber.url(), "state": viber.snapshot(), "calls": calls(&viber.desk)},
        "customers": customers.snapshot(),
        "deliveries": deliveries(&customers),
        "webhooks_to_retry": customers.office.open_webhooks(),
        "violations": violations(&customers),
    }))
}

/// The last calls, oldest first.
fn calls(desk: &Desk) -> Vec<Value> {
    let all = desk.calls();
    let shown = all.iter().skip(all.len().saturating_sub(CALLS_SHOWN));
    shown
        .map(|call| {
            let CallRecord {
                method,
                path,
                operation,
                status,
            } = call;
            json!({
                "method": method.as_str(),
                "path": path,
                "operation": operation,
                "status": status,
            })
        })
        .collect()
}

/// The last attempts to deliver a webhook, oldest first.
fn deliveries(customers: &Customers) -> Vec<Value> {
    let all = customers.office.deliveries();
    let shown = all.iter().skip(all.len().saturating_sub(CALLS_SHOWN));
    shown.map(Delivery::shown).collect()
}

fn violations(customers: &Customers) -> Vec<Value> {
    let all = customers.violations().into_iter();
    all.map(|violation| json!({"source": violation.source.name(), "message": violation.message}))
        .collect()
}

fn desk<'a>(customers: &'a Customers, provider: &str) -> Result<&'a Desk, Refused> {
    Ok(match provider {
        "meta" => &customers.meta.desk,
        "twilio" => &customers.twilio.desk,
        "google" => &customers.google.desk,
        "viber" => &customers.viber.desk,
        other => {
            return Err(refused(&format!(
                "provider \"{other}\" does not exist; use meta, twilio, google or viber"
            )));
        }
    })
}

fn refused(message: &str) -> Refused {
    (StatusCode::BAD_REQUEST, Json(json!({ "message": message })))
}
