//! Settings of sources, in the words of consoles made for Airy.

use switchboard_connector::{Section, Setting};
use switchboard_domain::Secret;

/// What stands in the place of a whole key file.
const KEY_FILE: &str = "<service account keys>";

/// The name that consoles know a setting by: `app_id` is `appId`, and Google's key file is `saFile`.
pub(super) fn name_of(setting: &Setting) -> String {
    if setting.key == "service_account" {
        return "saFile".to_owned();
    }
    camel(setting.key)
}

/// The setting that a console calls `name`, in camel or in snake case.
pub(super) fn named(section: &'static Section, name: &str) -> Option<&'static Setting> {
    let name = camel(name);
    section
        .settings
        .iter()
        .find(|setting| name_of(setting) == name || camel(setting.key) == name)
}

/// A value as consoles may see it. What is secret is masked as Airy masks it: a few letters show which
/// one it is.
pub(super) fn shown(setting: &Setting, value: &Secret) -> String {
    let value = value.expose();
    if setting.key == "service_account" {
        return KEY_FILE.to_owned();
    }
    if !is_secret(setting) {
        return value.to_owned();
    }
    let kept = match value.chars().count() {
        0 | 1 => 0,
        2..=8 => 1,
        _ => 4,
    };
    let mut mask: String = value.chars().take(kept).collect();
    mask.push_str("...");
    mask
}

/// The settings' own word counts, and so do names that Airy takes for secret.
fn is_secret(setting: &Setting) -> bool {
    let telling = ["secret", "key", "token", "credentials"];
    setting.secret || telling.iter().any(|word| setting.key.contains(word))
}

fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let mut camel = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        camel.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        camel.push_str(letters.as_str());
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::*;

    static SECTION: Section = Section {
        name: "google",
        settings: &[
            Setting {
                secret: true,
                ..setting("service_account")
            },
            setting("partner_key"),
            setting("api_url"),
        ],
        fallback: None,
    };

    const fn setting(key: &'static str) -> Setting {
        Setting {
            key,
            default: None,
            secret: false,
            meaning: "Something.",
        }
    }

    #[test]
    fn consoles_know_settings_in_camel_case() {
        let names: Vec<_> = SECTION.settings.iter().map(name_of).collect();
        assert_eq!(names, ["saFile", "partnerKey", "apiUrl"]);

        for (name, key) in [
            ("saFile", "service_account"),
            ("sa_file", "service_account"),
            ("service_account", "service_account"),
            ("partnerKey", "partner_key"),
            ("partner_key", "partner_key"),
        ] {
            let found = named(&SECTION, name).map(|setting| setting.key);
            assert_eq!(found, Some(key), "{name}");
        }
        assert!(named(&SECTION, "colour").is_none());
    }

    #[test]
    fn a_mask_shows_less_the_shorter_the_secret_is() {
        let key = setting("partner_key");
        for (value, mask) in [
            ("123456789", "1234..."),
            ("12345678", "1..."),
            ("12", "1..."),
            ("1", "..."),
        ] {
            assert_eq!(shown(&key, &Secret::new(value)), mask);
        }
        let account = Setting {
            secret: true,
            ..setting("service_account")
        };
        assert_eq!(shown(&account, &Secret::new("{}")), KEY_FILE);
        let url = setting("api_url");
        assert_eq!(shown(&url, &Secret::new("http://a")), "http://a");
    }
}
