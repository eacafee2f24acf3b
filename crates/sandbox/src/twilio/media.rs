//! Files in messages: behind the account's credentials, and then a redirect to a store that wants none
//! (www.twilio.com/docs/messaging/api/media-resource, read 2026-11-22).

use http::{Method, StatusCode, header};

use super::Twilio;
use super::refusal::TwilioError;
use crate::exchange::{Reply, Request};
use crate::media::{self, Sample};

/// How long the address behind the redirect works, in milliseconds.
const LIFE: i64 = 4 * 60 * 60 * 1000;

const PREFIX: &str = "/stored-media/";

/// A file of a message.
#[derive(Clone, Debug)]
pub(crate) struct MessageFile {
    pub(crate) message_sid: String,
    pub(crate) sample: Sample,
}

pub(crate) fn is_path(path: &str) -> bool {
    path.starts_with(PREFIX)
}

impl Twilio {
    /// `/Accounts/{sid}/Messages/{MM}/Media/{ME}`: where the file is.
    pub(crate) fn media(
        &self,
        (message_sid, media_sid): (&str, &str),
        path: &str,
    ) -> Result<Reply, TwilioError> {
        let files = self.inner.files.lock();
        let file = files
            .get(media_sid)
            .filter(|file| file.message_sid == message_sid)
            .ok_or_else(|| TwilioError::not_found(path))?;
        let stored = format!("{PREFIX}{media_sid}/{}", file.sample.name);
        let link = media::link(&stored, self.inner.now.millis() + LIFE);
        let address = format!("{}{link}", self.inner.messaging_url);
        Ok(
            Reply::text(StatusCode::TEMPORARY_REDIRECT, "text/plain", String::new())
                .with_header(header::LOCATION, &address),
        )
    }

    /// The bytes. The store refuses credentials beside the signature in the address.
    pub(crate) fn stored(&self, request: &Request) -> Reply {
        let path = request.path();
        if request.method != Method::GET {
            return Reply::page_for_people(405);
        }
        if request.header("authorization").is_some() {
            self.desk.complain(
                "the account's credentials were sent to the store that Twilio redirects to; drop them \
                 when the host changes",
            );
            return Reply::page_for_people(400);
        }
        let sample = path.rsplit('/').next().and_then(Sample::named);
        match sample {
            Some(sample) if media::is_open(path, &request.query(), self.inner.now.millis()) => {
                Reply::file(sample.media_type, sample.bytes)
            }
            _ => Reply::page_for_people(403),
        }
    }
}
