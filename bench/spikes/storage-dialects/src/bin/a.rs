//! Candidate A: hand-written SQL twice, `rusqlite` and the synchronous `postgres`.

use postgres::{Client, NoTls, Statement};
use rusqlite::{Connection, OptionalExtension, params};
use storage_dialects::{
    Channel, Event, LITE_SCHEMA, PAGE, PG_SCHEMA, Result, Store, Unit, last_of_each, main_with,
};

struct Lite(Connection);

struct Pg {
    client: Client,
    find: Statement,
    upsert: Statement,
    append: Statement,
    list: Statement,
    find_many: Statement,
    upsert_many: Statement,
    append_many: Statement,
}

// count: on
fn lite_channel(row: &rusqlite::Row) -> rusqlite::Result<Channel> {
    Ok(Channel {
        id: row.get(0)?,
        source: row.get(1)?,
        source_channel_id: row.get(2)?,
        name: row.get(3)?,
        image_url: row.get(4)?,
        connected: row.get(5)?,
        created_at: row.get(6)?,
        updated_at: row.get(7)?,
    })
}

fn lite_unit(db: &Connection, Unit { channel, event }: &Unit) -> rusqlite::Result<()> {
    let found = db
        .prepare_cached(
            "SELECT id, source, source_channel_id, name, image_url, connected, created_at, updated_at
             FROM channels WHERE id = ?1",
        )?
        .query_row([&channel.id], lite_channel)
        .optional()?;
    db.prepare_cached(
        "INSERT INTO channels (id, source, source_channel_id, name, image_url, connected, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, image_url = excluded.image_url,
             connected = excluded.connected, updated_at = excluded.updated_at",
    )?
    .execute(params![
        channel.id,
        channel.source,
        channel.source_channel_id,
        channel.name,
        channel.image_url,
        channel.connected,
        found.map_or(channel.created_at, |found| found.created_at),
        channel.updated_at,
    ])?;
    db.prepare_cached("INSERT INTO events (kind, subject, payload, time) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![
            event.kind,
            event.subject,
            event.payload,
            event.time
        ])?;
    Ok(())
}

fn lite_write(db: &Connection, units: &[Unit]) -> rusqlite::Result<()> {
    let step = |sql| db.prepare_cached(sql)?.execute([]);
    let transaction = db.unchecked_transaction()?;
    for unit in units {
        step("SAVEPOINT unit")?;
        let done = lite_unit(db, unit);
        if done.is_err() {
            step("ROLLBACK TO unit")?;
        }
        step("RELEASE unit")?;
        done?;
    }
    transaction.commit()
}

fn lite_list(db: &Connection, since: i64) -> rusqlite::Result<Vec<Channel>> {
    db.prepare_cached(
        "SELECT id, source, source_channel_id, name, image_url, connected, created_at, updated_at
         FROM channels WHERE created_at >= ?1 ORDER BY created_at, id LIMIT ?2",
    )?
    .query_map(params![since, PAGE as i64], lite_channel)?
    .collect()
}

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

fn pg_channel(row: &postgres::Row) -> Result<Channel> {
    Ok(Channel {
        id: row.try_get::<_, &[u8]>(0)?.try_into()?,
        source: row.try_get(1)?,
        source_channel_id: row.try_get(2)?,
        name: row.try_get(3)?,
        image_url: row.try_get(4)?,
        connected: row.try_get(5)?,
        created_at: row.try_get(6)?,
        updated_at: row.try_get(7)?,
    })
}

fn pg_unit(pg: &mut Pg, Unit { channel, event }: &Unit) -> Result<()> {
    let mut tx = pg.client.transaction()?;
    let found = tx
        .query_opt(&pg.find, &[&&channel.id[..]])?
        .as_ref()
        .map(pg_channel)
        .transpose()?;
    let created_at = found.map_or(channel.created_at, |found| found.created_at);
    tx.execute(
        &pg.upsert,
        &[
            &&channel.id[..],
            &channel.source,
            &channel.source_channel_id,
            &channel.name,
            &channel.image_url,
            &channel.connected,
            &created_at,
            &channel.updated_at,
        ],
    )?;
    tx.execute(
        &pg.append,
        &[
            &event.kind,
            &&event.subject[..],
            &event.payload,
            &event.time,
        ],
    )?;
    Ok(tx.commit()?)
}

