//! From a provider's webhook to a conversation, over HTTP.

mod arriving;
mod chatplugin;
mod conversations;
mod customers;
mod every_source;
mod messages;
pub(crate) mod provider;
mod retention;
mod sources;

/// Writes each test twice, on hubs that the fixtures' providers call.
#[macro_export]
macro_rules! on_fixtures {
    ($($(#[$meta:meta])* async fn $name:ident($hub:ident: TestHub) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(clippy::wildcard_imports, clippy::allow_attributes, unused_imports, reason = "a test uses what it needs of its file")]
            use super::*;
            async fn body($hub: $crate::harness::TestHub) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                body($crate::inbound::provider::hub_of_the_fixtures($crate::harness::StoreKind::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                body($crate::inbound::provider::hub_of_the_fixtures($crate::harness::StoreKind::Postgres).await).await;
            }
        }
    )*};
}
