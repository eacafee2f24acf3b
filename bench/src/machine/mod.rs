//! The machine that is measured on.

mod cpu;
mod description;
mod disk;

pub(crate) use cpu::{Ticks, busy, wait_until_quiet};
pub(crate) use description::describe;
pub(crate) use disk::fdatasync_micros;
