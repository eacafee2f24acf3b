//! Files that can be read in one sitting, under names that say what is in them.

#![cfg(test)]

use std::path::Path;

use xtask::tree::texts;

/// Lines of code after which a file is two files.
const LIMIT: usize = 500;

/// Files that may be longer, each with the reason.
const LONGER: &[(&str, &str)] = &[];

/// Names of drawers: what is in them has a better name, or a better place.
const DRAWERS: &[&str] = &[
    "common", "helper", "helpers", "manager", "misc", "types", "util", "utils",
];

#[test]
#[expect(
    clippy::print_stdout,
    reason = "the ranking is worth a look when something fails"
)]
fn no_rust_file_has_more_than_500_lines_of_code() {
    let mut ranking: Vec<(usize, String)> = rust_files()
        .into_iter()
        .map(|(path, text)| (lines_of_code(&text), path))
        .collect();
    ranking.sort_by(|one, other| other.cmp(one));
    for (lines, path) in ranking.iter().take(10) {
        println!("{lines:4}  {path}");
    }

    let too_long: Vec<String> = ranking
        .iter()
        .filter(|(lines, path)| *lines > LIMIT && !LONGER.iter().any(|(longer, _)| longer == path))
        .map(|(lines, path)| format!("{path} has {lines} lines of code; split it by subject"))
        .collect();
    assert!(too_long.is_empty(), "\n{}", too_long.join("\n"));
}

#[test]
fn no_exception_outlives_its_file() {
    let files = rust_files();
    for (longer, reason) in LONGER {
        let lines = files.iter().find(|(path, _)| path == longer);
        let lines = lines.map_or(0, |(_, text)| lines_of_code(text));

        assert!(
            lines > LIMIT,
            "{longer} needs no exception any more ({reason}); take its line out"
        );
    }
}

#[test]
fn no_file_and_no_folder_is_a_drawer() {
    let drawers: Vec<String> = rust_files()
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| is_drawer(path))
        .collect();

    assert!(
        drawers.is_empty(),
        "name the idea, or move the code to its only caller: {drawers:?}"
    );
}

#[test]
fn no_module_is_a_drawer() {
    let drawers: Vec<String> = rust_files()
        .into_iter()
        .flat_map(|(path, text)| {
            let named: Vec<String> = text
                .lines()
                .filter_map(module_name)
                .map(String::from)
                .collect();
            named
                .into_iter()
                .map(move |name| format!("{path}: mod {name}"))
        })
        .filter(|found| {
            DRAWERS
                .iter()
                .any(|name| found.ends_with(&format!(" mod {name}")))
        })
        .collect();

    assert!(
        drawers.is_empty(),
        "name the idea, or move the code to its only caller: {drawers:?}"
    );
}

#[test]
fn blank_lines_comments_and_inline_tests_are_no_code() {
    let text = "\
//! A module.

/// A doc comment.
pub fn one() -> u8 {
    // why
    1 // counts
}
/* a
   block */
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_one() {
        assert_eq!(one(), 1);
    }
}

pub const TWO: u8 = 2;
";
    assert_eq!(lines_of_code(text), 4);
}

#[test]
fn tests_in_a_file_of_their_own_do_not_hide_what_follows() {
    let text = "#[cfg(test)]\nmod tests;\n\nconst ONE: u8 = 1;\n";

    assert_eq!(lines_of_code(text), 3);
}

#[test]
fn a_drawer_is_seen_as_a_file_and_as_a_folder() {
    assert!(is_drawer("crates/api/src/utils.rs"));
    assert!(is_drawer("crates/api/src/common/mod.rs"));
    assert!(!is_drawer("crates/api-types/src/message.rs"));
    assert_eq!(module_name("    pub(crate) mod helpers;"), Some("helpers"));
    assert_eq!(module_name("mod tests {"), Some("tests"));
    assert_eq!(module_name("model.save();"), None);
}

/// The Rust files of the workspace; the spikes under `bench/` are evidence and no part of it.
fn rust_files() -> Vec<(String, String)> {
    let files: Vec<(String, String)> = texts()
        .unwrap()
        .into_iter()
        .filter(|(path, _)| path.extension().is_some_and(|extension| extension == "rs"))
        .filter(|(path, _)| !path.starts_with("bench/spikes"))
        .map(|(path, text)| (path.to_str().unwrap().to_owned(), text))
        .collect();
    assert!(
        files.len() > 10,
        "only {} Rust files were found",
        files.len()
    );
    files
}

/// Lines that are neither blank nor comment nor part of an inline test module. Rests on the
/// formatter: what opens at an indentation closes at the same one.
fn lines_of_code(text: &str) -> usize {
    let mut count = 0;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let code = line.trim_start();
        if code.is_empty() || code.starts_with("//") {
            continue;
        }
        if code.starts_with("/*") {
            if !code.contains("*/") {
                lines.by_ref().find(|line| line.contains("*/"));
            }
            continue;
        }
        if code == "#[cfg(test)]" && lines.peek().is_some_and(|next| opens_a_module(next)) {
            let indentation = &line[..line.len() - code.len()];
            let end = format!("{indentation}}}");
            lines.by_ref().find(|line| *line == end);
            continue;
        }
        count += 1;
    }
    count
}

fn opens_a_module(line: &str) -> bool {
    module_name(line).is_some() && line.ends_with('{')
}

/// The name in a line that declares or opens a module.
fn module_name(line: &str) -> Option<&str> {
    let (before, rest) = line.trim().split_once("mod ")?;
    let visibility = before.trim();
    if !(visibility.is_empty() || visibility.starts_with("pub")) {
        return None;
    }
    rest.strip_suffix(';').or_else(|| rest.strip_suffix(" {"))
}

fn is_drawer(path: &str) -> bool {
    Path::new(path).iter().any(|part| {
        let part = part.to_str().unwrap();
        DRAWERS.contains(&part.strip_suffix(".rs").unwrap_or(part))
    })
}
