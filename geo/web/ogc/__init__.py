"""OGC API - Features 1.0 over the incident layer, at ``/ogc``.

Part 1 (17-069r4): Core, GeoJSON, OpenAPI 3.0, HTML. Part 3 (19-079r2): filters in CQL2
(21-065r2). Coordinates are longitude and latitude (CRS84), and nothing else.
"""

from geo.web.ogc.routes import ogc_routes

__all__ = ["ogc_routes"]
