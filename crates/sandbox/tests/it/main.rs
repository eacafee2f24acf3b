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
mod customer_files;
mod deliveries;
mod faults;
mod google;
mod meta_pages;
mod meta_subscriptions;
mod meta_tokens;
mod meta_whatsapp;
mod profiles;
mod receiver;
mod sample;
mod saying;
mod shapes;
mod signatures;
mod twilio_numbers;
mod twilio_senders;
mod viber;
mod webhook_subscriptions;
