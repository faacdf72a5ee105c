"""How large a record may be: apart, for readers that need no model of it."""

MAX_RECORD_BYTES = 16 * 2**20  # a narrative is at most 2,000,000 characters; the longest known court transcript is less
