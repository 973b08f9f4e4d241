"""Data: datasets and their verbs, files, images, texts."""
