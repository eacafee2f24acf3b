//! Files in WhatsApp messages: an id, then an address for five minutes, then the bytes
//! (developers.facebook.com/docs/whatsapp/cloud-api/reference/media, read 2026-11-22).

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::Meta;
use super::auth::Caller;
use super::graph_error::GraphError;
use super::params::Params;
use super::state::State;
use crate::exchange::{Reply, Request};
use crate::media::{self, Sample};

/// How long an address works, in milliseconds.
const ADDRESS_LIFE: i64 = 5 * 60 * 1000;
/// How long a file is kept, in milliseconds.
const FILE_LIFE: i64 = 30 * 24 * 60 * 60 * 1000;

const PREFIX: &str = "/whatsapp_business/attachments/";

/// A file that somebody sent.
#[derive(Clone, Debug)]
pub(crate) struct WhatsAppFile {
    pub(crate) sample: Sample,
    pub(crate) phone_number_id: String,
    pub(crate) waba_id: String,
    /// Milliseconds since 1970.
    pub(crate) since: i64,
}

pub(crate) fn is_path(path: &str) -> bool {
    path.starts_with(PREFIX)
}

/// `/{media-id}`: what is known of a file, and where it is for the next five minutes.
pub(crate) fn get(
    state: &State,
    caller: &Caller,
    params: &Params,
    (id, base, now): (&str, &str, i64),
) -> Result<Value, GraphError> {
    let file = file(state, caller, id, now)?;
    if let Some(number) = params.get("phone_number_id")
        && number != file.phone_number_id
    {
        return Err(GraphError::unknown_object(&Method::GET, id));
    }
    let address = media::link(&format!("{PREFIX}{id}"), now + ADDRESS_LIFE);
    Ok(json!({
        "url": format!("{base}{address}"),
        "mime_type": file.sample.media_type,
        "sha256": hex::encode(file.sample.sha256()),
        "file_size": file.sample.bytes.len(),
        "id": id,
        "messaging_product": "whatsapp",
    }))
}

/// The file, if it is there and the caller may read messages of its account.
fn file<'state>(
    state: &'state State,
    caller: &Caller,
    id: &str,
    now: i64,
) -> Result<&'state WhatsAppFile, GraphError> {
    const SCOPE: &str = "whatsapp_business_messaging";
    let unknown = || GraphError::unknown_object(&Method::GET, id);
    let token = caller.token().ok_or_else(unknown)?;
    if !caller.may(SCOPE) {
        return Err(GraphError::permission(
            10,
            "Application does not have permission for this action",
        ));
    }
    let file = state.whatsapp_files.get(id).ok_or_else(unknown)?;
    let reachable = token
        .targets
        .get(SCOPE)
        .is_none_or(|targets| targets.contains(&file.waba_id));
    if reachable && now < file.since + FILE_LIFE {
        return Ok(file);
    }
    Err(unknown())
}

impl Meta {
    /// The bytes behind an address: for the same token, as long as the address works.
    pub(crate) fn whatsapp_bytes(&self, request: &Request) -> Reply {
        let now = self.inner.now.millis();
        let state = self.inner.state.lock();
        let path = request.path();
        let id = path.strip_prefix(PREFIX).unwrap_or_default();
        let refused = |status: u16| Reply::page_for_people(status);
        if request.method != Method::GET {
            return refused(405);
        }
        let Some(token) = request.authorization("Bearer") else {
            return refused(401);
        };
        // The address is no part of Graph: no proof is asked for.
        let caller = match state.token(token) {
            Some(issued) if issued.check(now.div_euclid(1000)).is_ok() => Caller::Holder {
                text: token.to_owned(),
                issued: Box::new(issued.clone()),
            },
            _ => return refused(401),
        };
        let file = match file(&state, &caller, id, now) {
            Ok(file) => file,
            Err(error) if error.code == 10 => return refused(StatusCode::FORBIDDEN.as_u16()),
            Err(_unknown) => return refused(404),
        };
        if media::is_open(path, &request.query(), now) {
            return Reply::file(file.sample.media_type, file.sample.bytes);
        }
        refused(404)
    }
}
