//! Requests that are written once and sent many times.

use std::io::Write as _;
use std::net::SocketAddr;
use std::ops::Range;

/// Digits of the number in a request.
const DIGITS: usize = 16;

/// A whole request as bytes; some have a number in their body that differs each time.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    bytes: Vec<u8>,
    number: Option<Range<usize>>,
}

impl Request {
    /// A `POST` of JSON that is the same each time.
    pub(crate) fn post(address: SocketAddr, path: &str, body: &str) -> Self {
        let length = body.len();
        let bytes = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\n\r\n{body}"
        );
        Self {
            bytes: bytes.into_bytes(),
            number: None,
        }
    }

    /// Connects a website whose name is `prefix` and a number of 16 digits.
    pub(crate) fn connect(address: SocketAddr, prefix: &str) -> Self {
        const END: &str = "\"}";
        let body = format!("{{\"name\":\"{prefix}{:0DIGITS$}{END}", 0);
        let mut request = Self::post(address, "/channels.chatplugin.connect", &body);
        let end = request.bytes.len() - END.len();
        request.number = Some(end - DIGITS..end);
        request
    }

    /// The bytes to send of one that is the same each time.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes to send, with `number` in its place if there is one.
    pub(crate) fn numbered(&mut self, number: u64) -> &[u8] {
        let place = self
            .number
            .clone()
            .and_then(|place| self.bytes.get_mut(place));
        if let Some(mut place) = place {
            // 16 digits have room for ten million requests a second over thirty years.
            drop(write!(place, "{number:0DIGITS$}"));
        }
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_replaces_the_one_before() {
        let mut request = Request::connect(([127, 0, 0, 1], 8080).into(), "site-");

        request.numbered(12_345);
        let text = String::from_utf8(request.numbered(7).to_vec()).unwrap();

        assert_eq!(
            text,
            "POST /channels.chatplugin.connect HTTP/1.1\r\nhost: 127.0.0.1:8080\r\n\
             content-type: application/json\r\ncontent-length: 32\r\n\r\n\
             {\"name\":\"site-0000000000000007\"}"
        );
    }
}
