//! The names of all settings.

use switchboard_connector::Section;

/// A setting of the hub itself.
pub(super) struct HubSetting {
    pub(super) name: &'static str,
}

/// The settings of the hub itself, in the order of the manual.
pub(super) const HUB: &[HubSetting] = &[
    HubSetting {
        name: "server.listen",
    },
    HubSetting {
        name: "server.public_url",
    },
    HubSetting { name: "store.url" },
    HubSetting {
        name: "security.system_token",
    },
    HubSetting {
        name: "security.allow_anonymous",
    },
    HubSetting {
        name: "security.allowed_origins",
    },
    HubSetting {
        name: "security.webhook_allowlist",
    },
    HubSetting {
        name: "security.secret_key",
    },
    HubSetting {
        name: "media.store",
    },
    HubSetting {
        name: "media.s3_key",
    },
    HubSetting {
        name: "media.s3_secret",
    },
    HubSetting {
        name: "media.s3_region",
    },
    HubSetting {
        name: "media.s3_endpoint",
    },
    HubSetting {
        name: "media.max_bytes",
    },
    HubSetting {
        name: "media.policy",
    },
    HubSetting {
        name: "retention.envelopes_days",
    },
    HubSetting {
        name: "retention.events_days",
    },
];

/// The sections of all connectors, each once, in the connectors' order.
pub(super) fn sections() -> Vec<&'static Section> {
    let mut sections: Vec<&'static Section> = Vec::new();
    for connector in switchboard_connectors::ALL {
        let section = connector.section();
        if !sections.contains(&section) {
            sections.push(section);
        }
    }
    sections
}

/// The full names of all settings there are.
pub(super) fn names() -> Vec<String> {
    let hub = HUB.iter().map(|setting| setting.name.to_owned());
    let sources = sections().into_iter().flat_map(|section| {
        section
            .settings
            .iter()
            .map(|setting| format!("sources.{}.{}", section.name, setting.key))
    });
    let policies = sources_with_files().map(|source| format!("media.policies.{source}"));
    hub.chain(policies).chain(sources).collect()
}

/// The names of the sources whose messages link to files.
pub(super) fn sources_with_files() -> impl Iterator<Item = String> {
    switchboard_connectors::ALL
        .iter()
        .filter(|connector| connector.capabilities().media)
        .map(|connector| connector.source().as_str().to_owned())
}

/// The known name that `wrong` was most likely meant to be.
pub(super) fn closest(wrong: &str) -> Option<String> {
    names()
        .into_iter()
        .map(|name| (distance(wrong, &name), name))
        .filter(|(distance, name)| *distance <= name.len() / 3)
        .min()
        .map(|(_, name)| name)
}

/// Levenshtein's distance: how many letters to insert, remove or replace.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, letter) in one.chars().enumerate() {
        let mut diagonal = above;
        let mut left = above + 1;
        for (cell, candidate) in row.iter_mut().skip(1).zip(&other) {
            let replaced = diagonal + usize::from(*candidate != letter);
            diagonal = *cell;
            left = replaced.min(left + 1).min(diagonal + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = above + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}
