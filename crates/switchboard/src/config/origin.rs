//! Settings as text, with where each came from.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;

use super::Problem;

/// What environment variables that set something begin with.
const PREFIX: &str = "SWITCHBOARD_";
/// Variables with that prefix that are no settings.
const NOT_SETTINGS: [&str; 1] = ["SWITCHBOARD_TEST_POSTGRES"];

/// Every setting that somebody made, by its full name; the environment wins over the file.
#[derive(Clone, Debug, Default)]
pub struct Raw {
    pub(super) settings: BTreeMap<String, Setting>,
    pub(super) problems: Vec<Problem>,
}

/// The text of one setting. Not printable: it may be a secret.
#[derive(Clone)]
pub(super) struct Setting {
    pub(super) text: String,
    pub(super) origin: String,
}

impl std::fmt::Debug for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "*** from {}", self.origin)
    }
}

impl Raw {
    /// Nothing set: the defaults.
    pub fn defaults() -> Self {
        Self::default()
    }

    /// The file, if one is named, and the process's environment.
    pub fn from_file_and_environment(file: Option<&Path>) -> anyhow::Result<Self> {
        let mut raw = Self::defaults();
        if let Some(file) = file {
            let text = std::fs::read_to_string(file).with_context(|| {
                format!("cannot read the configuration file {}", file.display())
            })?;
            raw = raw.with_toml(&file.display().to_string(), &text)?;
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "this is where the environment is read"
        )]
        let variables = std::env::vars_os();
        let readable = variables.filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Ok(raw.with_environment(readable))
    }

    /// Adds what a TOML text sets; `origin` names it in problems.
    pub fn with_toml(mut self, origin: &str, text: &str) -> anyhow::Result<Self> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            // The library's own message shows the line, which may hold a secret.
            let line = error.span().map_or(0, |span| {
                text.get(..span.start)
                    .unwrap_or_default()
                    .matches('\n')
                    .count()
                    + 1
            });
            anyhow::anyhow!(
                "{origin} is not valid TOML: {} in line {line}",
                error.message()
            )
        })?;
        self.flatten(origin, "", &table);
        Ok(self)
    }

    /// Adds what variables such as `SWITCHBOARD_SERVER__LISTEN` set.
    #[must_use]
    pub fn with_environment(mut self, variables: impl Iterator<Item = (String, String)>) -> Self {
        for (variable, text) in variables {
            let Some(rest) = variable.strip_prefix(PREFIX) else {
                continue;
            };
            if NOT_SETTINGS.contains(&variable.as_str()) {
                continue;
            }
            let name = rest.to_lowercase().replace("__", ".");
            self.settings.insert(
                name,
                Setting {
                    text,
                    origin: variable,
                },
            );
        }
        self
    }

    /// Sets one setting, as if `origin` had.
    #[must_use]
    pub fn with(mut self, name: &str, text: impl Into<String>, origin: &str) -> Self {
        let setting = Setting {
            text: text.into(),
            origin: origin.to_owned(),
        };
        self.settings.insert(name.to_owned(), setting);
        self
    }

    fn flatten(&mut self, origin: &str, above: &str, table: &toml::Table) {
        for (key, value) in table {
            let name = if above.is_empty() {
                key.clone()
            } else {
                format!("{above}.{key}")
            };
            let text = match value {
                toml::Value::Table(table) => {
                    self.flatten(origin, &name, table);
                    continue;
                }
                toml::Value::Array(items) => {
                    let texts: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
                    texts.map(|texts| texts.join(","))
                }
                toml::Value::String(text) => Some(text.clone()),
                toml::Value::Integer(number) => Some(number.to_string()),
                toml::Value::Boolean(truth) => Some(truth.to_string()),
                toml::Value::Float(_) | toml::Value::Datetime(_) => None,
            };
            let origin = origin.to_owned();
            match text {
                Some(text) => {
                    self.settings.insert(name, Setting { text, origin });
                }
                None => self.problems.push(Problem {
                    setting: name,
                    origin,
                    sentence: "write the value in quotes".to_owned(),
                }),
            }
        }
    }
}
