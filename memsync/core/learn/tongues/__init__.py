"""The languages that rules know, each a value in a module of its own."""
