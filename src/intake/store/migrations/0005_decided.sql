-- What an officer decides is a record that came in no bundle; and what was erased stays erased.

-- As it was, but for `bundle`, which may be null, and `added_at`. By way of a copy: a reference from another table is
-- whole again only once its row is put back into a table of this name.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE records_before AS SELECT * FROM records;
DROP TABLE records;
CREATE TABLE records (
    number    INTEGER PRIMARY KEY,
    digest    TEXT NOT NULL UNIQUE,
    record_id TEXT NOT NULL,
    case_code TEXT NOT NULL,
    version   INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    prev      TEXT,
    author    TEXT NOT NULL,
    bundle    TEXT REFERENCES received_bundles (digest),   -- null: made here
    added_at  TEXT NOT NULL,
    record    BLOB NOT NULL,   -- the signed bytes, verbatim
    sig       BLOB NOT NULL,
    pq_sig    BLOB NOT NULL
) STRICT;
INSERT INTO records SELECT r.number, r.digest, r.record_id, r.case_code, r.version, r.kind, r.prev, r.author, r.bundle,
    b.imported_at, r.record, r.sig, r.pq_sig FROM records_before r JOIN received_bundles b ON b.digest = r.bundle;
DROP TABLE records_before;
CREATE INDEX records_id ON records (record_id, version);   -- not unique: a fork keeps both
CREATE INDEX records_case ON records (case_code);
CREATE INDEX records_kind ON records (kind) WHERE kind <> 'full';

CREATE TABLE erased (             -- records that were erased here, or are when they come
    record_digest TEXT PRIMARY KEY,
    case_code     TEXT NOT NULL,
    decision      TEXT NOT NULL,     -- digest of the decision that says so
    at            TEXT NOT NULL
) STRICT, WITHOUT ROWID;
