//! Rules about users.

use switchboard_domain::User;

use super::Database;
use super::samples::at;

pub async fn a_user_keeps_the_moment_they_were_first_seen(database: &Database) {
    let first = User {
        name: Some("Zoë \"O'Neill\" 💬".to_owned()),
        avatar_url: Some("https://example.org/a".to_owned()),
        ..user("google:1", 5)
    };
    let later = User {
        first_seen_at: at(1),
        last_seen_at: at(100),
        ..user("google:1", 5)
    };
    let mut found = Vec::new();
    for put in [&first, &later] {
        put_users(database, vec![put.clone()]).await;
        found.extend(by_id(database, &["google:1", "google:1", "google:2"]).await);
    }

    let kept = User {
        first_seen_at: at(5),
        ..later
    };
    assert_eq!(found, [first, kept]);
    assert_eq!(by_id(database, &[]).await, []);
    assert_eq!(database.read(|tx| tx.count_users()).await, 1);
}

pub async fn users_are_listed_by_id_from_a_given_one(database: &Database) {
    let ids = ["A:1", "a:1", "a:10", "a:2", "a:b", "b:'%", "ä:1"];
    put_users(database, ids.iter().rev().map(|id| user(id, 1)).collect()).await;

    assert_eq!(user_page(database, None, 100).await, ids);
    assert_eq!(user_page(database, None, 2).await, ids[..2]);
    assert_eq!(user_page(database, Some("a:10"), 3).await, ids[2..5]);
    assert_eq!(user_page(database, Some("a:11"), 2).await, ids[3..5]);
    assert_eq!(user_page(database, Some("ä:1"), 2).await, ids[6..]);
    assert_eq!(user_page(database, Some("ö"), 2).await, [""; 0]);
    assert_eq!(database.read(|tx| tx.count_users()).await, 7);
}

pub async fn users_before_one_are_listed_nearest_first(database: &Database) {
    let ids = ["A:1", "a:1", "a:10", "a:2", "ä:1"];
    put_users(database, ids.iter().map(|id| user(id, 1)).collect()).await;
    let before =
        async |id: &'static str, limit| database.read(move |tx| tx.users_before(id, limit)).await;

    assert_eq!(before("a:2", 2).await, ["a:10", "a:1"]);
    assert_eq!(before("a:11", 1).await, ["a:10"]);
    assert_eq!(before("zzz", 100).await, ["a:2", "a:10", "a:1", "A:1"]);
    assert_eq!(before("A:1", 100).await, [""; 0]);
}

async fn put_users(database: &Database, users: Vec<User>) {
    database
        .write(move |tx| users.iter().try_for_each(|user| tx.put_user(user)))
        .await;
}

async fn by_id(database: &Database, ids: &[&str]) -> Vec<User> {
    let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
    database.read(move |tx| tx.users_by_id(&ids)).await
}

async fn user_page(database: &Database, from: Option<&'static str>, limit: usize) -> Vec<String> {
    let users = database.read(move |tx| tx.user_page(from, limit)).await;
    users.into_iter().map(|user| user.id).collect()
}

fn user(id: &str, second: i64) -> User {
    User {
        id: id.to_owned(),
        name: None,
        avatar_url: None,
        first_seen_at: at(second),
        last_seen_at: at(second),
    }
}
