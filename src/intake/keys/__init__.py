"""Who may sign what and who may read what: identities, directories, recipients, enrolment, words to compare.

Must not: touch a disk, a terminal, a store or a clock (times and randomness come in as arguments); trust any byte
before both of its signatures held; import `cryptography` (crypto does). Spec: docs/spec/keys-v1.md.
"""
