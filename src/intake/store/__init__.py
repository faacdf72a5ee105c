"""The store room: everything a laptop keeps, encrypted, under one folder.

`Vault` (vault.py) is the door; its attributes are small repositories over the rows of rows.py. This room is the only
user of SQLCipher. It must not read what a record says, must not print, and must never write a word of an answer
outside the database or an age file. Spec: docs/decisions/0004-store.md.
"""
