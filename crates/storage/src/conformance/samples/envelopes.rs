//! Envelopes that rules are tried on.

use switchboard_domain::{
    Chance, FixedChance, NewEnvelope, NodeId, Outcome, RawJson, Source, Verdict,
};

use super::at;

/// The `number`th envelope of a source, received at that second.
pub(in super::super) fn envelope_of(source: &str, number: u32) -> NewEnvelope {
    NewEnvelope {
        source: Source::new(source),
        target: format!("/{source}?number={number}"),
        headers: RawJson::from_checked(format!(r#"{{"x-number":"{number}"}}"#)),
        body: format!("body {number}").into_bytes(),
        received_at: at(number.into()),
    }
}

/// The `number`th envelope, of the source `test`.
pub(in super::super) fn envelope(number: u32) -> NewEnvelope {
    envelope_of("test", number)
}

/// What was written down about an envelope.
pub(in super::super) fn outcome(verdict: Verdict) -> Outcome {
    Outcome {
        verdict,
        findings: RawJson::from_checked(format!(r#"[{{ "found": "{}" }}]"#, verdict.as_str())),
    }
}

/// The `number`th node.
pub(in super::super) fn node(number: u32) -> NodeId {
    NodeId::from_uuid(FixedChance::seeded(0x0de0_0000 + u64::from(number)).uuid())
}
