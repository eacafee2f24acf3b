-- Every message moves its conversation to the front of each list. In the order of time the front is an index's last
-- page, which PostgreSQL remembers and appends to without a search, and leaves full when it begins the next one. Lists
-- read backwards.
DROP INDEX conversations_by_activity;
DROP INDEX conversations_by_channel;
DROP INDEX conversations_unread;

CREATE INDEX conversations_by_activity ON conversations (last_message_at, id)
    WHERE last_message_at IS NOT NULL;

CREATE INDEX conversations_by_channel ON conversations (channel_id, last_message_at, id)
    WHERE last_message_at IS NOT NULL;

CREATE INDEX conversations_unread ON conversations (last_message_at, id)
    WHERE last_message_at IS NOT NULL AND unread_count > 0;
