"""One folium GeoJson layer of circle markers."""

import folium

from bench.peers.shared import filtered, new_map, show

token, frame = filtered()
drawn = new_map()
features = [
    {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {"title": title},
    }
    for lon, lat, title in zip(frame["lon"], frame["lat"], frame["title"], strict=True)
]
if features:
    folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        marker=folium.CircleMarker(radius=4),
    ).add_to(drawn)
show(drawn, token)
