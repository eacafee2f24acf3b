//! Files that are fetched from the provider whenever somebody looks.

use switchboard_connector::{ErrorClass, MediaSource, ProviderError};
use switchboard_domain::{Channel, MessageId, Sealed};
use switchboard_storage::StorageError;
use uuid::Uuid;

use super::copy::name_of;
use super::links::proxy_path;
use super::{FetchedFile, Signed, content_type};
use crate::Engine;

/// A file cannot be fetched for somebody who looks.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// The address was not made here, or is not good any more.
    #[error("the address is not signed by this hub, or has run out")]
    NotSigned,
    /// The message is gone, or never had such a file.
    #[error("there is no such file")]
    Gone,
    /// The provider does not give it.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Fetches a file of a message from its provider, for the address that a message showed.
    pub async fn fetch_for_viewer(
        &self,
        message: Uuid,
        file: Uuid,
        signed: &Signed,
    ) -> Result<FetchedFile, ProxyError> {
        let path = format!("proxy/{message}/{file}");
        if !self.0.media.signer.is_good(&path, signed, self.now()) {
            return Err(ProxyError::NotSigned);
        }
        let message = MessageId::from_uuid(message);
        let found = self
            .0
            .store
            .read(move |tx| {
                let notes = tx.media_copies(&[message])?;
                let note = notes
                    .into_iter()
                    .find(|note| name_of(note.message, &note.link) == file);
                let Some(note) = note else { return Ok(None) };
                let conversations = tx.conversations(&[note.conversation])?;
                let Some(conversation) = conversations.into_iter().next() else {
                    return Ok(None);
                };
                let Some(channel) = tx.channel(conversation.channel)? else {
                    return Ok(None);
                };
                let sealed = tx.credentials(channel.id)?;
                Ok::<_, StorageError>(Some((note, channel, sealed)))
            })
            .await?;
        let (note, channel, sealed) = found.ok_or(ProxyError::Gone)?;
        debug_assert_eq!(proxy_path(&note), path);
        let file = self
            .fetch_media(&channel, sealed.as_ref(), &note.link)
            .await?;
        let limit = self.0.media.max_bytes;
        if file.size.is_some_and(|size| size > limit) {
            return Err(ProviderError::refused(
                ErrorClass::Content,
                format!("the file is larger than {limit} bytes, which is the limit"),
            )
            .into());
        }
        Ok(FetchedFile {
            content_type: file.content_type.as_deref().and_then(content_type::essence),
            pieces: within(limit, file.pieces),
            ..file
        })
    }

    /// Begins to fetch a file as the channel's connector says.
    pub(super) async fn fetch_media(
        &self,
        channel: &Channel,
        sealed: Option<&Sealed>,
        link: &str,
    ) -> Result<FetchedFile, ProviderError> {
        let source = self.media_source(channel, sealed, link).await?;
        self.0.media.fetch.fetch(&source).await
    }

    async fn media_source(
        &self,
        channel: &Channel,
        sealed: Option<&Sealed>,
        link: &str,
    ) -> Result<MediaSource, ProviderError> {
        let connector = self
            .connector(&channel.source)
            .filter(|connector| connector.capabilities().media)
            .ok_or_else(|| {
                ProviderError::refused(
                    ErrorClass::Config,
                    "the source gives out no files in this hub",
                )
            })?;
        let account = self.open_account(channel, sealed)?;
        connector
            .media(&self.context(connector), &account, link)
            .await
    }
}

/// The same pieces, until there are more bytes than `limit`.
fn within(limit: u64, pieces: super::Pieces<ProviderError>) -> super::Pieces<ProviderError> {
    use futures_util::StreamExt as _;

    let counted = pieces.scan(0_u64, move |sum, piece| {
        let piece = piece.and_then(|piece| {
            *sum = sum.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            if *sum > limit {
                return Err(ProviderError::refused(
                    ErrorClass::Content,
                    "the file is larger than the limit",
                ));
            }
            Ok(piece)
        });
        std::future::ready(Some(piece))
    });
    counted.boxed()
}
