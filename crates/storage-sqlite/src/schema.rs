//! The tables, version by version, forward only.

use std::path::Path;

use refinery::Runner;
use rusqlite::{Connection, OptionalExtension};

use crate::OpenError;

mod embedded {
    refinery::embed_migrations!("migrations");
}

mod embedded_envelopes {
    refinery::embed_migrations!("migrations-envelopes");
}

/// Where applied migrations are written down.
const HISTORY: &str = "schema_history";

const HAS_HISTORY: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = ?1";

const LAST_VERSION: &str = "SELECT MAX(version) FROM schema_history";

/// Applies the migrations of the database that are missing, all of them or none.
pub(crate) fn bring_up_to_date(connection: &mut Connection, path: &Path) -> Result<(), OpenError> {
    run(embedded::migrations::runner(), connection, path)
}

/// The same for the file of envelopes.
pub(crate) fn bring_envelopes_up_to_date(
    connection: &mut Connection,
    path: &Path,
) -> Result<(), OpenError> {
    run(embedded_envelopes::migrations::runner(), connection, path)
}

fn run(runner: Runner, connection: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let mut runner = runner.set_grouped(true);
    runner.set_migration_table_name(HISTORY);
    let known = runner
        .get_migrations()
        .iter()
        .map(|migration| i64::from(migration.version()))
        .max()
        .unwrap_or_default();
    let found = version(connection).map_err(|source| OpenError::Sqlite {
        path: path.to_owned(),
        source,
    })?;
    if found > known {
        return Err(OpenError::NewerSchema {
            path: path.to_owned(),
            found,
            known,
        });
    }
    runner
        .run(connection)
        .map_err(|source| OpenError::Migration {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
    Ok(())
}

/// The version of the tables; 0 while there are none.
fn version(connection: &Connection) -> rusqlite::Result<i64> {
    let history: Option<String> = connection
        .query_row(HAS_HISTORY, [HISTORY], |row| row.get(0))
        .optional()?;
    if history.is_none() {
        return Ok(0);
    }
    let version: Option<i64> = connection.query_row(LAST_VERSION, [], |row| row.get(0))?;
    Ok(version.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The versions that a runner knows, and what is written down of them where they were applied.
    fn known(runner: &Runner) -> Vec<(i32, u64)> {
        let mut known: Vec<_> = runner
            .get_migrations()
            .iter()
            .map(|migration| (migration.version(), migration.checksum()))
            .collect();
        known.sort_unstable();
        known
    }

    #[test]
    fn what_was_applied_anywhere_is_never_changed_because_its_database_could_not_be_opened_any_more()
     {
        let database = known(&embedded::migrations::runner());
        assert_eq!(
            database,
            [
                (1, 4_057_604_072_452_965_095),
                (2, 8_067_149_151_189_289_749),
                (3, 8_051_969_133_451_514_639),
                (4, 18_255_240_678_291_590_922),
                (5, 2_287_935_441_845_556_690),
                (6, 2_651_572_437_390_138_436),
            ]
        );
        let envelopes = known(&embedded_envelopes::migrations::runner());
        assert_eq!(
            envelopes,
            [
                (1, 15_445_372_583_203_239_277),
                (2, 10_276_376_763_847_618_286)
            ]
        );
    }
}
