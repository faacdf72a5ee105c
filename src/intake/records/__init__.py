"""The domain: testimonies, their rules, and the bytes they become. Pure: no store, no keys, no terminal, no clock."""
