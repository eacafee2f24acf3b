//! The measured part of `docs/performance.md`; the rest of that file is written by people.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

const BEGIN: &str = "<!-- measured: begin -->\n";
const END: &str = "<!-- measured: end -->\n";

/// Replaces the measured part of the document at `path`.
pub(crate) fn write_into(path: &Path, measured: &str) -> anyhow::Result<()> {
    let named = || format!("cannot write the figures into {}", path.display());
    let document = fs::read_to_string(path).with_context(named)?;
    let document = replaced(&document, measured)
        .context(
            "it has no line `<!-- measured: begin -->` with a line `<!-- measured: end -->` below",
        )
        .with_context(named)?;
    fs::write(path, document).with_context(named)
}

fn replaced(document: &str, measured: &str) -> Option<String> {
    let (before, rest) = document.split_once(BEGIN)?;
    let (_former, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{measured}\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_have_written_stays() {
        let document = format!("# Title\n{BEGIN}old\nlines\n{END}## Why\n");

        let once = replaced(&document, "new\n").unwrap();

        assert_eq!(once, format!("# Title\n{BEGIN}\nnew\n\n{END}## Why\n"));
        assert_eq!(replaced(&once, "new\n"), Some(once));
    }

    #[test]
    fn a_document_without_a_place_for_figures_is_left_alone() {
        assert_eq!(replaced("# Title\n", "new\n"), None);
        assert_eq!(replaced(&format!("{END}{BEGIN}"), "new\n"), None);
    }
}
