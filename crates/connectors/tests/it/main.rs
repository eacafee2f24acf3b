//! Connecting, exploring and disconnecting against strict simulators of the providers.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what tests share may panic as tests do"
)]

mod chatplugin;
mod every_connector;
mod facebook;
mod google;
mod hub;
mod instagram;
mod misbehaviour;
mod script;
mod twilio_sms;
mod twilio_whatsapp;
mod viber;
mod whatsapp;
