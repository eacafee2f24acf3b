//! Which app holds a thread
//! (developers.facebook.com/docs/messenger-platform/handover-protocol, read 2026-11-22).

use switchboard_connector::Note;
use switchboard_domain::MetadataValue;

use super::Context;
use super::wire::ThreadControl;
use crate::inbound_json::{Word, found};

/// Whether we only listen: what arrives comes as `standby`.
pub(super) const STANDBY: &str = "thread.standby";

/// The thread has gone to another app, or come to ours.
pub(super) fn given(context: Context<'_>, control: ThreadControl<'_>) -> Vec<Note> {
    let owner = control.new_owner_app_id.as_deref();
    let standby = owner.zip(context.app_id).map(|(owner, ours)| Note {
        key: STANDBY.to_owned(),
        value: MetadataValue::Bool(owner != ours),
    });
    let notes = [
        app("thread.owner_app_id", control.new_owner_app_id),
        app(
            "thread.previous_owner_app_id",
            control.previous_owner_app_id,
        ),
        app("thread.metadata", found(control.metadata)),
    ];
    notes.into_iter().chain([standby]).flatten().collect()
}

/// Another app asks for the thread.
pub(super) fn requested(control: ThreadControl<'_>) -> Vec<Note> {
    let notes = [
        app(
            "thread.requested_owner_app_id",
            control.requested_owner_app_id,
        ),
        app("thread.metadata", found(control.metadata)),
    ];
    notes.into_iter().flatten().collect()
}

fn app(key: &str, word: Option<Word<'_>>) -> Option<Note> {
    let word = word.filter(|word| !word.is_empty())?;
    Some(Note {
        key: key.to_owned(),
        value: MetadataValue::Text(word.into_string()),
    })
}
