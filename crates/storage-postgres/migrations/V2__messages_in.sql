-- An event tells something, or names the thing it is about.
ALTER TABLE events ALTER COLUMN payload DROP NOT NULL;
ALTER TABLE events ADD COLUMN about uuid;
ALTER TABLE events ADD CONSTRAINT events_tell_or_name CHECK ((payload IS NULL) <> (about IS NULL));

-- What providers have sent, as it came. Written far more often than anything else, so there is no index
-- but the key. Ids are given and committed under one lock, as positions of events are.
CREATE TABLE envelopes (
    id          bigint NOT NULL GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    source      text   NOT NULL COLLATE "C",
    target      text   NOT NULL COLLATE "C",
    headers     text   NOT NULL COLLATE "C",
    body        bytea  NOT NULL,
    received_at bigint NOT NULL
);

-- What became of those that were not simply applied.
CREATE TABLE outcomes (
    envelope_id bigint NOT NULL PRIMARY KEY,
    verdict     text   NOT NULL COLLATE "C",
    findings    text   NOT NULL COLLATE "C"
);

CREATE INDEX outcomes_by_verdict ON outcomes (verdict, envelope_id);

-- How far envelopes have been applied, and by whom. One row.
CREATE TABLE apply_progress (
    single      boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (single),
    through     bigint  NOT NULL,
    node        uuid,
    lease_until bigint  NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

INSERT INTO apply_progress (through, lease_until) VALUES (0, 0);

-- Each message moves its conversation within the indexes below, so its page cannot take the new
-- version in without touching them; receipts and profiles can, and find room. Tags are here, in the
-- order of their ids, so that a locked row is all there is to know.
CREATE TABLE conversations (
    id                    uuid    NOT NULL PRIMARY KEY,
    channel_id            uuid    NOT NULL,
    source                text    NOT NULL COLLATE "C",
    handle                text    NOT NULL COLLATE "C",
    created_at            bigint  NOT NULL,
    last_message_id       uuid,
    last_message_sequence bigint,
    last_message_at       bigint,
    last_inbound_at       bigint,
    message_count         bigint  NOT NULL,
    unread_count          bigint  NOT NULL,
    read_through          bigint,
    delivered_until       bigint,
    seen_until            bigint,
    display_name          text    COLLATE "C",
    display_name_said_at  bigint,
    display_name_by_user  boolean NOT NULL,
    avatar_url            text    COLLATE "C",
    avatar_url_said_at    bigint,
    avatar_url_by_user    boolean NOT NULL,
    profile               text    NOT NULL COLLATE "C",
    state                 text    COLLATE "C",
    contact_id            uuid    NOT NULL,
    tags                  uuid[]  NOT NULL DEFAULT '{}',
    CHECK ((last_message_at IS NULL) = (last_message_id IS NULL)
           AND (last_message_at IS NULL) = (last_message_sequence IS NULL))
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

CREATE INDEX conversations_by_activity ON conversations (last_message_at DESC, id DESC)
    WHERE last_message_at IS NOT NULL;

CREATE INDEX conversations_by_channel ON conversations (channel_id, last_message_at DESC, id DESC)
    WHERE last_message_at IS NOT NULL;

CREATE INDEX conversations_by_source ON conversations (source, last_message_at DESC, id DESC)
    WHERE last_message_at IS NOT NULL;

CREATE INDEX conversations_unread ON conversations (last_message_at DESC, id DESC)
    WHERE last_message_at IS NOT NULL AND unread_count > 0;

-- The words under which conversations are found, in their order.
CREATE TABLE conversation_words (
    conversation_id uuid    NOT NULL,
    key             text    NOT NULL COLLATE "C",
    position        integer NOT NULL,
    word            text    NOT NULL COLLATE "C",
    PRIMARY KEY (conversation_id, key, position)
);

CREATE INDEX conversation_words_by_word ON conversation_words (key, word, conversation_id);

CREATE TABLE aliases (
    channel_id      uuid NOT NULL,
    handle          text NOT NULL COLLATE "C",
    conversation_id uuid NOT NULL,
    PRIMARY KEY (channel_id, handle)
);

CREATE INDEX aliases_by_conversation ON aliases (conversation_id);

-- How many conversations with a message there are of each kind that lists show. Each connection that
-- writes adds to rows of its own, by its slot, so that none waits for another; the sum is the number.
CREATE TABLE counts (
    kind   text     NOT NULL COLLATE "C",
    key    text     NOT NULL COLLATE "C",
    slot   smallint NOT NULL,
    number bigint   NOT NULL,
    PRIMARY KEY (kind, key, slot)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE TABLE messages (
    sequence        bigint  NOT NULL GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    id              uuid    NOT NULL,
    conversation_id uuid    NOT NULL,
    source          text    NOT NULL COLLATE "C",
    content         text    NOT NULL COLLATE "C",
    from_contact    boolean NOT NULL,
    sender          text    NOT NULL COLLATE "C",
    sent_at         bigint  NOT NULL,
    updated_at      bigint,
    delivery        text    NOT NULL COLLATE "C",
    provider_id     text    COLLATE "C",
    provider_key    uuid,
    receipt         text    COLLATE "C",
    edits           bigint  NOT NULL,
    unsent          boolean NOT NULL,
    envelope_id     bigint
) WITH (fillfactor = 90);

CREATE UNIQUE INDEX messages_by_id ON messages (id);

CREATE UNIQUE INDEX messages_by_key ON messages (provider_key) WHERE provider_key IS NOT NULL;

CREATE INDEX messages_by_time ON messages (conversation_id, sent_at DESC, sequence DESC);

-- What can be searched of messages. The words are cut by the program, so that they do not depend on
-- the locale of the server.
CREATE TABLE message_texts (
    sequence        bigint   NOT NULL PRIMARY KEY,
    conversation_id uuid     NOT NULL,
    words           tsvector NOT NULL
);

CREATE INDEX message_texts_by_word ON message_texts USING gin (words) WITH (fastupdate = on);

-- Changes of messages that have not arrived yet.
CREATE TABLE parked_changes (
    number      bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target      uuid   NOT NULL,
    change      text   NOT NULL COLLATE "C",
    envelope_id bigint,
    parked_at   bigint NOT NULL
);

CREATE INDEX parked_changes_by_target ON parked_changes (target, number);

CREATE INDEX parked_changes_by_age ON parked_changes (parked_at, number);

CREATE TABLE metadata (
    kind       text   NOT NULL COLLATE "C",
    subject    uuid   NOT NULL,
    key        text   NOT NULL COLLATE "C",
    value_type text   NOT NULL COLLATE "C",
    value      text   NOT NULL COLLATE "C",
    written_at bigint NOT NULL,
    PRIMARY KEY (subject, kind, key)
);

-- The address book. Names are ordered by their beginning: an index takes no text of any length.
CREATE TABLE contacts (
    id                uuid    NOT NULL PRIMARY KEY,
    display_name      text    COLLATE "C",
    name_is_generated boolean NOT NULL,
    details           text    NOT NULL COLLATE "C",
    metadata          text    COLLATE "C",
    created_at        bigint  NOT NULL,
    updated_at        bigint
);

CREATE INDEX contacts_by_name ON contacts (left(display_name, 500), id);

CREATE TABLE contact_conversations (
    conversation_id uuid NOT NULL PRIMARY KEY,
    contact_id      uuid NOT NULL,
    source          text NOT NULL COLLATE "C"
);

CREATE INDEX contact_conversations_by_contact ON contact_conversations (contact_id);

CREATE TABLE merges (
    destination_id uuid   NOT NULL,
    source_id      uuid   NOT NULL,
    number         bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    source         text   NOT NULL COLLATE "C",
    destination    text   NOT NULL COLLATE "C",
    merged_at      bigint NOT NULL,
    PRIMARY KEY (destination_id, source_id)
);

CREATE TABLE tags (
    id         uuid   NOT NULL PRIMARY KEY,
    name       text   NOT NULL COLLATE "C",
    color      text   NOT NULL COLLATE "C",
    created_at bigint NOT NULL
);

CREATE INDEX tags_by_creation ON tags (created_at, id);

-- Finds the conversations of a tag; those of one conversation are in its row.
CREATE TABLE conversation_tags (
    tag_id          uuid NOT NULL,
    conversation_id uuid NOT NULL,
    PRIMARY KEY (tag_id, conversation_id)
);

CREATE TABLE templates (
    id      uuid NOT NULL PRIMARY KEY,
    name    text NOT NULL COLLATE "C",
    source  text NOT NULL COLLATE "C",
    content text NOT NULL COLLATE "C"
);

CREATE INDEX templates_by_name ON templates (source, name, id);

CREATE TABLE app_users (
    id            text   NOT NULL COLLATE "C" PRIMARY KEY,
    name          text   COLLATE "C",
    avatar_url    text   COLLATE "C",
    first_seen_at bigint NOT NULL,
    last_seen_at  bigint NOT NULL
);

CREATE TABLE custom_sources (
    source          text   NOT NULL COLLATE "C" PRIMARY KEY,
    name            text   COLLATE "C",
    image_url       text   COLLATE "C",
    action_endpoint text   COLLATE "C",
    created_at      bigint NOT NULL
);

CREATE INDEX custom_sources_by_creation ON custom_sources (created_at, source);

-- Copies of files. Links can be longer than an index takes, so their hash stands for them.
CREATE TABLE media_copies (
    message_id      uuid   NOT NULL,
    conversation_id uuid   NOT NULL,
    link            text   NOT NULL COLLATE "C",
    key             text   COLLATE "C",
    content_type    text   COLLATE "C",
    size            bigint,
    error           text   COLLATE "C",
    updated_at      bigint NOT NULL
);

CREATE UNIQUE INDEX media_copies_by_link ON media_copies (message_id, hashtextextended(link, 0));

CREATE INDEX media_copies_by_key ON media_copies (key) WHERE key IS NOT NULL;

CREATE INDEX media_copies_by_conversation ON media_copies (conversation_id);
