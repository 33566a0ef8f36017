"""The atlas: a layer with its vocabulary, sources and archive, its maps and exports.

``shelf`` reads it, and keeps that of the running process; ``layer`` is what :mod:`geo`
offers to Python programs, ``frame`` what of it are GeoDataFrames; ``selections`` are the
incidents of a query, and ``exports`` the files that are made of them; ``folium_maps`` is
folium's door: the page's map, and one that stands alone with the data of ``standalone``.
"""

from geo.atlas.shelf import Atlas, atlas, read_atlas

__all__ = ["Atlas", "atlas", "read_atlas"]
