//! Reactions
//! (developers.facebook.com/docs/messenger-platform/reference/webhook-events/message-reactions, read
//! 2026-11-22).

use switchboard_connector::Inbound;
use switchboard_domain::Timestamp;

use super::wire::Reaction;
use crate::inbound_json::missing;

pub(super) fn read(at: Timestamp, reaction: &Reaction<'_>) -> Inbound {
    let Some(mid) = &reaction.mid else {
        return missing("reaction.mid");
    };
    let target = (**mid).to_owned();
    // As in Airy, whatever is not a reaction takes it back.
    if reaction.action.as_deref() != Some("react") {
        let emoji = None;
        return Inbound::Reacted {
            target,
            emoji,
            name: None,
            at,
        };
    }
    let given = reaction.emoji.as_deref().filter(|emoji| !emoji.is_empty());
    let emoji = given.map(characters).or_else(|| {
        let name = reaction.name.as_deref()?;
        named(name).map(str::to_owned)
    });
    if emoji.is_none() {
        return missing("reaction.emoji");
    }
    Inbound::Reacted {
        target,
        emoji,
        name: None,
        at,
    }
}

/// An emoji as characters; some arrive as groups like `\u{2764}\u{FE0F}`, to the letter.
fn characters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, group)) = rest.split_once("\\u{") {
        out.push_str(before);
        let decoded = group.split_once('}').and_then(|(digits, after)| {
            let code = u32::from_str_radix(digits, 16).ok()?;
            Some((char::from_u32(code)?, after))
        });
        rest = if let Some((character, after)) = decoded {
            out.push(character);
            after
        } else {
            out.push_str("\\u{");
            group
        };
    }
    out.push_str(rest);
    out
}

/// The emoji of a name that Meta has documented.
fn named(name: &str) -> Option<&'static str> {
    let emoji = match name {
        "smile" => "😆",
        "angry" => "😠",
        "sad" => "😢",
        "wow" => "😮",
        "love" => "❤️",
        "like" => "👍",
        "dislike" => "👎",
        _ => return None,
    };
    Some(emoji)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_become_characters_and_everything_else_stays() {
        for (given, emoji) in [
            (r"\u{2764}\u{FE0F}", "❤️"),
            ("🎉", "🎉"),
            (r"a\u{1F389}b", "a🎉b"),
            (r"\u{}", r"\u{}"),
            (r"\u{D800}", r"\u{D800}"),
            (r"\u{110000}", r"\u{110000}"),
            (r"\u{41", r"\u{41"),
            (r"\u{zz}\u{41}", r"\u{zz}A"),
        ] {
            assert_eq!(characters(given), emoji, "{given}");
        }
    }
}
