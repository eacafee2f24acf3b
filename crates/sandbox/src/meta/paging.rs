//! Cursor paging (developers.facebook.com/docs/graph-api/results, read 2026-11-22).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::graph_error::GraphError;
use super::params::Params;

const DEFAULT_LIMIT: usize = 25;
const MAX_LIMIT: usize = 100;

/// A page of a list: which part of it, and how to go on.
#[derive(Debug)]
pub(crate) struct Window {
    limit: usize,
    after: Option<String>,
}

impl Window {
    pub(crate) fn read(params: &Params) -> Result<Self, GraphError> {
        let limit = match params.get("limit") {
            None => DEFAULT_LIMIT,
            Some(text) => match text.parse() {
                Ok(limit) if limit > 0 => limit,
                _ => {
                    return Err(GraphError::parameter(
                        "Param limit must be an integer greater than zero",
                    ));
                }
            },
        };
        let after = params.get("after").map(id_of_cursor).transpose()?;
        Ok(Self {
            limit: limit.min(MAX_LIMIT),
            after,
        })
    }

    /// Cuts the window out of the list of `ids`; `show` gives what an id stands for, or null for what
    /// was deleted: it keeps its place, so that a cursor on it still works.
    pub(crate) fn cut(
        &self,
        ids: &[String],
        list: List<'_>,
        show: impl FnMut(&String) -> Result<Value, GraphError>,
    ) -> Result<Value, GraphError> {
        let start = match &self.after {
            None => 0,
            Some(after) => ids
                .iter()
                .position(|id| id == after)
                .map_or(ids.len(), |position| position + 1),
        };
        let shown: Vec<_> = ids.iter().skip(start).take(self.limit).collect();
        let mut data = shown
            .iter()
            .copied()
            .map(show)
            .collect::<Result<Vec<_>, _>>()?;
        data.retain(|value| !value.is_null());
        let (Some(first), Some(last)) = (shown.first(), shown.last()) else {
            return Ok(json!({"data": data}));
        };
        let after = cursor(last);
        let mut paging = json!({"cursors": {"before": cursor(first), "after": after}});
        if start + shown.len() < ids.len()
            && let Some(paging) = paging.as_object_mut()
        {
            paging.insert("next".to_owned(), self.next(list, &after).into());
        }
        Ok(json!({"data": data, "paging": paging}))
    }

    /// The address of the next page. It has the token in it, and no proof.
    fn next(&self, list: List<'_>, after: &str) -> String {
        let mut query = Serializer::new(String::new());
        query.append_pair("access_token", list.token);
        if let Some(fields) = list.params.get("fields") {
            query.append_pair("fields", fields);
        }
        query.append_pair("limit", &self.limit.to_string());
        query.append_pair("after", after);
        format!("{}?{}", list.address, query.finish())
    }
}

/// Which list is asked for, and how.
#[derive(Clone, Copy)]
pub(crate) struct List<'a> {
    /// Its absolute address without query.
    pub(crate) address: &'a str,
    pub(crate) params: &'a Params,
    /// The caller's token.
    pub(crate) token: &'a str,
}

fn cursor(id: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("after {id}"))
}

fn id_of_cursor(text: &str) -> Result<String, GraphError> {
    URL_SAFE_NO_PAD
        .decode(text)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| Some(text.strip_prefix("after ")?.to_owned()))
        .ok_or_else(|| GraphError::parameter("Invalid cursors values"))
}
