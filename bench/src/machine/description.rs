//! What a reader must know of the machine to judge absolute figures.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

/// Facts by name, in the order they are shown.
pub(crate) fn describe(folder: &Path, date: Option<&str>) -> anyhow::Result<Vec<(String, String)>> {
    let date = match date {
        Some(date) => date.to_owned(),
        None => told_by(Command::new("date").args(["-u", "+%F"]))?,
    };
    let cpus = fs::read_to_string("/proc/cpuinfo")?;
    let memory = fs::read_to_string("/proc/meminfo")?;
    let gibibytes = field(&memory, "MemTotal")
        .and_then(|value| value.strip_suffix(" kB")?.parse::<u64>().ok())
        .map_or_else(|| "unknown".to_owned(), |kib| format!("{} GiB", kib >> 20));
    let disk = told_by(
        Command::new("df")
            .args(["--output=fstype,source"])
            .arg(folder),
    )?;
    let disk = disk.lines().last().unwrap_or_default();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let compiler = told_by(Command::new("rustc").arg("--version"))?;
    Ok([
        ("date", date),
        ("processor", processor(&cpus)),
        ("cores", std::thread::available_parallelism()?.to_string()),
        ("memory", gibibytes),
        ("kernel", format!("Linux {}", kernel.trim())),
        (
            "disk of the databases",
            disk.split_whitespace().collect::<Vec<_>>().join(" on "),
        ),
        ("compiler", compiler),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into())
}

/// The model as the kernel names it; virtual machines often hide it and tell the vendor alone.
fn processor(cpus: &str) -> String {
    let named = field(cpus, "model name").unwrap_or("unknown");
    match field(cpus, "vendor_id") {
        Some(vendor) => format!("{named} ({vendor})"),
        None => named.to_owned(),
    }
}

fn field<'text>(text: &'text str, name: &str) -> Option<&'text str> {
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.trim() == name)
        .map(|(_, value)| value.trim())
}

fn told_by(command: &mut Command) -> anyhow::Result<String> {
    let output = command
        .output()
        .with_context(|| format!("cannot run {}", command.get_program().display()))?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_their_whole_name() {
        let cpus = "processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel\t\t: 1\nmodel name\t: EPYC\n";

        assert_eq!(field(cpus, "model"), Some("1"));
        assert_eq!(processor(cpus), "EPYC (AuthenticAMD)");
        assert_eq!(processor(""), "unknown");
    }
}
