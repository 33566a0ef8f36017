# %% [markdown]
# # The incidents in Python
#
# Each `# %%` begins a cell: Jupyter, VS Code, Spyder and PyCharm open this file as a
# notebook. It runs as it is, from the project's folder, without a network.

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

import geo

# %% [markdown]
# A layer is a map's folder, a file, or a database. It is checked when it is read: what
# follows can rely on every property.

# %%
layer = geo.read_layer("data/")
layer

# %% [markdown]
# As a GeoDataFrame: one row an incident, in degrees (EPSG:4326, longitude first). `date`
# is EDTF, as sure as the source is; beside it stand the first and the last day it may
# mean.

# %%
incidents = layer.to_geodataframe()
incidents[["title", "date", "date_earliest", "date_latest", "precision"]].head()

# %% [markdown]
# An incident without a place has no geometry; it is not dropped.

# %%
unplaced = incidents[incidents.geometry.isna()]
unplaced["title"].to_list()

# %% [markdown]
# The filters have the names they have on the page and on the command line. Several values
# are alternatives; filters add up.

# %%
threats = layer.select(category=["attack", "bombing"], from_="2022-01-01")
threats

# %% [markdown]
# Count by month: those incidents whose date is one month or less. The others would be
# counted in a month in which they may not have happened.

# %%
known_to_a_month = incidents[
    incidents["date_earliest"].dt.to_period("M")
    == incidents["date_latest"].dt.to_period("M")
]
months = known_to_a_month["date_earliest"].dt.to_period("M")
by_month = known_to_a_month.groupby([months, "category"], observed=True).size()
by_month.unstack(fill_value=0)

# %% [markdown]
# Who alleges what? Lists stay lists.

# %%
alleged = incidents[incidents["status"] == "alleged"]
alleged["alleged_by"].explode().value_counts()

# %% [markdown]
# How far from Belgrade, in km? Degrees are no distances: project first (UTM zone 34N). A
# point stands for all that lies within `radius_m` metres.

# %%
belgrade = geo.geocode("Belgrade", country="RS").to_crs(32634).geometry.iloc[0]
points = incidents[incidents.geometry.geom_type == "Point"].to_crs(32634)
(points.distance(belgrade) / 1000).round().describe()

# %% [markdown]
# The map: the last value of a cell shows itself. It asks no server for anything.

# %%
murals = layer.select(category="mural")
murals.explore()

# %% [markdown]
# Export: the ending names the format; the bytes are those of the page and of
# `incidents export` with the same filters.

# %%
with TemporaryDirectory() as folder:
    for name in ("murals.gpkg", "murals.csv", "murals.geojson"):
        written = murals.export(Path(folder) / name)
        print(written.name, written.stat().st_size, "bytes")
    murals.explore().save(str(Path(folder) / "murals.html"))

# %% [markdown]
# Where is it? The curated gazetteer answers first, then GeoNames, both from this machine.
# Nominatim is asked only where a deployment has set it up.

# %%
geo.geocode("Зольная улица")
