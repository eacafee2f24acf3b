//! The versions of the Graph API and when they end (developers.facebook.com/docs/graph-api/
//! changelog, read 2026-11-22).

use super::graph_error::GraphError;

/// Living versions and the second since 1970 at which they end.
const ENDS: &[(&str, Option<i64>)] = &[
    ("v21.0", Some(1_800_489_600)), // 2027-01-21
    ("v22.0", Some(1_810_771_200)), // 2027-05-20
    ("v23.0", Some(1_822_953_600)), // 2027-10-08
    ("v24.0", Some(1_834_444_800)), // 2028-02-18
    ("v25.0", Some(1_848_441_600)), // 2028-07-29
    ("v26.0", None),
];

/// Refuses a version that does not exist, or no longer. The real API answers some expired versions
/// with its oldest living one; a hub that depends on that is wrong, and found here.
pub(crate) fn check(version: &str, now: i64) -> Result<(), GraphError> {
    let known = ENDS.iter().find(|(name, _)| *name == version);
    if known.is_some_and(|(_, end)| end.is_none_or(|end| now < end)) {
        return Ok(());
    }
    Err(GraphError::new(
        2635,
        "(#2635) You are calling a deprecated version of the API. Please update to the latest \
         version: v26.0.",
    ))
}
