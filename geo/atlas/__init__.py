"""The atlas: a layer with its vocabulary, sources and archive, and its map."""

from geo.atlas.shelf import Atlas, atlas, read_atlas

__all__ = ["Atlas", "atlas", "read_atlas"]
