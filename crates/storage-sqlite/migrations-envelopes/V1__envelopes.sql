-- What providers have sent, byte for byte, in the order it arrived. AUTOINCREMENT: an id is never
-- given again, also when the newest envelopes are removed. The body stands last: what is before it
-- is read without it.
CREATE TABLE envelopes (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    received_at INTEGER NOT NULL,
    source      TEXT    NOT NULL,
    target      TEXT    NOT NULL,
    headers     TEXT    NOT NULL,
    body        BLOB    NOT NULL
) STRICT;

CREATE INDEX envelopes_by_source ON envelopes (source);
