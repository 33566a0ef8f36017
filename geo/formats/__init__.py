"""Formats of files, one module each, reading and writing together.

``registry`` lists them; ``opening`` finds out what a file is. What others made is read
in a process of its own, which imports as little as it can.

::

    opening                 what a file is, and its records
    ├── registry            FORMATS, KINDS: label, suffixes, reader, writer, losses
    ├── recognition         what a text is
    └── guarded, reader     the process apart, and the program of that process
    csv, csv_reading        over tables, heads, text_encoding, coordinates, degrees, wkt
    xlsx, xlsx_reading, ods over workbooks, tables; xlsx_layout; sheets lists them
    geojson, gpkg, geoparquet
    json_kinds              over umap, esri_json, topojson, locations, overpass, sparql, json_lists
    json_text, json_forms, json_cells   below them: text, forms of records, cells
    kml, kml_reading, kml_shapes, kmz, gpx, georss   over xml_text, markup
    flatgeobuf, shapefile, gdal_kinds   over gdal; gdal_reader is one more process
    shapefile_parts         what a Shapefile says of itself
    packages, style         zip packages and what explains a file
    rows, related           incidents and their parts as flat rows and Arrow batches
    selection               what is to be written
    records                 what was read, checked as GeoJSON is
    input_file, zip_archive a file to be read, and its limits
    wkb, wkt, rtree         geometries and an index as bytes and text
"""
