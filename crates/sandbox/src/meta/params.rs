//! The parameters of a call: Graph merges those of the query with those of the body.

use std::collections::BTreeMap;

use serde_json::Value;

use super::graph_error::GraphError;
use crate::exchange::Request;

/// Parameters by name. What is not text in a JSON body is kept as JSON.
pub(crate) struct Params(BTreeMap<String, String>);

impl Params {
    pub(crate) fn read(request: &Request) -> Result<Self, GraphError> {
        let mut params: BTreeMap<String, String> = request.query().into_iter().collect();
        if let Some(form) = request.form() {
            params.extend(form);
        } else if request.media_type() == "application/json" && !request.body.is_empty() {
            let Some(Value::Object(body)) = request.json() else {
                return Err(GraphError::parameter(
                    "The request body is not a valid JSON object",
                ));
            };
            params.extend(body.into_iter().map(|(name, value)| match value {
                Value::String(text) => (name, text),
                other => (name, other.to_string()),
            }));
        }
        Ok(Self(params))
    }

    /// A parameter that is there and not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    pub(crate) fn required(&self, name: &str) -> Result<&str, GraphError> {
        self.get(name)
            .ok_or_else(|| GraphError::parameter(format!("The parameter {name} is required.")))
    }

    /// A list: `a,b` or `["a","b"]`.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<String>, GraphError> {
        let text = self.required(name)?;
        if text.starts_with('[') {
            return serde_json::from_str(text).map_err(|_not_a_list| {
                GraphError::parameter(format!("Param {name} must be an array."))
            });
        }
        Ok(text.split(',').map(|part| part.trim().to_owned()).collect())
    }
}
