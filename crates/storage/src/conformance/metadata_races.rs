//! Rules about metadata that is written in any order.

use switchboard_domain::{MetadataRecord, MetadataValue as Value, MetadataValue};

use super::Database;
use super::database::answers;
use super::metadata::{put_records, record, records_of, subject, text};
use crate::{StorageError, Touches};

pub async fn of_equally_late_writes_the_greatest_value_stays(database: &Database) {
    let values = in_ascending_order();
    for (number, pair) in (1..).zip(values.windows(2)) {
        let [lesser, greater] =
            [&pair[0], &pair[1]].map(|value| record(number, "key", value.clone(), 1));

        let written = [
            put_records(database, [lesser.clone()]).await,
            put_records(database, [greater.clone()]).await,
            put_records(database, [lesser.clone()]).await,
            put_records(database, [greater.clone()]).await,
        ]
        .concat();

        assert_eq!(written, [true, true, false, false], "{pair:?}");
        let found = records_of(database, [subject(number)]).await;
        assert_eq!(found, [greater]);
    }
}

pub async fn the_order_in_which_writes_arrive_does_not_matter(database: &Database) {
    let writes = [
        text(1, "key", "b", 2),
        record(1, "key", Value::Removed, 2),
        record(1, "key", Value::Number("7".to_owned()), 2),
        text(1, "key", "z", 1),
        record(1, "key", Value::Removed, 1),
    ];
    let orders = permutations(writes.len());
    assert_eq!(orders.len(), 120);
    for (number, order) in (1..).zip(orders) {
        let writes: Vec<_> = order
            .iter()
            .map(|write| MetadataRecord {
                subject: subject(number),
                ..writes[*write].clone()
            })
            .collect();
        if number % 2 == 0 {
            put_records(database, writes).await;
        } else {
            for write in writes {
                put_records(database, [write]).await;
            }
        }

        let found = records_of(database, [subject(number)]).await;
        let expected = record(number, "key", Value::Number("7".to_owned()), 2);
        assert_eq!(found, [expected], "{order:?}");
    }
}

pub async fn of_many_that_write_at_once_the_greatest_stays(database: &Database) {
    for round in 0..4 {
        let units = (0..48_u32).map(|number| {
            let store = database.node_of(number).clone();
            let write = text(round, "key", &format!("{:02}", number * 7 % 48), 5);
            tokio::spawn(async move {
                let answer: Result<_, StorageError> = store
                    .write(Touches::nothing(), move |tx| {
                        tx.put_metadata(std::slice::from_ref(&write))
                    })
                    .await;
                answer.unwrap();
            })
        });
        answers(units).await;

        let found = records_of(database, [subject(round)]).await;
        assert_eq!(found, [text(round, "key", "47", 5)]);
    }
}

fn in_ascending_order() -> Vec<MetadataValue> {
    let values = vec![
        Value::Removed,
        Value::Text(String::new()),
        Value::Text("10".to_owned()),
        Value::Text("9".to_owned()),
        Value::Text("Z".to_owned()),
        Value::Text("a".to_owned()),
        Value::Text("a_".to_owned()),
        Value::Text("aa".to_owned()),
        Value::Text("ä".to_owned()),
        Value::Text("\u{ffff}".to_owned()),
        Value::Text("\u{10000}".to_owned()),
        Value::Number("10".to_owned()),
        Value::Number("9".to_owned()),
        Value::Bool(false),
        Value::Bool(true),
        Value::Null,
        Value::Array("[]".to_owned()),
        Value::Object("{}".to_owned()),
    ];
    assert!(values.is_sorted_by(|one, next| one < next));
    values
}

/// Every order of the numbers below `count`.
fn permutations(count: usize) -> Vec<Vec<usize>> {
    (0..count).fold(vec![vec![]], |shorter, number| {
        let longer = |order: &Vec<usize>| {
            let order = order.clone();
            (0..=number).map(move |at| {
                let mut order = order.clone();
                order.insert(at, number);
                order
            })
        };
        shorter.iter().flat_map(longer).collect()
    })
}
