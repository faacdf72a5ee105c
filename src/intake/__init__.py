"""intake: an offline-first, encrypted field-intake tool for testimony."""

__version__ = "0.1.0"
