//! The real binary as a process: killed, stopped, misconfigured, and read by its output.

#![cfg(test)]

mod harness;

mod commands;
mod config_check;
mod crashes;
mod erase_crashes;
mod ingest_crashes;
mod ingest_storm;
mod logs;
mod refusals;
mod restarts;
mod resting;
mod sandbox;
mod stopping;
mod unfinished;
