-- Messages are found by their id and by their conversation. Both lie at random: put there one by one,
-- nearly each message would change two pages more, which are written twice each. So new ones are put into
-- small tables, and gathered from there into the large ones, many for a page.
CREATE TABLE message_ids (
    id       BLOB    NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE recent_message_ids (
    id       BLOB    NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE conversation_messages (
    conversation_id BLOB    NOT NULL,
    sent_at         INTEGER NOT NULL,
    sequence        INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, sent_at, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE recent_conversation_messages (
    conversation_id BLOB    NOT NULL,
    sent_at         INTEGER NOT NULL,
    sequence        INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, sent_at, sequence)
) STRICT, WITHOUT ROWID;

INSERT INTO message_ids (id, sequence)
SELECT id, sequence
FROM messages
ORDER BY id;

INSERT INTO conversation_messages (conversation_id, sent_at, sequence)
SELECT conversation_id, sent_at, sequence
FROM messages
ORDER BY conversation_id, sent_at, sequence;

DROP INDEX messages_by_id;

DROP INDEX messages_by_conversation;
