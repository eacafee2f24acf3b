//! How the server would run a statement.

use postgres::Client;
use switchboard_testkit::postgres::TestDatabase;

use crate::{PostgresOptions, open};

/// How the server would run a statement, had it no choice but to use an index where there is one.
pub(super) fn plan(client: &mut Client, sql: &str) -> String {
    explained(client, sql, "COSTS off")
}

pub(super) fn explained(client: &mut Client, sql: &str, how: &str) -> String {
    let parameters = (1..=15)
        .rev()
        .filter(|number| sql.contains(&format!("${number}")))
        .max()
        .unwrap_or(0);
    let unknown = vec!["NULL"; parameters].join(", ");
    let execute = if parameters == 0 {
        "EXECUTE statement".to_owned()
    } else {
        format!("EXECUTE statement ({unknown})")
    };
    client
        .batch_execute(&format!(
            "SET enable_seqscan = off;
             SET enable_hashjoin = off;
             SET enable_mergejoin = off;
             SET max_parallel_workers_per_gather = 0;
             SET enable_bitmapscan = off;
             SET enable_sort = off;
             SET plan_cache_mode = force_generic_plan;
             PREPARE statement AS {sql}"
        ))
        .unwrap();
    let rows = client
        .query(&format!("EXPLAIN ({how}) {execute}"), &[])
        .unwrap();
    client.batch_execute("DEALLOCATE statement").unwrap();
    rows.iter()
        .map(|row| row.get::<_, String>(0))
        .collect::<Vec<_>>()
        .join("\n")
}

pub(super) fn with_tables() -> TestDatabase {
    let database = TestDatabase::create();
    open(&database.url(), PostgresOptions::default())
        .unwrap()
        .close();
    database
}

/// Where rows get their order from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    OfTheIndex,
    Sorted,
}

pub(super) fn check(statements: &[(&str, &[&str])], order: Order) {
    let database = with_tables();
    let mut client = database.client();

    for (sql, indexes) in statements {
        let plan = plan(&mut client, sql);

        for index in *indexes {
            let used = [
                format!("using {index} "),
                format!("Arbiter Indexes: {index}"),
            ]
            .iter()
            .any(|way| plan.contains(way.as_str()))
                || plan.contains(&format!("Backward using {index}"));
            assert!(used, "{index} {sql}\n{plan}");
        }
        assert!(!plan.contains("Seq Scan"), "{sql}\n{plan}");
        assert!(
            order == Order::Sorted || !plan.contains("Sort"),
            "{sql}\n{plan}"
        );
    }
}
