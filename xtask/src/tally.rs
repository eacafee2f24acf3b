//! Adding up what the test binaries say.

/// The sums of one run of `cargo test`, and the names of the tests that failed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
    names: Vec<String>,
}

impl Tally {
    /// Takes one line of output in; lines of other kinds change nothing.
    pub(crate) fn read(&mut self, line: &str) {
        let line = line.trim();
        if let Some(sums) = line.strip_prefix("test result: ") {
            self.passed += number_before(sums, " passed");
            self.failed += number_before(sums, " failed");
            self.skipped += number_before(sums, " ignored");
        } else if let Some(name) = line
            .strip_prefix("test ")
            .and_then(|rest| rest.strip_suffix(" ... FAILED"))
        {
            self.names.push(name.to_owned());
        }
    }

    /// The last lines of a run: each failed test by name, then the sums.
    pub(crate) fn summary(&self) -> String {
        let mut lines: Vec<String> = self
            .names
            .iter()
            .map(|name| format!("failed: {name}"))
            .collect();
        lines.push(format!(
            "tests: {} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        ));
        lines.join("\n")
    }
}

fn number_before(sums: &str, word: &str) -> u64 {
    sums.split(word)
        .next()
        .and_then(|before| before.rsplit(' ').next())
        .and_then(|number| number.parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sums_of_all_test_binaries_are_added_up() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test channels::connect ... ok",
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 9 filtered out; finished in 0.00s",
            "test result: FAILED. 30 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s",
        ] {
            tally.read(line);
        }

        assert_eq!(tally.summary(), "tests: 42 passed, 2 failed, 1 skipped");
    }

    #[test]
    fn a_failed_test_is_named_above_the_sums() {
        let mut tally = Tally::default();
        tally.read("test sealing::a_key_of_31_bytes_is_refused ... FAILED\n");
        tally.read("test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured");

        assert_eq!(
            tally.summary(),
            "failed: sealing::a_key_of_31_bytes_is_refused\n\
             tests: 0 passed, 1 failed, 0 skipped"
        );
    }
}
