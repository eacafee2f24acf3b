-- Connected accounts. Rows keep the order of their creation on disk, so that listing all of them in
-- that order reads neighbouring pages.
CREATE TABLE channels (
    id                BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    source            TEXT    NOT NULL,
    source_channel_id TEXT    NOT NULL,
    name              TEXT    NOT NULL,
    image_url         TEXT,
    connected         INTEGER NOT NULL CHECK (connected IN (0, 1)),
    upstream          TEXT,
    facts             TEXT    NOT NULL,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL
) STRICT;

CREATE INDEX channels_by_creation ON channels (created_at, id);

CREATE INDEX channels_by_upstream ON channels (upstream, id)
    WHERE connected = 1 AND upstream IS NOT NULL;

-- What lets us act for a channel, sealed. Absent once it is disconnected.
--
-- `apart` is zeros that fill the part of a row that SQLite keeps in the tree, up to about 1000 bytes,
-- so that what is sealed lies in overflow pages of its own. Those are zeroed when they are freed;
-- rows inside the tree are copied when pages split and merge, and the copies stay behind.
CREATE TABLE credentials (
    channel_id BLOB NOT NULL PRIMARY KEY REFERENCES channels (id),
    apart      BLOB NOT NULL,
    key_id     TEXT NOT NULL,
    sealed     BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What has happened. AUTOINCREMENT: a position is never given again, even if the newest events are
-- ever removed.
CREATE TABLE events (
    position    INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind        TEXT    NOT NULL,
    subject     BLOB    NOT NULL CHECK (length(subject) = 16),
    payload     TEXT    NOT NULL,
    occurred_at INTEGER NOT NULL
) STRICT;

-- What is to be done. Small and busy: rows come and go. `apart` is there if something is sealed, as
-- in credentials.
CREATE TABLE jobs (
    id            BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    kind          TEXT    NOT NULL,
    key           TEXT    NOT NULL,
    run_at        INTEGER NOT NULL,
    attempts      INTEGER NOT NULL,
    payload       TEXT    NOT NULL,
    apart         BLOB,
    sealed_key_id TEXT,
    sealed        BLOB,
    CHECK ((sealed_key_id IS NULL) = (sealed IS NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX jobs_by_key ON jobs (kind, key);

CREATE INDEX jobs_by_due ON jobs (kind, run_at);

-- How often things of a kind have changed.
CREATE TABLE revisions (
    noun     TEXT    NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO revisions (noun, revision) VALUES ('channels', 0);
