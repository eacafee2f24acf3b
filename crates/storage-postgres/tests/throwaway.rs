use switchboard_storage::{StorageError, Store, Touches};
use switchboard_storage_postgres::{open, PostgresOptions};
use switchboard_testkit::postgres::TestDatabase;
#[test]
fn tls() {
    let database = TestDatabase::create();
    for (mode, host) in [("disable","127.0.0.1"),("prefer","127.0.0.1"), ("require","127.0.0.1"),("require","localhost"),("verify-full","localhost")] {
        let url = format!("{}?sslmode={mode}", database.url().replace("127.0.0.1", host));
        match open(&url, PostgresOptions::default()) {
            Ok(store) => {
                let n: i64 = database.client().query_one("SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl AND application_name='switchboard'", &[]).unwrap().get(0);
                println!("{mode} {host}: ok, {n} encrypted");
                store.close();
            }
            Err(e) => println!("{mode} {host}: {e}"),
        }
    }
}
#[tokio::test]
async fn speed() {
    let database = TestDatabase::create();
    let store = open(&database.url(), PostgresOptions::default()).unwrap();
    let t = std::time::Instant::now();
    for _ in 0..2000 { let r: Result<_, StorageError> = store.read_one(|tx| tx.channels_revision()).await; r.unwrap(); }
    println!("read_one revision: {:?}", t.elapsed() / 2000);
    let t = std::time::Instant::now();
    for _ in 0..2000 { let r: Result<_, StorageError> = store.read(|tx| tx.channels_revision()).await; r.unwrap(); }
    println!("read revision: {:?}", t.elapsed() / 2000);
    let ev = switchboard_domain::NewEvent { kind: switchboard_domain::EventKind::ChannelUpdated, subject: switchboard_domain::EventSubject::from_uuid(uuid::Uuid::nil()), payload: switchboard_domain::RawJson::from_checked("x".repeat(300)), occurred_at: switchboard_domain::Timestamp::from_millis(1) };
    for with_job in [false, true] {
    let t = std::time::Instant::now();
    let tasks: Vec<_> = (0..64u32).map(|w| { let store: Store = store.clone(); let ev = ev.clone(); tokio::spawn(async move { for i in 0..100u32 {
        let source = switchboard_domain::Source::named("test");
        let acc = switchboard_domain::SourceChannelId::new(format!("{w}-{i}"));
        let id = switchboard_domain::ChannelId::derive(&source, &acc);
        let ch = switchboard_domain::Channel { id, source, source_channel_id: acc, name: "n".into(), image_url: None, connection: switchboard_domain::Connection::Connected, upstream: None, facts: switchboard_domain::RawJson::empty_object(), created_at: switchboard_domain::Timestamp::from_millis(1), updated_at: switchboard_domain::Timestamp::from_millis(1)};
        let ev = ev.clone();
        let r: Result<(), StorageError> = store.write(Touches::channel(id), move |tx| { tx.channel(id)?; tx.put_channel(&ch)?; tx.append_event(&ev)?;
          if with_job { tx.put_job(&switchboard_domain::NewJob{ id: switchboard_domain::JobId::from_uuid(id.as_uuid()), kind: switchboard_domain::JobKind::SettleAccount, key: id.to_string(), payload: switchboard_domain::RawJson::empty_object(), sealed: None, run_at: switchboard_domain::Timestamp::from_millis(1)})?; }
          Ok(()) }).await; r.unwrap(); } }) }).collect();
    for t in tasks { t.await.unwrap(); }
    println!("6400 connects by 64, job {with_job}: {:.0}/s", 6400.0 / t.elapsed().as_secs_f64());
    }
}
