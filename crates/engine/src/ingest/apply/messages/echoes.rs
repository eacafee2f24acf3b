//! What providers report of messages that this hub may have sent itself.

use std::collections::HashSet;

use switchboard_connector::Origin;
use switchboard_domain::{DeliveryState, EventKind, Message, MessageId, ProviderKey};
use switchboard_storage::{SearchText, StorageError};

use super::Candidate;
use crate::ingest::apply::{Arriving, Pass};
use crate::ingest::echo;

impl Pass<'_, '_> {
    /// Echoes of messages that this hub may have sent: known ones are matched, those whose send has
    /// not been answered yet wait a moment for it.
    pub(super) fn set_echoes_aside(
        &mut self,
        candidates: &mut Vec<Candidate<'_>>,
    ) -> Result<(), StorageError> {
        let correlations: Vec<MessageId> = candidates
            .iter()
            .filter_map(|candidate| match &candidate.message.origin {
                Origin::Echo { correlation } => *correlation,
                Origin::Contact | Origin::OurSide => None,
            })
            .collect();
        let keys: Vec<ProviderKey> = candidates
            .iter()
            .filter(|candidate| matches!(candidate.message.origin, Origin::Echo { .. }))
            .filter_map(|candidate| candidate.key)
            .collect();
        if keys.is_empty() && correlations.is_empty() {
            return Ok(());
        }
        let known: HashSet<_> = self
            .tx
            .messages_by_key(&keys)?
            .into_iter()
            .filter_map(|message| message.provider_key)
            .collect();
        let ours = self.ours(&correlations)?;
        let mut claimed = Vec::new();
        let mut waiting = Vec::new();
        let imports = self.applying.imports_echoes;
        candidates.retain(|candidate| {
            let Origin::Echo { correlation } = &candidate.message.origin else {
                return true;
            };
            if candidate.key.is_some_and(|key| known.contains(&key)) {
                return true;
            }
            let ours = correlation.and_then(|id| ours.get(&id));
            if let Some((ours, _)) = ours.filter(|(_, channel)| *channel == candidate.thing.channel)
            {
                claimed.push((
                    ours.clone(),
                    candidate.message.provider_id.clone(),
                    candidate.key,
                    candidate.thing,
                ));
                return false;
            }
            match candidate.key {
                Some(key) if !imports => {
                    waiting.push((key, candidate.thing.envelope));
                    false
                }
                _ => true,
            }
        });
        for (message, provider_id, key, thing) in claimed {
            self.claim_echo(message, provider_id, key, thing)?;
        }
        for (key, envelope) in waiting {
            self.jobs.push(echo::job(key, envelope, self.applying.now));
        }
        Ok(())
    }

    /// A message of ours is known to the provider by this name.
    fn claim_echo(
        &mut self,
        mut message: Message,
        provider_id: Option<String>,
        key: Option<ProviderKey>,
        thing: Arriving<'_>,
    ) -> Result<(), StorageError> {
        if message.provider_key.is_some() {
            self.applied.duplicates += 1;
            return Ok(());
        }
        message.provider_id = provider_id;
        message.provider_key = key;
        message.delivery = DeliveryState::Delivered;
        message.updated_at = Some(self.applying.now);
        self.tx.put_message(&message, &SearchText::Kept)?;
        self.count("echoes");
        self.announce(
            EventKind::MessageUpdated,
            message.conversation,
            message.id.as_uuid(),
        )?;
        if let Some(key) = key {
            self.changes_wait_for(key, message, thing);
        }
        Ok(())
    }
}
