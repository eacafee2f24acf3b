//! Every provider the hub can talk to.
//!
//! One folder a source, the same files in each: `mod.rs` says what the provider is and delegates,
//! `account.rs` connects and disconnects, `inbound.rs` reads what arrives, `wire.rs` holds the
//! provider's own words. What the sources of one company share lies in the company's folder.

mod chatplugin;
mod endpoint;
mod google;
mod http_status;
mod inbound_json;
mod meta;
mod remembered;
mod request_schema;
mod secret_field;
mod signature;
mod twilio;
mod viber;

use switchboard_connector::Connector;

/// Every provider this hub can talk to, in the order the UI lists them.
pub static ALL: &[&dyn Connector] = &[
    &meta::facebook::Facebook,
    &meta::instagram::Instagram,
    &meta::whatsapp::WhatsApp,
    &google::Google,
    &twilio::sms::Sms,
    &twilio::whatsapp::WhatsApp,
    &viber::Viber,
    &chatplugin::ChatPlugin,
];

#[cfg(test)]
mod contract_tests;
#[cfg(test)]
mod inbound_contract_tests;
