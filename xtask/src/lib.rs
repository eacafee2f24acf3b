//! The tasks of the project, and what its own tests need to know about the tree.

#![expect(
    clippy::disallowed_methods,
    reason = "tasks read the environment of whoever runs them; the hub does not"
)]

mod command;
mod compiler;
mod debian;
pub mod graph;
mod lint;
pub mod new_connector;
mod openapi;
mod postgres;
mod tally;
mod test;
pub mod tree;

use anyhow::bail;

const USAGE: &str = "\
cargo xtask <task>

  test [ARGUMENTS]     every test, the PostgreSQL ones included; arguments go to `cargo test`
  lint                 formatting, clippy and documentation, warnings denied
  openapi              writes docs/openapi.json
  new-connector NAME   lays out crates/connectors/src/NAME with failing tests
";

/// Runs the task that the command line names.
pub fn run(arguments: &[String]) -> anyhow::Result<()> {
    let Some((task, rest)) = arguments.split_first() else {
        bail!("which task?\n\n{USAGE}");
    };
    match (task.as_str(), rest) {
        ("test", arguments) => test::test(arguments),
        ("lint", []) => lint::lint(),
        ("openapi", []) => openapi::openapi(),
        ("new-connector", [name]) => new_connector::new_connector(name),
        ("help" | "--help" | "-h", []) => {
            command::say(USAGE);
            Ok(())
        }
        _ => bail!("there is no task `{}`\n\n{USAGE}", arguments.join(" ")),
    }
}
