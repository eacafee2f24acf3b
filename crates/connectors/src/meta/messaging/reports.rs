//! What the contact's side says it has.

use switchboard_connector::Inbound;
use switchboard_domain::Receipt;

use super::Context;
use super::event::Head;
use super::wire::Report;
use crate::inbound_json::missing;

/// Our messages have arrived. The names may be left out; the watermark then stands for all up to it.
pub(super) fn delivered(
    context: Context<'_>,
    head: Head<'_>,
    report: Report<'_>,
    all: &mut Vec<Inbound>,
) {
    confirm(context, head, (report, Receipt::Delivered), "delivery", all);
}

/// Our messages have been looked at: up to a watermark on Messenger, one by one on Instagram.
pub(super) fn seen(
    context: Context<'_>,
    head: Head<'_>,
    report: Report<'_>,
    all: &mut Vec<Inbound>,
) {
    confirm(context, head, (report, Receipt::Seen), "read", all);
}

fn confirm(
    context: Context<'_>,
    head: Head<'_>,
    (report, receipt): (Report<'_>, Receipt),
    kind: &str,
    all: &mut Vec<Inbound>,
) {
    // Our own side reading the contact's messages is nothing the contact confirms.
    if head.sender == Some(context.account) {
        return all.push(Inbound::Nothing(format!("{kind} by the account")));
    }
    let before = all.len();
    let names = report.mids.into_iter().flatten().chain(report.mid);
    all.extend(names.map(|name| {
        Inbound::Confirmed {
            target: name.into_string(),
            correlation: None,
            receipt,
            at: head
                .sent_at
                .or(report.watermark.0)
                .unwrap_or(context.received_at),
            error: None,
        }
    }));
    if let Some(until) = report.watermark.0 {
        all.push(head.contact(context).map_or_else(
            || missing("sender.id"),
            |handle| Inbound::ConfirmedUntil {
                handle: handle.to_owned(),
                receipt,
                until,
            },
        ));
    }
    if all.len() == before {
        all.push(missing(&format!("{kind}.watermark")));
    }
}
