//! The simulators from outside: a right call passes, each mutation of it is refused with the
//! provider's own code, and what calls change can be seen.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "functions that tests share panic like the tests themselves"
)]

mod call;
mod control;
mod faults;
mod google;
mod meta_pages;
mod meta_subscriptions;
mod meta_tokens;
mod meta_whatsapp;
mod sample;
mod twilio_numbers;
mod twilio_senders;
mod viber;
