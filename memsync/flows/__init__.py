"""The stories: they take ports and core values, and nothing else."""
