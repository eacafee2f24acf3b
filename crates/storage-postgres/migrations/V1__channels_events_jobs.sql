-- Connected accounts. Text is compared byte by byte, as ids are: no collation of an operating system
-- that can change under an index.
CREATE TABLE channels (
    id                uuid    NOT NULL PRIMARY KEY,
    source            text    NOT NULL COLLATE "C",
    source_channel_id text    NOT NULL COLLATE "C",
    name              text    NOT NULL COLLATE "C",
    image_url         text    COLLATE "C",
    connected         boolean NOT NULL,
    upstream          text    COLLATE "C",
    facts             text    NOT NULL COLLATE "C",
    created_at        bigint  NOT NULL,
    updated_at        bigint  NOT NULL
);

CREATE INDEX channels_by_creation ON channels (created_at, id);

CREATE INDEX channels_by_upstream ON channels (upstream, id)
    WHERE connected AND upstream IS NOT NULL;

-- What lets us act for a channel, sealed. Absent once it is disconnected.
CREATE TABLE credentials (
    channel_id uuid  NOT NULL PRIMARY KEY REFERENCES channels (id),
    key_id     text  NOT NULL COLLATE "C",
    sealed     bytea NOT NULL
);

-- What has happened. Positions are given and committed under one lock, so they become readable in
-- their order. The sequence has no cache: a node that kept some positions would use them too late.
CREATE TABLE events (
    position    bigint NOT NULL GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    kind        text   NOT NULL COLLATE "C",
    subject     uuid   NOT NULL,
    payload     text   NOT NULL COLLATE "C",
    occurred_at bigint NOT NULL
);

-- What is to be done. Small and busy: rows come and go, so it is vacuumed by their number and not by
-- a share of them.
CREATE TABLE jobs (
    id            uuid   NOT NULL PRIMARY KEY,
    kind          text   NOT NULL COLLATE "C",
    key           text   NOT NULL COLLATE "C",
    payload       text   NOT NULL COLLATE "C",
    sealed_key_id text   COLLATE "C",
    sealed        bytea,
    run_at        bigint NOT NULL,
    attempts      bigint NOT NULL,
    CHECK ((sealed_key_id IS NULL) = (sealed IS NULL))
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE UNIQUE INDEX jobs_by_key ON jobs (kind, key);

CREATE INDEX jobs_by_due ON jobs (kind, run_at, id);

-- How often things of a kind have changed. A row that changes with each commit: its page has room
-- for new versions beside the old ones, which are reused without touching the index.
CREATE TABLE revisions (
    noun     text   NOT NULL COLLATE "C" PRIMARY KEY,
    revision bigint NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

INSERT INTO revisions (noun, revision) VALUES ('channels', 0);
