//! The pictures, recordings and files that customers send, and links to them that end.

use serde_json::json;
use sha2::{Digest, Sha256};

/// What a customer sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A recording.
    Audio,
    /// A film.
    Video,
    /// A document.
    File,
}

impl MediaKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Image, Self::Audio, Self::Video, Self::File];

    /// Its name at the control port, and in Messenger's attachments.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::File => "file",
        }
    }

    pub(crate) const fn sample(self) -> Sample {
        match self {
            Self::Image => Sample::new("squares.png", "image/png", include_bytes!("squares.png")),
            Self::Audio => Sample::new("silence.ogg", "audio/ogg", include_bytes!("silence.ogg")),
            Self::Video => Sample::new("empty.mp4", "video/mp4", include_bytes!("empty.mp4")),
            Self::File => Sample::new("page.pdf", "application/pdf", include_bytes!("page.pdf")),
        }
    }
}

/// A file that really is what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) media_type: &'static str,
    pub(crate) bytes: &'static [u8],
}

impl Sample {
    const fn new(name: &'static str, media_type: &'static str, bytes: &'static [u8]) -> Self {
        Self {
            name,
            media_type,
            bytes,
        }
    }

    pub(crate) const fn sticker() -> Self {
        Self::new("dot.webp", "image/webp", include_bytes!("dot.webp"))
    }

    /// The picture of somebody.
    pub(crate) const fn portrait() -> Self {
        Self::new("portrait.png", "image/png", include_bytes!("portrait.png"))
    }

    /// The file with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        MediaKind::ALL
            .map(MediaKind::sample)
            .into_iter()
            .chain([Self::sticker(), Self::portrait()])
            .find(|sample| sample.name == name)
    }

    /// SHA-256 of the bytes.
    pub(crate) fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.bytes).into()
    }
}

/// A link that ends: path and query. Whoever changes its end breaks its hash.
pub(crate) fn link(path: &str, ends_at: i64) -> String {
    format!("{path}?oe={ends_at:x}&oh={}", seal(path, ends_at))
}

/// Whether a link is whole and has not ended.
pub(crate) fn is_open(path: &str, query: &[(String, String)], now: i64) -> bool {
    let value = |name: &str| {
        let found = query.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    };
    let ends_at = value("oe").and_then(|end| i64::from_str_radix(end, 16).ok());
    ends_at.is_some_and(|end| now < end && value("oh") == Some(seal(path, end).as_str()))
}

fn seal(path: &str, ends_at: i64) -> String {
    let sum = Sha256::digest(json!([path, ends_at]).to_string());
    hex::encode(sum).chars().take(24).collect()
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn open(link: &str, now: i64) -> bool {
        let url = Url::parse(&format!("http://cdn.example{link}")).unwrap();
        let query: Vec<_> = url.query_pairs().into_owned().collect();
        is_open(url.path(), &query, now)
    }

    #[test]
    fn a_link_works_until_it_ends_and_only_as_it_was_given() {
        let given = link("/cdn/a.png", 1_000);

        assert!(open(&given, 999));
        assert!(!open(&given, 1_000));
        assert!(!open(&given.replace("a.png", "b.png"), 999));
        assert!(!open(&given.replace("oe=3e8", "oe=fff"), 999));
        assert!(!open("/cdn/a.png", 0));
    }

    #[test]
    fn each_file_begins_like_what_it_says_it_is() {
        for (name, magic) in [
            ("squares.png", b"\x89PNG".as_slice()),
            ("portrait.png", b"\x89PNG"),
            ("silence.ogg", b"OggS"),
            ("page.pdf", b"%PDF"),
            ("dot.webp", b"RIFF"),
        ] {
            let sample = Sample::named(name).unwrap();
            assert!(sample.bytes.starts_with(magic), "{name}");
        }
        assert_eq!(
            Sample::named("empty.mp4").unwrap().bytes.get(4..8),
            Some(b"ftyp".as_slice())
        );
        assert_eq!(Sample::named("other"), None);
    }
}
