//! Faults on demand: which call goes wrong, and how.

use std::time::Duration;

/// How a call goes wrong.
///
/// The first five are refusals in the provider's own words and change nothing. The others break the
/// exchange itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The credentials are dead: Meta 190/463, Twilio 20003, Google `invalid_grant`, Viber 2.
    ExpiredToken,
    /// The credentials live but may not do this: Meta 10 or 200, Twilio 20403, Viber 15.
    MissingPermission,
    /// Too many calls: Meta 613, 80006 or 80007, Twilio 20429, Viber 12.
    RateLimited,
    /// The provider's machinery answers with this status and a page for people.
    ServerError(u16),
    /// The provider says itself that it is down for the moment: Meta 2 with `is_transient`.
    Outage,
    /// Nothing happens and no answer comes, until released or stopped.
    Hang,
    /// The call works, and its answer comes after this time, or when released.
    SlowAfterEffect(Duration),
    /// The call works, and the connection closes without an answer.
    DropAfterEffect,
    /// The call works, and its answer is HTTP 200 with something that is not JSON.
    GarbledAnswer,
}

/// The faults that are planned at one provider.
#[derive(Debug, Default)]
pub(crate) struct FaultBook(Vec<Planned>);

#[derive(Debug)]
struct Planned {
    /// `None` is every operation.
    operation: Option<String>,
    fault: Fault,
    /// `None` is for good.
    left: Option<usize>,
}

impl FaultBook {
    pub(crate) fn plan(&mut self, operation: Option<&str>, fault: Fault, times: Option<usize>) {
        self.0.push(Planned {
            operation: operation.map(ToOwned::to_owned),
            fault,
            left: times,
        });
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault of the next call of `operation`: the one that was planned first.
    pub(crate) fn take(&mut self, operation: &str) -> Option<Fault> {
        let position = self.0.iter().position(|planned| {
            planned
                .operation
                .as_deref()
                .is_none_or(|only| only == operation)
                && planned.left != Some(0)
        })?;
        let planned = self.0.get_mut(position)?;
        if let Some(left) = &mut planned.left {
            *left -= 1;
        }
        let fault = planned.fault;
        self.0.retain(|planned| planned.left != Some(0));
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_as_often_as_planned_and_only_its_operation() {
        let mut book = FaultBook::default();
        book.plan(Some("get_page"), Fault::Outage, Some(2));

        assert_eq!(book.take("list_pages"), None);
        assert_eq!(book.take("get_page"), Some(Fault::Outage));
        assert_eq!(book.take("get_page"), Some(Fault::Outage));
        assert_eq!(book.take("get_page"), None);
    }

    #[test]
    fn faults_strike_in_the_order_in_which_they_were_planned() {
        let mut book = FaultBook::default();
        book.plan(Some("get_page"), Fault::RateLimited, Some(1));
        book.plan(None, Fault::Outage, None);

        assert_eq!(book.take("get_page"), Some(Fault::RateLimited));
        assert_eq!(book.take("get_page"), Some(Fault::Outage));
        assert_eq!(book.take("get_page"), Some(Fault::Outage));
        book.clear();
        assert_eq!(book.take("get_page"), None);
    }
}
