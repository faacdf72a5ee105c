-- Who tells, by a folded name and a year of birth: as identifying as the identity part, and gone with it.

CREATE TABLE match_keys (         -- a coordinator's
    key           TEXT NOT NULL,
    born          TEXT NOT NULL,
    record_digest TEXT NOT NULL REFERENCES identities (record_digest) ON DELETE CASCADE,
    PRIMARY KEY (key, born, record_digest)
) STRICT, WITHOUT ROWID;
