-- What this vault sent to places it syncs with, and what it took from them. Losing a row only makes a file travel again.

CREATE TABLE sync_files (         -- files of ours that hold a bundle
    target TEXT NOT NULL,
    sha256 TEXT NOT NULL,            -- of the file
    box    TEXT NOT NULL,
    size   INTEGER NOT NULL,
    bundle TEXT NOT NULL,            -- its digest, as in sent_bundles; outgoing/<its hex>.age while it is on its way
    at     TEXT NOT NULL,
    pieces TEXT NOT NULL,            -- JSON: SHA-256 of each piece that was read back, from the first
    state  TEXT NOT NULL CHECK (state IN ('sending', 'there', 'lost')),
    missed INTEGER NOT NULL DEFAULT 0,   -- syncs in a row that missed a piece of it
    PRIMARY KEY (target, sha256)
) STRICT, WITHOUT ROWID;

CREATE TABLE sync_parts (         -- a coordinator's: which parts of which records such a bundle carries on
    target        TEXT NOT NULL,
    record_digest TEXT NOT NULL,
    kind          TEXT NOT NULL,
    number        INTEGER NOT NULL,
    sha256        TEXT NOT NULL,
    PRIMARY KEY (target, record_digest, kind, number),
    FOREIGN KEY (target, sha256) REFERENCES sync_files (target, sha256) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE sync_seen (          -- files that were found there, and what became of each
    target  TEXT NOT NULL,
    sha256  TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('taken', 'refused')),
    bundle  TEXT,                    -- its digest, where it was one
    trust   TEXT NOT NULL,           -- by which trust files it was judged: what was refused is tried again by others
    PRIMARY KEY (target, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX sync_seen_bundle ON sync_seen (bundle, target) WHERE bundle IS NOT NULL;

CREATE TABLE sync_closed (        -- a coordinator's: parts that came sealed to some of the coordinators only
    bundle        TEXT NOT NULL,
    record_digest TEXT NOT NULL,
    kind          TEXT NOT NULL,
    number        INTEGER NOT NULL,
    PRIMARY KEY (bundle, record_digest, kind, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE sync_given (         -- a coordinator's: the newest pack and receipts in the boxes of others
    target TEXT NOT NULL,
    name   TEXT NOT NULL,            -- pack/<whose> or receipt/<digest of the bundle>
    mark   TEXT NOT NULL,            -- what it stands for: another mark makes another one due
    box    TEXT NOT NULL,
    pieces TEXT NOT NULL,            -- JSON: their names there; none where another coordinator saw to it
    at     TEXT NOT NULL,
    PRIMARY KEY (target, name)
) STRICT, WITHOUT ROWID;
