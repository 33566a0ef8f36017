"""Layers too large to import: built of raw tables, or made up for trying."""
