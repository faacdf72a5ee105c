-- A coordinator's: which parts of which records its own bundles carried on to the others.

CREATE TABLE relayed (
    record_digest TEXT NOT NULL,
    kind          TEXT NOT NULL,
    number        INTEGER NOT NULL,   -- of the attachment; -1 for the record and its identity part
    chain         TEXT NOT NULL,
    seq           INTEGER NOT NULL,
    PRIMARY KEY (record_digest, kind, number)
) STRICT, WITHOUT ROWID;
