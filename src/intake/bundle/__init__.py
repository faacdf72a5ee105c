"""The bundle room: sealed items, the signed tar, what is carried, and the table of checks that decides.

Trust is a type here: `SealedBundle` (bytes) -> `VerifiedBundle` (signature and chain hold) -> `OpenedBundle`
(decrypted, still suspect) -> `VerifiedRecords`. The room takes bytes, streams, keys and trust, and never touches the
store, the terminal or a clock. Its spec is docs/spec/bundle-v1.md.
"""
