//! The use cases of templates: create, info, list, update, delete.

use switchboard_domain::{RawJson, Source, Template, TemplateId};
use switchboard_storage::{StorageError, Touches};

use crate::Engine;

/// A template without its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTemplate {
    /// What people call it.
    pub name: String,
    /// The source whose words its content is in.
    pub source: Source,
    /// The message.
    pub content: RawJson,
}

/// What to change of a template; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateUpdate {
    /// The new name.
    pub name: Option<String>,
    /// The new source.
    pub source: Option<Source>,
    /// The new message.
    pub content: Option<RawJson>,
}

/// A template cannot be shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// No template has that id.
    #[error("there is no template {0}")]
    Unknown(TemplateId),
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Makes a template.
    pub async fn create_template(&self, template: NewTemplate) -> Result<Template, StorageError> {
        let NewTemplate {
            name,
            source,
            content,
        } = template;
        let template = Template {
            id: TemplateId::from_uuid(self.0.chance.uuid()),
            name,
            source,
            content,
        };
        let made = template.clone();
        self.0
            .store
            .write(Touches::nothing(), move |tx| tx.put_template(&template))
            .await?;
        Ok(made)
    }

    /// The template with that id.
    pub async fn template(&self, id: TemplateId) -> Result<Template, TemplateError> {
        self.0
            .store
            .read(move |tx| tx.template(id)?.ok_or(TemplateError::Unknown(id)))
            .await
    }

    /// The templates of a source whose name contains `name`, by name.
    pub async fn list_templates(
        &self,
        source: Source,
        name: Option<String>,
    ) -> Result<Vec<Template>, StorageError> {
        self.0
            .store
            .read(move |tx| tx.templates(&source, name.as_deref()))
            .await
    }

    /// Changes a template.
    pub async fn update_template(
        &self,
        id: TemplateId,
        update: TemplateUpdate,
    ) -> Result<Template, TemplateError> {
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                let before = tx.template(id)?.ok_or(TemplateError::Unknown(id))?;
                let TemplateUpdate {
                    name,
                    source,
                    content,
                } = update.clone();
                let after = Template {
                    id,
                    name: name.unwrap_or(before.name),
                    source: source.unwrap_or(before.source),
                    content: content.unwrap_or(before.content),
                };
                tx.put_template(&after)?;
                Ok(after)
            })
            .await
    }

    /// Deletes a template.
    pub async fn delete_template(&self, id: TemplateId) -> Result<(), TemplateError> {
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                if tx.delete_template(id)? {
                    Ok(())
                } else {
                    Err(TemplateError::Unknown(id))
                }
            })
            .await
    }
}
