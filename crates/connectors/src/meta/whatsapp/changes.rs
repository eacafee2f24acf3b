//! What happens to a number or its contacts besides messages.

use serde_json::value::RawValue;
use switchboard_connector::{Inbound, Note};
use switchboard_domain::{MetadataValue, Timestamp};

use super::wire::Value;
use crate::inbound_json::{self, Word, compact, flat, members, missing};

/// Fields that tell something about a number or its business account
/// (developers.facebook.com/docs/whatsapp/webhooks/reference, read 2026-11-22).
const ABOUT_THE_NUMBER: &[&str] = &[
    "account_alerts",
    "account_review_update",
    "account_settings_update",
    "account_update",
    "business_capability_update",
    "business_status_update",
    "message_template_components_update",
    "message_template_quality_update",
    "message_template_status_update",
    "partner_solutions",
    "payment_configuration_update",
    "phone_number_name_update",
    "phone_number_quality_update",
    "security",
    "template_category_update",
    "template_correct_category_detection",
];

/// Fields that are documented and tell nothing that is kept.
const ABOUT_OTHER_THINGS: &[&str] = &[
    "automatic_events",
    "calls",
    "flows",
    "group_lifecycle_update",
    "group_participants_update",
    "group_settings_update",
    "group_status_update",
    "history",
    "message_echoes",
    "messaging_handovers",
    "smb_app_state_sync",
    "standby",
    "tracking_events",
    "user_id_update",
    "user_preferences",
];

/// Whether a change of `field` tells something that is worth a note about the number.
pub(super) fn is_about_the_number(field: &str) -> bool {
    ABOUT_THE_NUMBER.contains(&field)
}

/// A change of `field` of which nothing is kept.
pub(super) fn ignored(field: &str) -> Inbound {
    let kind = inbound_json::kind(field);
    if ABOUT_THE_NUMBER.contains(&field) || ABOUT_OTHER_THINGS.contains(&field) {
        Inbound::Nothing(kind)
    } else {
        Inbound::Unknown(kind)
    }
}

/// What a change of `field` tells about the number.
pub(super) fn notes(field: &str, raw: &RawValue) -> Vec<Note> {
    let content = compact(raw);
    let parts = serde_json::from_str(&content).ok().and_then(members);
    let parts = parts.into_iter().flatten();
    let told = parts.filter(|(name, _)| {
        !matches!(
            &**name,
            "messaging_product" | "metadata" | "phone_number_id"
        )
    });
    told.flat_map(|(name, part)| flat(&format!("{field}.{name}"), part))
        .collect()
}

/// Contacts want no marketing any more, or want it again.
pub(super) fn preferences(at: Timestamp, value: Value<'_>, all: &mut Vec<Inbound>) {
    let Some(preferences) = value.user_preferences else {
        return all.push(missing("user_preferences"));
    };
    all.extend(preferences.into_iter().map(|slot| match slot.0 {
        Err(problem) => Inbound::Malformed(problem),
        Ok(preference) => {
            let handle = preference.wa_id.or(preference.user_id);
            let said = preference.category.zip(preference.value);
            let Some((handle, (category, value))) = handle.zip(said) else {
                return missing("user_preferences.wa_id, category or value");
            };
            Inbound::Noted {
                handle: handle.into_string(),
                notes: vec![Note {
                    key: format!("user_preferences.{}", &*category),
                    value: MetadataValue::Text(value.into_string()),
                }],
                at: preference.timestamp.0.unwrap_or(at),
            }
        }
    }));
}

/// Contacts have new business-scoped ids: those change with the phone number.
pub(super) fn user_ids(at: Timestamp, value: Value<'_>, all: &mut Vec<Inbound>) {
    let Some(updates) = value.user_id_update else {
        return all.push(missing("user_id_update"));
    };
    all.extend(updates.into_iter().map(|slot| match slot.0 {
        Err(problem) => Inbound::Malformed(problem),
        Ok(update) => {
            let at = update.timestamp.0.unwrap_or(at);
            let ids = update.user_id.and_then(|ids| ids.previous.zip(ids.current));
            let ids = ids.map(|(from, to)| (Word::into_string(from), Word::into_string(to)));
            ids.map_or_else(
                || missing("user_id_update.user_id"),
                |(from, to)| Inbound::Renamed { from, to, at },
            )
        }
    }));
}
