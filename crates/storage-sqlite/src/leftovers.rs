//! What is left in the pages of a database beside its rows, and overwriting it.
//!
//! With `secure_delete`, SQLite overwrites the rows it deletes and the pages it frees. But where it
//! distributes rows over neighbouring pages anew, it writes a page's rows to the page's end and leaves
//! what stood in front of them as it was (`rebuildPage`, SQLite 3.54): copies of rows that live elsewhere
//! now, and stay when those are deleted. So the space between the list of a page's rows and the
//! rows themselves is overwritten here, which no row notices (sqlite.org/fileformat2.html, 1.6, read
//! 2026-11-28). Pages are read and written by the table `sqlite_dbpage`, inside of transactions like any
//! other row; it is compiled in by `.cargo/config.toml`.

use rusqlite::{Connection, params};
use switchboard_storage::{StorageError, Swept, UpkeepWrites};

use crate::tx::Tx;

const TABLE: &str = "sqlite_dbpage";

/// How many pages the database has.
const PAGES: &str = "
    SELECT page_count
    FROM pragma_page_count
    WHERE schema = 'main'";

/// The same of the file of envelopes, as a connection to the database reads it.
const ENVELOPE_PAGES: &str = "
    SELECT page_count
    FROM pragma_page_count
    WHERE schema = 'raw'";

const PAGE_SIZE: &str = "
    SELECT page_size
    FROM pragma_page_size";

/// By its number.
pub(crate) const READ: &str = "
    SELECT pgno, data
    FROM sqlite_dbpage
    WHERE pgno = ?1";

/// By its number.
pub(crate) const WRITE: &str = "
    UPDATE sqlite_dbpage
    SET data = ?2
    WHERE pgno = ?1";

/// The header of the database, at the beginning of its first page.
const DATABASE_HEADER: usize = 100;

/// The page that lies at this byte is used for locks and for nothing else.
const LOCKS_AT: u64 = 1 << 30;

/// What else there is, pages that hold the rest of long rows or none at all, begins with the number of
/// another page; of so many pages, no number begins like a page of a tree.
const FEWEST_TOO_MANY: u64 = 0x0200_0000;

/// Pieces from here on are pages of the file of envelopes, those before are of the database.
const ENVELOPES: u64 = 1 << 40;

/// Which file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum File {
    Database,
    Envelopes,
}

/// Pages to be swept once the unit that asks for it is committed: SQLite writes to pages as they are only
/// where it may write to everything that a connection reads, and units of work may not write to envelopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sweep {
    pub(crate) file: File,
    /// The page in front of the first.
    behind: u64,
    through: u64,
}

impl UpkeepWrites for Tx<'_> {
    fn overwrite_leftovers(
        &mut self,
        from: Swept,
        pages: usize,
    ) -> Result<Option<Swept>, StorageError> {
        let (file, begin, behind) = match from.get().checked_sub(ENVELOPES) {
            Some(behind) => (File::Envelopes, ENVELOPES, behind),
            None => (File::Database, 0, from.get()),
        };
        let sql = match file {
            File::Database => PAGES,
            File::Envelopes => ENVELOPE_PAGES,
        };
        let count = self.first(TABLE, sql, [], |row| row.count((0, "page_count")))?;
        let count = count.unwrap_or_default();
        if count >= FEWEST_TOO_MANY {
            return Err(StorageError::unavailable(
                "the database has more pages than can be told apart; compact it with VACUUM",
            ));
        }
        let pages = u64::try_from(pages).unwrap_or(u64::MAX);
        let through = behind.saturating_add(pages).min(count);
        self.after.sweeps.push(Sweep {
            file,
            behind,
            through,
        });
        Ok(match file {
            _ if through < count => Some(Swept::new(begin + through)),
            File::Database => Some(Swept::new(ENVELOPES)),
            File::Envelopes => None,
        })
    }

    fn rest(&mut self) -> Result<(), StorageError> {
        self.after.rests = true;
        Ok(())
    }
}

impl Sweep {
    /// Sweeps a file, over a connection that reads no other, with one commit. Says whether there was
    /// anything to overwrite.
    pub(crate) fn run(self, file: &Connection) -> Result<bool, StorageError> {
        let tx = Tx::new(file);
        tx.execute("BEGIN IMMEDIATE", [])?;
        let swept = self.clean(&tx).and_then(|found| {
            tx.execute("COMMIT", [])?;
            Ok(found)
        });
        // SQLite may have ended it by itself, after an I/O error.
        if swept.is_err() && !file.is_autocommit() {
            tx.execute("ROLLBACK", [])?;
        }
        swept
    }

    fn clean(self, tx: &Tx<'_>) -> Result<bool, StorageError> {
        let size = tx.first(TABLE, PAGE_SIZE, [], |row| row.count((0, "page_size")))?;
        let locks = LOCKS_AT / size.unwrap_or(LOCKS_AT).max(1) + 1;
        let mut found = false;
        for page in (self.behind + 1..=self.through).filter(|page| *page != locks) {
            found |= clean(tx, page)?;
        }
        Ok(found)
    }
}

