//! The forms that Twilio sends: parameters in any number and order, new ones without notice
//! (twilio.com/docs/messaging/guides/webhook-request, read 2026-11-22).

use std::collections::BTreeMap;

use url::form_urlencoded;

/// What stands before the number, or the other name, of somebody on WhatsApp.
const WHATSAPP: &str = "whatsapp:";

/// The parameters of a call.
#[derive(Debug)]
pub(crate) struct Form(BTreeMap<String, Vec<String>>);

impl Form {
    /// Reads a body. There is no body that is no form; one that was not meant as one has a strange
    /// parameter.
    pub(crate) fn read(body: &[u8]) -> Self {
        let mut parameters: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            let values = parameters.entry(name.into_owned()).or_default();
            values.push(value.into_owned());
        }
        Self(parameters)
    }

    /// The parameters as Twilio signs them: sorted by name, each value after its name, several values
    /// of one name sorted and without repetition, nothing between
    /// (twilio.com/docs/usage/security#validating-requests, read 2026-11-22).
    pub(crate) fn signed(&self) -> String {
        let mut text = String::new();
        for (name, values) in &self.0 {
            let mut values: Vec<&str> = values.iter().map(String::as_str).collect();
            values.sort_unstable();
            values.dedup();
            for value in values {
                text.push_str(name);
                text.push_str(value);
            }
        }
        text
    }

    /// The value of a parameter that is there and not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name)?.first()?;
        (!value.is_empty()).then_some(value)
    }

    /// The values of the parameters `name0`, `name1`, … in the order of their numbers.
    pub(crate) fn numbered(&self, name: &str) -> Vec<(u32, &str)> {
        let mut values: Vec<(u32, &str)> = self
            .0
            .keys()
            .filter_map(|key| {
                let digits = key.strip_prefix(name)?;
                let number = digits.bytes().all(|byte| byte.is_ascii_digit());
                let number = number.then(|| digits.parse().ok()).flatten()?;
                Some((number, self.get(key)?))
            })
            .collect();
        values.sort_unstable();
        values
    }

    /// Whether it is about WhatsApp. In rare cases one of the two addresses lacks the prefix.
    pub(crate) fn is_whatsapp(&self) -> bool {
        ["To", "From"]
            .iter()
            .filter_map(|name| self.get(name))
            .any(|address| address.starts_with(WHATSAPP))
    }

    /// An address, `To` or `From`, as Twilio writes it for most messages of its kind.
    pub(crate) fn address(&self, name: &str) -> Option<String> {
        self.get(name).map(|address| match address {
            bare if self.is_whatsapp() && !bare.starts_with(WHATSAPP) => {
                format!("{WHATSAPP}{bare}")
            }
            address => address.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parameters_are_decoded_and_signed_in_the_order_of_their_names() {
        let form = Form::read(b"b=Hello+%26%20%C3%A4&a=&B=1&b=Hello+%26+%C3%A4&b=%2B");

        assert_eq!(form.signed(), "B1ab+bHello & \u{e4}");
    }

    #[test]
    fn an_empty_parameter_is_signed_but_says_nothing() {
        let form = Form::read(b"Body=&To");

        assert_eq!(form.signed(), "BodyTo");
        assert_eq!((form.get("Body"), form.get("To")), (None, None));
    }

    #[test]
    fn numbered_parameters_come_in_the_order_of_their_numbers() {
        let form = Form::read(b"M10=k&M2=c&M0=a&M=x&M-1=x&M+1=x&Mx=x&M99999999999=x&M3=");

        assert_eq!(form.numbered("M"), [(0, "a"), (2, "c"), (10, "k")]);
    }

    #[test]
    fn an_address_that_lacks_its_prefix_gets_it() {
        let form = Form::read(b"To=whatsapp:%2B1&From=%2B49");
        let sms = Form::read(b"To=%2B1&From=%2B49");

        assert!(form.is_whatsapp() && !sms.is_whatsapp());
        assert_eq!(form.address("To").as_deref(), Some("whatsapp:+1"));
        assert_eq!(form.address("From").as_deref(), Some("whatsapp:+49"));
        assert_eq!(sms.address("From").as_deref(), Some("+49"));
    }

    fn any_pairs() -> impl Strategy<Value = Vec<(String, String)>> {
        prop::collection::vec(("[a-cA&=+% \u{e4}]{0,3}", ".{0,6}"), 0..8)
    }

    fn encoded(pairs: &[(String, String)]) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish()
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_read(pairs in any_pairs()) {
            let form = Form::read(encoded(&pairs).as_bytes());

            let read: Vec<(String, String)> = form
                .0
                .into_iter()
                .flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value)))
                .collect();
            let mut wanted = pairs;
            wanted.sort_by(|one, other| one.0.cmp(&other.0));
            prop_assert_eq!(read, wanted);
        }

        #[test]
        fn what_is_signed_depends_on_the_pairs_and_not_on_their_order(
            pairs in any_pairs(),
            shuffled in any_pairs().prop_shuffle(),
        ) {
            let mut backwards = pairs.clone();
            backwards.reverse();
            let signed = |pairs: &[(String, String)]| Form::read(encoded(pairs).as_bytes()).signed();
            let unique: BTreeSet<_> = pairs.iter().cloned().collect();
            let wanted: String = unique.iter().flat_map(|(name, value)| [name.as_str(), value]).collect();

            prop_assert_eq!(signed(&pairs), wanted);
            prop_assert_eq!(signed(&backwards), signed(&pairs));
            let twice = [shuffled.clone(), shuffled.clone()].concat();
            prop_assert_eq!(signed(&twice), signed(&shuffled));
        }

        #[test]
        fn no_body_is_too_strange(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let form = Form::read(&body);

            prop_assert!(form.numbered("").len() <= body.len());
            prop_assert_eq!(form.signed().is_empty(), form.0.iter().all(|(name, values)| {
                name.is_empty() && values.iter().all(String::is_empty)
            }));
        }
    }
}
