//! Which web pages may call the API from a browser (fetch.spec.whatwg.org, "CORS protocol").

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HOST, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method};
use url::Url;

/// What a browser needs to know when it asks for no header in particular.
const USUAL_HEADERS: HeaderValue =
    HeaderValue::from_static("content-type, authorization, x-requested-with, x-request-id");
/// How long a browser may remember a permission, in seconds.
const REMEMBERED: HeaderValue = HeaderValue::from_static("600");

/// An origin that browsers may call from: `https://app.example.com`, or `*` for any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(Which);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Which {
    Any,
    One(HeaderValue),
}

/// A text is not an origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "security.allowed_origins must hold origins like https://app.example.com (scheme, host and \
     port, nothing behind), or *; {0:?} is neither"
)]
pub struct OriginError(String);

impl Origin {
    /// Reads an origin; upper case, a default port and a slash at the end are evened out.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let text = text.trim();
        if text == "*" {
            return Ok(Self(Which::Any));
        }
        let wrong = || OriginError(text.to_owned());
        let url = Url::parse(text).ok().ok_or_else(wrong)?;
        let is_bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
            && !text.contains('*');
        if !matches!(url.scheme(), "http" | "https") || !is_bare {
            return Err(wrong());
        }
        HeaderValue::from_str(&url.origin().ascii_serialization())
            .map(|origin| Self(Which::One(origin)))
            .map_err(|_invalid| wrong())
    }

    fn is(&self, origin: &HeaderValue) -> bool {
        match &self.0 {
            Which::Any => true,
            Which::One(allowed) => allowed == origin,
        }
    }
}

/// What the origin of a request means for its answer.
#[derive(Debug)]
pub(crate) enum Cors {
    /// The request does not come from a page of another origin, or from one that may not see the
    /// answer: no header is added, and the browser draws its conclusion.
    Silent,
    /// A browser asks whether a page of this origin may call.
    Preflight(Permission),
    /// A browser asks the same for an origin that may not.
    Forbidden,
    /// A page that may see the answer.
    Allowed(Page),
}

/// A page of another origin that may call.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    origin: HeaderValue,
    standing: Standing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// The operator named its origin: it may call in its user's name.
    Named,
    /// Any page at all: what the browser keeps of the hub stays out of its calls.
    Stranger,
}

/// What a browser is told before it lets a page call.
#[derive(Debug)]
pub(crate) struct Permission {
    page: Page,
    headers: HeaderValue,
}

impl Cors {
    pub(crate) fn of(allowed: &[Origin], method: &Method, headers: &HeaderMap) -> Self {
        let Some(origin) = headers.get(ORIGIN) else {
            return Self::Silent;
        };
        let page = is_named(allowed, origin).then(|| Page {
            origin: origin.clone(),
            standing: Standing::Named,
        });
        Self::decided(page, method, headers)
    }

    /// For what visitors of any web site call, with tokens of their own and no cookie.
    pub(crate) fn of_visitors(allowed: &[Origin], method: &Method, headers: &HeaderMap) -> Self {
        let Some(origin) = headers.get(ORIGIN) else {
            return Self::Silent;
        };
        let page = Page {
            origin: origin.clone(),
            standing: if is_named(allowed, origin) {
                Standing::Named
            } else {
                Standing::Stranger
            },
        };
        Self::decided(Some(page), method, headers)
    }

    fn decided(page: Option<Page>, method: &Method, headers: &HeaderMap) -> Self {
        let asks_first =
            method == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        match (page, asks_first) {
            (Some(page), true) => Self::Preflight(Permission {
                page,
                headers: headers
                    .get(ACCESS_CONTROL_REQUEST_HEADERS)
                    .cloned()
                    .unwrap_or(USUAL_HEADERS),
            }),
            (Some(page), false) => Self::Allowed(page),
            (None, true) => Self::Forbidden,
            (None, false) => Self::Silent,
        }
    }
}

fn is_named(allowed: &[Origin], origin: &HeaderValue) -> bool {
    allowed.iter().any(|allowed| allowed.is(origin))
}

/// Whether a request comes from no web page, from one of the hub's own, or from one that may call.
pub(crate) fn is_of_our_pages(allowed: &[Origin], headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
    let host = headers.get(HOST).and_then(text);
    let authority = text(origin).and_then(|origin| Some(origin.split_once("://")?.1.to_owned()));
    (authority.is_some() && authority == host) || is_named(allowed, origin)
}

impl Permission {
    /// The answer's headers.
    pub(crate) fn grant(self, answer: &mut HeaderMap) {
        answer.insert(ACCESS_CONTROL_ALLOW_METHODS, GET_AND_POST);
        answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, self.headers);
        answer.insert(ACCESS_CONTROL_MAX_AGE, REMEMBERED);
        self.page.sees(answer);
    }
}

const GET_AND_POST: HeaderValue = HeaderValue::from_static("GET, POST");

impl Page {
    /// Lets the page see an answer.
    pub(crate) fn sees(self, answer: &mut HeaderMap) {
        const TRUE: HeaderValue = HeaderValue::from_static("true");
        const REVEALED: HeaderValue = HeaderValue::from_static("x-request-id, retry-after");
        const VARIES: HeaderValue = HeaderValue::from_static("origin");

        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, self.origin);
        if self.standing == Standing::Named {
            // Airy's clients send `credentials: include`, and browsers then insist on this.
            answer.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE);
        }
        answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, REVEALED);
        answer.insert(VARY, VARIES);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_evened_out() {
        for (text, origin) in [
            ("https://app.example.com", "https://app.example.com"),
            ("https://App.Example.com:443/", "https://app.example.com"),
            (" http://localhost:3000 ", "http://localhost:3000"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ] {
            let parsed = Origin::parse(text).unwrap();
            assert!(parsed.is(&HeaderValue::from_static(origin)), "{text}");
        }
    }

    #[test]
    fn what_is_no_origin_is_named() {
        for text in [
            "",
            "app.example.com",
            "https://",
            "https://a.example/path",
            "https://a.example/?q",
            "https://a.example/#f",
            "https://u:p@a.example",
            "ftp://a.example",
            "null",
            "https://*.example.com",
        ] {
            let error = Origin::parse(text).unwrap_err();
            assert!(error.to_string().contains(&format!("{text:?}")), "{error}");
        }
    }

    #[test]
    fn an_origin_is_only_itself_and_a_star_is_any() {
        let one = Origin::parse("https://app.example.com").unwrap();
        let any = Origin::parse("*").unwrap();

        for other in [
            "https://app.example.com.evil.example",
            "http://app.example.com",
            "https://app.example.com:8443",
            "null",
        ] {
            let other = HeaderValue::from_static(other);
            assert!(!one.is(&other), "{other:?}");
            assert!(any.is(&other), "{other:?}");
        }
    }
}
