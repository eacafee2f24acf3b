-- How often it was proved that this file can be written to. One row.
CREATE TABLE proofs (
    only   INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    number INTEGER NOT NULL
) STRICT;

INSERT INTO proofs (only, number) VALUES (1, 0);
