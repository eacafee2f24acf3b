//! The C compiler that SQLite and ring are built with.

use std::env;
use std::ffi::OsString;

use crate::command::{output_of, say};
use crate::debian;

/// Sees to it that there is one. Cargo usually links with the same `cc` and so could not have built
/// this program without it, but a toolchain may bring its own linker.
pub(crate) fn ensure() -> anyhow::Result<()> {
    let compiler = env::var_os("CC").unwrap_or_else(|| OsString::from("cc"));
    if output_of(&compiler, &["--version"]).is_some() {
        return Ok(());
    }
    say(&format!(
        "The bundled SQLite and ring (TLS) are compiled from C, and there is no C compiler `{}`.",
        compiler.display()
    ));
    debian::install(
        "build-essential",
        "install a C compiler, or name one in the variable CC",
    )
}
