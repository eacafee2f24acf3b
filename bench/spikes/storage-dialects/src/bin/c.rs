//! Candidate C: sqlx with its two own drivers, waited for on the store's thread: one `block_on` a commit or page.

use sqlx::{
    Connection, Executor, FromRow, PgConnection, SqliteConnection, query, query_as, query_scalar,
};
use storage_dialects::{
    Channel, Event, LITE_SCHEMA, PAGE, PG_SCHEMA, Result, Store, Unit, last_of_each, main_with,
};
use tokio::runtime::Runtime;

struct Lite(Runtime, SqliteConnection);

struct Pg(Runtime, PgConnection);

// count: on
#[derive(FromRow)]
struct Found {
    id: Vec<u8>,
    source: String,
    source_channel_id: String,
    name: String,
    image_url: Option<String>,
    connected: bool,
    created_at: i64,
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

// Both databases take $1, so one text serves where the two need nothing of their own.
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
const FIND_MANY: &str =
    "SELECT id, source, source_channel_id, name, image_url, connected, created_at, updated_at
    FROM channels WHERE id = ANY($1)";
const UPSERT_MANY: &str = "
    INSERT INTO channels (id, source, source_channel_id, name, image_url, connected, created_at, updated_at)
    SELECT * FROM UNNEST($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::bigint[],
        $8::bigint[])
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, image_url = excluded.image_url,
        connected = excluded.connected, updated_at = excluded.updated_at";
const APPEND_MANY: &str = "INSERT INTO events (kind, subject, payload, time)
    SELECT * FROM UNNEST($1::text[], $2::bytea[], $3::text[], $4::bigint[])";

// A function generic over the driver needs a page of bounds a query; a macro says the same.
macro_rules! dialect {
    ($name:ident, $Connection:ty) => {
        mod $name {
            use super::*;

            pub async fn unit(db: &mut $Connection, Unit { channel, event }: &Unit) -> Result<()> {
                let mut tx = db.begin().await?;
                let found: Option<Found> = query_as(FIND)
                    .bind(&channel.id[..])
                    .fetch_optional(&mut *tx)
                    .await?;
                let found = found.map(super::channel).transpose()?;
                query(UPSERT)
                    .bind(&channel.id[..])
                    .bind(&*channel.source)
                    .bind(&*channel.source_channel_id)
                    .bind(&*channel.name)
                    .bind(channel.image_url.as_deref())
                    .bind(channel.connected)
                    .bind(found.map_or(channel.created_at, |found| found.created_at))
                    .bind(channel.updated_at)
                    .execute(&mut *tx)
                    .await?;
                query(APPEND)
                    .bind(&*event.kind)
                    .bind(&event.subject[..])
                    .bind(&*event.payload)
                    .bind(event.time)
                    .execute(&mut *tx)
                    .await?;
                Ok(tx.commit().await?)
            }

            pub async fn list(db: &mut $Connection, since: i64) -> Result<Vec<Channel>> {
                let found: Vec<Found> = query_as(LIST)
                    .bind(since)
                    .bind(PAGE as i64)
                    .fetch_all(db)
                    .await?;
                found.into_iter().map(super::channel).collect()
            }
        }
    };
}

dialect!(lite, SqliteConnection);
dialect!(pg, PgConnection);

async fn lite_write(db: &mut SqliteConnection, units: &[Unit]) -> Result<()> {
    let mut tx = db.begin().await?;
    for unit in units {
        lite::unit(&mut tx, unit).await?;
    }
    Ok(tx.commit().await?)
}

async fn pg_batch(db: &mut PgConnection, units: &[Unit]) -> Result<()> {
    let rows = last_of_each(units);
    let ids: Vec<&[u8]> = rows.iter().map(|row| &row.id[..]).collect();
    let events: Vec<&Event> = units.iter().map(|unit| &unit.event).collect();
    let mut tx = db.begin().await?;
    let found: Vec<Found> = query_as(FIND_MANY).bind(&ids).fetch_all(&mut *tx).await?;
    let found: Vec<Channel> = found.into_iter().map(channel).collect::<Result<_>>()?;
    let found: std::collections::HashMap<_, _> =
        found.iter().map(|row| (row.id, row.created_at)).collect();
    let created = rows
        .iter()
        .map(|row| *found.get(&row.id).unwrap_or(&row.created_at));
    query(UPSERT_MANY)
        .bind(&ids)
        .bind(rows.iter().map(|row| &*row.source).collect::<Vec<_>>())
        .bind(
            rows.iter()
                .map(|row| &*row.source_channel_id)
                .collect::<Vec<_>>(),
        )
        .bind(rows.iter().map(|row| &*row.name).collect::<Vec<_>>())
        .bind(
            rows.iter()
                .map(|row| row.image_url.as_deref())
                .collect::<Vec<_>>(),
        )
        .bind(rows.iter().map(|row| row.connected).collect::<Vec<_>>())
        .bind(created.collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.updated_at).collect::<Vec<_>>())
        .execute(&mut *tx)
        .await?;
    query(APPEND_MANY)
        .bind(events.iter().map(|event| &*event.kind).collect::<Vec<_>>())
        .bind(
            events
                .iter()
                .map(|event| &event.subject[..])
                .collect::<Vec<_>>(),
        )
        .bind(
            events
                .iter()
                .map(|event| &*event.payload)
                .collect::<Vec<_>>(),
        )
        .bind(events.iter().map(|event| event.time).collect::<Vec<_>>())
        .execute(&mut *tx)
        .await?;
    Ok(tx.commit().await?)
}
// count: off

fn runtime() -> Result<Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?)
}

impl Store for Lite {
    fn open(target: &str) -> Result<Self> {
        let runtime = runtime()?;
        let db = runtime.block_on(async {
            let mut db = SqliteConnection::connect(&format!("sqlite://{target}?mode=rwc")).await?;
            db.execute(sqlx::raw_sql(LITE_SCHEMA)).await?;
            Result::Ok(db)
        })?;
        Ok(Lite(runtime, db))
    }

    fn write(&mut self, units: &[Unit]) -> Result<()> {
        self.0.block_on(lite_write(&mut self.1, units))
    }

    fn list(&mut self, since: i64) -> Result<Vec<Channel>> {
        self.0.block_on(lite::list(&mut self.1, since))
    }

    fn events(&mut self) -> Result<i64> {
        Ok(self
            .0
            .block_on(query_scalar("SELECT count(*) FROM events").fetch_one(&mut self.1))?)
    }
}

impl Store for Pg {
    fn open(target: &str) -> Result<Self> {
        let runtime = runtime()?;
        let db = runtime.block_on(async {
            let mut db = PgConnection::connect(target).await?;
            db.execute(sqlx::raw_sql(PG_SCHEMA)).await?;
            Result::Ok(db)
        })?;
        Ok(Pg(runtime, db))
    }

    fn write(&mut self, units: &[Unit]) -> Result<()> {
        match units {
            [unit] => self.0.block_on(pg::unit(&mut self.1, unit)),
            units => self.0.block_on(pg_batch(&mut self.1, units)),
        }
    }

    fn list(&mut self, since: i64) -> Result<Vec<Channel>> {
        self.0.block_on(pg::list(&mut self.1, since))
    }

    fn events(&mut self) -> Result<i64> {
        Ok(self
            .0
            .block_on(query_scalar("SELECT count(*) FROM events").fetch_one(&mut self.1))?)
    }
}

fn main() -> Result<()> {
    main_with::<Lite, Pg>()
}
