-- How many there are: contacts, the conversations with a message of a tag, and tallies of those with a
-- message. A tally is of all channels or of one (`key`), and of any state (''), of those that have one
-- (' ') or of those with a word in it; it has a row for each source, and says how many of its
-- conversations have unread messages.
CREATE TABLE counts_of_tallies (
    kind   TEXT    NOT NULL,
    key    BLOB    NOT NULL,
    state  TEXT    NOT NULL,
    source TEXT    NOT NULL,
    n      INTEGER NOT NULL,
    unread INTEGER NOT NULL,
    PRIMARY KEY (kind, key, state, source)
) STRICT, WITHOUT ROWID;

INSERT INTO counts_of_tallies (kind, key, state, source, n, unread)
SELECT 'contacts', key, '', '', n, 0
FROM counts
WHERE kind = 'contacts' AND n <> 0;

INSERT INTO counts_of_tallies (kind, key, state, source, n, unread)
SELECT 'tag', key, '', '', n, 0
FROM counts
WHERE kind = 'conversations.tag' AND n <> 0;

INSERT INTO counts_of_tallies (kind, key, state, source, n, unread)
SELECT 'channel', channel_id, '', source, COUNT(*), SUM(unread_count > 0)
FROM conversations
WHERE last_message_at IS NOT NULL
GROUP BY channel_id, source;

INSERT INTO counts_of_tallies (kind, key, state, source, n, unread)
SELECT 'channel', c.channel_id, s.state, c.source, COUNT(*), SUM(c.unread_count > 0)
FROM (
    SELECT DISTINCT conversation_id, word AS state
    FROM conversation_words
    WHERE key = 'metadata.state'
    UNION
    SELECT conversation_id, ' '
    FROM conversation_words
    WHERE key = 'metadata.state'
) s
CROSS JOIN conversations c ON c.id = s.conversation_id
WHERE c.last_message_at IS NOT NULL AND c.state IS NOT NULL
GROUP BY c.channel_id, s.state, c.source;

INSERT INTO counts_of_tallies (kind, key, state, source, n, unread)
SELECT 'all', x'', state, source, SUM(n), SUM(unread)
FROM counts_of_tallies
WHERE kind = 'channel'
GROUP BY state, source;

DROP TABLE counts;

ALTER TABLE counts_of_tallies RENAME TO counts;
