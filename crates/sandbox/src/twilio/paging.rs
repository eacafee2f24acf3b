//! Twilio's paging: a page number that is only good together with the token of that page
//! (www.twilio.com/docs/usage/twilios-response, read 2026-11-22).

use url::form_urlencoded::Serializer;

use super::refusal::TwilioError;
use crate::exchange::Request;

const MAX_PAGE_SIZE: usize = 1000;

/// Which page of a list is asked for.
#[derive(Debug)]
pub(crate) struct Window {
    /// From 0.
    pub(crate) page: usize,
    pub(crate) page_size: usize,
    token: Option<String>,
}

impl Window {
    pub(crate) fn read(request: &Request, default_size: usize) -> Result<Self, TwilioError> {
        let number = |name: &str, default: usize| match parameter(request, name) {
            None => Ok(default),
            Some(text) => text.parse().map_err(|_not_a_number| {
                TwilioError::parameter(format!("{name} is invalid: {text}"))
            }),
        };
        let page = number("Page", 0)?;
        let page_size = number("PageSize", default_size)?;
        if page_size == 0 {
            return Err(TwilioError::parameter("PageSize is invalid: 0"));
        }
        Ok(Self {
            page,
            page_size: page_size.min(MAX_PAGE_SIZE),
            token: parameter(request, "PageToken"),
        })
    }

    /// Cuts the page out of `items`: what is on it, and the query of the next one. `sid` gives what
    /// the token of a page is made of, `kept` the other parameters of the list.
    pub(crate) fn cut<'a, T>(
        &self,
        items: &'a [T],
        sid: impl Fn(&T) -> &str,
        kept: &[(&str, &str)],
    ) -> Result<(Vec<&'a T>, Option<String>), TwilioError> {
        let start = self.page.saturating_mul(self.page_size);
        let before = start.checked_sub(1).and_then(|last| items.get(last));
        let token = |item: &T| format!("PA{}", sid(item));
        if self.page > 0 && before.map(token) != self.token {
            return Err(TwilioError::parameter(
                "PageToken does not belong to Page; follow the address of the next page",
            ));
        }
        let shown: Vec<&T> = items.iter().skip(start).take(self.page_size).collect();
        let more = start + shown.len() < items.len();
        let next = shown.last().filter(|_| more).map(|last| {
            let mut query = Serializer::new(String::new());
            query.extend_pairs(kept);
            query.append_pair("PageSize", &self.page_size.to_string());
            query.append_pair("Page", &(self.page + 1).to_string());
            query.append_pair("PageToken", &token(last));
            query.finish()
        });
        Ok((shown, next))
    }
}

/// A parameter of the query.
pub(crate) fn parameter(request: &Request, name: &str) -> Option<String> {
    let found = request.query().into_iter().find(|(other, _)| other == name);
    found.map(|(_, value)| value)
}
