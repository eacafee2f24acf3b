//! WhatsApp business accounts and their numbers (developers.facebook.com/docs/whatsapp/
//! business-management-api, read 2026-11-22).

use http::Method;
use serde_json::{Value, json};

use super::auth::Caller;
use super::fields::{Asked, Field, Node};
use super::graph_error::GraphError;
use super::paging::{List, Window};
use super::params::Params;
use super::state::State;
use super::world::{PhoneNumber, Waba};

/// `/{phone-number-id}`.
pub(crate) fn phone_number(
    state: &State,
    caller: &Caller,
    params: &Params,
    id: &str,
) -> Result<Value, GraphError> {
    let (waba, number) = state
        .phone_number(id)
        .ok_or_else(|| GraphError::unknown_object(&Method::GET, id))?;
    manages(caller, &waba.id, &Method::GET, id)?;
    let asked = params.get("fields").map(Asked::read).transpose()?;
    number_node(number).show(asked.as_deref())
}

/// `/{waba-id}`.
pub(crate) fn waba(
    state: &State,
    caller: &Caller,
    params: &Params,
    id: &str,
) -> Result<Value, GraphError> {
    let waba = known(state, &Method::GET, id)?;
    manages(caller, id, &Method::GET, id)?;
    let asked = params.get("fields").map(Asked::read).transpose()?;
    waba_node(waba).show(asked.as_deref())
}

/// `/{waba-id}/phone_numbers`.
pub(crate) fn phone_numbers(
    state: &State,
    caller: &Caller,
    params: &Params,
    (id, here): (&str, &str),
) -> Result<Value, GraphError> {
    let waba = known(state, &Method::GET, id)?;
    manages(caller, id, &Method::GET, id)?;
    let asked = params.get("fields").map(Asked::read).transpose()?;
    let ids: Vec<String> = waba
        .numbers
        .iter()
        .map(|number| number.id.clone())
        .collect();
    Window::read(params)?.cut(&ids, list(caller, params, here), |number_id| {
        state
            .phone_number(number_id)
            .map_or(Ok(Value::Null), |(_, number)| {
                number_node(number).show(asked.as_deref())
            })
    })
}

/// `/{business-id}/owned_whatsapp_business_accounts`: those that the token is good for.
pub(crate) fn owned_wabas(
    state: &State,
    caller: &Caller,
    params: &Params,
    (business_id, here): (&str, &str),
) -> Result<Value, GraphError> {
    let mut ids = Vec::new();
    for waba in of_business(state, business_id)? {
        match manages(caller, &waba.id, &Method::GET, business_id) {
            Ok(()) => ids.push(waba.id.clone()),
            Err(error) if error.code == 100 => {}
            Err(error) => return Err(error),
        }
    }
    show_wabas(state, &ids, list(caller, params, here))
}

/// `/{business-id}/client_whatsapp_business_accounts`: those that clients share, which nobody does in
/// this world.
pub(crate) fn client_wabas(
    state: &State,
    caller: &Caller,
    params: &Params,
    (business_id, here): (&str, &str),
) -> Result<Value, GraphError> {
    for waba in of_business(state, business_id)? {
        manages(caller, &waba.id, &Method::GET, business_id)?;
    }
    show_wabas(state, &[], list(caller, params, here))
}

fn of_business<'state>(
    state: &'state State,
    business_id: &str,
) -> Result<Vec<&'state Waba>, GraphError> {
    let wabas = state.wabas.values();
    let owned: Vec<_> = wabas
        .filter(|waba| waba.business_id == business_id)
        .collect();
    if owned.is_empty() {
        return Err(GraphError::unknown_object(&Method::GET, business_id));
    }
    Ok(owned)
}

fn show_wabas(state: &State, ids: &[String], list: List<'_>) -> Result<Value, GraphError> {
    let asked = list.params.get("fields").map(Asked::read).transpose()?;
    Window::read(list.params)?.cut(ids, list, |id| {
        state.wabas.get(id).map_or(Ok(Value::Null), |waba| {
            waba_node(waba).show(asked.as_deref())
        })
    })
}

/// Whether the caller may manage an account: the permission, and the account among its targets.
/// Which id is unknown to a caller who may not is said of `id`.
pub(crate) fn manages(
    caller: &Caller,
    waba_id: &str,
    method: &Method,
    id: &str,
) -> Result<(), GraphError> {
    const SCOPE: &str = "whatsapp_business_management";
    let token = caller.token().filter(|token| token.scopes.contains(SCOPE));
    let Some(token) = token else {
        return Err(GraphError::permission(
            200,
            "You do not have the necessary permissions required on this WhatsApp Business Account: \
             whatsapp_business_management.",
        ));
    };
    if token
        .targets
        .get(SCOPE)
        .is_none_or(|targets| targets.contains(waba_id))
    {
        return Ok(());
    }
    Err(GraphError::unknown_object(method, id))
}

/// The account, if it exists.
pub(crate) fn known<'state>(
    state: &'state State,
    method: &Method,
    id: &str,
) -> Result<&'state Waba, GraphError> {
    state
        .wabas
        .get(id)
        .ok_or_else(|| GraphError::unknown_object(method, id))
}

fn list<'a>(caller: &'a Caller, params: &'a Params, address: &'a str) -> List<'a> {
    let token = match caller {
        Caller::App => "",
        Caller::Holder { text, .. } => text,
    };
    List {
        address,
        params,
        token,
    }
}

fn waba_node(waba: &Waba) -> Node {
    Node {
        kind: "WhatsAppBusinessAccount",
        default: &["id", "name", "timezone_id", "message_template_namespace"],
        fields: vec![
            ("id", Field::text(&waba.id)),
            ("name", Field::text(&waba.name)),
            ("timezone_id", Field::text("1")),
            (
                "message_template_namespace",
                Field::text("ba30dd89_2ebd_41e4_b805_f2c05ae04cc9"),
            ),
            ("currency", Field::text("EUR")),
            ("account_review_status", Field::text("APPROVED")),
            (
                "owner_business_info",
                Field::Plain(json!({"id": waba.business_id, "name": waba.name})),
            ),
        ],
    }
}

fn number_node(number: &PhoneNumber) -> Node {
    Node {
        kind: "WhatsAppBusinessPhoneNumber",
        default: &[
            "verified_name",
            "code_verification_status",
            "display_phone_number",
            "quality_rating",
            "id",
        ],
        fields: vec![
            ("id", Field::text(&number.id)),
            (
                "display_phone_number",
                Field::text(&number.display_phone_number),
            ),
            ("verified_name", Field::text(&number.verified_name)),
            ("quality_rating", Field::text(&number.quality_rating)),
            (
                "code_verification_status",
                Field::text(&number.code_verification_status),
            ),
            ("status", Field::text(&number.status)),
            ("name_status", Field::text("APPROVED")),
            ("messaging_limit_tier", Field::text("TIER_1K")),
            ("host_platform", Field::text("CLOUD_API")),
            ("platform_type", Field::text("CLOUD_API")),
            ("account_mode", Field::text("LIVE")),
            ("throughput", Field::Plain(json!({"level": "STANDARD"}))),
            ("is_official_business_account", Field::Plain(false.into())),
            ("is_pin_enabled", Field::Plain(true.into())),
            ("certificate", Field::Absent),
            ("health_status", Field::Absent),
            ("last_onboarded_time", Field::Absent),
            ("new_certificate", Field::Absent),
            ("new_name_status", Field::Absent),
            ("search_visibility", Field::Absent),
            ("webhook_configuration", Field::Absent),
        ],
    }
}
