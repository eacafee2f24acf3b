//! The files that a message links to.

use serde_json::value::RawValue;
use switchboard_connector::MediaLink;

use super::super::address;
use super::wire::{Attachment, ReplyTo};
use crate::inbound_json::{Loose, Slot, found};

/// The files behind the attachments, each once. In 2026 a sticker came as an image and as a sticker
/// (developers.facebook.com/docs/messenger-platform/changelog, read 2026-11-22).
pub(super) fn links(attachments: &RawValue) -> Vec<MediaLink> {
    let attachments: Vec<Slot<Attachment<'_>, true>> =
        serde_json::from_str(attachments.get()).unwrap_or_default();
    let mut links: Vec<MediaLink> = Vec::new();
    let mut stickers = Vec::new();
    for attachment in attachments.into_iter().filter_map(|slot| slot.0.ok()) {
        let Attachment { kind, payload } = attachment;
        let Some(kind) = file_kind(&kind) else {
            continue;
        };
        let sticker = found(payload.sticker_id);
        let is_known = links.iter().any(|link| link.link == *payload.url)
            || sticker.as_ref().is_some_and(|id| stickers.contains(id));
        stickers.extend(sticker);
        // Shared reels come with a path and no host.
        if !is_known && address::web(&payload.url).is_some() {
            links.push(MediaLink {
                link: payload.url.into_string(),
                kind,
            });
        }
    }
    links
}

/// The story that a message answers, as long as Meta has it. Nobody tells whether it is a picture or a
/// video.
pub(super) fn story(reply_to: Loose<ReplyTo<'_>>) -> Option<MediaLink> {
    let link = found(found(reply_to)?.story)?.url?;
    address::web(&link).map(|_| MediaLink {
        link: link.into_string(),
        kind: "file",
    })
}

/// What lies behind an attachment; `None` if it is no file.
fn file_kind(attachment: &str) -> Option<&'static str> {
    let kind = match attachment {
        "image" | "sticker" => "image",
        "audio" => "audio",
        "video" | "ig_reel" | "reel" => "video",
        // Of a post or a story nobody tells whether it is a picture or a video.
        "file" | "share" | "post" | "ig_post" | "story_mention" | "ig_story" => "file",
        _ => return None,
    };
    Some(kind)
}
