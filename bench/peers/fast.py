"""FastMarkerCluster: coordinates in the script, markers made in the browser."""

from folium.plugins import FastMarkerCluster

from bench.peers.shared import filtered, new_map, show

token, found = filtered()
drawn = new_map()
FastMarkerCluster(found[["lat", "lon"]].to_numpy().tolist()).add_to(drawn)
show(drawn, token)
