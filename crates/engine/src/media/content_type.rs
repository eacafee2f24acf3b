//! Media types and the endings of file names that stand for them.

/// What is served when nothing better is known.
pub(super) const UNKNOWN: &str = "application/octet-stream";

/// Media types that people send each other, each with the ending it gets; the first of several
/// endings of one type.
const ENDINGS: &[(&str, &str)] = &[
    ("image/jpeg", "jpg"),
    ("image/jpeg", "jpeg"),
    ("image/png", "png"),
    ("image/gif", "gif"),
    ("image/webp", "webp"),
    ("image/heic", "heic"),
    ("image/bmp", "bmp"),
    ("image/svg+xml", "svg"),
    ("audio/aac", "aac"),
    ("audio/amr", "amr"),
    ("audio/mpeg", "mp3"),
    ("audio/mp4", "m4a"),
    ("audio/ogg", "ogg"),
    ("audio/opus", "opus"),
    ("audio/wav", "wav"),
    ("audio/webm", "weba"),
    ("video/3gpp", "3gp"),
    ("video/mp4", "mp4"),
    ("video/mpeg", "mpeg"),
    ("video/ogg", "ogv"),
    ("video/quicktime", "mov"),
    ("video/webm", "webm"),
    ("application/json", "json"),
    ("application/msword", "doc"),
    ("application/pdf", "pdf"),
    ("application/vnd.ms-excel", "xls"),
    ("application/vnd.ms-powerpoint", "ppt"),
    (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "pptx",
    ),
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
    ),
    ("application/zip", "zip"),
    ("text/calendar", "ics"),
    ("text/csv", "csv"),
    ("text/html", "html"),
    ("text/html", "htm"),
    ("text/plain", "txt"),
    ("text/vcard", "vcf"),
];

/// What files begin with (the file formats' own specifications).
const BEGINNINGS: &[(usize, &[u8], &str)] = &[
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"#!AMR", "audio/amr"),
    (4, b"ftyp", "video/mp4"),
];

/// How much of a file [`recognised`] wants to see.
pub(super) const HEAD: usize = 16;

/// The media type without parameters, in lower case; `None` if that says nothing.
pub(super) fn essence(content_type: &str) -> Option<String> {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    let is_one = essence.split_once('/').is_some_and(|(kind, name)| {
        let is_word = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        };
        is_word(kind) && is_word(name)
    });
    (is_one && essence != UNKNOWN && essence != "binary/octet-stream").then_some(essence)
}

/// The media type of a file that begins like this.
pub(super) fn recognised(head: &[u8]) -> Option<&'static str> {
    BEGINNINGS
        .iter()
        .find(|(at, beginning, _)| {
            head.get(*at..)
                .is_some_and(|rest| rest.starts_with(beginning))
        })
        .map(|(_, _, content_type)| *content_type)
}

/// The ending that stands for a media type.
pub(super) fn ending_of(content_type: &str) -> Option<&'static str> {
    ENDINGS
        .iter()
        .find(|(known, _)| *known == content_type)
        .map(|(_, ending)| *ending)
}

/// The media type that the ending of a key stands for.
pub(super) fn of_key(key: &str) -> &'static str {
    let ending = key.rsplit_once('.').map_or("", |(_, ending)| ending);
    ENDINGS
        .iter()
        .find(|(_, known)| *known == ending)
        .map_or(UNKNOWN, |(content_type, _)| *content_type)
}

/// The ending of the name that somebody gave a file, if it is one that a key can have.
pub(super) fn ending_of_name(name: &str) -> Option<String> {
    let (_, ending) = name.rsplit_once('.')?;
    let is_plain =
        (1..=10).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_plain.then(|| ending.to_ascii_lowercase())
}

/// Whether browsers may show a file in place: pictures, sound and film that can hold no script.
/// Everything else is only to be saved.
pub fn is_shown_by_browsers(content_type: &str) -> bool {
    let kind = content_type.split('/').next().unwrap_or_default();
    matches!(kind, "image" | "audio" | "video") && content_type != "image/svg+xml"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gets_an_ending_is_served_as_what_it_was() {
        for (content_type, ending) in ENDINGS {
            assert_eq!(of_key(&format!("a.{ending}")), *content_type);
            assert!(ending_of(content_type).is_some());
        }
        assert_eq!(of_key("a"), UNKNOWN);
        assert_eq!(of_key("a.exe"), UNKNOWN);
    }

    #[test]
    fn a_media_type_is_read_without_its_parameters() {
        assert_eq!(
            essence("Audio/OGG; codecs=opus").as_deref(),
            Some("audio/ogg")
        );
        for nothing in [
            "",
            "image",
            "image/",
            "/png",
            "a b/c",
            "application/octet-stream",
            "a/b\"c",
        ] {
            assert_eq!(essence(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn nothing_that_can_hold_a_script_is_shown() {
        for shown in ["image/png", "audio/ogg", "video/mp4"] {
            assert!(is_shown_by_browsers(shown), "{shown}");
        }
        for saved in [
            "image/svg+xml",
            "text/html",
            "application/pdf",
            "text/plain",
            UNKNOWN,
        ] {
            assert!(!is_shown_by_browsers(saved), "{saved}");
        }
    }

    #[test]
    fn only_a_plain_ending_of_a_name_is_kept() {
        assert_eq!(ending_of_name("a.tar.GZ").as_deref(), Some("gz"));
        for name in ["a", "a.", "a./b", "a.x y", "a.abcdefghijk", "a.é", ".."] {
            assert_eq!(ending_of_name(name), None, "{name}");
        }
    }

    #[test]
    fn files_are_recognised_by_how_they_begin() {
        assert_eq!(recognised(b"\x89PNG\r\n\x1a\nrest"), Some("image/png"));
        assert_eq!(recognised(b"RIFF....WEBPVP8"), Some("image/webp"));
        assert_eq!(recognised(b"<html>"), None);
        assert_eq!(recognised(b""), None);
    }
}
