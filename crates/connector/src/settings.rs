//! The settings of sources: declared by connectors, filled by the configuration.

use std::collections::BTreeMap;
use std::sync::Arc;

use switchboard_domain::Secret;

use crate::NotConfigured;

/// A section `[sources.<name>]` of the configuration.
#[derive(Debug, PartialEq, Eq)]
pub struct Section {
    /// Its name.
    pub name: &'static str,
    /// What may stand in it.
    pub settings: &'static [Setting],
    /// The section that is asked for what is missing here.
    pub fallback: Option<&'static Section>,
}

/// One setting of a section.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name in the section.
    pub key: &'static str,
    /// What holds when nobody sets it; nothing, written as an empty text, if it can be left out. `None`: the
    /// source cannot do without it.
    pub default: Option<&'static str>,
    /// Whether it may never be shown.
    pub secret: bool,
    /// What it is for, in one sentence.
    pub meaning: &'static str,
}

/// The values of one section. Copies share them.
#[derive(Clone, Debug)]
pub struct Settings {
    section: &'static Section,
    values: Arc<BTreeMap<&'static str, Secret>>,
}

impl Settings {
    /// The section's own values, then those of its fallback, then the defaults. `given` tells the
    /// configured value of a section's key.
    pub fn resolve(
        section: &'static Section,
        given: impl Fn(&'static Section, &'static str) -> Option<Secret>,
    ) -> Self {
        let values: BTreeMap<_, _> = section
            .settings
            .iter()
            .filter_map(|setting| {
                let own = given(section, setting.key);
                let value = own
                    .or_else(|| section.fallback.and_then(|other| given(other, setting.key)))
                    .or_else(|| setting.default.map(Secret::new))
                    .filter(|value| !value.is_empty())?;
                Some((setting.key, value))
            })
            .collect();
        Self {
            section,
            values: Arc::new(values),
        }
    }

    /// The section these are the values of.
    pub const fn section(&self) -> &'static Section {
        self.section
    }

    /// The value of a key, if there is one.
    pub fn get(&self, key: &str) -> Option<&Secret> {
        self.values.get(key)
    }

    /// The value of a key that the source cannot do without.
    pub fn required(&self, key: &'static str) -> Result<&Secret, NotConfigured> {
        self.values.get(key).ok_or_else(|| NotConfigured {
            setting: format!("sources.{}.{key}", self.section.name),
            variable: format!(
                "SWITCHBOARD_SOURCES__{}__{}",
                self.section.name.to_uppercase(),
                key.to_uppercase()
            ),
        })
    }

    /// The values that must never be shown.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.section
            .settings
            .iter()
            .filter(|setting| setting.secret)
            .filter_map(|setting| self.values.get(setting.key))
    }
}
