"""Door 1, the terminal: parse, one call of Store, render. Every command is in `table`; only the chosen one is imported."""