fn pg_batch(pg: &mut Pg, units: &[Unit]) -> Result<()> {
    let channels = last_of_each(units);
    let ids: Vec<&[u8]> = channels.iter().map(|channel| &channel.id[..]).collect();
    let mut tx = pg.client.transaction()?;
    let found: Vec<Channel> = tx
        .query(&pg.find_many, &[&ids])?
        .iter()
        .map(pg_channel)
        .collect::<Result<_>>()?;
    let found: std::collections::HashMap<_, _> = found
        .iter()
        .map(|found| (found.id, found.created_at))
        .collect();
    let created: Vec<i64> = channels
        .iter()
        .map(|channel| *found.get(&channel.id).unwrap_or(&channel.created_at))
        .collect();
    tx.execute(
        &pg.upsert_many,
        &[
            &ids,
            &channels
                .iter()
                .map(|channel| &*channel.source)
                .collect::<Vec<_>>(),
            &channels
                .iter()
                .map(|channel| &*channel.source_channel_id)
                .collect::<Vec<_>>(),
            &channels
                .iter()
                .map(|channel| &*channel.name)
                .collect::<Vec<_>>(),
            &channels
                .iter()
                .map(|channel| channel.image_url.as_deref())
                .collect::<Vec<_>>(),
            &channels
                .iter()
                .map(|channel| channel.connected)
                .collect::<Vec<_>>(),
            &created,
            &channels
                .iter()
                .map(|channel| channel.updated_at)
                .collect::<Vec<_>>(),
        ],
    )?;
    let events: Vec<&Event> = units.iter().map(|unit| &unit.event).collect();
    tx.execute(
        &pg.append_many,
        &[
            &events.iter().map(|event| &*event.kind).collect::<Vec<_>>(),
            &events
                .iter()
                .map(|event| &event.subject[..])
                .collect::<Vec<_>>(),
            &events
                .iter()
                .map(|event| &*event.payload)
                .collect::<Vec<_>>(),
            &events.iter().map(|event| event.time).collect::<Vec<_>>(),
        ],
    )?;
    Ok(tx.commit()?)
}

fn pg_list(pg: &mut Pg, since: i64) -> Result<Vec<Channel>> {
    pg.client
        .query(&pg.list, &[&since, &(PAGE as i64)])?
        .iter()
        .map(pg_channel)
        .collect()
}
// count: off

impl Store for Lite {
    fn open(target: &str) -> Result<Self> {
        let db = Connection::open(target)?;
        db.execute_batch(LITE_SCHEMA)?;
        Ok(Lite(db))
    }

    fn write(&mut self, units: &[Unit]) -> Result<()> {
        Ok(lite_write(&self.0, units)?)
    }

    fn list(&mut self, since: i64) -> Result<Vec<Channel>> {
        Ok(lite_list(&self.0, since)?)
    }

    fn events(&mut self) -> Result<i64> {
        Ok(self
            .0
            .query_row("SELECT count(*) FROM events", [], |row| row.get(0))?)
    }
}

impl Store for Pg {
    fn open(target: &str) -> Result<Self> {
        let mut client = Client::connect(target, NoTls)?;
        client.batch_execute(PG_SCHEMA)?;
        Ok(Pg {
            find: client.prepare(FIND)?,
            upsert: client.prepare(UPSERT)?,
            append: client.prepare(APPEND)?,
            list: client.prepare(LIST)?,
            find_many: client.prepare(FIND_MANY)?,
            upsert_many: client.prepare(UPSERT_MANY)?,
            append_many: client.prepare(APPEND_MANY)?,
            client,
        })
    }

    fn write(&mut self, units: &[Unit]) -> Result<()> {
        match units {
            [unit] => pg_unit(self, unit),
            units => pg_batch(self, units),
        }
    }

    fn list(&mut self, since: i64) -> Result<Vec<Channel>> {
        pg_list(self, since)
    }

    fn events(&mut self) -> Result<i64> {
        Ok(self
            .client
            .query_one("SELECT count(*) FROM events", &[])?
            .try_get(0)?)
    }
}

fn main() -> Result<()> {
    main_with::<Lite, Pg>()
}
