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

-- What applying an envelope came to, where it was not simply applied.
CREATE TABLE outcomes (
    envelope_id INTEGER NOT NULL PRIMARY KEY,
    verdict     TEXT    NOT NULL,
    findings    TEXT    NOT NULL
) STRICT;

CREATE INDEX outcomes_by_verdict ON outcomes (verdict);

-- How far envelopes have been applied, and by whom until when. One row.
CREATE TABLE apply_progress (
    only        INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    through     INTEGER NOT NULL,
    node        BLOB CHECK (length(node) = 16),
    lease_until INTEGER,
    CHECK ((node IS NULL) = (lease_until IS NULL))
) STRICT;

INSERT INTO apply_progress (only, through) VALUES (1, 0);

-- Threads of messages. What an inbound message changes is in one row and one index.
CREATE TABLE conversations (
    id                     BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    channel_id             BLOB    NOT NULL CHECK (length(channel_id) = 16),
    source                 TEXT    NOT NULL,
    handle                 TEXT    NOT NULL,
    contact_id             BLOB    NOT NULL CHECK (length(contact_id) = 16),
    created_at             INTEGER NOT NULL,
    last_message_at        INTEGER,
    last_message_id        BLOB CHECK (length(last_message_id) = 16),
    last_message_sequence  INTEGER,
    last_inbound_at        INTEGER,
    message_count          INTEGER NOT NULL,
    unread_count           INTEGER NOT NULL,
    read_through           INTEGER,
    delivered_until        INTEGER,
    seen_until             INTEGER,
    display_name           TEXT,
    display_name_said_at   INTEGER,
    display_name_by_user   INTEGER NOT NULL CHECK (display_name_by_user IN (0, 1)),
    avatar_url             TEXT,
    avatar_url_said_at     INTEGER,
    avatar_url_by_user     INTEGER NOT NULL CHECK (avatar_url_by_user IN (0, 1)),
    profile                TEXT    NOT NULL,
    state                  TEXT,
    CHECK ((last_message_at IS NULL) = (last_message_id IS NULL)),
    CHECK ((last_message_at IS NULL) = (last_message_sequence IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX conversations_by_activity ON conversations (last_message_at, id)
    WHERE last_message_at IS NOT NULL;

-- Both change only when a conversation comes or goes.
CREATE INDEX conversations_by_channel ON conversations (channel_id);

CREATE INDEX conversations_by_source ON conversations (source);

-- The conversations with unread messages: a row comes with the first and goes when they are read, and
-- nothing is written in between.
CREATE TABLE unread_conversations (
    conversation_id BLOB NOT NULL PRIMARY KEY CHECK (length(conversation_id) = 16)
) STRICT, WITHOUT ROWID;

-- How many there are: contacts, and conversations with a message by what they are listed by.
CREATE TABLE counts (
    kind TEXT    NOT NULL,
    key  BLOB    NOT NULL,
    n    INTEGER NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

-- Other handles that lead to a conversation.
CREATE TABLE aliases (
    channel_id      BLOB NOT NULL CHECK (length(channel_id) = 16),
    handle          TEXT NOT NULL,
    conversation_id BLOB NOT NULL CHECK (length(conversation_id) = 16),
    PRIMARY KEY (channel_id, handle)
) STRICT, WITHOUT ROWID;

CREATE INDEX aliases_by_conversation ON aliases (conversation_id);

-- The words under which conversations are found, in lower case and in their order.
CREATE TABLE conversation_words (
    key             TEXT    NOT NULL,
    word            TEXT    NOT NULL,
    conversation_id BLOB    NOT NULL CHECK (length(conversation_id) = 16),
    position        INTEGER NOT NULL,
    PRIMARY KEY (key, word, conversation_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX conversation_words_by_conversation
    ON conversation_words (conversation_id, key, position);

CREATE TABLE tags (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name       TEXT    NOT NULL,
    color      TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX tags_by_creation ON tags (created_at, id);

CREATE TABLE conversation_tags (
    conversation_id BLOB NOT NULL CHECK (length(conversation_id) = 16),
    tag_id          BLOB NOT NULL CHECK (length(tag_id) = 16),
    PRIMARY KEY (conversation_id, tag_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX conversation_tags_by_tag ON conversation_tags (tag_id, conversation_id);

-- Messages in the order they were stored: new ones are put at the end, and only the two indexes are
-- written at random. `searchable` is what the full text has of it: without it the full text could not
-- forget it. AUTOINCREMENT: a sequence is never given again.
CREATE TABLE messages (
    sequence        INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id              BLOB    NOT NULL CHECK (length(id) = 16),
    conversation_id BLOB    NOT NULL CHECK (length(conversation_id) = 16),
    sent_at         INTEGER NOT NULL,
    from_contact    INTEGER NOT NULL CHECK (from_contact IN (0, 1)),
    source          TEXT    NOT NULL,
    sender          TEXT    NOT NULL,
    updated_at      INTEGER,
    delivery        TEXT    NOT NULL,
    provider_id     TEXT,
    provider_key    BLOB CHECK (length(provider_key) = 16),
    receipt         TEXT,
    edits           INTEGER NOT NULL,
    unsent          INTEGER NOT NULL CHECK (unsent IN (0, 1)),
    envelope_id     INTEGER,
    content         TEXT    NOT NULL,
    searchable      TEXT
) STRICT;

CREATE UNIQUE INDEX messages_by_id ON messages (id);

CREATE UNIQUE INDEX messages_by_provider_key ON messages (provider_key)
    WHERE provider_key IS NOT NULL;

-- Ends with the sequence, as every index of a table with a rowid does.
CREATE INDEX messages_by_conversation ON messages (conversation_id, sent_at);

-- The full text: terms, and nothing of the texts but their places.
CREATE VIRTUAL TABLE message_text USING fts5 (
    searchable,
    content = '',
    columnsize = 0,
    tokenize = 'unicode61 remove_diacritics 2'
);

-- What is taken out of the full text is taken out of its pages at once.
INSERT INTO message_text (message_text, rank) VALUES ('secure-delete', 1);

-- The terms of the full text, for wildcards.
CREATE VIRTUAL TABLE message_terms USING fts5vocab (message_text, row);

-- Changes of messages that have not arrived.
CREATE TABLE parked_changes (
    number      INTEGER NOT NULL PRIMARY KEY,
    target      BLOB    NOT NULL CHECK (length(target) = 16),
    change      TEXT    NOT NULL,
    envelope_id INTEGER,
    parked_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX parked_changes_by_target ON parked_changes (target);

CREATE INDEX parked_changes_by_age ON parked_changes (parked_at);

-- What is noted about conversations, messages and channels.
CREATE TABLE metadata (
    subject_id   BLOB    NOT NULL CHECK (length(subject_id) = 16),
    subject_kind TEXT    NOT NULL,
    key          TEXT    NOT NULL,
    value_type   TEXT    NOT NULL,
    value        TEXT    NOT NULL,
    written_at   INTEGER NOT NULL,
    PRIMARY KEY (subject_id, subject_kind, key)
) STRICT, WITHOUT ROWID;

-- The address book. An empty name is none: `is_nameless` says which. What nothing is found by is in
-- this crate's own JSON.
CREATE TABLE contacts (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    is_nameless  INTEGER NOT NULL CHECK (is_nameless IN (0, 1)),
    display_name TEXT    NOT NULL,
    document     TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX contacts_by_place ON contacts (is_nameless, display_name, id);

CREATE TABLE contact_conversations (
    conversation_id BLOB NOT NULL PRIMARY KEY CHECK (length(conversation_id) = 16),
    contact_id      BLOB NOT NULL CHECK (length(contact_id) = 16),
    source          TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX contact_conversations_by_contact ON contact_conversations (contact_id);

-- What was merged into contacts, as it was: both contacts in this crate's own JSON.
CREATE TABLE merges (
    number         INTEGER NOT NULL PRIMARY KEY,
    destination_id BLOB    NOT NULL CHECK (length(destination_id) = 16),
    source_id      BLOB    NOT NULL CHECK (length(source_id) = 16),
    merged_at      INTEGER NOT NULL,
    source         TEXT    NOT NULL,
    destination    TEXT    NOT NULL
) STRICT;

CREATE UNIQUE INDEX merges_by_destination ON merges (destination_id, source_id);

CREATE TABLE templates (
    id      BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name    TEXT NOT NULL,
    source  TEXT NOT NULL,
    content TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX templates_by_source ON templates (source, name, id);

CREATE TABLE users (
    id            TEXT    NOT NULL PRIMARY KEY,
    name          TEXT,
    avatar_url    TEXT,
    first_seen_at INTEGER NOT NULL,
    last_seen_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE custom_sources (
    source          TEXT    NOT NULL PRIMARY KEY,
    name            TEXT,
    image_url       TEXT,
    action_endpoint TEXT,
    created_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX custom_sources_by_creation ON custom_sources (created_at, source);

-- Notes of files that messages link to, and where their copies lie.
CREATE TABLE media_copies (
    message_id      BLOB    NOT NULL CHECK (length(message_id) = 16),
    link            TEXT    NOT NULL,
    conversation_id BLOB    NOT NULL CHECK (length(conversation_id) = 16),
    key             TEXT,
    content_type    TEXT,
    size            INTEGER,
    error           TEXT,
    updated_at      INTEGER NOT NULL,
    PRIMARY KEY (message_id, link)
) STRICT, WITHOUT ROWID;

CREATE INDEX media_copies_by_conversation ON media_copies (conversation_id);

CREATE INDEX media_copies_by_key ON media_copies (key)
    WHERE key IS NOT NULL;

-- Events say what they tell, or which thing they are about. The next position is kept.
CREATE TABLE events_or_things (
    position    INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind        TEXT    NOT NULL,
    subject     BLOB    NOT NULL CHECK (length(subject) = 16),
    payload     TEXT,
    about       BLOB CHECK (length(about) = 16),
    occurred_at INTEGER NOT NULL,
    CHECK ((payload IS NULL) <> (about IS NULL))
) STRICT;

INSERT INTO events_or_things (position, kind, subject, payload, occurred_at)
SELECT position, kind, subject, payload, occurred_at
FROM events;

DELETE FROM sqlite_sequence
WHERE name = 'events_or_things';

INSERT INTO sqlite_sequence (name, seq)
SELECT 'events_or_things', seq
FROM sqlite_sequence
WHERE name = 'events';

DROP TABLE events;

ALTER TABLE events_or_things RENAME TO events;
