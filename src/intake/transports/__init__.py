"""The transports room: carries sealed bytes to a folder or stick, and knows nothing of what is in them."""
