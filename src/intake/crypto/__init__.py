"""The crypto room: age files, SSHSIG signatures, strict JSON, canonical tar, padding, Merkle trees.

The only room that imports `cryptography`. It knows bytes and keys, never testimony, people or trust.
"""
