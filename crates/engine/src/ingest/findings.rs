//! What is written down about the entries of an envelope that did not simply take effect.

use serde::{Deserialize, Serialize};
use switchboard_domain::{Outcome, RawJson, Verdict};

/// Findings that are written down of one envelope; more are counted.
const KEPT: usize = 100;

/// What was found about one entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which entry of the envelope, from 0.
    pub entry: usize,
    /// `unknown`, `unrouted`, `malformed` or `ignored`.
    pub verdict: String,
    /// What it was, or what is wrong with it.
    pub what: String,
    /// The provider's name of the account it was for, if it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_channel_id: Option<String>,
}

/// What was found about the entries of one envelope.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    found: Vec<Finding>,
    worst: Option<Verdict>,
    effects: usize,
}

impl Findings {
    /// An entry took effect, now or at an earlier delivery.
    pub(crate) const fn took_effect(&mut self) {
        self.effects += 1;
    }

    /// An entry did not take effect.
    pub(crate) fn add(
        &mut self,
        entry: usize,
        verdict: Verdict,
        what: &str,
        source_channel_id: Option<&str>,
    ) {
        self.worst = self.worst.max(Some(verdict));
        if self.found.len() < KEPT {
            self.found.push(Finding {
                entry,
                verdict: verdict.as_str().to_owned(),
                what: what.to_owned(),
                source_channel_id: source_channel_id.map(str::to_owned),
            });
        }
    }

    /// The verdict on the whole envelope: the worst on an entry, where nothing worth keeping beside
    /// something that took effect is no reason to mention it.
    pub(crate) fn verdict(&self) -> Verdict {
        match self.worst {
            None | Some(Verdict::Ignored) if self.effects > 0 => Verdict::Applied,
            None => Verdict::Ignored,
            Some(worst) => worst,
        }
    }

    /// What to write down; `None` if it was simply applied.
    pub(crate) fn outcome(&self) -> Option<Outcome> {
        let verdict = self.verdict();
        (verdict != Verdict::Applied).then(|| Outcome {
            verdict,
            findings: RawJson::from_checked(
                serde_json::to_string(&self.found).unwrap_or_else(|_text_only| "[]".to_owned()),
            ),
        })
    }

    /// Reads findings back.
    pub fn parse(findings: &RawJson) -> Vec<Finding> {
        serde_json::from_str(findings.as_str()).unwrap_or_default()
    }
}
