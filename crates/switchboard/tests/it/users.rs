//! Users.

use serde_json::{Value, json};
use switchboard_domain::{Timestamp, User};
use switchboard_storage::{StorageError, Touches};

use crate::harness::TestHub;
use crate::on_both_stores;

/// Users `github:0` to `github:<count - 1>`, as an identity provider would have told of them.
async fn seen(hub: &TestHub, count: u32) {
    hub.log
        .write::<_, StorageError, _>(Touches::nothing(), move |tx| {
            (0..count).try_for_each(|number| {
                tx.put_user(&User {
                    id: format!("github:{number}"),
                    name: (number == 0).then(|| "Barbara".to_owned()),
                    avatar_url: None,
                    first_seen_at: Timestamp::from_millis(1_603_661_094_560),
                    last_seen_at: Timestamp::from_millis(1_603_661_094_561),
                })
            })
        })
        .await
        .expect("the store answers");
}

async fn page(hub: &TestHub, body: Value) -> (Vec<String>, Value, Value, Value) {
    let listed = hub.call("/users.list", body).await;
    let ids = listed["data"].as_array().expect("a list").iter();
    let cursors = &listed["pagination_data"];
    (
        ids.map(|user| user["id"].as_str().expect("text").to_owned())
            .collect(),
        cursors["previous_cursor"].clone(),
        cursors["next_cursor"].clone(),
        cursors["total"].clone(),
    )
}

on_both_stores! {
    async fn a_hub_that_nobody_has_used_has_no_users(hub: TestHub) {
        let empty = json!({
            "data": [],
            "pagination_data": { "previous_cursor": null, "next_cursor": null, "total": 0 }
        });
        assert_eq!(hub.call("/users.list", json!({})).await, empty);
        assert_eq!(hub.call("/users.list", json!({ "cursor": "nobody" })).await, empty);
    }

    async fn a_user_is_shown_with_the_times_they_were_seen(hub: TestHub) {
        seen(&hub, 1).await;

        let listed = hub.call("/users.list", json!({})).await;

        assert_eq!(listed["data"], json!([{
            "id": "github:0",
            "name": "Barbara",
            "avatar_url": null,
            "first_seen_at": "2020-10-25T21:24:54.560Z",
            "last_seen_at": "2020-10-25T21:24:54.561Z"
        }]));
    }

    async fn pages_lead_to_each_other_in_both_directions(hub: TestHub) {
        seen(&hub, 5).await;
        let ids = |numbers: &[u32]| -> Vec<String> {
            numbers.iter().map(|number| format!("github:{number}")).collect()
        };

        let first = page(&hub, json!({ "page_size": 2 })).await;
        assert_eq!(first, (ids(&[0, 1]), json!(null), json!("github:2"), json!(5)));
        let second = page(&hub, json!({ "page_size": "2", "cursor": "github:2" })).await;
        assert_eq!(second, (ids(&[2, 3]), json!("github:0"), json!("github:4"), json!(5)));
        let last = page(&hub, json!({ "pageSize": 2, "cursor": "github:4" })).await;
        assert_eq!(last, (ids(&[4]), json!("github:2"), json!(null), json!(5)));
        let odd = page(&hub, json!({ "page_size": 2, "cursor": "github:1" })).await;
        assert_eq!(odd, (ids(&[1, 2]), json!(null), json!("github:3"), json!(5)));
    }

    async fn a_page_size_of_nothing_is_ten_and_an_unsaid_one_twenty(hub: TestHub) {
        seen(&hub, 25).await;

        for (body, size) in [
            (json!({}), 20),
            (json!({ "page_size": null }), 10),
            (json!({ "page_size": 0 }), 10),
            (json!({ "page_size": -3 }), 10),
            (json!({ "page_size": 1_000_000 }), 25),
        ] {
            assert_eq!(page(&hub, body.clone()).await.0.len(), size, "{body}");
        }
        let refused = hub.post("/users.list", json!({ "page_size": "many" })).await;
        assert_eq!(refused.error(400, "invalid_request")["field"], "page_size");
    }

    async fn an_unknown_cursor_is_refused_where_it_matters(hub: TestHub) {
        seen(&hub, 3).await;

        for cursor in [json!("nobody"), json!(0), json!("a\u{0}b")] {
            let refused = hub.post("/users.list", json!({ "cursor": cursor, "page_size": 2 })).await;
            assert_eq!(refused.error(400, "invalid_request")["field"], "cursor");
            let all = page(&hub, json!({ "cursor": cursor, "page_size": 3 })).await;
            assert_eq!(all.0.len(), 3);
        }
    }
}