fn clean(tx: &Tx<'_>, page: u64) -> Result<bool, StorageError> {
    let number = i64::try_from(page).unwrap_or(i64::MAX);
    let cleaned = tx.first(TABLE, READ, [number], |row| {
        let mut bytes = row.bytes((1, "data"))?.to_vec();
        Ok(overwrite_gap(&mut bytes, header_of(page)).then_some(bytes))
    })?;
    let Some(bytes) = cleaned.flatten() else {
        return Ok(false);
    };
    tx.execute(WRITE, params![number, bytes])?;
    Ok(true)
}

/// How many bytes come before the header of a page of a tree.
const fn header_of(page: u64) -> usize {
    if page == 1 { DATABASE_HEADER } else { 0 }
}

/// Overwrites the unused part of a page of a tree. `false` if there is nothing to overwrite.
fn overwrite_gap(page: &mut [u8], header: usize) -> bool {
    let Some(gap) = gap(page, header).and_then(|gap| page.get_mut(gap)) else {
        return false;
    };
    let is_clean = gap.iter().all(|byte| *byte == 0);
    gap.fill(0);
    !is_clean
}

/// Where the unused part of a page lies; `None` if it is no page of a tree.
fn gap(page: &[u8], header: usize) -> Option<std::ops::Range<usize>> {
    let number = |at: usize| {
        let bytes = page.get(header + at..)?.first_chunk::<2>()?;
        Some(usize::from(u16::from_be_bytes(*bytes)))
    };
    let length = match page.get(header)? {
        // Inside of an index and of a table.
        2 | 5 => 12,
        // A leaf of an index and of a table.
        10 | 13 => 8,
        _ => return None,
    };
    let begin = header + length + 2 * number(3)?;
    let end = match number(5)? {
        // More than two bytes can say.
        0 => 65_536,
        end => end,
    };
    (begin <= end && end <= page.len()).then_some(begin..end)
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    fn leaf(rows: u16, content: u16) -> Vec<u8> {
        let mut page = vec![7; 512];
        page[0] = 13;
        page[3..5].copy_from_slice(&rows.to_be_bytes());
        page[5..7].copy_from_slice(&content.to_be_bytes());
        page
    }

    #[test]
    fn what_lies_between_the_list_of_rows_and_the_rows_is_overwritten() {
        let mut page = leaf(3, 500);

        assert!(overwrite_gap(&mut page, 0));

        let expected = leaf(3, 500);
        assert_eq!(page[..14], expected[..14]);
        assert!(page[14..500].iter().all(|byte| *byte == 0));
        assert_eq!(page[500..], expected[500..]);
        assert!(!overwrite_gap(&mut page, 0), "nothing is left of it");
    }

    #[test]
    fn what_is_no_page_of_a_tree_stays_as_it_is() {
        for first in [0, 1, 3, 255] {
            let mut page = leaf(3, 500);
            page[0] = first;
            assert!(!overwrite_gap(&mut page, 0), "{first}");
        }
        for (rows, content) in [(300, 500), (3, 600), (300, 0)] {
            let mut page = leaf(rows, content);
            assert!(!overwrite_gap(&mut page, 0), "{rows} {content}");
        }
    }

    #[test]
    fn pages_can_be_read_and_written_as_they_are() {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES ('kept');")
            .unwrap();
        let tx = Tx::new(&connection);
        let dirty: Vec<u8> = tx
            .first(TABLE, READ, [2], |row| {
                let mut bytes = row.bytes((1, "data"))?.to_vec();
                bytes[100] = 1;
                Ok(bytes)
            })
            .unwrap()
            .unwrap();
        tx.execute(WRITE, params![2, dirty]).unwrap();
        let sweep = |behind, through| Sweep {
            file: File::Database,
            behind,
            through,
        };

        assert!(!sweep(0, 1).run(&connection).unwrap());
        assert!(sweep(1, 2).run(&connection).unwrap());
        assert!(!sweep(0, 2).run(&connection).unwrap(), "nothing is left");

        let kept: String = connection
            .query_row("SELECT x FROM t", [], |row| row.get(0))
            .unwrap();
        assert_eq!(kept, "kept");
        let problems: String = connection
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(problems, "ok");
    }

    #[test]
    fn the_pages_of_both_files_are_swept_in_steps() {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(
                "CREATE TABLE t (x); CREATE TABLE u (x);
                 ATTACH DATABASE ':memory:' AS raw; CREATE TABLE raw.v (x);",
            )
            .unwrap();
        let mut tx = Tx::new(&connection);

        let mut from = Some(Swept::NOTHING);
        while let Some(place) = from {
            from = tx.overwrite_leftovers(place, 2).unwrap();
        }

        let steps: Vec<_> = tx
            .after
            .sweeps
            .iter()
            .map(|sweep| (sweep.file, sweep.behind, sweep.through))
            .collect();
        assert_eq!(
            steps,
            [
                (File::Database, 0, 2),
                (File::Database, 2, 3),
                (File::Envelopes, 0, 2)
            ]
        );
    }
}
