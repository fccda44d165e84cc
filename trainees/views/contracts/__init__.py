"""Agreements on their way to being signed and filed: a page for each side."""
