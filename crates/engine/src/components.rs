//! What this hub consists of, as consoles made for Airy want to know it.
//!
//! There every component is a service of its own that can be installed, configured and removed while
//! the others run. Here all of them are one program: they are there and healthy together, and what they
//! need to know is in the configuration.

use switchboard_connector::{Connector, Section, Settings};
use switchboard_domain::{Secret, Source};

use crate::Engine;

/// A part of the hub that consoles know by a name of its own.
#[derive(Clone, Debug)]
pub struct Component {
    /// Its name: `api-contacts`, `sources-facebook`.
    pub name: String,
    /// What it is for, in one sentence.
    pub about: String,
    /// The sources it connects, and their settings.
    pub sources: Option<ComponentSources>,
}

/// The sources of a component.
#[derive(Clone, Debug)]
pub struct ComponentSources {
    /// The sources, in the order a list shows them.
    pub sources: Vec<Source>,
    /// What they are configured with.
    pub settings: Settings,
}

impl ComponentSources {
    /// The section of the configuration.
    pub fn section(&self) -> &'static Section {
        self.settings.section()
    }

    /// Whether anybody has configured them: whether something holds besides the defaults.
    pub fn is_configured(&self) -> bool {
        self.section().settings.iter().any(|setting| {
            let value = self.settings.get(setting.key).map(Secret::expose);
            value.is_some() && value != setting.default
        })
    }
}

/// The parts that are no sources, by the names they have in Airy.
const OWN: &[(&str, &str)] = &[
    ("api-admin", "Channels, tags, templates and users."),
    ("api-communication", "Conversations, messages and metadata."),
    ("api-contacts", "The address book."),
    ("integration-source-api", "Sources of the company's own."),
    ("unread-counter", "Counts what nobody has read yet."),
];

impl Engine {
    /// Everything this hub consists of.
    pub fn components(&self) -> Vec<Component> {
        let own = OWN.iter().map(|(name, about)| Component {
            name: (*name).to_owned(),
            about: (*about).to_owned(),
            sources: None,
        });
        own.chain(self.source_components()).collect()
    }

    /// Connectors that share a section of the configuration are one component.
    fn source_components(&self) -> impl Iterator<Item = Component> {
        let mut sections: Vec<(&'static Section, Vec<&'static dyn Connector>)> = Vec::new();
        for connector in self.connectors().iter().copied() {
            let section = connector.section();
            match sections.iter_mut().find(|(known, _)| *known == section) {
                Some((_, members)) => members.push(connector),
                None => sections.push((section, vec![connector])),
            }
        }
        sections.into_iter().filter_map(|(section, members)| {
            let settings = self.0.providers.settings(*members.first()?);
            let sources: Vec<_> = members.iter().map(|member| member.source()).collect();
            let names: Vec<_> = sources.iter().map(Source::as_str).collect();
            Some(Component {
                name: format!("sources-{}", section.name),
                about: format!("Connects accounts of {}.", names.join(" and ")),
                sources: Some(ComponentSources { sources, settings }),
            })
        })
    }
}
