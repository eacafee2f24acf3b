//! Candidate B: Diesel's query builder, the same functions for both databases; UNNEST by `sql_query`.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Nullable, Text};
use diesel::upsert::excluded;
use diesel::{connection::SimpleConnection, sql_query};
use storage_dialects::{
    Channel, Event, LITE_SCHEMA, PAGE, PG_SCHEMA, Result, Store, Unit, last_of_each, main_with,
};

struct Lite(SqliteConnection);

struct Pg(PgConnection);

// count: on
diesel::table! {
    channels (id) {
        id -> Binary,
        source -> Text,
        source_channel_id -> Text,
        name -> Text,
        image_url -> Nullable<Text>,
        connected -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    events (position) {
        position -> BigInt,
        kind -> Text,
        subject -> Binary,
        payload -> Text,
        time -> BigInt,
    }
}

#[derive(Queryable, QueryableByName)]
#[diesel(table_name = channels)]
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

#[derive(Insertable)]
#[diesel(table_name = channels, treat_none_as_default_value = false)]
struct NewChannel<'a> {
    id: &'a [u8],
    source: &'a str,
    source_channel_id: &'a str,
    name: &'a str,
    image_url: Option<&'a str>,
    connected: bool,
    created_at: i64,
    updated_at: i64,
}

#[derive(Insertable)]
#[diesel(table_name = events)]
struct NewEvent<'a> {
    kind: &'a str,
    subject: &'a [u8],
    payload: &'a str,
    time: i64,
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

// A function generic over the connection needs a page of bounds a query; a macro says the same.
macro_rules! dialect {
    ($name:ident, $Connection:ty) => {
        mod $name {
            use super::*;

            pub fn unit(db: &mut $Connection, Unit { channel, event }: &Unit) -> Result<()> {
                db.transaction(|db| {
                    let found: Option<Found> =
                        channels::table.find(&channel.id[..]).first(db).optional()?;
                    let found = found.map(super::channel).transpose()?;
                    diesel::insert_into(channels::table)
                        .values(NewChannel {
                            id: &channel.id,
                            source: &channel.source,
                            source_channel_id: &channel.source_channel_id,
                            name: &channel.name,
                            image_url: channel.image_url.as_deref(),
                            connected: channel.connected,
                            created_at: found.map_or(channel.created_at, |found| found.created_at),
                            updated_at: channel.updated_at,
                        })
                        .on_conflict(channels::id)
                        .do_update()
                        .set((
                            channels::name.eq(excluded(channels::name)),
                            channels::image_url.eq(excluded(channels::image_url)),
                            channels::connected.eq(excluded(channels::connected)),
                            channels::updated_at.eq(excluded(channels::updated_at)),
                        ))
                        .execute(db)?;
                    diesel::insert_into(events::table)
                        .values(NewEvent {
                            kind: &event.kind,
                            subject: &event.subject,
                            payload: &event.payload,
                            time: event.time,
                        })
                        .execute(db)?;
                    Ok(())
                })
            }

            pub fn list(db: &mut $Connection, since: i64) -> Result<Vec<Channel>> {
                channels::table
                    .filter(channels::created_at.ge(since))
                    .order((channels::created_at, channels::id))
                    .limit(PAGE as i64)
                    .load::<Found>(db)?
                    .into_iter()
                    .map(super::channel)
                    .collect()
            }
        }
    };
}

dialect!(lite, SqliteConnection);
dialect!(pg, PgConnection);

fn lite_write(db: &mut SqliteConnection, units: &[Unit]) -> Result<()> {
    db.immediate_transaction(|db| units.iter().try_for_each(|unit| lite::unit(db, unit)))
}

