//! The texts of the project: nothing left over, nothing of one machine, no link into the void.

#![cfg(test)]

use std::path::{Component, Path, PathBuf};

use xtask::tree::{files, root, texts};

/// What a reader must not stumble over. Written in two halves, so that this file has none of them.
const LEFTOVERS: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
];

/// Beginnings of paths that exist on one machine only.
const MACHINES: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/")];

/// Written by programs, or word for word by others.
const NOT_OURS: &[&str] = &["Cargo.lock", "LICENSE", "package-lock.json"];

#[test]
fn nothing_unfinished_is_left_in_the_tree() {
    let found = lines_with(|line| LEFTOVERS.iter().any(|word| has_word(line, word)));

    assert!(
        found.is_empty(),
        "finish it or say it in a sentence:\n{}",
        found.join("\n")
    );
}

#[test]
fn no_text_names_a_folder_of_somebody_s_machine() {
    let found = lines_with(|line| MACHINES.iter().any(|path| has_path(line, path)));

    assert!(
        found.is_empty(),
        "write it relative to the checkout:\n{}",
        found.join("\n")
    );
}

#[test]
fn the_texts_that_everybody_looks_for_are_there() {
    for name in [
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "README.md",
        "SECURITY.md",
        "STYLE.md",
    ] {
        assert!(root().join(name).is_file(), "{name} is missing");
    }
}

#[test]
fn every_link_inside_the_project_leads_somewhere() {
    let mut dead = Vec::new();
    for (path, text) in texts().unwrap() {
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        for target in links(&text) {
            let file = path.parent().unwrap_or(Path::new("")).join(target);
            if !root().join(flattened(&file)).exists() {
                dead.push(format!("{} links to {target}", path.display()));
            }
        }
    }

    assert!(dead.is_empty(), "nothing is there:\n{}", dead.join("\n"));
}

#[test]
fn every_test_that_a_text_names_is_where_the_link_leads() {
    let mut gone = Vec::new();
    for (path, text) in texts().unwrap() {
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        for (name, target) in named_tests(&text) {
            let file = path.parent().unwrap_or(Path::new("")).join(target);
            let code = std::fs::read_to_string(root().join(flattened(&file))).unwrap_or_default();
            if !code.contains(&format!("fn {name}(")) {
                gone.push(format!("{}: {name} is not in {target}", path.display()));
            }
        }
    }

    assert!(
        gone.is_empty(),
        "a promise has lost its proof:\n{}",
        gone.join("\n")
    );
}

#[test]
fn every_decision_has_its_own_number_and_says_what_would_change_it() {
    let mut numbers = Vec::new();
    for path in files().unwrap() {
        if !path.starts_with("docs/adr") {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let (number, _) = name.split_once('-').unwrap_or_default();
        assert!(
            number.len() == 4 && number.bytes().all(|digit| digit.is_ascii_digit()),
            "docs/adr/{name} is not named like 0001-title.md"
        );
        assert!(
            !numbers.contains(&number.to_owned()),
            "two decisions are number {number}"
        );
        numbers.push(number.to_owned());

        let text = std::fs::read_to_string(root().join(&path)).unwrap();
        for heading in [
            "Context",
            "Decision",
            "Consequences",
            "What would make us change it",
        ] {
            assert!(
                text.lines().any(|line| line == format!("## {heading}")),
                "docs/adr/{name} lacks the heading `## {heading}`"
            );
        }
    }

    assert!(!numbers.is_empty(), "docs/adr has no decision");
}

#[test]
fn a_leftover_is_a_word_of_its_own() {
    let [marker, ..] = LEFTOVERS else {
        unreachable!()
    };

    assert!(has_word(&format!("// {marker}: later"), marker));
    assert!(has_word(marker, marker));
    assert!(!has_word(&format!("{marker}S"), marker));
    assert!(!has_word(&format!("a{marker}"), marker));
}

#[test]
fn a_path_is_a_machine_s_only_from_its_beginning() {
    let [folder, ..] = MACHINES else {
        unreachable!()
    };

    assert!(has_path(&format!("cd {folder}main"), folder));
    assert!(has_path(folder, folder));
    assert!(!has_path(&format!("docs{folder}main"), folder));
    assert!(!has_path(&format!("https://example.com{folder}"), folder));
}

#[test]
fn links_are_read_without_their_fragments_and_without_the_web() {
    let text = "[one](docs/one.md#top), [two](https://example.com/two), [three](#here),\n\
                ```\n[no](link.md)\n```\n[four](../four.md \"title\")";

    assert_eq!(links(text), ["docs/one.md", "../four.md"]);
}

#[test]
fn a_test_is_named_by_its_path_and_linked_to_its_file() {
    let text = "[`promises::one::it_holds`](tests/one.rs) and [`also_this`](tests/two.rs),\n\
                but not [`README`](README.md) nor [a file](src/lib.rs)";

    assert_eq!(
        named_tests(text),
        [("it_holds", "tests/one.rs"), ("also_this", "tests/two.rs")]
    );
}

/// `path:line: text` of every line of our own that `wanted` picks.
fn lines_with(wanted: impl Fn(&str) -> bool) -> Vec<String> {
    texts()
        .unwrap()
        .into_iter()
        .filter(|(path, _)| !NOT_OURS.iter().any(|name| path.ends_with(name)))
        .flat_map(|(path, text)| {
            let found: Vec<String> = text
                .lines()
                .enumerate()
                .filter(|(_, line)| wanted(line))
                .map(|(index, line)| format!("{}:{}: {}", path.display(), index + 1, line.trim()))
                .collect();
            found
        })
        .collect()
}

fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let part_of_a_word = |c: char| c.is_alphanumeric() || c == '_';
        !before.is_some_and(part_of_a_word)
            && (word.ends_with('(') || !after.is_some_and(part_of_a_word))
    })
}

fn has_path(line: &str, beginning: &str) -> bool {
    line.match_indices(beginning).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "._-/}".contains(c))
    })
}

/// Targets of the links to files in a Markdown text.
fn links(text: &str) -> Vec<&str> {
    let mut fenced = false;
    let mut targets = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        for rest in line.split("](").skip(1) {
            let target = rest.split([')', ' ', '#']).next().unwrap_or_default();
            if !target.is_empty() && !target.contains(':') {
                targets.push(target);
            }
        }
    }
    targets
}

/// The tests that a Markdown text names, each with the file it links to: a link whose text is code
/// and whose target is a Rust file.
fn named_tests(text: &str) -> Vec<(&str, &str)> {
    text.split("[`")
        .skip(1)
        .filter_map(|rest| {
            let (path, rest) = rest.split_once("`](")?;
            let (target, _) = rest.split_once(')')?;
            let name = path.rsplit("::").next()?;
            let is_code = Path::new(target)
                .extension()
                .is_some_and(|extension| extension == "rs");
            is_code.then_some((name, target))
        })
        .collect()
}

/// The path without `..`, as far as it goes: the folder need not exist.
fn flattened(path: &Path) -> PathBuf {
    let mut flat = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                flat.pop();
            }
            Component::CurDir => {}
            other => flat.push(other),
        }
    }
    flat
}
