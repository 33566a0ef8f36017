"""Geocoding: from the name of a place to where it may be.

``gazetteer`` is the newsroom's own list of places, ``towns`` GeoNames' of the world,
``nominatim`` an online service that a deployment may turn on. ``geocoder`` asks them
in turn and answers with ``candidate`` places, each as uncertain as it is. ``agreement``
tells where a layer and its gazetteer differ.
"""
