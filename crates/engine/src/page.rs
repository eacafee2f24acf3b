//! Pages whose cursor is the id of their first element, as Airy has them.

use switchboard_storage::StorageError;

/// Where a page begins and how long it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageQuery {
    /// The id of its first element; `None` for the first page. Not looked at if everything fits on one
    /// page.
    pub cursor: Option<String>,
    /// How many elements at most.
    pub size: usize,
}

/// A page, and where its neighbours begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The elements.
    pub items: Vec<T>,
    /// Where the page before begins; `None` unless there is a whole one.
    pub previous: Option<String>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<String>,
    /// How many elements there are on all pages.
    pub total: u64,
}

/// A page cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The cursor is none of the elements.
    #[error("there is nothing under the cursor {0}")]
    UnknownCursor(String),
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What the pages of one kind of element are read with.
pub(crate) trait Paged {
    /// An element.
    type Item;
    /// Where an element stands.
    type Place;

    /// How many there are.
    fn count(&mut self) -> Result<u64, StorageError>;

    /// Where the element of that id stands; `None` if there is none.
    fn place(&mut self, id: &str) -> Result<Option<Self::Place>, StorageError>;

    /// Up to `limit` elements, beginning at `from`.
    fn from(
        &mut self,
        from: Option<&Self::Place>,
        limit: usize,
    ) -> Result<Vec<Self::Item>, StorageError>;

    /// The ids of up to `limit` elements before `place`, nearest first.
    fn before(&mut self, place: &Self::Place, limit: usize) -> Result<Vec<String>, StorageError>;

    /// The id of an element.
    fn id(item: &Self::Item) -> String;
}

/// Reads one page.
pub(crate) fn read<P: Paged>(query: &PageQuery, paged: &mut P) -> Result<Page<P::Item>, PageError> {
    let PageQuery { cursor, size } = query;
    let total = paged.count()?;
    let fits = u64::try_from(*size).is_ok_and(|size| total <= size);
    let place = match cursor.as_deref().filter(|_cursor| !fits) {
        None => None,
        Some(cursor) => Some(
            paged
                .place(cursor)?
                .ok_or_else(|| PageError::UnknownCursor(cursor.to_owned()))?,
        ),
    };
    let mut items = paged.from(place.as_ref(), size + 1)?;
    let next = items.get(*size).map(P::id);
    items.truncate(*size);
    let previous = match place {
        None => None,
        Some(place) => {
            let before = paged.before(&place, *size)?;
            before.into_iter().skip(size.saturating_sub(1)).next_back()
        }
    };
    Ok(Page {
        items,
        previous,
        next,
        total,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Letters(Vec<String>);

    impl Paged for Letters {
        type Item = String;
        type Place = usize;

        fn count(&mut self) -> Result<u64, StorageError> {
            Ok(u64::try_from(self.0.len()).unwrap())
        }

        fn place(&mut self, id: &str) -> Result<Option<usize>, StorageError> {
            Ok(self.0.iter().position(|letter| letter == id))
        }

        fn from(
            &mut self,
            from: Option<&usize>,
            limit: usize,
        ) -> Result<Vec<String>, StorageError> {
            let from = from.copied().unwrap_or_default();
            Ok(self.0.iter().skip(from).take(limit).cloned().collect())
        }

        fn before(&mut self, place: &usize, limit: usize) -> Result<Vec<String>, StorageError> {
            let before = self.0.iter().take(*place).rev();
            Ok(before.take(limit).cloned().collect())
        }

        fn id(item: &String) -> String {
            item.clone()
        }
    }

    fn page(cursor: Option<&str>, size: usize) -> Result<Page<String>, PageError> {
        let mut letters = Letters("abcdefg".chars().map(String::from).collect());
        let cursor = cursor.map(str::to_owned);
        read(&PageQuery { cursor, size }, &mut letters)
    }

    #[track_caller]
    fn is_page(cursor: Option<&str>, size: usize, want: (&str, Option<&str>, Option<&str>)) {
        let page = page(cursor, size).unwrap();
        let got = (page.items.concat(), page.previous, page.next);
        let (items, previous, next) = want;
        let want = (
            items.to_owned(),
            previous.map(str::to_owned),
            next.map(str::to_owned),
        );
        assert_eq!(got, want, "{cursor:?} {size}");
        assert_eq!(page.total, 7);
    }

    #[test]
    fn pages_follow_each_other_by_the_id_of_the_first_element() {
        is_page(None, 3, ("abc", None, Some("d")));
        is_page(Some("d"), 3, ("def", Some("a"), Some("g")));
        is_page(Some("g"), 3, ("g", Some("d"), None));
        is_page(Some("a"), 6, ("abcdef", None, Some("g")));
    }

    #[test]
    fn a_page_that_is_not_whole_before_this_one_has_no_cursor() {
        is_page(Some("c"), 3, ("cde", None, Some("f")));
    }

    #[test]
    fn a_cursor_does_not_matter_where_everything_fits() {
        is_page(Some("nobody"), 7, ("abcdefg", None, None));
        is_page(Some("d"), 8, ("abcdefg", None, None));
    }

    #[test]
    fn an_unknown_cursor_is_refused_where_it_matters() {
        let refused = page(Some("nobody"), 6);

        assert!(matches!(refused, Err(PageError::UnknownCursor(cursor)) if cursor == "nobody"));
    }
}
