//! `switchboard config check`: each problem and its mend.

use std::io;
use std::process::ExitCode;

use super::{ConfigFile, say};
use crate::config::{Config, Problems, Raw, StoreUrl};

pub(super) fn run(file: &ConfigFile) -> anyhow::Result<ExitCode> {
    let raw = Raw::from_file_and_environment(file.path())?;
    match Config::read(raw) {
        Ok(config) => {
            describe(&config)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(Problems(problems)) => {
            for problem in &problems {
                say(&format!(
                    "✗ {} (from {})\n  {}",
                    problem.setting, problem.origin, problem.sentence
                ))?;
            }
            say(&format!("\n{} to mend.", count(problems.len(), "problem")))?;
            Ok(ExitCode::FAILURE)
        }
    }
}

fn describe(config: &Config) -> io::Result<()> {
    let store = match &config.store {
        StoreUrl::Sqlite(path) => format!("SQLite in {}", path.display()),
        StoreUrl::Postgres(_) => "PostgreSQL".to_owned(),
    };
    let access = if config.system_token.is_some() {
        "with the system token"
    } else {
        "to anybody who reaches it"
    };
    say(&format!(
        "✓ the hub would serve on {} ({access}) and store in {store}",
        config.listen
    ))?;
    match &config.public_url {
        Some(url) => say(&format!("✓ providers reach it at {url}"))?,
        None => say("· server.public_url is not set: Twilio and Viber need it to be connected")?,
    }
    if config.secret_key.is_none() {
        say(&format!(
            "· the key that seals credentials is kept in {}",
            config.key_file().display()
        ))?;
    }
    for settings in &config.sources {
        let section = settings.section();
        let missing: Vec<&str> = section
            .settings
            .iter()
            .filter(|setting| setting.default.is_none())
            .map(|setting| setting.key)
            .filter(|key| settings.get(key).is_none())
            .collect();
        if section.settings.is_empty() {
            continue;
        }
        if missing.is_empty() {
            say(&format!("✓ sources.{} is complete", section.name))?;
        } else {
            say(&format!(
                "· sources.{} has no {}",
                section.name,
                missing.join(", ")
            ))?;
        }
    }
    Ok(())
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}
