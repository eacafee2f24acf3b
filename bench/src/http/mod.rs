//! As much of HTTP/1.1 as measuring needs, and nothing that costs time.

mod client;
mod request;
mod response;
mod server_timing;

pub(crate) use client::{Client, get, post};
pub(crate) use request::Request;
pub(crate) use response::Head;
