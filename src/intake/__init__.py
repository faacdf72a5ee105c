"""intake: an offline-first, encrypted field-intake tool for testimony."""
