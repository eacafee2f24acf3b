//! Installing a package of Debian, after saying so.

use std::path::Path;
use std::process::Command;

use anyhow::bail;

use crate::command::{output_of, run, say};

/// Installs `package` with apt, as root or through sudo. Where there is no apt, the error tells the
/// reader to do what `otherwise` says.
pub(crate) fn install(package: &str, otherwise: &str) -> anyhow::Result<()> {
    if !Path::new("/usr/bin/apt-get").exists() {
        bail!("this machine has no apt-get; {otherwise}");
    }
    say(&format!("Installing the Debian package {package} now."));
    run(&mut as_root(&["apt-get", "update", "-q"])?)?;
    run(&mut as_root(&[
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "install",
        "-q",
        "-y",
        "--no-install-recommends",
        // No progress bar, which a log would keep line by line.
        "-oDpkg::Use-Pty=0",
        // A machine that has just started may be busy with its own updates.
        "-oDPkg::Lock::Timeout=300",
        package,
    ])?)
}

/// A command that root runs; through sudo if we are not root.
pub(crate) fn as_root(words: &[&str]) -> anyhow::Result<Command> {
    let Some((program, arguments)) = words.split_first() else {
        bail!("an empty command cannot be run as root");
    };
    if output_of("id", &["-u"]).is_some_and(|id| id.trim() == "0") {
        let mut command = Command::new(program);
        command.args(arguments);
        return Ok(command);
    }
    if output_of("sudo", &["--version"]).is_none() {
        bail!(
            "`{}` has to be run by root, and this machine has no sudo; run it yourself and start again",
            words.join(" ")
        );
    }
    let mut command = Command::new("sudo");
    command.args(words);
    Ok(command)
}
