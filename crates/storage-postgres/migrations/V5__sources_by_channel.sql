-- The list of a source is a walk along each of its channels, for which `conversations_by_channel` is enough. This
-- index was written with each message and cost a quarter of what PostgreSQL does for its conversation.
DROP INDEX conversations_by_source;
