//! Rules about what a unit of work sees.

use std::sync::mpsc;

use switchboard_domain::{
    Channel, ChannelFilter, MetadataRecord, MetadataSubject, MetadataValue, Position, Timestamp,
    UpstreamKey,
};

use super::Database;
use super::samples::{KIND, channel, event, job, sealed};
use crate::{OneRead, StorageError, Touches};

pub async fn a_unit_sees_the_channels_it_has_put(database: &Database) {
    let (one, all, of_upstream) = database
        .write(|tx| {
            tx.put_channel(&channel(1))?;
            Ok((
                tx.channel(channel(1).id)?,
                tx.channels(&ChannelFilter::default())?,
                tx.channels_of_upstream(&UpstreamKey::new("test:page:1"))?,
            ))
        })
        .await;

    assert_eq!(one, Some(channel(1)));
    assert_eq!(all, [channel(1)]);
    assert_eq!(of_upstream, [channel(1)]);
}

pub async fn a_read_sees_what_was_answered_before_it(database: &Database) {
    for number in 1..=50 {
        database
            .node(0)
            .write(Touches::nothing(), move |tx| {
                tx.put_channel(&channel(number))
            })
            .await
            .unwrap();
        for node in 0..3 {
            let found: Result<_, StorageError> = database
                .node(node)
                .read(move |tx| tx.channel(channel(number).id))
                .await;

            assert_eq!(found.unwrap(), Some(channel(number)));
        }
    }
}

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method alone is for one lifetime, a question for any"
)]
pub async fn one_question_is_answered_as_any_other(database: &Database) {
    database
        .write(|tx| {
            tx.put_channel(&channel(1))?;
            tx.put_credentials(channel(1).id, &sealed("one"))?;
            tx.put_metadata(&[MetadataRecord {
                subject: MetadataSubject::Channel(channel(1).id),
                key: "user_data.team".to_owned(),
                value: MetadataValue::Text("north".to_owned()),
                written_at: Timestamp::from_millis(1),
            }])?;
            tx.append_event(&event(1))?;
            tx.put_job(&job("key", 1))
        })
        .await;
    let one = channel(1);
    let about_it = [MetadataSubject::Channel(channel(1).id)];
    let (all, of_one) = (ChannelFilter::default(), UpstreamKey::new("test:page:1"));

    let answers = (
        ask(database, move |ask| ask.channel(one.id)).await,
        ask(database, move |ask| ask.channels(&all)).await,
        ask(database, move |ask| ask.channels_of_upstream(&of_one)).await,
        ask(database, |ask| ask.channels_revision()).await,
        ask(database, |ask| ask.credentials(channel(1).id)).await,
        ask(database, move |ask| ask.metadata(&about_it)).await,
        ask(database, |ask| ask.events_after(Position::START, 10)).await,
        ask(database, |ask| ask.last_position()).await,
        ask(database, |ask| ask.job(KIND, "key")).await,
        ask(database, |ask| ask.next_due(KIND)).await,
    );

    let together = database
        .read(move |tx| {
            Ok((
                tx.channel(channel(1).id)?,
                tx.channels(&ChannelFilter::default())?,
                tx.channels_of_upstream(&UpstreamKey::new("test:page:1"))?,
                tx.channels_revision()?,
                tx.credentials(channel(1).id)?,
                tx.metadata(&about_it)?,
                tx.events_after(Position::START, 10)?,
                tx.last_position()?,
                tx.job(KIND, "key")?,
                tx.next_due(KIND)?,
            ))
        })
        .await;
    assert_eq!(answers, together);
    assert_eq!(answers.0, Some(channel(1)));
    assert_eq!(answers.5.len(), 1);
}

pub async fn one_question_sees_what_was_answered_before_it(database: &Database) {
    for number in 1..=20 {
        database
            .write(move |tx| tx.put_channel(&channel(number)))
            .await;
        for node in 0..3 {
            let found: Result<_, StorageError> = database
                .node(node)
                .read_one(move |ask| ask.channel(channel(number).id))
                .await;

            assert_eq!(found.unwrap(), Some(channel(number)));
        }
    }
}

pub async fn what_a_unit_is_said_to_touch_is_only_a_hint(database: &Database) {
    database.write(|tx| tx.put_channel(&channel(1))).await;
    let touched = |numbers: &[u32]| Touches {
        channels: numbers.iter().map(|number| channel(*number).id).collect(),
    };

    for touches in [
        touched(&[]),
        touched(&[1]),
        touched(&[9]),
        touched(&[9, 1, 1, 8]),
        touched(&[2, 1]),
    ] {
        let answer: Result<_, StorageError> = database
            .store()
            .write(touches.clone(), |tx| {
                let before = (tx.channel(channel(1).id)?, tx.channel(channel(2).id)?);
                tx.put_channel(&Channel {
                    name: "changed".to_owned(),
                    ..channel(1)
                })?;
                let after = tx.channel(channel(1).id)?;
                tx.put_channel(&channel(1))?;
                Ok((before, after.map(|channel| channel.name)))
            })
            .await;

        assert_eq!(
            answer.unwrap(),
            ((Some(channel(1)), None), Some("changed".to_owned())),
            "{touches:?}"
        );
    }
}

pub async fn a_unit_that_reads_sees_one_state_to_its_end(database: &Database) {
    let (begin, begun) = tokio::sync::oneshot::channel();
    let (go_on, may_go_on) = mpsc::channel();
    let store = database.store().clone();
    let reading = tokio::spawn(async move {
        store
            .read(move |tx| {
                let first = tx.channels_revision()?;
                begin.send(()).unwrap();
                may_go_on.recv().unwrap();
                Ok::<_, StorageError>((
                    first == tx.channels_revision()?,
                    tx.channel(channel(1).id)?,
                    tx.last_position()?,
                    tx.job(KIND, "key")?,
                ))
            })
            .await
    });
    begun.await.unwrap();
    database
        .write(|tx| {
            tx.put_channel(&channel(1))?;
            tx.append_event(&event(1))?;
            tx.put_job(&job("key", 1))
        })
        .await;
    go_on.send(()).unwrap();

    let seen = reading.await.unwrap().unwrap();

    assert_eq!(seen, (true, None, Position::START, None));
}

async fn ask<T: Send + 'static>(
    database: &Database,
    question: impl FnOnce(OneRead<'_>) -> Result<T, StorageError> + Send + 'static,
) -> T {
    database.store().read_one(question).await.unwrap()
}
