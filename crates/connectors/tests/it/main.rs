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
mod inbound_google;
mod inbound_meta;
mod inbound_meta_facebook;
mod inbound_meta_instagram;
mod inbound_meta_isolation;
mod inbound_meta_people;
mod inbound_meta_robust;
mod inbound_meta_whatsapp;
mod inbound_twilio_sms;
mod inbound_twilio_whatsapp;
mod inbound_viber;
mod instagram;
mod misbehaviour;
mod recorded;
mod script;
mod twilio_sms;
mod twilio_whatsapp;
mod viber;
mod whatsapp;
