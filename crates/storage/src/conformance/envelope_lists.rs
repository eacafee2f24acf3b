//! Rules about lists of envelopes, and about envelopes that are removed.

use switchboard_domain::{EnvelopeFilter, EnvelopeHead, EnvelopeId, NewEnvelope, Source, Verdict};

use super::Database;
use super::applying::{apply, ids};
use super::envelopes::append;
use super::samples::at;
use super::samples::envelopes::{envelope, envelope_of, outcome};

pub async fn heads_say_what_an_envelope_is_without_its_body(database: &Database) {
    append(database, [envelope(1), with_body(2, &[0, 255, 0])]).await;
    let ids = ids(database).await;
    let ignored = outcome(Verdict::Ignored);
    let put = ignored.clone();
    let last = ids[1];
    apply(database, last).await;
    database
        .write(move |tx| tx.put_outcome(last, Some(&put)))
        .await;

    let heads = heads(database, EnvelopeFilter::default(), None, 10).await;

    assert_eq!(
        heads,
        [
            EnvelopeHead {
                id: ids[1],
                source: Source::named("test"),
                target: "/test?number=2".to_owned(),
                received_at: at(2),
                size: 3,
                outcome: Some(ignored),
            },
            EnvelopeHead {
                id: ids[0],
                source: Source::named("test"),
                target: "/test?number=1".to_owned(),
                received_at: at(1),
                size: 6,
                outcome: None,
            }
        ]
    );
}

pub async fn heads_are_listed_newest_first_below_a_given_one(database: &Database) {
    append(database, [3, 1, 2, 5, 4].map(envelope)).await;
    let ids = ids(database).await;

    let all = EnvelopeFilter::default();
    let first = heads(database, all.clone(), None, 2).await;
    let second = heads(database, all.clone(), Some(ids[3]), 2).await;
    let third = heads(database, all.clone(), Some(ids[1]), 2).await;
    let fourth = heads(database, all, Some(ids[0]), 2).await;

    assert_eq!(
        [first, second, third, fourth].map(|heads| ids_of(&heads)),
        [
            vec![ids[4], ids[3]],
            vec![ids[2], ids[1]],
            vec![ids[0]],
            vec![]
        ]
    );
}

pub async fn heads_can_be_narrowed_to_a_source(database: &Database) {
    let sources = ["one", "other", "one.more", "one", "other"];
    append(
        database,
        (1..)
            .zip(sources)
            .map(|(number, source)| envelope_of(source, number)),
    )
    .await;
    let ids = ids(database).await;
    let of = |source| EnvelopeFilter {
        source: Some(Source::named(source)),
        verdict: None,
    };

    let one = heads(database, of("one"), None, 10).await;
    let before = heads(database, of("other"), Some(ids[4]), 10).await;
    let single = heads(database, of("other"), None, 1).await;
    let none = heads(database, of("on"), None, 10).await;

    assert_eq!(
        [one, before, single, none].map(|heads| ids_of(&heads)),
        [vec![ids[3], ids[0]], vec![ids[1]], vec![ids[4]], vec![]]
    );
}

pub async fn heads_can_be_narrowed_to_a_verdict(database: &Database) {
    let ids = one_of_each_verdict(database).await;
    let with = |verdict| EnvelopeFilter {
        source: None,
        verdict: Some(verdict),
    };

    let mut found = Vec::new();
    for verdict in Verdict::ALL {
        found.push((
            verdict,
            ids_of(&heads(database, with(verdict), None, 10).await),
        ));
    }

    assert_eq!(
        found,
        [
            (Verdict::Waiting, vec![ids[7], ids[6]]),
            (Verdict::Applied, vec![ids[4], ids[0]]),
            (Verdict::Ignored, vec![ids[1]]),
            (Verdict::Unknown, vec![ids[2]]),
            (Verdict::Unrouted, vec![ids[3]]),
            (Verdict::Malformed, vec![ids[5]]),
        ]
    );
    let page = heads(database, with(Verdict::Applied), Some(ids[4]), 10).await;
    assert_eq!(ids_of(&page), [ids[0]]);
    let page = heads(database, with(Verdict::Waiting), None, 1).await;
    assert_eq!(ids_of(&page), [ids[7]]);
}

pub async fn heads_can_be_narrowed_to_a_source_and_a_verdict(database: &Database) {
    let ids = one_of_each_verdict(database).await;
    let mut found = Vec::new();
    for verdict in Verdict::ALL {
        let filter = EnvelopeFilter {
            source: Some(Source::named("odd")),
            verdict: Some(verdict),
        };
        found.push(ids_of(&heads(database, filter, None, 10).await));
    }

    assert_eq!(
        found,
        [
            vec![ids[7]],
            vec![],
            vec![ids[1]],
            vec![],
            vec![ids[3]],
            vec![ids[5]]
        ]
    );
}

/// Appends eight envelopes, every other one of the source `odd`: of the first six two are applied
/// and the others have an outcome each; the last two wait.
async fn one_of_each_verdict(database: &Database) -> Vec<EnvelopeId> {
    let sources = ["even", "odd"].into_iter().cycle();
    append(
        database,
        (1..=8)
            .zip(sources)
            .map(|(number, source)| envelope_of(source, number)),
    )
    .await;
    let ids = ids(database).await;
    apply(database, ids[5]).await;
    let put = ids.clone();
    database
        .write(move |tx| {
            tx.put_outcome(put[1], Some(&outcome(Verdict::Ignored)))?;
            tx.put_outcome(put[2], Some(&outcome(Verdict::Unknown)))?;
            tx.put_outcome(put[3], Some(&outcome(Verdict::Unrouted)))?;
            tx.put_outcome(put[5], Some(&outcome(Verdict::Malformed)))
        })
        .await;
    ids
}

async fn heads(
    database: &Database,
    filter: EnvelopeFilter,
    before: Option<EnvelopeId>,
    limit: usize,
) -> Vec<EnvelopeHead> {
    database
        .read(move |tx| tx.envelope_heads(&filter, before, limit))
        .await
}

fn ids_of(heads: &[EnvelopeHead]) -> Vec<EnvelopeId> {
    heads.iter().map(|head| head.id).collect()
}

pub(super) fn with_body(number: u32, body: &[u8]) -> NewEnvelope {
    NewEnvelope {
        body: body.to_vec(),
        ..envelope(number)
    }
}
