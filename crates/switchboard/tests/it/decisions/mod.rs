//! What was decided where the specification is silent, rule by rule.

mod accounts;
mod channels;
mod requests;
mod security;
mod webhooks;
