-- What `counts` says from now on: contacts, the conversations with a message of a tag, and tallies of
-- those with a message. A tally is of all channels or of one (`key`), and of any state (''), of those that
-- have one (' ') or of those with a word in it; it has rows for each source, and says how many of its
-- conversations have unread messages.
ALTER TABLE counts
    ADD COLUMN state  text   NOT NULL DEFAULT '' COLLATE "C",
    ADD COLUMN source text   NOT NULL DEFAULT '' COLLATE "C",
    ADD COLUMN unread bigint NOT NULL DEFAULT 0;

ALTER TABLE counts
    ALTER COLUMN state DROP DEFAULT,
    ALTER COLUMN source DROP DEFAULT,
    ALTER COLUMN unread DROP DEFAULT;

DELETE FROM counts WHERE kind NOT IN ('contacts', 'tag');

ALTER TABLE counts DROP CONSTRAINT counts_pkey;

ALTER TABLE counts ADD PRIMARY KEY (kind, key, state, source, slot);

INSERT INTO counts (kind, key, state, source, slot, number, unread)
SELECT 'channel', c.channel_id::text, s.state, c.source, 0, count(*),
       count(*) FILTER (WHERE c.unread_count > 0)
FROM conversations AS c
CROSS JOIN LATERAL (
    SELECT '' AS state
    UNION
    SELECT ' '
    FROM conversation_words AS w
    WHERE w.conversation_id = c.id AND w.key = 'metadata.state' AND c.state IS NOT NULL
    UNION
    SELECT w.word
    FROM conversation_words AS w
    WHERE w.conversation_id = c.id AND w.key = 'metadata.state' AND c.state IS NOT NULL
) AS s
WHERE c.last_message_at IS NOT NULL
GROUP BY c.channel_id, s.state, c.source;

INSERT INTO counts (kind, key, state, source, slot, number, unread)
SELECT 'all', '', state, source, 0, sum(number), sum(unread)
FROM counts
WHERE kind = 'channel'
GROUP BY state, source;
