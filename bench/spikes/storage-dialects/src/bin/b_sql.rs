//! Candidate B without the query builder: `sql_query` only, which Diesel 2.3 never caches as a prepared statement.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
use diesel::{connection::SimpleConnection, sql_query};
use storage_dialects::{Channel, LITE_SCHEMA, PAGE, PG_SCHEMA, Result, Store, Unit, main_with};

struct Lite(SqliteConnection);

struct Pg(PgConnection);

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Binary)]
    id: Vec<u8>,
    #[diesel(sql_type = Text)]
    source: String,
    #[diesel(sql_type = Text)]
    source_channel_id: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    image_url: Option<String>,
    #[diesel(sql_type = Bool)]
    connected: bool,
    #[diesel(sql_type = BigInt)]
    created_at: i64,
    #[diesel(sql_type = BigInt)]
    updated_at: i64,
}

fn channel(found: Found) -> Result<Channel> {
    let Found {
        id,
        source,
        source_channel_id,
        name,
        image_url,
        connected,
        created_at,
        updated_at,
    } = found;
    let id = id.as_slice().try_into()?;
    Ok(Channel {
        id,
        source,
        source_channel_id,
        name,
        image_url,
        connected,
        created_at,
        updated_at,
    })
}

// Both databases take $1, so one text serves both.
const FIND: &str =
    "SELECT id, source, source_channel_id, name, image_url, connected, created_at, updated_at
    FROM channels WHERE id = $1";
const UPSERT: &str = "
    INSERT INTO channels (id, source, source_channel_id, name, image_url, connected, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, image_url = excluded.image_url,
        connected = excluded.connected, updated_at = excluded.updated_at";
const APPEND: &str = "INSERT INTO events (kind, subject, payload, time) VALUES ($1, $2, $3, $4)";
const LIST: &str =
    "SELECT id, source, source_channel_id, name, image_url, connected, created_at, updated_at
    FROM channels WHERE created_at >= $1 ORDER BY created_at, id LIMIT $2";

macro_rules! dialect {
    ($Store:ident, $Connection:ty, $schema:expr) => {
        impl $Store {
            fn unit(db: &mut $Connection, Unit { channel, event }: &Unit) -> Result<()> {
                db.transaction(|db| {
                    let found: Option<Found> = sql_query(FIND)
                        .bind::<Binary, _>(&channel.id[..])
                        .get_result(db)
                        .optional()?;
                    let found = found.map(self::channel).transpose()?;
                    sql_query(UPSERT)
                        .bind::<Binary, _>(&channel.id[..])
                        .bind::<Text, _>(&channel.source)
                        .bind::<Text, _>(&channel.source_channel_id)
                        .bind::<Text, _>(&channel.name)
                        .bind::<Nullable<Text>, _>(channel.image_url.as_deref())
                        .bind::<Bool, _>(channel.connected)
                        .bind::<BigInt, _>(
                            found.map_or(channel.created_at, |found| found.created_at),
                        )
                        .bind::<BigInt, _>(channel.updated_at)
                        .execute(db)?;
                    sql_query(APPEND)
                        .bind::<Text, _>(&event.kind)
                        .bind::<Binary, _>(&event.subject[..])
                        .bind::<Text, _>(&event.payload)
                        .bind::<BigInt, _>(event.time)
                        .execute(db)?;
                    Ok(())
                })
            }
        }

        impl Store for $Store {
            fn open(target: &str) -> Result<Self> {
                let mut db = <$Connection>::establish(target)?;
                db.batch_execute($schema)?;
                Ok($Store(db))
            }

            fn write(&mut self, units: &[Unit]) -> Result<()> {
                match units {
                    [unit] => Self::unit(&mut self.0, unit),
                    units => self
                        .0
                        .transaction(|db| units.iter().try_for_each(|unit| Self::unit(db, unit))),
                }
            }

            fn list(&mut self, since: i64) -> Result<Vec<Channel>> {
                let found: Vec<Found> = sql_query(LIST)
                    .bind::<BigInt, _>(since)
                    .bind::<BigInt, _>(PAGE as i64)
                    .load(&mut self.0)?;
                found.into_iter().map(channel).collect()
            }

            fn events(&mut self) -> Result<i64> {
                Ok(sql_query("SELECT count(*) AS n FROM events")
                    .get_result::<Count>(&mut self.0)?
                    .n)
            }
        }
    };
}

dialect!(Lite, SqliteConnection, LITE_SCHEMA);
dialect!(Pg, PgConnection, PG_SCHEMA);

fn main() -> Result<()> {
    main_with::<Lite, Pg>()
}
