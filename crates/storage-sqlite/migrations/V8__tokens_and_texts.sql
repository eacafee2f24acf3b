-- Which token a custom source calls with: those it had before it was removed and created again open
-- nothing. A source from before has none, and is created anew.
ALTER TABLE custom_sources ADD COLUMN token_id BLOB NOT NULL
    DEFAULT x'00000000000000000000000000000000' CHECK (length(token_id) = 16);

-- The places of the terms, for wildcards that stand for many of them.
CREATE VIRTUAL TABLE message_places USING fts5vocab (message_text, instance);
