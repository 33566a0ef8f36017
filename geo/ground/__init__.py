"""The ground below the markers: coasts, borders, waters and names, as vector tiles.

``outlines``, ``waters`` and ``names`` say what is on it, ``tiles`` makes one PMTiles
file of that when the program is installed, ``archives`` reads such files, those of a
newsroom too, and takes parts of them. The browser draws them
(``geo/web/static/ground.js``); :mod:`geo.web.ground` serves them.
"""
