//! What users arrange their work with: tags, templates, users, custom sources, copied files.

use switchboard_domain::{
    CustomSource, MediaCopy, MessageId, Source, Tag, TagId, Template, TemplateId, User,
};

use crate::StorageError;

/// Reading tags.
pub trait TagReads {
    /// The tag with that id.
    fn tag(&mut self, id: TagId) -> Result<Option<Tag>, StorageError>;

    /// Every tag, ordered by creation and then id.
    fn tags(&mut self) -> Result<Vec<Tag>, StorageError>;
}

/// Writing tags.
pub trait TagWrites {
    /// Inserts or replaces a tag.
    fn put_tag(&mut self, tag: &Tag) -> Result<(), StorageError>;

    /// Removes a tag, also from the conversations that carry it. `false` if there is none.
    fn delete_tag(&mut self, id: TagId) -> Result<bool, StorageError>;
}

/// Reading templates.
pub trait TemplateReads {
    /// The template with that id.
    fn template(&mut self, id: TemplateId) -> Result<Option<Template>, StorageError>;

    /// The templates of a source whose name contains `name`, letter by letter, ordered by name and
    /// then id.
    fn templates(
        &mut self,
        source: &Source,
        name: Option<&str>,
    ) -> Result<Vec<Template>, StorageError>;
}

/// Writing templates.
pub trait TemplateWrites {
    /// Inserts or replaces a template.
    fn put_template(&mut self, template: &Template) -> Result<(), StorageError>;

    /// Removes a template. `false` if there is none.
    fn delete_template(&mut self, id: TemplateId) -> Result<bool, StorageError>;
}

/// Reading users.
pub trait UserReads {
    /// Those of the users that exist, in no particular order.
    fn users_by_id(&mut self, ids: &[String]) -> Result<Vec<User>, StorageError>;

    /// Up to `limit` users by id, beginning at `from`.
    fn user_page(&mut self, from: Option<&str>, limit: usize) -> Result<Vec<User>, StorageError>;

    /// The ids of up to `limit` users before `id`, nearest first.
    fn users_before(&mut self, id: &str, limit: usize) -> Result<Vec<String>, StorageError>;

    /// How many users there are.
    fn count_users(&mut self) -> Result<u64, StorageError>;
}

/// Writing users.
pub trait UserWrites {
    /// Inserts a user, or replaces everything but `first_seen_at`.
    fn put_user(&mut self, user: &User) -> Result<(), StorageError>;
}

/// Reading custom sources.
pub trait CustomSourceReads {
    /// The custom source of that name.
    fn custom_source(&mut self, source: &Source) -> Result<Option<CustomSource>, StorageError>;

    /// Every custom source, ordered by creation and then name.
    fn custom_sources(&mut self) -> Result<Vec<CustomSource>, StorageError>;
}

/// Writing custom sources.
pub trait CustomSourceWrites {
    /// Inserts or replaces a custom source.
    fn put_custom_source(&mut self, source: &CustomSource) -> Result<(), StorageError>;

    /// Removes a custom source. `false` if there is none.
    fn delete_custom_source(&mut self, source: &Source) -> Result<bool, StorageError>;
}

/// Reading what was noted about copied files.
pub trait MediaReads {
    /// The files of these messages, by message and then link; those of pictures under
    /// [`MediaCopy::for_pictures_of`]. `messages` may repeat.
    fn media_copies(&mut self, messages: &[MessageId]) -> Result<Vec<MediaCopy>, StorageError>;

    /// Whether any message's file lies under this key.
    fn is_media_used(&mut self, key: &str) -> Result<bool, StorageError>;

    /// Whether this text, of ASCII letters, digits, dots and hyphens, stands in anything that people see: in
    /// a message, a template, a note, a picture's address. Looks through all of it, so it is for
    /// what happens seldom.
    fn is_mentioned(&mut self, text: &str) -> Result<bool, StorageError>;
}

/// Writing what is noted about copied files.
pub trait MediaWrites {
    /// Inserts or replaces the note of a message's file.
    fn put_media_copy(&mut self, copy: &MediaCopy) -> Result<(), StorageError>;

    /// Removes what is noted about the files of a message. Whoever calls it sees to the files.
    fn delete_media_copies(&mut self, message: MessageId) -> Result<(), StorageError>;
}
