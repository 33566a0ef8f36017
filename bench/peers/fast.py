"""FastMarkerCluster: coordinates in the script, markers made in the browser."""

from folium.plugins import FastMarkerCluster

from bench.peers.shared import filtered, new_map, show

#: The default needs a fourth library for its icons.
MARKER = "function (row) { return L.marker(new L.LatLng(row[0], row[1])); }"
token, frame = filtered()
drawn = new_map()
FastMarkerCluster(frame[["lat", "lon"]].to_numpy().tolist(), callback=MARKER).add_to(
    drawn
)
show(drawn, token)
