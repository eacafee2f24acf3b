//! A second start on the same data.

use std::fs;

use serde_json::json;

use crate::harness::files;
use crate::on_both_stores;

on_both_stores! {
    async fn a_second_start_keeps_channels_and_the_key(site: Site) {
        let key = site.folder().join("data/switchboard.key");
        let hub = site.start().await;
        let page = json!({"page_id": "fb-page-id-1", "page_token": "authentication token"});
        let facebook = hub.call("/channels.facebook.connect", &page).await;
        let website = hub.call("/channels.chatplugin.connect", &json!({"name": "website"})).await;
        let generated = fs::read_to_string(&key).expect("a key is generated at the first start");
        hub.stop().await;

        let hub = site.start().await;

        assert_eq!(hub.channels().await, [facebook.clone(), website]);
        assert_eq!(fs::read_to_string(&key).expect("it is still there"), generated);
        let id = json!({"channel_id": facebook["id"]});
        let answer = hub.post("/channels.facebook.disconnect", &id).await;
        assert_eq!(answer.status, 202, "the sealed token opens: {}", answer.text);
        assert!(site.sandbox.meta.page_subscription("fb-page-id-1").is_none());
    }

    async fn what_a_hub_creates_is_its_owner_s_alone(site: Site) {
        let hub = site.start().await;
        hub.call("/channels.chatplugin.connect", &json!({"name": "website"})).await;

        let created = files(site.folder());

        assert_eq!(created.get(&site.folder().join("data/switchboard.key")), Some(&0o600));
        for (file, mode) in created {
            assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", file.display());
        }
    }
}
