//! Lists of contacts: by name, those without one last.

use postgres::Row;
use switchboard_domain::{ContactId, ContactPlace};
use switchboard_storage::StorageError;
use uuid::Uuid;

use crate::snapshot::Ask;
use crate::stored::{Stored, limit};
use crate::verbatim::Text;

/// By the index `contacts_by_name`, in its order.
pub(crate) const NAMED_FROM: &str = "
    SELECT id, display_name
    FROM contacts
    WHERE (left(display_name, 500), id) >= (left($1, 500), $2)
    ORDER BY left(display_name, 500), id
    LIMIT $3";

/// By the end of the index `contacts_by_name`, in its order.
pub(crate) const NAMELESS_FROM: &str = "
    SELECT id, display_name
    FROM contacts
    WHERE left(display_name, 500) IS NULL AND id >= $1
    ORDER BY left(display_name, 500), id
    LIMIT $2";

/// By the index `contacts_by_name`, backwards.
pub(crate) const NAMED_BEFORE: &str = "
    SELECT id, display_name
    FROM contacts
    WHERE (left(display_name, 500), id) < (left($1, 500), $2)
    ORDER BY left(display_name, 500) DESC, id DESC
    LIMIT $3";

/// By the end of the index `contacts_by_name`, backwards.
pub(crate) const NAMELESS_BEFORE: &str = "
    SELECT id, display_name
    FROM contacts
    WHERE left(display_name, 500) IS NULL AND id < $1
    ORDER BY left(display_name, 500) DESC, id DESC
    LIMIT $2";

/// The last of all names that are there: what is before it is every contact with a name.
pub(crate) const ALL_NAMED_BACKWARDS: &str = "
    SELECT id, display_name
    FROM contacts
    WHERE left(display_name, 500) IS NOT NULL
    ORDER BY left(display_name, 500) DESC, id DESC
    LIMIT $1";

/// The contacts from a place on.
pub(crate) fn from(
    server: &mut impl Ask,
    place: Option<&ContactPlace>,
    contacts: usize,
) -> Result<Vec<ContactId>, StorageError> {
    let start = (Some(""), Uuid::nil());
    let (name, id) = place.map_or(start, |place| {
        (place.display_name.as_deref(), place.id.as_uuid())
    });
    let mut rows = Vec::new();
    let mut first_nameless = id;
    if let Some(name) = name {
        rows = server.ask(NAMED_FROM, &[&Text(name), &id, &limit(contacts)])?;
        first_nameless = Uuid::nil();
    }
    let rest = contacts.saturating_sub(rows.len());
    if rest > 0 {
        rows.extend(server.ask(NAMELESS_FROM, &[&first_nameless, &limit(rest)])?);
    }
    let places = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(places.into_iter().map(|place| place.id).collect())
}

/// The places before one, nearest first.
pub(crate) fn before(
    server: &mut impl Ask,
    place: &ContactPlace,
    contacts: usize,
) -> Result<Vec<ContactPlace>, StorageError> {
    let id = place.id.as_uuid();
    let rows = if let Some(name) = &place.display_name {
        server.ask(NAMED_BEFORE, &[&Text(name), &id, &limit(contacts)])?
    } else {
        let mut rows = server.ask(NAMELESS_BEFORE, &[&id, &limit(contacts)])?;
        let rest = contacts.saturating_sub(rows.len());
        if rest > 0 {
            rows.extend(server.ask(ALL_NAMED_BACKWARDS, &[&limit(rest)])?);
        }
        rows
    };
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<ContactPlace, StorageError> {
    let row = Stored::new("contacts", row);
    Ok(ContactPlace {
        display_name: row.maybe_text((1, "display_name"))?,
        id: ContactId::from_uuid(row.get((0, "id"))?),
    })
}
