//! What is remembered of a webhook that we have set at Twilio: ours, and the one before it.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use switchboard_domain::RawJson;

use crate::remembered;

/// The facts of a channel whose webhook we have set.
#[derive(Debug, Deserialize)]
pub(crate) struct Replaced<F> {
    /// The address that we have set.
    pub(crate) webhook: String,
    /// What was there before, to be restored.
    pub(crate) former: F,
}

impl<F: DeserializeOwned + Serialize + Default> Replaced<F> {
    /// What to remember when `webhook` replaces `current`, which points at `address`.
    ///
    /// While the channel is connected `address` is ours already; what was there before us is then
    /// among the facts that are `known`.
    pub(crate) fn by(
        webhook: String,
        address: Option<&str>,
        current: F,
        known: Option<&RawJson>,
    ) -> Self {
        let known = known.and_then(|facts| remembered::recall::<Self>(facts).ok());
        let former = match known {
            Some(known) if address == Some(&webhook) || address == Some(&known.webhook) => {
                known.former
            }
            _ if address == Some(&webhook) => F::default(),
            _ => current,
        };
        Self { webhook, former }
    }

    /// The facts to store.
    pub(crate) fn facts(&self) -> RawJson {
        remembered::facts(&json!({"webhook": self.webhook, "former": self.former}))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "https://hub.example.com/twilio";

    fn replaced(address: &str, known: Option<&RawJson>) -> Replaced<String> {
        Replaced::by(OURS.to_owned(), Some(address), address.to_owned(), known)
    }

    #[test]
    fn what_was_there_before_survives_connecting_again() {
        let first = replaced("https://old.example.com", None);
        let again = replaced(OURS, Some(&first.facts()));

        assert_eq!(again.former, "https://old.example.com");
    }

    #[test]
    fn our_own_address_is_never_the_former_one() {
        assert_eq!(replaced(OURS, None).former, "");
        assert_eq!(replaced(OURS, Some(&RawJson::empty_object())).former, "");
    }

    #[test]
    fn a_hub_that_has_moved_keeps_what_was_there_before_it() {
        let moved = Replaced {
            webhook: "https://hub-before.example.com/twilio".to_owned(),
            former: "https://old.example.com".to_owned(),
        };

        let again = replaced(
            "https://hub-before.example.com/twilio",
            Some(&moved.facts()),
        );

        assert_eq!(again.former, "https://old.example.com");
        assert_eq!(again.webhook, OURS);
    }

    #[test]
    fn what_somebody_else_has_set_since_is_the_former_one() {
        let first = replaced("https://old.example.com", None);

        let again = replaced("https://else.example.com", Some(&first.facts()));

        assert_eq!(again.former, "https://else.example.com");
    }
}
