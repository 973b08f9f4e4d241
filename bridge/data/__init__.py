"""Data: images now; datasets and their verbs follow."""