const UPSERT_MANY: &str = "
    INSERT INTO channels (id, source, source_channel_id, name, image_url, connected, created_at, updated_at)
    SELECT * FROM UNNEST($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, image_url = excluded.image_url,
        connected = excluded.connected, updated_at = excluded.updated_at";
const APPEND_MANY: &str =
    "INSERT INTO events (kind, subject, payload, time) SELECT * FROM UNNEST($1, $2, $3, $4)";

fn pg_batch(db: &mut PgConnection, units: &[Unit]) -> Result<()> {
    let rows = last_of_each(units);
    let ids: Vec<&[u8]> = rows.iter().map(|row| &row.id[..]).collect();
    let events: Vec<&Event> = units.iter().map(|unit| &unit.event).collect();
    db.transaction(|db| {
        let found: Vec<Found> = channels::table.filter(channels::id.eq_any(&ids)).load(db)?;
        let found: Vec<Channel> = found.into_iter().map(channel).collect::<Result<_>>()?;
        let found: std::collections::HashMap<_, _> =
            found.iter().map(|row| (row.id, row.created_at)).collect();
        let created = rows
            .iter()
            .map(|row| *found.get(&row.id).unwrap_or(&row.created_at));
        sql_query(UPSERT_MANY)
            .bind::<Array<Binary>, _>(&ids)
            .bind::<Array<Text>, _>(rows.iter().map(|row| &*row.source).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(
                rows.iter()
                    .map(|row| &*row.source_channel_id)
                    .collect::<Vec<_>>(),
            )
            .bind::<Array<Text>, _>(rows.iter().map(|row| &*row.name).collect::<Vec<_>>())
            .bind::<Array<Nullable<Text>>, _>(
                rows.iter()
                    .map(|row| row.image_url.as_deref())
                    .collect::<Vec<_>>(),
            )
            .bind::<Array<Bool>, _>(rows.iter().map(|row| row.connected).collect::<Vec<_>>())
            .bind::<Array<BigInt>, _>(created.collect::<Vec<_>>())
            .bind::<Array<BigInt>, _>(rows.iter().map(|row| row.updated_at).collect::<Vec<_>>())
            .execute(db)?;
        sql_query(APPEND_MANY)
            .bind::<Array<Text>, _>(events.iter().map(|event| &*event.kind).collect::<Vec<_>>())
            .bind::<Array<Binary>, _>(
                events
                    .iter()
                    .map(|event| &event.subject[..])
                    .collect::<Vec<_>>(),
            )
            .bind::<Array<Text>, _>(
                events
                    .iter()
                    .map(|event| &*event.payload)
                    .collect::<Vec<_>>(),
            )
            .bind::<Array<BigInt>, _>(events.iter().map(|event| event.time).collect::<Vec<_>>())
            .execute(db)?;
        Ok(())
    })
}
// count: off

impl Store for Lite {
    fn open(target: &str) -> Result<Self> {
        let mut db = SqliteConnection::establish(target)?;
        db.batch_execute(LITE_SCHEMA)?;
        Ok(Lite(db))
    }

    fn write(&mut self, units: &[Unit]) -> Result<()> {
        lite_write(&mut self.0, units)
    }

    fn list(&mut self, since: i64) -> Result<Vec<Channel>> {
        lite::list(&mut self.0, since)
    }

    fn events(&mut self) -> Result<i64> {
        Ok(events::table.count().get_result(&mut self.0)?)
    }
}

impl Store for Pg {
    fn open(target: &str) -> Result<Self> {
        let mut db = PgConnection::establish(target)?;
        db.batch_execute(PG_SCHEMA)?;
        Ok(Pg(db))
    }

    fn write(&mut self, units: &[Unit]) -> Result<()> {
        match units {
            [unit] => pg::unit(&mut self.0, unit),
            units => pg_batch(&mut self.0, units),
        }
    }

    fn list(&mut self, since: i64) -> Result<Vec<Channel>> {
        pg::list(&mut self.0, since)
    }

    fn events(&mut self) -> Result<i64> {
        Ok(events::table.count().get_result(&mut self.0)?)
    }
}

fn main() -> Result<()> {
    main_with::<Lite, Pg>()
}
