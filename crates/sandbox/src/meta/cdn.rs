//! Meta's CDN: attachments behind links that end, for whoever has the link
//! (developers.facebook.com/docs/messenger-platform/reference/webhook-events/messages, read
//! 2026-11-22).

use http::{Method, StatusCode};

use super::Meta;
use crate::exchange::{Reply, Request};
use crate::media::{self, Sample};
use crate::phones;

/// How long a link works, in milliseconds.
const LIFE: i64 = 24 * 60 * 60 * 1000;

const PREFIX: &str = "/v/t1.15752-9/";

/// The path of a file that belongs to one message.
pub(crate) fn path(channel: &str, message: &str, name: &str) -> String {
    let asset = phones::digits(&format!("{channel}/{message}"), 15);
    format!("{PREFIX}{asset}/{name}")
}

/// The whole link.
pub(crate) fn link(base: &str, path: &str, now: i64, person: &str) -> String {
    let link = media::link(path, now + LIFE);
    format!("{base}{link}&_nc_ohc={}", phones::digits(person, 11))
}

pub(crate) fn is_path(path: &str) -> bool {
    path.starts_with(PREFIX)
}

impl Meta {
    /// The file, as long as its link works. The CDN ignores credentials; that they came is noted.
    pub(crate) fn cdn_file(&self, request: &Request) -> Reply {
        let path = request.path();
        if request.method != Method::GET {
            return Reply::page_for_people(405);
        }
        let query = request.query();
        if request.header("authorization").is_some()
            || query.iter().any(|(name, _)| name == "access_token")
        {
            self.desk.complain(
                "a credential was sent to the CDN of attachments, which belongs to whoever the link \
                 says",
            );
        }
        let sample = path.rsplit('/').next().and_then(Sample::named);
        match sample {
            Some(sample) if media::is_open(path, &query, self.inner.now.millis()) => {
                Reply::file(sample.media_type, sample.bytes)
            }
            _ => Reply::text(
                StatusCode::FORBIDDEN,
                "text/plain",
                "URL signature expired".to_owned(),
            ),
        }
    }
}
