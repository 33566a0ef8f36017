"""The HTTP door: the map's routes, OGC API - Features, and the ground."""
