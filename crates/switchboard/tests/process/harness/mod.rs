//! Processes under test: their places, their output, their HTTP, and patience with slow machines.

mod hub;
mod patience;
mod program;
mod site;

pub(crate) use hub::{Answer, Hub};
pub(crate) use patience::{until, within};
pub(crate) use program::{Ended, Program};
pub(crate) use site::{Site, StoreKind, files, free_address};

/// Writes each test twice: `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! on_both_stores {
    ($($(#[$meta:meta])* async fn $name:ident($site:ident: Site) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(clippy::wildcard_imports, clippy::allow_attributes, unused_imports, reason = "a test uses what it needs of its file")]
            use super::*;
            async fn body($site: $crate::harness::Site) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                body($crate::harness::Site::create($crate::harness::StoreKind::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                body($crate::harness::Site::create($crate::harness::StoreKind::Postgres).await).await;
            }
        }
    )*};
}
