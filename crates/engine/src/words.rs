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
        "/image/caption",
        "/video/caption",
        "/document/caption",
        "/button/text",
        "/interactive/button_reply/title",
        "/interactive/list_reply/title",
    ]
    .into_iter()
    .find_map(|place| content.pointer(place)?.as_str())
    .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_and_chosen_answers_can_be_searched_too() {
        for content in [
            r#"{"type":"image","image":{"id":"1","caption":"the answer"}}"#,
            r#"{"type":"button","button":{"text":"the answer","payload":"x"}}"#,
            r#"{"interactive":{"button_reply":{"id":"1","title":"the answer"}}}"#,
            r#"{"message":{"mid":"m","text":"the answer"}}"#,
        ] {
            assert_eq!(
                text_of_content(content).as_deref(),
                Some("the answer"),
                "{content}"
            );
        }
        assert_eq!(text_of_content(r#"{"image":{"id":"1"}}"#), None);
    }
}
