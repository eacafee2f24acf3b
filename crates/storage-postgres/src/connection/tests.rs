//! What one session answers, and in which order.

use switchboard_testkit::postgres::TestDatabase;

use super::*;
use crate::refusal::Meaning;

const SET: &str = "SELECT set_config('switchboard.said', $1, false)";
const SAID: &str = "SELECT current_setting('switchboard.said', true)";

fn opened() -> (TestDatabase, Connection) {
    let database = TestDatabase::create();
    let address = Address::parse(&database.url()).unwrap();
    let connection = Connection::open(&address).unwrap();
    (database, connection)
}

fn said(rows: &[Row]) -> Option<&str> {
    rows.first().and_then(|row| row.get(0))
}

#[test]
fn questions_that_go_together_are_answered_in_their_order() {
    let (_database, mut connection) = opened();

    let answers = connection
        .query_all(&[(SET, &[&"one"]), (SAID, &[]), (SET, &[&"two"]), (SAID, &[])])
        .unwrap();

    let answers: Vec<_> = answers.iter().map(|rows| said(rows)).collect();
    assert_eq!(
        answers,
        [Some("one"), Some("one"), Some("two"), Some("two")]
    );
}

#[test]
fn what_goes_with_the_next_one_runs_before_it_and_once() {
    let (_database, mut connection) = opened();
    connection.run_with_next("SELECT set_config('switchboard.said', 'a', false)");
    connection.run_with_next("SELECT set_config('switchboard.said', 'b', false)");

    let first = connection.query(SAID, &[]).unwrap();
    connection.query(SET, &[&"c"]).unwrap();
    let then = connection.query(SAID, &[]).unwrap();

    assert_eq!([said(&first), said(&then)], [Some("b"), Some("c")]);
}

#[test]
fn who_comes_after_what_fails_fails_too() {
    let (_database, mut connection) = opened();
    connection.run_with_next("BEGIN");
    connection.run_with_next("SELECT 1 / 0");

    let refused = connection.query(SAID, &[]).unwrap_err();

    assert_eq!(refused.meaning, Meaning::Refused);
    assert!(refused.to_string().contains("division"), "{refused}");
    connection.run("ROLLBACK").unwrap();
    assert!(connection.query(SAID, &[]).is_ok());
}

const DIVIDE: &str = "SELECT 1 / $1::int4";

/// A transaction with an empty table that has room for numbers.
fn with_numbers() -> (TestDatabase, Connection) {
    let (database, mut connection) = opened();
    connection
        .run("CREATE TEMPORARY TABLE numbers (number int4)")
        .unwrap();
    connection.run("BEGIN").unwrap();
    (database, connection)
}

const ADD: &str = "INSERT INTO numbers SELECT unnest($1::int4[])";
const ALL: &str = "SELECT array_agg(number) FROM numbers";

fn all(connection: &mut Connection) -> Option<Vec<i32>> {
    let rows = connection.query(ALL, &[]).unwrap();
    rows.first().and_then(|row| row.get(0))
}

#[test]
fn what_is_sent_is_done_in_its_order_before_what_is_asked_next() {
    let (_database, mut connection) = with_numbers();

    for number in 0..100 {
        connection
            .send(ADD, vec![Box::new(vec![number; 1_000])])
            .unwrap();
    }

    let expected: Vec<_> = (0..100).flat_map(|number| [number; 1_000]).collect();
    assert_eq!(all(&mut connection), Some(expected));
}

/// Something that is asked after something was sent.
type Next = fn(&mut Connection) -> Result<(), Refusal>;

#[test]
fn whoever_comes_next_is_told_what_was_wrong_with_what_was_sent() {
    let (_database, mut connection) = with_numbers();
    connection.query(DIVIDE, &[&1]).unwrap();
    let wrong = |connection: &mut Connection| connection.send(DIVIDE, vec![Box::new(0)]);
    let nexts: [Next; 6] = [
        |connection| connection.query(ALL, &[]).map(drop),
        |connection| connection.query("SELECT 2", &[]).map(drop),
        |connection| connection.query_all(&[(ALL, &[])]).map(drop),
        |connection| connection.execute(ALL, &[]).map(drop),
        |connection| connection.run("COMMIT"),
        Connection::settle,
    ];
    for next in nexts {
        wrong(&mut connection).unwrap();

        let refused = next(&mut connection).unwrap_err();

        assert!(refused.to_string().contains("division"), "{refused}");
        connection.roll_back().unwrap();
        connection.run("BEGIN").unwrap();
    }
}

#[test]
fn what_was_sent_is_undone_whatever_has_become_of_it() {
    let (_database, mut connection) = with_numbers();
    connection.send(ADD, vec![Box::new(vec![1])]).unwrap();
    connection.send(DIVIDE, vec![Box::new(0)]).unwrap();

    connection.roll_back().unwrap();

    assert_eq!(all(&mut connection), None);
}

struct Numbers(Vec<i32>);

impl Part for Numbers {
    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.0]
    }
}

const ECHO: &str = "SELECT 6 / unnest($1::int4[])";

#[test]
fn parts_are_answered_in_their_order() {
    let (_database, mut connection) = opened();

    let rows = connection
        .query_in_parts(ECHO, [vec![1, 2], vec![], vec![3]].map(Numbers).into_iter())
        .unwrap();

    let answers: Vec<i32> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(answers, [6, 3, 2]);
}

#[test]
fn a_part_that_fails_is_what_is_wrong_with_all() {
    let (_database, mut connection) = with_numbers();

    let parts = [vec![1], vec![0], vec![2]].map(Numbers);
    let refused = connection
        .query_in_parts(ECHO, parts.into_iter())
        .unwrap_err();

    assert!(refused.to_string().contains("division"), "{refused}");
    connection.roll_back().unwrap();
    assert_eq!(all(&mut connection), None);
}
