//! The words under which things are found.

use serde_json::Value;

/// The words of a text as filters know them: cut at white space, in lower case.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_lowercase).collect()
}

/// What people can search of a message whose content is JSON in any provider's words.
pub(crate) fn text_of_content(content: &str) -> Option<String> {
    let content: Value = serde_json::from_str(content).ok()?;
    [
        "/message/text",
        "/text/body",
        "/text",
        "/Body",
        "/postback/title",
        "/message/message/text",
    ]
    .into_iter()
    .find_map(|place| content.pointer(place)?.as_str())
    .map(str::to_owned)
}
