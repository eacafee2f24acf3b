-- Which token a custom source calls with: those it had before it was removed and created again open
-- nothing. A source from before has none, and is created anew.
ALTER TABLE custom_sources ADD COLUMN token_id BLOB NOT NULL
    DEFAULT x'00000000000000000000000000000000' CHECK (length(token_id) = 16);

-- Texts come as words with blanks between, already folded: the full text cuts at the blanks and has no
-- opinion on letters. Texts from before are found as they were stored.
DROP TABLE message_terms;

DROP TABLE message_text;

CREATE VIRTUAL TABLE message_text USING fts5 (
    searchable,
    content = '',
    columnsize = 0,
    tokenize = 'ascii'
);

INSERT INTO message_text (message_text, rank) VALUES ('secure-delete', 1);

INSERT INTO message_text (rowid, searchable)
SELECT sequence, searchable
FROM messages
WHERE searchable IS NOT NULL;

-- The terms of the full text, for wildcards, and the places of terms, for wildcards that stand for many.
CREATE VIRTUAL TABLE message_terms USING fts5vocab (message_text, row);

CREATE VIRTUAL TABLE message_places USING fts5vocab (message_text, instance);
