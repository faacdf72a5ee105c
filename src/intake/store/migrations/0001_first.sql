-- The first shape of a vault, the same for both roles: an interviewer's and a coordinator's tables side by side.
-- A released migration never changes; the next one is 0002_….sql. All that are pending run in one transaction.
-- What may be long is the last column of its table: connection.py says why.

CREATE TABLE vault (              -- one row: what this vault is
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    role       TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL           -- JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE secrets (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE blobs (
    id         TEXT PRIMARY KEY,  -- 32 hex: blobs/<first 2>/<id>.age
    seed       BLOB NOT NULL,     -- of the age identity that alone opens the file
    sha256     TEXT NOT NULL,     -- of the plaintext
    size       INTEGER NOT NULL,
    media_type TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Interviews under way ------------------------------------------------------------------------------------------------

CREATE TABLE drafts (
    number        INTEGER PRIMARY KEY,
    id            TEXT NOT NULL UNIQUE,
    case_code     TEXT NOT NULL UNIQUE,
    mode          TEXT NOT NULL,
    language      TEXT NOT NULL,
    questionnaire TEXT NOT NULL,
    created_at    TEXT NOT NULL,
    updated_at    TEXT NOT NULL,
    events        INTEGER NOT NULL DEFAULT 0,     -- counts answers, so that their order is known
    position      TEXT NOT NULL DEFAULT 'null'    -- JSON, the questionnaire's
) STRICT;

CREATE TABLE draft_values (
    draft    INTEGER NOT NULL REFERENCES drafts ON DELETE CASCADE,
    path     TEXT NOT NULL,
    value    TEXT NOT NULL,       -- JSON
    event    INTEGER NOT NULL,
    saved_at TEXT NOT NULL,
    PRIMARY KEY (draft, path)
) STRICT, WITHOUT ROWID;          -- one tree: an answer costs one page more than its draft's row

CREATE TABLE attachments (
    number    INTEGER PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE,
    draft     INTEGER NOT NULL REFERENCES drafts ON DELETE CASCADE,
    blob      TEXT NOT NULL REFERENCES blobs,
    part      TEXT NOT NULL,
    file_name TEXT NOT NULL,
    type      TEXT NOT NULL,
    shows     TEXT NOT NULL       -- JSON list of codes
) STRICT;
CREATE INDEX attachments_draft ON attachments (draft);
CREATE INDEX attachments_blob ON attachments (blob);

-- Sealed here ---------------------------------------------------------------------------------------------------------

CREATE TABLE stubs (              -- survive purging
    record_id TEXT NOT NULL,
    version   INTEGER NOT NULL,
    case_code TEXT NOT NULL,
    kind      TEXT NOT NULL,
    digest    TEXT NOT NULL UNIQUE,
    ordinal   INTEGER NOT NULL UNIQUE,
    sealed_on TEXT NOT NULL,
    PRIMARY KEY (record_id, version)
) STRICT;
CREATE INDEX stubs_case ON stubs (case_code);

CREATE TABLE sealed_items (
    number           INTEGER PRIMARY KEY,
    name             TEXT NOT NULL UNIQUE,        -- outbox/<name>
    record_digest    TEXT NOT NULL REFERENCES stubs (digest),
    kind             TEXT NOT NULL,
    attachment_index INTEGER,
    part             TEXT,
    size             INTEGER NOT NULL,
    sha256           TEXT NOT NULL,
    epoch            TEXT,
    ordinal          INTEGER NOT NULL,
    state            TEXT NOT NULL,
    recipients       TEXT NOT NULL   -- JSON list of fingerprints
) STRICT;
CREATE INDEX sealed_items_record ON sealed_items (record_digest);

CREATE TABLE chains (
    number      INTEGER PRIMARY KEY,
    chain       TEXT NOT NULL UNIQUE,
    predecessor TEXT,
    started_at  TEXT NOT NULL
) STRICT;

CREATE TABLE sent_bundles (
    chain   TEXT NOT NULL REFERENCES chains (chain),
    seq     INTEGER NOT NULL,
    bid     TEXT NOT NULL,
    digest  TEXT NOT NULL,
    made_at TEXT NOT NULL,
    written INTEGER NOT NULL,
    items   TEXT NOT NULL,        -- JSON list of item names
    PRIMARY KEY (chain, seq)
) STRICT;

-- Trust ---------------------------------------------------------------------------------------------------------------

CREATE TABLE trust_files (
    kind        TEXT NOT NULL,
    serial      INTEGER NOT NULL,
    name        TEXT NOT NULL,
    received_at TEXT NOT NULL,
    bytes       BLOB NOT NULL,
    PRIMARY KEY (kind, serial, name)
) STRICT;

-- Received ------------------------------------------------------------------------------------------------------------

CREATE TABLE log_leaves (         -- never updated, never deleted
    number INTEGER PRIMARY KEY,   -- the index in the Merkle tree, from 0
    leaf   BLOB NOT NULL,
    hash   BLOB NOT NULL
) STRICT;

CREATE TABLE received_bundles (
    digest      TEXT PRIMARY KEY,
    bid         TEXT NOT NULL,
    sender      TEXT NOT NULL,
    chain       TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    prev        TEXT,
    verdict     TEXT NOT NULL,
    blob        TEXT NOT NULL REFERENCES blobs,
    imported_at TEXT NOT NULL,
    log_index   INTEGER NOT NULL REFERENCES log_leaves (number),
    statement   BLOB NOT NULL
) STRICT;
CREATE INDEX received_bundles_place ON received_bundles (sender, chain, seq);
CREATE INDEX received_bundles_blob ON received_bundles (blob);

CREATE TABLE received_items (
    bundle           TEXT NOT NULL REFERENCES received_bundles (digest),
    number           INTEGER NOT NULL,            -- the statement's order
    name             TEXT NOT NULL,
    kind             TEXT NOT NULL,
    record_digest    TEXT NOT NULL,
    attachment_index INTEGER,
    part             TEXT,
    size             INTEGER NOT NULL,
    sha256           TEXT NOT NULL,
    epoch            TEXT,
    ordinal          INTEGER NOT NULL,
    outcome          TEXT NOT NULL,
    reason           TEXT,
    recipients       TEXT NOT NULL,
    PRIMARY KEY (bundle, number)
) STRICT;
CREATE INDEX received_items_sha256 ON received_items (sha256);
CREATE INDEX received_items_record ON received_items (record_digest);

CREATE TABLE records (
    number    INTEGER PRIMARY KEY,
    digest    TEXT NOT NULL UNIQUE,
    record_id TEXT NOT NULL,
    case_code TEXT NOT NULL,
    version   INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    prev      TEXT,
    author    TEXT NOT NULL,
    bundle    TEXT NOT NULL REFERENCES received_bundles (digest),
    record    BLOB NOT NULL,   -- the signed bytes, verbatim
    sig       BLOB NOT NULL,
    pq_sig    BLOB NOT NULL
) STRICT;
CREATE INDEX records_id ON records (record_id, version);   -- not unique: a fork keeps both
CREATE INDEX records_case ON records (case_code);

CREATE TABLE identities (
    record_digest TEXT NOT NULL REFERENCES records (digest),
    digest        TEXT NOT NULL,
    identity      BLOB NOT NULL,
    PRIMARY KEY (record_digest)
) STRICT;

CREATE TABLE record_attachments (
    record_digest TEXT NOT NULL REFERENCES records (digest),
    number        INTEGER NOT NULL,
    part          TEXT NOT NULL,
    blob          TEXT NOT NULL REFERENCES blobs,
    sha256        TEXT NOT NULL,
    size          INTEGER NOT NULL,
    type          TEXT NOT NULL,
    PRIMARY KEY (record_digest, part, number)
) STRICT;
CREATE INDEX record_attachments_blob ON record_attachments (blob);

CREATE TABLE quarantine (
    number        INTEGER PRIMARY KEY,
    id            TEXT NOT NULL UNIQUE,
    bundle_digest TEXT,
    item          TEXT,
    reason        TEXT NOT NULL,
    blob          TEXT REFERENCES blobs,
    added_at      TEXT NOT NULL,
    details       TEXT NOT NULL   -- JSON
) STRICT;
CREATE INDEX quarantine_blob ON quarantine (blob);

-- Every table that refers to a blob; what is not in here is swept when the vault is opened. A migration that adds
-- such a table makes this view anew.
CREATE VIEW blobs_in_use (blob) AS
    SELECT blob FROM attachments
    UNION SELECT blob FROM received_bundles
    UNION SELECT blob FROM record_attachments
    UNION SELECT blob FROM quarantine WHERE blob IS NOT NULL;
