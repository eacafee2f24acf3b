//! Candidate C with the `Any` driver: one body for both databases, as far as `Any` goes.
//! It binds scalars only, no arrays, so a batch on PostgreSQL is one statement a row.

use sqlx::{AnyConnection, Connection, Executor, FromRow, query, query_as, query_scalar};
use storage_dialects::{Channel, LITE_SCHEMA, PAGE, PG_SCHEMA, Result, Store, Unit, main_with};
use tokio::runtime::Runtime;

/// `Any` does not say which database it speaks to, and the schema must know.
struct Any<const PG: bool>(Runtime, AnyConnection);

// count: on
#[derive(FromRow)]
struct Found {
    id: Vec<u8>,
    source: String,
    source_channel_id: String,
    name: String,
    image_url: Option<String>,
    connected: i32,
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
    let connected = connected != 0;
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

// A bool is written as one by both, but SQLite gives it back as an integer and `Any` converts nothing: hence the casts.
const FIND: &str = "SELECT id, source, source_channel_id, name, image_url, CAST(connected AS integer) AS connected,
        created_at, updated_at
    FROM channels WHERE id = $1";
const UPSERT: &str = "
    INSERT INTO channels (id, source, source_channel_id, name, image_url, connected, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, image_url = excluded.image_url,
        connected = excluded.connected, updated_at = excluded.updated_at";
const APPEND: &str = "INSERT INTO events (kind, subject, payload, time) VALUES ($1, $2, $3, $4)";
const LIST: &str = "SELECT id, source, source_channel_id, name, image_url, CAST(connected AS integer) AS connected,
        created_at, updated_at
    FROM channels WHERE created_at >= $1 ORDER BY created_at, id LIMIT $2";

async fn unit(db: &mut AnyConnection, Unit { channel, event }: &Unit) -> Result<()> {
    let mut tx = db.begin().await?;
    let found: Option<Found> = query_as(FIND)
        .bind(&channel.id[..])
        .fetch_optional(&mut *tx)
        .await?;
    let found = found.map(self::channel).transpose()?;
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

async fn batch(db: &mut AnyConnection, units: &[Unit]) -> Result<()> {
    let mut tx = db.begin().await?;
    for each in units {
        unit(&mut tx, each).await?;
    }
    Ok(tx.commit().await?)
}

async fn list(db: &mut AnyConnection, since: i64) -> Result<Vec<Channel>> {
    let found: Vec<Found> = query_as(LIST)
        .bind(since)
        .bind(PAGE as i64)
        .fetch_all(db)
        .await?;
    found.into_iter().map(channel).collect()
}
// count: off

impl<const PG: bool> Store for Any<PG> {
    fn open(target: &str) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let (url, schema) = match PG {
            true => (target.to_owned(), PG_SCHEMA),
            false => (format!("sqlite://{target}?mode=rwc"), LITE_SCHEMA),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let db = runtime.block_on(async {
            let mut db = AnyConnection::connect(&url).await?;
            db.execute(sqlx::raw_sql(schema)).await?;
            Result::Ok(db)
        })?;
        Ok(Any(runtime, db))
    }

    fn write(&mut self, units: &[Unit]) -> Result<()> {
        match units {
            [one] => self.0.block_on(unit(&mut self.1, one)),
            units => self.0.block_on(batch(&mut self.1, units)),
        }
    }

    fn list(&mut self, since: i64) -> Result<Vec<Channel>> {
        self.0.block_on(list(&mut self.1, since))
    }

    fn events(&mut self) -> Result<i64> {
        Ok(self
            .0
            .block_on(query_scalar("SELECT count(*) FROM events").fetch_one(&mut self.1))?)
    }
}

fn main() -> Result<()> {
    main_with::<Any<false>, Any<true>>()
}
