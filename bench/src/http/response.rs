//! Reading the head of an answer.

/// What the head of an answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// Bytes of the head, with the empty line that ends it.
    pub(crate) length: usize,
    /// Bytes of the body that follows.
    pub(crate) body: usize,
}

/// What came is no answer that this program reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed(pub(crate) &'static str);

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Malformed {}

impl Head {
    /// Reads the head at the beginning of `bytes`; `None` while a part of it is still to come.
    pub(crate) fn read(bytes: &[u8]) -> Result<Option<Self>, Malformed> {
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            return Ok(None);
        };
        let mut lines = bytes
            .get(..end)
            .unwrap_or_default()
            .split(|byte| *byte == b'\n');
        let status = lines
            .next()
            .and_then(|line| line.strip_prefix(b"HTTP/1.1 "))
            .and_then(|line| number(line.get(..3)?))
            .and_then(|status| u16::try_from(status).ok())
            .ok_or(Malformed(
                "the answer does not begin with HTTP/1.1 and a status",
            ))?;
        let body = lines
            .find_map(content_length)
            .ok_or(Malformed("the answer has no content-length"))
            .and_then(|value| {
                number(value).ok_or(Malformed("the answer's content-length is no number"))
            })?;
        Ok(Some(Self {
            status,
            length: end + 4,
            body,
        }))
    }
}

/// The value of a `content-length` line; `None` of other lines.
fn content_length(line: &[u8]) -> Option<&[u8]> {
    const NAME: &[u8] = b"content-length:";
    let (name, value) = line.split_at_checked(NAME.len())?;
    name.eq_ignore_ascii_case(NAME).then(|| value.trim_ascii())
}

fn number(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &[u8] =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nContent-Length: 11\r\n\r\n{\"data\":[]}";

    #[test]
    fn status_and_lengths_are_read() {
        assert_eq!(
            Head::read(ANSWER),
            Ok(Some(Head {
                status: 200,
                length: ANSWER.len() - 11,
                body: 11
            }))
        );
    }

    #[test]
    fn half_a_head_is_waited_for() {
        for length in 0..ANSWER.len() - 11 {
            assert_eq!(Head::read(&ANSWER[..length]), Ok(None), "{length} bytes");
        }
    }

    #[test]
    fn an_answer_without_a_length_is_refused() {
        let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

        assert_eq!(
            Head::read(chunked),
            Err(Malformed("the answer has no content-length"))
        );
        assert!(Head::read(b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n").is_err());
    }

    #[test]
    fn something_else_than_http_is_refused() {
        assert!(Head::read(b"SSH-2.0-server\r\n\r\n").is_err());
        assert!(Head::read(b"HTTP/1.1 OK\r\n\r\n").is_err());
    }
}
