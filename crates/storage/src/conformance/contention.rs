//! Rules about units that want the same channels at the same time.

use switchboard_domain::{Channel, ChannelFilter};

use super::Database;
use super::database::answers;
use super::samples::{channel, named};
use crate::{StorageError, Touches};

pub async fn units_that_start_from_one_channel_do_not_overwrite_each_other(database: &Database) {
    database.write(|tx| tx.put_channel(&named(1, 0))).await;

    let counted = count_up(database, 200, |_number| Touches::channel(channel(1).id)).await;

    assert_eq!(counted, 200);
}

pub async fn units_that_do_not_say_what_they_touch_do_not_overwrite_each_other(
    database: &Database,
) {
    database.write(|tx| tx.put_channel(&named(1, 0))).await;

    let counted = count_up(database, 100, |number| {
        if number % 2 == 0 {
            Touches::nothing()
        } else {
            Touches::channel(channel(1).id)
        }
    })
    .await;

    assert_eq!(counted, 100);
}

pub async fn units_that_start_from_an_absent_channel_do_not_overwrite_each_other(
    database: &Database,
) {
    let counted = count_up(database, 100, |_number| Touches::channel(channel(1).id)).await;

    assert_eq!(counted, 100);
}

pub async fn units_that_touch_channels_in_opposite_orders_all_finish(database: &Database) {
    in_opposite_orders(database, |order| Touches {
        channels: order.map(|number| channel(number).id).to_vec(),
    })
    .await;
}

pub async fn units_that_read_channels_in_opposite_orders_all_finish(database: &Database) {
    in_opposite_orders(database, |_order| Touches::nothing()).await;
}

/// Lets units count up in the name of one channel, from 1 where there is none, and says how far
/// they came.
async fn count_up(database: &Database, units: u32, touches: impl Fn(u32) -> Touches) -> u32 {
    let writers: Vec<_> = (0..units)
        .map(|number| {
            let store = database.node_of(number).clone();
            let touches = touches(number);
            tokio::spawn(async move {
                let answer: Result<(), StorageError> = store
                    .write(touches, |tx| {
                        let so_far = tx.channel(channel(1).id)?.map_or(0, |found| count(&found));
                        tx.put_channel(&named(1, so_far + 1))
                    })
                    .await;
                answer.unwrap();
            })
        })
        .collect();
    answers(writers).await;
    let found = database.read(|tx| tx.channel(channel(1).id)).await;
    count(&found.unwrap())
}

/// Half of the units read and change channel 1 before channel 2, the others the other way round.
async fn in_opposite_orders(database: &Database, touches: fn([u32; 2]) -> Touches) {
    database
        .write(|tx| (1..=2).try_for_each(|number| tx.put_channel(&named(number, 0))))
        .await;

    let writers = (0..60).map(|number| {
        let store = database.node_of(number).clone();
        let order = if number % 2 == 0 { [1, 2] } else { [2, 1] };
        tokio::spawn(async move {
            let answer: Result<(), StorageError> = store
                .write(touches(order), move |tx| {
                    order.iter().try_for_each(|number| {
                        let found = tx.channel(channel(*number).id)?;
                        let so_far = found.map_or(0, |found| count(&found));
                        tx.put_channel(&named(*number, so_far + 1))
                    })
                })
                .await;
            answer.unwrap();
        })
    });
    answers(writers).await;

    let counted = database
        .read(|tx| tx.channels(&ChannelFilter::default()))
        .await;
    assert_eq!(counted.iter().map(count).collect::<Vec<_>>(), [60, 60]);
}

fn count(channel: &Channel) -> u32 {
    channel.name.parse().unwrap()
}
