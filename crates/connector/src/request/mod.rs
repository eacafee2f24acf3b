//! Bodies of requests: parsed once at the border, with an error that names the field.

mod fields;

pub use fields::{ImageUrl, PhoneNumber, Text, Token, optional};

use serde::de::DeserializeOwned;
use serde_json::Value;

/// A request cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct InvalidRequest {
    /// Path of the first offending field, `page_id`; `None` if the body as a whole is wrong.
    pub field: Option<String>,
    /// What is wrong and what to send instead, as a sentence.
    pub problem: String,
}

impl InvalidRequest {
    /// A field has a wrong value.
    pub fn field(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            field: Some(field.into()),
            problem: problem.into(),
        }
    }

    /// The body as a whole is wrong.
    pub fn body(problem: impl Into<String>) -> Self {
        Self {
            field: None,
            problem: problem.into(),
        }
    }
}

/// A body that [`parse`] can read.
pub trait RequestBody: DeserializeOwned {
    /// The fields that must be there and not `null`: the same as `required` in its schema.
    const REQUIRED: &'static [&'static str];

    /// The fields that may be any JSON: there `null` is a value like others.
    const ANY_JSON: &'static [&'static str] = &[];

    /// Other names of fields, `(alias, name)`, that older clients use.
    const ALIASES: &'static [(&'static str, &'static str)] = &[];
}

/// Reads a body. Unknown fields are ignored, the last of repeated fields counts, `null` is the same
/// as absent but where any JSON may stand.
pub fn parse<T: RequestBody>(body: Value) -> Result<T, InvalidRequest> {
    let Value::Object(mut fields) = body else {
        return Err(InvalidRequest::body(
            "The body must be a JSON object, like {\"field\": \"value\"}.",
        ));
    };
    fields.retain(|name, value| !value.is_null() || T::ANY_JSON.contains(&name.as_str()));
    for (alias, name) in T::ALIASES {
        if let Some(value) = fields.remove(*alias) {
            fields.entry(*name).or_insert(value);
        }
    }
    if let Some(missing) = T::REQUIRED.iter().find(|name| !fields.contains_key(**name)) {
        return Err(InvalidRequest::field(
            *missing,
            format!("The field {missing} is required."),
        ));
    }
    serde_path_to_error::deserialize(Value::Object(fields)).map_err(|error| {
        let path = error.path().to_string();
        InvalidRequest::field(
            path.clone(),
            format!("The field {path} is wrong: {}.", error.inner()),
        )
    })
}

#[cfg(test)]
mod tests;
