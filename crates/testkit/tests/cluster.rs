//! The temporary cluster.

use switchboard_testkit::cluster::{Cluster, Durability};
use switchboard_testkit::postgres::TestDatabase;

#[test]
fn a_cluster_serves_databases_and_survives_a_crash() {
    let mut cluster = Cluster::start(Durability::None).unwrap();
    let database = TestDatabase::create_on(&cluster.url());
    database
        .client()
        .batch_execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
        .unwrap();

    cluster.crash();
    cluster.resume().unwrap();

    let row = database
        .client()
        .query_one("SELECT n FROM kept", &[])
        .unwrap();
    assert_eq!(row.get::<_, i32>(0), 7);
}

#[test]
fn a_cluster_can_be_reached_over_its_socket_without_a_password() {
    let cluster = Cluster::start(Durability::None).unwrap();

    assert!(!cluster.socket_url().contains(cluster.password()));
    drop(TestDatabase::create_on(&cluster.socket_url()));
}

#[test]
fn nothing_is_left_of_a_dropped_cluster() {
    let cluster = Cluster::start(Durability::None).unwrap();
    let config: postgres::Config = cluster.socket_url().parse().unwrap();
    let [postgres::config::Host::Unix(folder)] = config.get_hosts() else {
        panic!("{config:?} has no socket");
    };
    assert!(folder.join("data").exists());

    drop(cluster);

    assert!(!folder.exists());
    assert!(config.connect(postgres::NoTls).is_err());
}
