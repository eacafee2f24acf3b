//! What the candidates share: the data, the tables, the clock round and the checks.
//! A candidate implements [`Store`] once for SQLite and once for PostgreSQL, and its `main` is [`main_with`].

use std::time::{Duration, Instant};

pub type Error = Box<dyn std::error::Error + Send + Sync>;
pub type Result<T> = std::result::Result<T, Error>;

/// Units of work in one commit.
pub const BATCH: usize = 64;
/// Channels in the table before the clock starts.
pub const CHANNELS: usize = 5_000;
/// Rows of one list page.
pub const PAGE: usize = 20;

pub const LITE_SCHEMA: &str = "
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE channels (
    id BLOB PRIMARY KEY, source TEXT NOT NULL, source_channel_id TEXT NOT NULL, name TEXT NOT NULL,
    image_url TEXT, connected INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX channels_page ON channels (created_at, id);
CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, subject BLOB NOT NULL,
    payload TEXT NOT NULL, time INTEGER NOT NULL
);";

pub const PG_SCHEMA: &str = "
SET client_min_messages = warning;
DROP TABLE IF EXISTS channels, events;
CREATE TABLE channels (
    id bytea PRIMARY KEY, source text NOT NULL, source_channel_id text NOT NULL, name text NOT NULL,
    image_url text, connected boolean NOT NULL, created_at bigint NOT NULL, updated_at bigint NOT NULL
);
CREATE INDEX channels_page ON channels (created_at, id);
CREATE TABLE events (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL, subject bytea NOT NULL,
    payload text NOT NULL, time bigint NOT NULL
);";

#[derive(Clone)]
pub struct Channel {
    pub id: [u8; 16],
    pub source: String,
    pub source_channel_id: String,
    pub name: String,
    pub image_url: Option<String>,
    pub connected: bool,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Clone)]
pub struct Event {
    pub kind: String,
    pub subject: [u8; 16],
    pub payload: String,
    pub time: i64,
}

/// One unit of work: read the channel, write it, announce it.
#[derive(Clone)]
pub struct Unit {
    pub channel: Channel,
    pub event: Event,
}

pub trait Store: Sized {
    /// Opens the database and makes empty tables.
    fn open(target: &str) -> Result<Self>;
    /// Commits all units in one transaction.
    fn write(&mut self, units: &[Unit]) -> Result<()>;
    /// Reads [`PAGE`] channels created at `since` or later, in order of creation.
    fn list(&mut self, since: i64) -> Result<Vec<Channel>>;
    /// Counts the events, for the check after the clock.
    fn events(&mut self) -> Result<i64>;
}

/// Ids are clustered by time as the product's are, with a scrambled tail.
fn id(n: u64) -> [u8; 16] {
    let tail = (n ^ (n >> 31)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut id = [0; 16];
    id[..8].copy_from_slice(&n.to_be_bytes());
    id[8..].copy_from_slice(&tail.to_be_bytes());
    id
}

fn unit(n: usize, time: i64) -> Unit {
    let id = id(n as u64);
    let channel = Channel {
        id,
        source: "facebook".to_owned(),
        source_channel_id: format!("page-{n}"),
        name: format!("Channel number {n}"),
        image_url: n
            .is_multiple_of(2)
            .then(|| format!("https://images.example/{n}.png")),
        connected: true,
        created_at: 1_000_000 + n as i64,
        updated_at: time,
    };
    let event = Event {
        kind: "channel.updated".to_owned(),
        subject: id,
        payload: format!("{{\"n\":{n},\"text\":\"{}\"}}", "x".repeat(275)),
        time,
    };
    Unit { channel, event }
}

/// The last channel of each id: PostgreSQL refuses to upsert one row twice in one statement.
pub fn last_of_each(units: &[Unit]) -> Vec<&Channel> {
    let mut seen = std::collections::HashSet::with_capacity(units.len());
    let mut last: Vec<_> = units
        .iter()
        .rev()
        .map(|unit| &unit.channel)
        .filter(|channel| seen.insert(channel.id))
        .collect();
    last.reverse();
    last
}

/// `<candidate> write|write-one|read lite|pg <seconds> <target>`: prints units or pages per second.
pub fn main_with<Lite: Store, Pg: Store>() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [task, database, seconds, target] = args.as_slice() else {
        return Err("usage: <candidate> write|write-one|read lite|pg <seconds> <target>".into());
    };
    let time = Duration::from_secs_f64(seconds.parse()?);
    let rate = match database.as_str() {
        "lite" => measure::<Lite>(task, time, target)?,
        "pg" => measure::<Pg>(task, time, target)?,
        other => return Err(format!("no such database: {other}").into()),
    };
    println!("{rate:.0}");
    Ok(())
}

fn measure<S: Store>(task: &str, time: Duration, target: &str) -> Result<f64> {
    let mut store = S::open(target)?;
    let seed: Vec<Unit> = (0..CHANNELS).map(|n| unit(n, 0)).collect();
    for units in seed.chunks(BATCH) {
        store.write(units)?;
    }
    // 7,919 is prime to 5,000: every channel comes round, no two neighbours in one batch.
    let ring: Vec<Unit> = (0..CHANNELS)
        .map(|n| unit(n * 7_919 % CHANNELS, n as i64))
        .collect();
    let (size, reads) = match task {
        "write" => (BATCH, false),
        "write-one" => (1, false),
        "read" => (1, true),
        other => return Err(format!("no such task: {other}").into()),
    };
    let mut written = store.events()?;
    let mut step = |turn: usize| -> Result<()> {
        if reads {
            let since = 1_000_000 + (turn * 7_919 % (CHANNELS - PAGE)) as i64;
            let page = store.list(since)?;
            let ordered = page
                .iter()
                .zip(since..)
                .all(|(channel, at)| channel.created_at == at);
            if page.len() != PAGE || !ordered {
                return Err("a page is wrong".into());
            }
        } else {
            let start = turn * size % (CHANNELS - size);
            store.write(&ring[start..start + size])?;
            written += size as i64;
        }
        Ok(())
    };
    let mut turn = 0;
    let warm = Instant::now();
    while warm.elapsed() < time / 6 {
        step(turn)?;
        turn += 1;
    }
    let (clock, first) = (Instant::now(), turn);
    while clock.elapsed() < time {
        step(turn)?;
        turn += 1;
    }
    let rate = ((turn - first) * size) as f64 / clock.elapsed().as_secs_f64();
    if store.events()? != written {
        return Err("events are missing".into());
    }
    Ok(rate)
}
