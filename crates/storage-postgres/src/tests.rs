//! Every statement finds its rows through the index that its comment names.

use postgres::Client;
use switchboard_testkit::postgres::TestDatabase;

use crate::{PostgresOptions, channels, credentials, events, jobs, open, revisions};

/// How the server would run a statement, had it no choice but to use an index where there is one.
fn plan(client: &mut Client, sql: &str) -> String {
    let parameters = (1..=10)
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
             SET enable_bitmapscan = off;
             SET enable_sort = off;
             SET plan_cache_mode = force_generic_plan;
             PREPARE statement AS {sql}"
        ))
        .unwrap();
    let rows = client
        .query(&format!("EXPLAIN (COSTS off) {execute}"), &[])
        .unwrap();
    client.batch_execute("DEALLOCATE statement").unwrap();
    rows.iter()
        .map(|row| row.get::<_, String>(0))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn every_statement_uses_its_index() {
    let database = TestDatabase::create();
    open(&database.url(), PostgresOptions::default())
        .unwrap()
        .close();
    let mut client = database.client();

    for (sql, index) in [
        (channels::FIND, "channels_pkey"),
        (channels::LOCK, "channels_pkey"),
        (channels::LIST, "channels_by_creation"),
        (channels::OF_UPSTREAM, "channels_by_upstream"),
        (credentials::FIND, "credentials_pkey"),
        (credentials::ERASE, "credentials_pkey"),
        (events::AFTER, "events_pkey"),
        (events::LAST, "events_pkey"),
        (jobs::FIND, "jobs_by_key"),
        (jobs::NEXT_DUE, "jobs_by_due"),
        (jobs::TAKE_BACK, "jobs_pkey"),
        (jobs::CLAIM, "jobs_by_due"),
        (jobs::FINISH, "jobs_pkey"),
        (jobs::RESCHEDULE, "jobs_pkey"),
        (jobs::EXPIRE, "jobs_by_due"),
        (revisions::CURRENT, "revisions_pkey"),
        (revisions::ADVANCE_CHANNELS, "revisions_pkey"),
    ] {
        let plan = plan(&mut client, sql);

        assert!(plan.contains(&format!("using {index}")), "{sql}\n{plan}");
        assert!(!plan.contains("Seq Scan"), "{sql}\n{plan}");
        assert!(!plan.contains("Sort"), "{sql}\n{plan}");
    }
}
