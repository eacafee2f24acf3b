//! Creating, changing and removing custom sources.

use switchboard_domain::{CustomSource, Secret, Source, TokenId};
use switchboard_storage::{StorageError, Touches};

use crate::Engine;

/// What is said of a custom source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceDetails {
    /// Its name in data.
    pub source: Source,
    /// What people call it.
    pub name: Option<String>,
    /// A picture.
    pub image_url: Option<String>,
    /// Where messages to be sent are posted.
    pub action_endpoint: Option<String>,
}

/// A custom source cannot be used or changed.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// There is one of that name, or a connector has it.
    #[error("there is a source {0} already")]
    Exists(Source),
    /// There is none of that name.
    #[error("there is no custom source {0}")]
    Unknown(Source),
    /// The token is none that this hub has given to a source.
    #[error("the token is none that this hub has given to a custom source")]
    Token,
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Creates a custom source, and gives the token that it calls with.
    pub async fn create_source(
        &self,
        details: SourceDetails,
    ) -> Result<(CustomSource, Secret), SourceError> {
        if self.connector(&details.source).is_some() {
            return Err(SourceError::Exists(details.source));
        }
        let now = self.now();
        let id = TokenId::from_uuid(self.0.chance.uuid());
        let token = self.0.tokens.of_source(&details.source, id, now);
        let SourceDetails {
            source,
            name,
            image_url,
            action_endpoint,
        } = details;
        let created = CustomSource {
            source,
            name,
            image_url,
            action_endpoint,
            token: id,
            created_at: now,
        };
        let stored = created.clone();
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                if tx.custom_source(&stored.source)?.is_some() {
                    return Err(SourceError::Exists(stored.source.clone()));
                }
                Ok(tx.put_custom_source(&stored)?)
            })
            .await?;
        Ok((created, token))
    }

    /// Replaces what is said of a custom source.
    pub async fn update_source(&self, details: SourceDetails) -> Result<CustomSource, SourceError> {
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                let known = tx
                    .custom_source(&details.source)?
                    .ok_or_else(|| SourceError::Unknown(details.source.clone()))?;
                let SourceDetails {
                    source,
                    name,
                    image_url,
                    action_endpoint,
                } = details.clone();
                let changed = CustomSource {
                    source,
                    name,
                    image_url,
                    action_endpoint,
                    token: known.token,
                    created_at: known.created_at,
                };
                tx.put_custom_source(&changed)?;
                Ok(changed)
            })
            .await
    }

    /// Every custom source.
    pub async fn list_sources(&self) -> Result<Vec<CustomSource>, StorageError> {
        self.0.store.read(|tx| tx.custom_sources()).await
    }

    /// Removes a custom source, if there is one of that name: its token opens nothing any more.
    pub async fn delete_source(&self, source: Source) -> Result<(), StorageError> {
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                tx.delete_custom_source(&source).map(|_was_there| ())
            })
            .await
    }

    /// The custom source that calls with this token: the one it was given when it was created, and none
    /// from before that.
    pub async fn source_of_token(&self, token: &str) -> Result<Source, SourceError> {
        let (source, id) = self.0.tokens.read_source(token).ok_or(SourceError::Token)?;
        let asked = source.clone();
        let known = self
            .0
            .store
            .read(move |tx| tx.custom_source(&asked))
            .await?;
        match known {
            Some(known) if known.token != id => Err(SourceError::Token),
            Some(known) => Ok(known.source),
            None => Err(SourceError::Unknown(source)),
        }
    }
}
