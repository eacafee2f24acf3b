use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;

#[derive(Debug, Deserialize)]
struct Sample {
    page_id: Text,
    #[serde(default)]
    token: Option<Token>,
    #[serde(default, deserialize_with = "optional")]
    image_url: Option<ImageUrl>,
    #[serde(default)]
    phone_number: Option<PhoneNumber>,
}

impl RequestBody for Sample {
    const REQUIRED: &'static [&'static str] = &["page_id"];
    const ALIASES: &'static [(&'static str, &'static str)] = &[("pageId", "page_id")];
}

fn refusal(body: Value) -> InvalidRequest {
    parse::<Sample>(body).expect_err("the body is wrong")
}

#[test]
fn a_missing_field_and_a_null_one_are_both_required() {
    for body in [json!({}), json!({"page_id": null})] {
        let error = refusal(body);

        assert_eq!(error.field.as_deref(), Some("page_id"));
        assert_eq!(error.problem, "The field page_id is required.");
    }
}

#[test]
fn a_number_is_taken_for_text() {
    let sample: Sample = parse(json!({"page_id": 42})).unwrap();

    assert_eq!(sample.page_id.as_str(), "42");
}

#[test]
fn unknown_fields_are_ignored_and_aliases_are_known() {
    let sample: Sample = parse(json!({"pageId": "p", "colour": [1, 2]})).unwrap();

    assert_eq!(sample.page_id.as_str(), "p");
}

#[test]
fn text_of_the_wrong_kind_names_its_field() {
    for wrong in [
        json!([]),
        json!({}),
        json!(true),
        json!(1.5),
        json!(" "),
        json!("a\u{0}b"),
    ] {
        assert_eq!(
            refusal(json!({"page_id": wrong})).field.as_deref(),
            Some("page_id"),
            "{wrong}"
        );
    }
    assert_eq!(
        refusal(json!({"page_id": "x".repeat(1_001)}))
            .field
            .as_deref(),
        Some("page_id")
    );
}

#[test]
fn a_body_that_is_no_object_is_wrong_as_a_whole() {
    for wrong in [json!([]), json!("text"), json!(3)] {
        assert_eq!(refusal(wrong).field, None);
    }
}

#[test]
fn blank_optional_text_is_the_same_as_none() {
    let sample: Sample = parse(json!({"page_id": "p", "image_url": ""})).unwrap();

    assert_eq!(sample.image_url, None);
}

#[test]
fn a_picture_has_a_web_address() {
    let sample: Sample =
        parse(json!({"page_id": "p", "image_url": "https://example.org/a.jpg"})).unwrap();
    assert_eq!(
        sample.image_url.unwrap().into_string(),
        "https://example.org/a.jpg"
    );

    for wrong in [
        "javascript:alert(1)",
        "/a.jpg",
        "https://",
        "data:image/png;base64,AA",
    ] {
        let error = refusal(json!({"page_id": "p", "image_url": wrong}));
        assert_eq!(error.field.as_deref(), Some("image_url"), "{wrong}");
    }
}

#[test]
fn a_phone_number_is_e164_once_its_decoration_is_gone() {
    for (given, want) in [
        ("+491234567", "+491234567"),
        (" +49 (123) 45-67 ", "+491234567"),
        ("+1.415.555.2671", "+14155552671"),
    ] {
        let sample: Sample = parse(json!({"page_id": "p", "phone_number": given})).unwrap();
        assert_eq!(sample.phone_number.unwrap().as_str(), want);
    }
    for wrong in [
        "491234567",
        "+",
        "+0123456",
        "+1234567890123456",
        "+49abc",
        "whatsapp:+491234567",
    ] {
        let error = refusal(json!({"page_id": "p", "phone_number": wrong}));
        assert_eq!(error.field.as_deref(), Some("phone_number"), "{wrong}");
    }
}

#[test]
fn an_error_never_quotes_a_token() {
    let error = refusal(json!({"page_id": "p", "token": "canary\u{7}token"}));

    assert!(!error.problem.contains("canary"), "{error}");
    let sample: Sample = parse(json!({"page_id": "p", "token": " canary "})).unwrap();
    assert_eq!(sample.token.unwrap().into_secret().expose(), "canary");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z_]{1,12}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_body_makes_the_parser_panic(page in any_json(), token in any_json(), image in any_json(), phone in any_json()) {
        let body = json!({"page_id": page, "token": token, "image_url": image, "phone_number": phone});

        if let Ok(sample) = parse::<Sample>(body) {
            prop_assert!(!sample.page_id.as_str().trim().is_empty());
        }
    }
}
