-- Most filters of an inbox can be told from the index of activity alone, so that a walk along it reads
-- neighbouring pages and nothing else. A message moves its conversation within the index anyway.
DROP INDEX conversations_by_activity;

CREATE INDEX conversations_by_activity
    ON conversations (last_message_at, id, unread_count, source, state)
    WHERE last_message_at IS NOT NULL;
