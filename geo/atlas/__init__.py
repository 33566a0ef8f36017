"""The atlas: a layer with its vocabulary, sources and archive, and its maps.

``shelf`` reads it, and keeps that of the running process; ``layer`` is what :mod:`geo`
offers to Python programs, ``frame`` what of it are GeoDataFrames; ``folium_maps`` is
folium's door: the page's map, and one that stands alone with the data of ``standalone``.
"""

from geo.atlas.shelf import Atlas, atlas, read_atlas

__all__ = ["Atlas", "atlas", "read_atlas"]
