-- Identity parts that were erased while the account stays; they never come in again.
CREATE TABLE erased_identities (
    record_digest TEXT PRIMARY KEY,
    case_code     TEXT NOT NULL,
    decision      TEXT NOT NULL,     -- digest of the decision that says so
    at            TEXT NOT NULL
) STRICT, WITHOUT ROWID;
