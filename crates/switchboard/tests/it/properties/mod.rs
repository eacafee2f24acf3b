//! What holds whatever arrives, in whatever order.

mod any_order;
mod posted;
mod quiet_hub;
mod story;
