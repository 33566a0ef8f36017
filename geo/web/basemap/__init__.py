"""The basemap: coasts, borders and names, drawn by our own server.

``geo.model.naturalearth`` reads the outlines, ``shapes`` simplifies them for each
zoom, ``cities`` has the towns, ``country_labels`` and ``city_labels`` decide which
names have room, ``tiles`` draws. ``prepared`` keeps what is dear to make.
"""
