"""A folium Marker for each incident, in a MarkerCluster."""

import folium
from folium.plugins import MarkerCluster

from bench.peers.shared import filtered, new_map, show

token, frame = filtered()
drawn = new_map()
cluster = MarkerCluster().add_to(drawn)
for lon, lat, title in zip(frame["lon"], frame["lat"], frame["title"], strict=True):
    folium.Marker((lat, lon), tooltip=title).add_to(cluster)
show(drawn, token)
