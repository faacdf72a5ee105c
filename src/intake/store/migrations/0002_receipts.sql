-- Receipts in both directions, what was destroyed without one, and the custody log.

-- A laptop's ----------------------------------------------------------------------------------------------------------

CREATE TABLE receipts (           -- that were taken; never changed
    officer  TEXT NOT NULL,
    serial   INTEGER NOT NULL,
    digest   TEXT NOT NULL UNIQUE,   -- of receipt.json
    bundle   TEXT NOT NULL,          -- digest of the bundle that it is about
    taken_at TEXT NOT NULL,
    signed   BLOB NOT NULL,          -- receipt and checkpoint with their signatures, one tar, verbatim
    PRIMARY KEY (officer, serial)
) STRICT;

CREATE TABLE item_words (         -- the newest word of each officer on each item
    item    TEXT NOT NULL REFERENCES sealed_items (name),
    officer TEXT NOT NULL,
    status  TEXT NOT NULL,
    PRIMARY KEY (item, officer)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (        -- the newest one held of each log
    origin TEXT PRIMARY KEY,
    size   INTEGER NOT NULL,
    root   TEXT NOT NULL,
    held   INTEGER NOT NULL          -- rises with every one that is taken
) STRICT, WITHOUT ROWID;

CREATE TABLE purges (             -- destroyed here without a receipt
    item   TEXT PRIMARY KEY REFERENCES sealed_items (name),
    reason TEXT NOT NULL,            -- a code; what was typed is in the custody log
    at     TEXT NOT NULL,
    told   INTEGER NOT NULL          -- whether a bundle that names it was written
) STRICT, WITHOUT ROWID;

-- A coordinator's -----------------------------------------------------------------------------------------------------

CREATE TABLE receipts_given (     -- the newest one of each bundle; a serial of a device is given once
    bundle TEXT PRIMARY KEY REFERENCES received_bundles (digest),
    device TEXT NOT NULL,
    serial INTEGER NOT NULL,
    name   TEXT NOT NULL,            -- receipts/<name>
    UNIQUE (device, serial)
) STRICT, WITHOUT ROWID;

-- Everybody's ---------------------------------------------------------------------------------------------------------

CREATE TABLE custody (            -- never updated, never deleted
    number INTEGER PRIMARY KEY,      -- from 0
    hash   TEXT NOT NULL,            -- sha256:… of the leaf, which names the hash before it
    leaf   BLOB NOT NULL
) STRICT;
