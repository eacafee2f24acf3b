//! The procedures of components: what consoles made for Airy show of the parts of a hub.
//!
//! All parts are one program here. What would have to install, remove, switch or configure one while it
//! runs is refused with the setting that does it.

#![expect(
    unused_qualifications,
    reason = "the code that ToSchema derives for inlined fields has them"
)]

mod delete;
mod get;
mod install;
mod list;
mod setting;
mod uninstall;
mod update;

use serde::Deserialize;
use switchboard_connector::RequestBody;
use switchboard_connector::request::Text;
use switchboard_engine::Engine;
use switchboard_engine::components::Component;
use utoipa::ToSchema;

use super::Procedure;
use crate::error::{ApiError, Code};

/// Every procedure of components.
pub(crate) fn procedures() -> Vec<Procedure> {
    vec![
        list::procedure(),
        get::procedure(),
        update::procedure(),
        install::procedure(),
        uninstall::procedure(),
        delete::procedure(),
    ]
}

/// Which component.
#[derive(Debug, Deserialize, ToSchema)]
struct WhichComponent {
    /// Its name; one with the name of a repository in front of it is known too.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    name: Text,
}

impl RequestBody for WhichComponent {
    const REQUIRED: &'static [&'static str] = &["name"];
}

const SAMPLE_NAME: &str = "sources-facebook";

/// The component of that name, or of the name behind a repository's: `airy-core/sources-whatsapp`.
fn find(engine: &Engine, name: &str) -> Option<Component> {
    let name = name.rsplit_once('/').map_or(name, |(_, name)| name);
    engine
        .components()
        .into_iter()
        .find(|component| component.name == name)
}

fn required(engine: &Engine, name: &str) -> Result<Component, ApiError> {
    find(engine, name).ok_or_else(|| {
        ApiError::new(
            Code::NotFound,
            format!("This hub has no component {name}; components.list shows those it has."),
        )
        .with_field("name")
    })
}

/// A component cannot be taken out of the hub.
fn built_in(component: &Component, field: &str) -> ApiError {
    let name = &component.name;
    let message = match &component.sources {
        Some(sources) => {
            let section = sources.section().name;
            format!(
                "{name} is a part of the hub's program and cannot be taken out or switched off while \
                 it runs: to do without it, leave [sources.{section}] out of the configuration and \
                 restart the hub, or disconnect its channels."
            )
        }
        None => format!(
            "{name} is a part of the hub's program and cannot be taken out or switched off; no \
             setting does that."
        ),
    };
    ApiError::new(Code::NotAtRunTime, message).with_field(field)
}
