"""Questions as data, and the engine that walks an interview without a terminal, a store or a clock."""
